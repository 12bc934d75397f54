/** Secrets in prose: "the password is x", `密码是x`. What follows must look like a value, not like the rest of a sentence. */
import { secretPart } from './secret-part.ts';
import { allMatches, type Span } from './spans.ts';

/** "the password (for admin) is x", "token set to x". */
const STATED =
  /(?<![\w$.{-]|public[ _-]?key[ _-])(pass(?:word|wd|phrase|code)|pwd|pin(?:[ _-]code)?|token|secret|credentials?|(?:api|access|secret|licen[sc]e)[ _-]?key)(?:[ \t]{1,3}(?:for|of)[ \t]{1,3}["'`]?[\w.@-]{1,40}["'`]?){0,2}(?:[ \t]{1,3}(?:(?:is |was |has been )?(?:now |set |re-?set |changed |updated )to|defaults to|will be|is|was|are)[ \t:]{1,4}|[ \t]{1,3}->[ \t]{1,3})/gi;

/** "login with admin and password x": no verb, so the value itself must tell. */
const NAMED =
  /(?<![\w$.{-])(?:admin|root|default|initial|temp|temporary|and|with|the|test|login|user|same|use|using|enter|try|type|\/)[ \t]{1,3}pass(?:word|wd|phrase|code)[ \t]{1,3}/gi;

/** "Default credentials: admin / x", "login admin:x", `stats auth admin:x` */
const PAIRED =
  /(?<![\w$.{-])(?:credentials?|log-?ins?|accounts?|auth|basic|digest|ssh|ftp|后台|管理员|账密|账号|账户|用户名?|数据库|登[录陆])(?:[ \t]{0,3}[:：=]|[ \t](?:is|are|as|with))?[ \t]{1,3}["'`]?(?!sha\d|md5)([A-Za-z][\w.@-]{0,40})(?:[:/]| \/ )(?=[^\s/:])/giu;

/** `user@host:x` on a line that names a mail relay first. */
const RELAY = /\[[\w.-]{3,80}\](?::\d{2,5})?[ \t]{1,8}[\w.@+-]{1,80}:(?=[^\s/])/g;

/** "key for prod: x" */
const KEPT_FOR =
  /(?<![\w$.{-])(?:key|token|secret|password)[ \t]{1,3}(?:for|of)[ \t]{1,3}[\w.@-]{1,40}[ \t]{0,2}[:=][ \t]{1,3}/gi;

/** The names are the same in named-values.ts, where a separator follows. */
const CHINESE =
  /(?:密码|密碼|口令|密钥|密鑰|秘钥|令牌|凭证|凭据|私钥|私鑰)\d{0,3}[ \t]{0,3}((?:已|都|均|默认|仍|就)?(?:是|为|為|設為|设为|设置为|设成|改为|改成|重置为|用|用的是))?[ \t]{0,3}(?=["'“‘「]?[\x21-\x7e])/gu;

const VALUE = /["'`“‘「]?([\x21\x23-\x26\x28-\x5f\x61-\x7e]{3,100})/y;

/** Words that a sentence goes on with; participles and adjectives are known by their endings. */
const PROSE = new Set(
  (
    'not no a an the this that in on at from for of to too only now also always never already still just then being been ' +
    'as by with without via and or but if when where what which whose same set unset read kept sent taken given hidden ' +
    'shown known put left lost one two here there it its your my our their his her yours mine needed wrong correct valid ' +
    'invalid weak strong short long safe secure public private plain text clear empty blank missing default random secret ' +
    'fine ok okay good bad out up gone old new stale stored built kept held made mandatory unique mounted passed yes up ' +
    'sensitive case user admin root env environment stdin file must may can should will fetched any all none nothing ' +
    'variable variables var vars before after during instead into onto holds contains needs is are were has have had does do did stays goes comes gets ' +
    'password pass name group required something there longer shorter at least more less than expected sha md base64 hex hash length kept'
  ).split(' '),
);
const PROSE_ENDING =
  /(?:ed|en|ing|able|ible|ive|ally|ly|ful|less|ous|ory|ary|ent|ant|tial|cient|ter|bytes?|chars?|characters?)$/;
const ALGORITHM =
  /^(?:sha|md|rsa|aes|hmac|bcrypt|argon|scrypt|pbkdf|scram|base|utf|rs|hs|es|ed|ecdsa|oauth|v|tls|x)-?\d[\w-]*$/i;
const NO_VALUE =
  /^(?:[/~.$<({[%*]|https?:|[A-Za-z]:\\|--?\w)|\/.*\/|=|\.(?:json|ya?ml|txt|conf|env|md|py|js|sh)$/;
const UNIT =
  /[ \t]{1,3}(?:bytes?|chars?|characters?|bits?|digits?|days?|hours?|minutes?|seconds?|long|symbols|个|位)/iy;

/** Spans of the secrets that a comment, a label or a message tells in words. */
export function findSpokenSecrets(text: string): Span[] {
  const spans: Span[] = [];
  if (/credential|log-?in|account|auth|basic|digest|ssh|ftp|[账户数登后管]/i.test(text)) {
    for (const match of allMatches(text, PAIRED)) {
      if (/^[\w-]+\.[\w.-]*$/.test(match[1] ?? '')) continue; // a host and a path
      const usual = /^(?:admin(?:istrator)?|root|user|guest|test|demo)$/i.test(match[1] ?? '');
      read(text, match.index + match[0].length, spans, usual ? 'any' : 'mixed');
    }
  }
  if (text.includes('[')) {
    for (const match of allMatches(text, RELAY)) read(text, match.index + match[0].length, spans, 'any');
  }
  if (/(?:pass|pwd|pin|token|secret|credential|key)/i.test(text)) {
    for (const match of allMatches(text, STATED)) {
      read(
        text,
        match.index + match[0].length,
        spans,
        /^(?:pa|pw|pin)/i.test(match[1] ?? '') ? 'any' : 'mixed',
      );
    }
    for (const match of allMatches(text, KEPT_FOR)) read(text, match.index + match[0].length, spans, 'mixed');
    for (const match of allMatches(text, NAMED)) read(text, match.index + match[0].length, spans, 'mixed');
  }
  if (/[密口秘令凭私]/.test(text)) {
    for (const match of allMatches(text, CHINESE)) {
      read(text, match.index + match[0].length, spans, match[1] ? 'any' : 'mixed');
    }
  }
  return spans;
}

/** `any`: a word of letters may be it; `mixed`: only what no dictionary holds. */
function read(text: string, at: number, spans: Span[], what: 'any' | 'mixed'): void {
  VALUE.lastIndex = at;
  const match = VALUE.exec(text);
  if (!match) return;
  const quoted = match[0] !== match[1];
  const value = (match[1] ?? '').replace(/(?:\\n)?[.,;:)\]}]*$/, '');
  if (value.length < 3 || NO_VALUE.test(value) || ALGORITHM.test(value) || !isValue(value, what, quoted))
    return;
  const start = at + (quoted ? 1 : 0);
  UNIT.lastIndex = start + value.length;
  if (/^\d+$/.test(value) && UNIT.test(text)) return;
  const part = secretPart(value);
  if (part) spans.push({ start: start + part.start, end: start + part.end });
}

/** "requirepass should be set", "set password to the value of" */
export function isProse(word: string): boolean {
  return PROSE.has(word);
}

function isValue(value: string, what: 'any' | 'mixed', quoted: boolean): boolean {
  if (/^\d+$/.test(value)) return what === 'any' && value.length >= 4;
  if (/^[\d.:-]+$/.test(value)) return false;
  const mixed =
    (/\d/.test(value) && /[A-Za-z]/.test(value)) ||
    /[!@#$%^&*?~]/.test(value) ||
    /[a-z][A-Z]{2}|[A-Z]{2}[a-z]/.test(value);
  if (mixed) return true;
  if (what === 'mixed') return false;
  const word = value.toLowerCase();
  return quoted || !(PROSE.has(word) || PROSE_ENDING.test(word) || /['()=/]/.test(word));
}
