/** Secrets that neither a name nor a command announces but the words around them: statements, configuration, URLs, prose. One row a pattern. */

import { PLAIN, readValue } from './read-value.ts';
import { isWordOfSecret, looksRandom, secretPart } from './values.ts';
import { allMatches, type Span } from './view.ts';

interface Pattern {
  /** Names the form by an example. */
  of: string;
  pattern: RegExp;
  /**
   * What the secret is: the last `group` of the match, each match of a pattern in that group, the quoted or bare
   * `value` behind the match, or the word behind it, which may be `any` word or must be `mixed`, as the group says.
   */
  is: 'group' | 'value' | 'any' | RegExp | 'mixed' | ((group: string) => 'any' | 'mixed');
  /** Has the last word; `secret` is the last group. */
  accepts?: (secret: string, match: RegExpExecArray, text: string) => boolean;
}

/** Patterns that are tried when a text holds what they have in common. */
interface Group {
  when: RegExp;
  patterns: Pattern[];
}

const GROUPS: Group[] = [
  {
    when: /identified|pass|crypt|hashpw|using|sysdba/i,
    patterns: [
      {
        of: "IDENTIFIED BY 'x'",
        pattern:
          /\bIDENTIFIED\s{1,8}(?:WITH\s{1,8}[\w'"`\\]{1,40}\s{1,8})?(?:BY|AS|USING)\s{1,8}(?:PASSWORD\s{1,8})?(?:VALUES\s{1,8})?/gi,
        is: 'value',
      },
      {
        of: "PASSWORD 'x'",
        pattern: /(?<![-\w])(?:PASS(?:WORD|PHRASE)?|old_password)(?:\s{1,6}|\s{0,4}\(\s{0,4})(?=\\{0,3}')/gi,
        is: 'value',
        // An apostrophe that ends what stands before it: `'the password '`
        accepts: (_, match, text) =>
          !/^\\{0,3}'(?:\s|$|[,;)])/.test(text.slice(match.index + match[0].length).slice(0, 5)),
      },
      {
        of: "SET PASSWORD FOR root = 'x'",
        pattern:
          /\bSET\s{1,8}PASSWORD\s{1,8}FOR\s{1,8}[\w'"`\\@%.()-]{1,80}\s{0,8}(?:=|\bTO\b)\s{0,8}(?=\\{0,3}["'])/gi,
        is: 'value',
      },
      {
        of: "make_password('x')",
        pattern:
          /\b(?:set_?password|make_password|generate_password_hash|hashpw|bcrypt|password_hash|hash_password|passwd|(?<![.\w])crypt(?:\.crypt)?)\(\s{0,4}b?(?=\\{0,3}["'])/gi,
        is: 'value',
      },
      { of: 'user u using x', pattern: /\buser\s{1,4}\S{1,60}\s{1,4}using\s{1,4}(?=["'\w])/gi, is: 'value' },
      { of: 'PASSWORD $$x$$', pattern: /\bPASSWORD\s{1,6}(?:\\?\$){2}([^\s$\\]{1,200})/gi, is: 'group' },
      {
        of: 'expect "password:"; send "x"',
        pattern: /pass(?:word|phrase)?[^\n]{0,60}?\bsend\s{1,4}(?:--\s{1,4})?(?=\\{0,3}["'])/gi,
        is: 'value',
      },
      {
        of: 'sys/x as sysdba',
        pattern: /\b\w{1,30}\/([^\s@/"']{2,60})(?:@\S{1,60})?\s{1,4}as\s{1,4}sysdba/gi,
        is: 'group',
      },
    ],
  },
  {
    when: /(?:user|password|in|cate|auth|credentials|jwt\.\w{4,6}|connect(?:ion)?|PDO|mysqli|open)\(/i,
    patterns: [
      {
        of: "create_superuser('admin', 'a@b.example', 'x')",
        pattern:
          /\b(?:create_?(?:super)?user|(?:set|change|update|reset)_?(?:user_?)?password|authenticate|auth|log_?in|sign_?in|credentials|jwt\.(?:sign|encode|verify))\([^()\n]{1,300}?,\s{0,4}\\{0,3}["']([^"'\n\\]{1,100})\\{0,3}["']\s{0,4}\)/gi,
        is: 'group',
      },
      {
        of: 'connect("dbi:mysql:shop", "root", "x")',
        pattern:
          /\b(?:connect|PDO|getConnection|mysqli(?:_connect)?|mysql_connect|ftp_login|imap_open|ssh2_auth_password|PSCredential)\((?:[^,()\n]{1,120},){2}\s{0,4}\\{0,3}["']([^"'\n\\]{1,100})\\{0,3}["']/gi,
        is: 'group',
      },
    ],
  },
  {
    when: /\b(?:set)?user[ \t"']/i,
    patterns: [
      {
        of: 'user bob on >x ~*',
        pattern: /(?<!\w-?)user[ \t]{1,4}[^\s"'<>]{1,64}(?=[ \t"',])([^\n;|]{1,400})/gi,
        is: /(?<=[\s"'])[><]((?!redacted>)[^\s"'<>&(]{2,200})/g,
        accepts: (rest) =>
          /[\s"',](?:on|off|reset(?:pass|keys)?|nopass|all(?:keys|commands|channels)|(?:[~+&%]|-@)\S{1,40})(?=[\s"',]|$)/.test(
            rest,
          ),
      },
      {
        of: 'ACL SETUSER bob >x',
        pattern: /\bsetuser[ \t"',]{1,6}[^\s"'<>]{1,64}(?=[ \t"',])([^\n;|]{1,400})/gi,
        is: /(?<=[\s"'])[><]((?!redacted>)[^\s"'<>&(]{2,200})/g,
      },
    ],
  },
  {
    when: /:[ \t]+[PXEN]|createUser|community|com2sec|realm|chpasswd:/i,
    patterns: [
      {
        of: ': PSK "x"',
        pattern: /:[ \t]{1,4}(?:PSK|XAUTH|EAP|NTLM|PIN)[ \t]{1,4}(?=["'\\\w])/g,
        is: 'value',
      },
      {
        of: 'createUser name SHA "x" AES "y"',
        pattern: /\bcreateUser[ \t]([^\n]{1,300})/g,
        is: /\b(?:MD5|SHA(?:-?\d{3})?|DES|AES(?:-?\d{3}\w?)?)[ \t]{1,4}\\{0,3}["']?(?!(?:AES|DES)\b|<redacted>)([^\s"'\\]{4,100})/g,
      },
      {
        of: 'snmp-server community x RO',
        pattern: /\bcommunity[ \t]{1,4}([^\s"'<]{2,60})(?=[ \t]{1,4}(?:ro|rw|view)\b)/gi,
        is: 'group',
      },
      {
        of: 'com2sec name default x',
        pattern: /\bcom2sec6?[ \t]{1,4}(?:[\w./:-]{1,60}[ \t]{1,4}){2}([^\s"'<]{2,60})/gi,
        is: 'group',
      },
      {
        of: 's/admin: admin, admin/admin: x, admin/ realm.properties',
        pattern:
          /(?:s([/|#])[^/|#\n]{1,80}\1|["'\n])\w{1,40}:[ \t]{0,4}([^\s,/|#]{2,100})(?=,[^\n]{0,100}realm)/g,
        is: 'group',
      },
      {
        of: 'chpasswd: {list: |} with a user:x on each line',
        pattern:
          /(?<![\w-])chpasswd:\s{1,40}(?:expire:[ \t]\w{1,5}\s{1,40})?list:[ \t]{0,4}\|?-?\r?\n((?:[ \t]{1,40}(?:- )?["']?[\w.-]{1,40}:\S{1,200}(?:\r?\n|$)){1,20})/g,
        is: /[\w.-]{1,40}:([^\s"']{1,200})/g,
      },
    ],
  },
  {
    when: /"kty/,
    patterns: [
      {
        of: '"kty":"RSA","d":"x"',
        pattern: /\\{0,3}"(?:d|p|q|dp|dq|qi|k)\\{0,3}"\s{0,4}:\s{0,4}\\{0,3}"([\w+/=-]{16,})/g,
        is: 'group',
      },
    ],
  },
  {
    when: /:\/\//,
    patterns: [
      ...[
        /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/([^\s"'\\<>,;)]{1,300})/gi,
        /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,30}\/([^\s"'\\<>,;)?]{1,300})/gi,
        /webhook\.office\.com\/webhookb2\/([^\s"'\\<>,;)]{1,400})/gi,
        /outlook\.office\.com\/webhook\/([^\s"'\\<>,;)]{1,400})/gi,
        /api\.telegram\.org\/(?:file\/)?bot([^\s"'\\<>,;)/]{1,200})/gi,
        /open\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/(?:v2\/)?hook\/([^\s"'\\<>,;)?]{1,200})/gi,
        /chat\.googleapis\.com\/v1\/spaces\/[^\s"'/]{1,80}\/messages\?([^\s"'\\<>;)]{1,300})/gi,
      ].map(
        (pattern): Pattern => ({
          of: 'a web hook: whoever knows the address may post',
          pattern,
          is: 'group',
        }),
      ),
      {
        of: '/t/TOKEN/, as conda and package registries take it',
        pattern: /\/(?:t|tokens?|api[-_]?key|key|secret|auth)\/([\w-]{16,200})(?=[/"'\s?]|$)/gi,
        is: 'group',
        accepts: (secret) =>
          looksRandom(secret) &&
          !/^(?:(?:[a-z]+|\d{1,4})(?:[-_]|$))+$/.test(secret) &&
          !/^(?:0x)?[0-9A-F]{16,40}$/.test(secret),
      },
    ],
  },
  {
    when: /[=@]/,
    patterns: [
      {
        of: '?sig=x: a signed URL is a credential',
        pattern:
          /[?&;](?:sig|signature|x-amz-signature|x-goog-signature|x-cos-security-token|x-amz-security-token|q-signature|x-oss-signature|code|key|appid|app_?key|ak|sk|tk|ticket|sid|license)=((?:[^\s"'\\<>&;#)]|<redacted>){1,600})/gi,
        is: 'group',
        accepts: (secret, match) => /^.(?:sig|x-|q-)/i.test(match[0]) || looksRandom(secret),
      },
      {
        of: 'jdbc:oracle:thin:user/x@host',
        pattern: /\bjdbc:oracle:(?:thin|oci):[\w$]{1,60}\/([^\s@"']{1,100})@/gi,
        is: 'group',
      },
    ],
  },
  {
    when: /\[/,
    patterns: [
      {
        of: '[smtp.example]:587 user@host:x',
        pattern: /\[[\w.-]{3,80}\](?::\d{2,5})?[ \t]{1,8}[\w.@+-]{1,80}:(?=[^\s/])/g,
        is: 'any',
      },
    ],
  },
  {
    when: /credential|log-?in|account|auth|basic|digest|ssh|ftp|[账户数登后管]/i,
    patterns: [
      {
        of: 'Default credentials: admin / x',
        pattern:
          /(?<![\w$.{-])(?:credentials?|log-?ins?|accounts?|auth|basic|digest|ssh|ftp|后台|管理员|账密|账号|账户|用户名?|数据库|登[录陆])(?:[ \t]{0,3}[:：=]|[ \t](?:is|are|as|with))?[ \t]{1,3}["'`]?(?!sha\d|md5)([A-Za-z][\w.@-]{0,40})(?:[:/]| \/ )(?=[^\s/:])/giu,
        is: (user) => (/^(?:admin(?:istrator)?|root|user|guest|test|demo)$/i.test(user) ? 'any' : 'mixed'),
        accepts: (user) => !/^[\w-]+\.[\w.-]*$/.test(user), // a host and a path
      },
    ],
  },
  {
    when: /pass|pwd|pin|token|secret|credential|key/i,
    patterns: [
      {
        of: 'the password (for admin) is x',
        pattern:
          /(?<![\w$.{-]|public[ _-]?key[ _-])(pass(?:word|wd|phrase|code)|pwd|pin(?:[ _-]code)?|token|secret|credentials?|(?:api|access|secret|licen[sc]e)[ _-]?key)(?:[ \t]{1,3}(?:for|of)[ \t]{1,3}["'`]?[\w.@-]{1,40}["'`]?){0,2}(?:[ \t]{1,3}(?:(?:is |was |has been )?(?:now |set |re-?set |changed |updated )to|defaults to|will be|is|was|are)[ \t:]{1,4}|[ \t]{1,3}->[ \t]{1,3})/gi,
        is: (name) => (/^(?:pa|pw|pin)/i.test(name) ? 'any' : 'mixed'),
      },
      {
        of: 'key for prod: x',
        pattern:
          /(?<![\w$.{-])(?:key|token|secret|password)[ \t]{1,3}(?:for|of)[ \t]{1,3}[\w.@-]{1,40}[ \t]{0,2}[:=][ \t]{1,3}/gi,
        is: 'mixed',
      },
      {
        of: 'login with admin and password x',
        pattern:
          /(?<![\w$.{-])(?:admin|root|default|initial|temp|temporary|and|with|the|test|login|user|same|use|using|enter|try|type|\/)[ \t]{1,3}pass(?:word|wd|phrase|code)[ \t]{1,3}/gi,
        is: 'mixed',
      },
    ],
  },
  {
    when: /[密口秘令凭私]/,
    patterns: [
      {
        of: '密码是x',
        pattern:
          /(?:密码|密碼|口令|密钥|密鑰|秘钥|令牌|凭证|凭据|私钥|私鑰)\d{0,3}[ \t]{0,3}((?:已|都|均|默认|仍|就)?(?:是|为|為|設為|设为|设置为|设成|改为|改成|重置为|用|用的是))?[ \t]{0,3}(?=["'“‘「]?[\x21-\x7e])/gu,
        is: (verb) => (verb === '' ? 'mixed' : 'any'),
      },
    ],
  },
];

const WORD = /["'`“‘「]?([\x21\x23-\x26\x28-\x5f\x61-\x7e]{3,100})/y;

/** Spans of the secrets that a pattern announces. */
export function findPatterns(text: string): Span[] {
  const spans: Span[] = [];
  for (const { when, patterns } of GROUPS) {
    if (!when.test(text)) continue;
    for (const row of patterns) {
      for (const match of allMatches(text, row.pattern)) readMatch(text, match, row, spans);
    }
  }
  return spans;
}

function readMatch(text: string, match: RegExpExecArray, { is, accepts }: Pattern, spans: Span[]): void {
  const end = match.index + match[0].length;
  const secret = match.at(-1) ?? '';
  if (accepts && !accepts(secret, match, text)) return;
  const start = match.index + match[0].lastIndexOf(secret);
  if (is === 'group') push(secret, start, spans);
  else if (is === 'value') {
    if (end >= text.length) return;
    const value = readValue(text, end, PLAIN);
    const raw = text.slice(value.start, value.end);
    push(value.quoted ? raw : raw.replace(/(?!^)[;"'`)\\]{1,20}$/, ''), value.start, spans);
  } else if (is instanceof RegExp) {
    for (const inner of allMatches(secret, is)) {
      const part = inner[1] ?? '';
      push(part, start + inner.index + inner[0].length - part.length, spans);
    }
  } else {
    WORD.lastIndex = end;
    const found = WORD.exec(text);
    if (!found) return;
    const quoted = found[0] !== found[1];
    const word = (found[1] ?? '').replace(/(?:\\n)?[.,;:)\]}]*$/, '');
    const at = end + (quoted ? 1 : 0);
    if (
      isWordOfSecret(
        word,
        text.slice(at + word.length, at + word.length + 24),
        typeof is === 'string' ? is : is(secret),
        quoted,
      )
    )
      push(word, at, spans);
  }
}

function push(secret: string, start: number, spans: Span[]): void {
  const part = secretPart(secret);
  if (part) spans.push({ start: start + part.start, end: start + part.end });
}
