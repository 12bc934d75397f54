/** What of a value is secret: nothing of a reference or a flag, the default of `${X:-default}`, else all of it. */
import { ACCESS_MODE, type NameKind, secretNameKind } from './names.ts';
import type { Span } from './view.ts';

/** Longer values are never only a reference; keeps every test below linear. */
const REFERENCE_LIMIT = 400;

const PLAIN_REFERENCE = new RegExp(
  [
    /<redacted>/,
    /\\?\${1,2}\{\{[^{}]{1,200}\}\}/,
    // `${X}` and its expansions; a literal default is cut out before this is asked
    /\\?\${1,2}\{[!#]?[A-Za-z_][\w.-]{0,100}(?::?[?+][^{}]{0,120}|[#%/^,@][^{}]{0,80}|\[[^\]{}]{0,40}\]|:?[-=](?:\$\{?\w{1,100}\}?)?)?\}/,
    /\$env:[A-Za-z_]\w{0,100}/,
    /\\?\${1,2}[A-Za-z_]\w{0,100}(?!\$)/,
    /\$[0-9@*#?](?![\w$])/,
    /\\?\$\([^()]{0,300}\)/,
    /`[^`]{1,300}`/,
    /%(?:env\([\w:.-]{1,100}\)|[A-Za-z_][\w.]{0,60})%/,
    /\{\{[^{}]{0,200}\}\}/,
    /%?\([A-Za-z_]\w{0,60}\)s/,
    /\{[A-Za-z_][\w.]{0,60}(?:![rs])?\}/,
    /<%[^%]{1,100}%>/,
    /#\{[^{}]{1,100}\}/,
    /@[A-Za-z][\w.-]{1,60}@/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'g',
);

const KEY_FILE =
  /^[\w.-]{0,100}\.(?:pem|key|crt|cer|pub|json|ya?ml|txt|p12|pfx|jks|asc|gpg|conf|env|ppk|der|csr)$/;

/** OpenPGP key ids and fingerprints: short, long, whole; python images keep one in GPG_KEY. */
const FINGERPRINT = /^(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-Fa-f]{40})$/;

/** Values that are no secrets, whatever the name or where the name is so: an example, the value, the name. */
// biome-ignore format: one line a row
const NO_SECRET: [of: string, value: RegExp, name?: RegExp][] = [
  ['true', /^(?:<redacted>|true|false|yes|no|none|null|nil|undefined|void|on|off|y|n|!?\d|enabled?|disabled?|required|optional|string|str|boolean|bool|-)?[)\]}:;,]{0,3}$/i],
  ['x', /^[A-Za-z]$/],
  ['***', /^(?:[!-/:-@[-`{-~]{1,2}|[*.…•#-]+|[xX*•]{3,})$/u],
  ['redacted', /^\W{0,3}(?:redacted|masked|filtered|hidden|removed|scrubbed|sanitized)\W{0,3}(?:[/|#][gim]{0,3}\W{0,2})?$/i],
  ['<your-token>', /^<\/?[a-z|][\w |:-]{0,60}>?$/i],
  ['REPLACE_WITH_YOUR_TOKEN', /^(?:(?:replace|insert|enter|put|add|fill)[-_ ]?(?:with|in)?[-_ ]?)?your[-_][a-z_-]{0,40}$/i],
  ['send "\\r"', /^(?:\\{1,2}[nrt])+$/],
  ['[SEP], <|eot|>: what tokenizers know', /^(?:\[[A-Z]{2,8}\]|<\|\w{1,30}\|>)$/],
  ['"reset-password": "node bin/x.js"', /^(?:node|npm|npx|yarn|pnpm|bun|deno|ts-node|python3?|php|bash|sh) [\w./-]/],
  ['[password]', /^\[(?:[a-z]+[ _-])*(?:password|passwd|passphrase|token|secret|key)\]$/i],
  ['getToken()', /^[A-Za-z_][\w.]{0,100}\(\)$|^[a-z_][A-Za-z_.]{2,100}\([a-z_.]{1,60}\)$/],
  ['os.environ[…]', /^(?:os|process|sys|System|self|this|args|opts|options|config|conf|cfg|env|ENV|request|req|secrets|settings|params|vars|var|local|data|import\.meta|getpass|getenv|Environment|ConfigurationManager|require|import|credentials|input|prompt|fs|crypto|secrets?|random|uuid\w?|readFile\w*|generate\w*|\w*Credentials)(?:\.|\[|\(|->|::)|^(?:await|async|function|yield)$|^(?:Get|New|Read|Import|Invoke|Select|Join|ConvertTo|ConvertFrom)-[A-Z]\w{2,40}$/],
  ["Terraform's random_password.db.result", /^(?:(?:data\.)?[a-z]+(?:_[a-z]+)+\.[a-z_][a-z\d_]*\.[a-z_]+|module\.[a-z\d_.]+)$/],
  [':password, %s: what a driver puts a value in place of', /^(?:[:@&](?:(?:\w{0,30}_)?(?:pass(?:word|wd|phrase)?|pwd?|secret|token|key)\d?|p?\d{1,2})|%s)$/i],
  ['"x_{}".format(value)', /^[bfr]?(["'])[^"'{}]{0,80}(?:\{\w{0,20}\}[^"'{}]{0,80}){1,8}\1\.format\(/],
  ['env:X, arn:…, sha256:…', /^(?:(?:env|file|fd|stdin|prompt|vault|ssm|arn|secretRef|aws-sm)(?::|$)|id=|type=|src=|source=|sha(?:1|224|256|384|512):[0-9a-fA-F]+$|!(?:Ref|Sub|vault))/],
  ['/run/secrets/x', /^(?:\/(?:etc|run|var|usr|opt|home|root|app|srv|tmp|secrets?|mnt|data|certs?|config|vault|dev|bin|work|workspace|builds?|keys?|ssl|tls)\/|~\/|\.{1,2}\/|[A-Za-z]:\\{1,2}|\$\{?[A-Za-z_]\w{0,60}\}?\/|file:\/\/)(?:[\w.@${}/\\ -]|<redacted>)*(?::[\w.-]{1,60})?$/],
  ['passwd=1:4.13+dfsg1-1', /^\d{1,2}:\d+\.\d[\w.+~-]*$/],
  ['required=True', /^\w{1,40}=(?:True|False|None)[,)]?$/],
  ['^9.0.2, a version', /^[\^~]\d+\.\d+[\w.-]*$/],
  ['.*, a pattern', /^\.[*+]|^\[\^|^\\[Sw(]|^\(\.|^\[\[:/],
  ['ENV: the value stands further on', /^(?:ENV|ARG|LABEL)$/],
  ['npm run', /^/, /^scripts\./],
  ['access=private', ACCESS_MODE, /^access$/i],
  ["Jenkins' id of a credential", /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, /credentials?$/i],
  ['TOKEN_KEY=token: the name under which a browser keeps it', /^(?:[a-z]+[-_.])?(?:name|value|val|id|token|auth|session|jwt|user|sid|authorization)$/i, /key$/i],
  ["Helm's pullSecret: registry", /^[a-z][a-z0-9-]*$/, /(?:[pP]assword|[pP]ull|[tT]ls)[sS]ecrets?$/],
  ["another's name", /^[a-z]+(?:[-_][a-z]+)+$/, /(?:[pP]assword|Token|Secret)Key$/],
  ['secrets: [db_root]', /^[a-z][a-z\d]*(?:[_-][a-z\d]+)*$/, /^secrets$/],
  ['LoadCredential=ID:PATH', /^[\w.-]+(?::\/.*)?$/, /^LoadCredential(?:Encrypted)?$/i],
  ['id-token: write', /^(?:read|write|none)$/, /^id-token$/],
  ['secret_id = "prod/db/password": where a store keeps it', /^[a-z][a-z\d_-]{0,30}(?:\/[a-z][a-z\d_-]{0,30})+(?::[a-z_]{1,30})?$/, /^secrets?(?:[_-]?(?:id|name|path|key|ref))?$/i],
  ['PASSWORD_KEY = "spring.datasource.password"', /^[a-z]+(?:\.[A-Za-z-]+)*\.(?:pass(?:word|wd)?|token|secret|key)$/, /_key$/i],
  ['proxy_pass http://x', /^(?:https?|grpcs?|unix):[^@]*$/, /(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass$/i],
  ['PWD=/x', /^[/~.$\\]|^[A-Za-z]:/, /^(?:old_?)?pwd$/i],
  ['max_tokens: 90', /^\d+$/, /(?:tokens|keys)$/i],
  ["an OpenPGP key's", FINGERPRINT, /signing_?key$/i],
  ["a file of Kafka's images", /^[a-z]+(?:[_-][a-z]+)*[_-]cred(?:ential)?s$/, /cred(?:ential)?s$/i],
  ['passwd: files', /^(?:files|compat|db|sss|systemd|ldap|nis|winbind|cache|nisplus)\b/, /^passwd$/i],
  ['lib-token=1.2', /^\d+[.:]\d[\w.:+~-]*$/, /^[a-z][a-z0-9.+]*-[a-z0-9.+-]*$|^lib/],
];

/** The same where the name is `weak` or `bare`. */
// biome-ignore format: one line a row
const NO_KEY: [of: string, value: RegExp, name?: RegExp][] = [
  ['ca.key', KEY_FILE],
  ['certs/ca.example', /^[\w.-]+(?:\/[\w.-]+)+\.[a-z]{2,5}$/],
  ["an OpenPGP key's", FINGERPRINT, /^keys?$/i],
  ['<add key="aspnet:MaxKeys"/>', /^[A-Za-z]+(?:[.:][A-Za-z]+)+$/, /^key$/i],
  ['ssh-rsa …', /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S{1,40}) /],
  ['auth=basic', /^(?:oidc|ldaps?|basic|oauth2?|saml2?|kerberos|gssapi|local|plain|login|md5|cram-md5|scram-sha-\d+|trust|peer|ident|cert|token|jwt|digest|ntlm|pam|iam|external|anonymous|default|native|htpasswd)$/i, /auth$/i],
];

function isOneOf(rows: typeof NO_SECRET, core: string, name: string): boolean {
  return rows.some((row) => (row[2] === undefined || row[2].test(name)) && row[1].test(core));
}

const DEFAULT_OF = /^\\?\$\{[A-Za-z_][\w.-]{0,100}(?::?[-=+]|:)(?!\?)(.*)\}$/s;
const PRINTED = /^\\?(?:\$\(|`)\s{0,10}(?:echo|printf)\s{1,10}(?:-[neE]{1,3}\s{1,10})?/;

/** The secret stretch of the value of a name; undefined when the name holds no secret, or is a header's. */
export function secretOfName(value: string, name: string): Span | undefined {
  const kind = secretNameKind(name);
  return kind && kind !== 'header' ? secretPart(value, name, kind) : undefined;
}

/** The secret stretch of `value`, as offsets within it; undefined when nothing in it is secret. */
export function secretPart(value: string, name = '', kind: NameKind = 'strong'): Span | undefined {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  if (end - start > REFERENCE_LIMIT) return { start, end };
  const inner = shortSecret(value.slice(start, end), name, kind);
  return inner && { start: start + inner.start, end: start + inner.end };
}

function shortSecret(core: string, name: string, kind: NameKind): Span | undefined {
  const whole = { start: 0, end: core.length };
  if (isOneOf(NO_SECRET, core, name)) return undefined;
  // `--password PASSWORD` in a usage line; `--secret db-password`: another's name
  if (core === name.toUpperCase() && name !== core) return undefined;
  if (name === 'secret' && /^[a-z]+(?:[-_][a-z]+)+$/.test(core) && secretNameKind(core)) return undefined;
  if (/[$`%{<@]/.test(core)) {
    const fallback = DEFAULT_OF.exec(core)?.[1];
    if (fallback !== undefined)
      return within(core, core.length - 1 - fallback.length, core.length - 1, name, kind);
    const printed = PRINTED.exec(core);
    if (printed) return printedLiteral(core, printed[0].length, name, kind);
    if (/^\\?\$\(.*\)$/s.test(core)) return undefined;
    const rest = core.replace(PLAIN_REFERENCE, '');
    if (rest.length < core.length && (kind === 'bare' ? !looksRandom(rest) : !/[\p{L}\p{N}]/u.test(rest)))
      return undefined;
  }
  if (kind === 'header') {
    // Without this cookie Oracle lets nobody download a JDK.
    const scheme = /^(?:oraclelicense=[\w-]+;?\s*|[A-Za-z][\w-]{1,30}(?:\s|\\ ){1,8}(?=\S))/.exec(core);
    return scheme ? within(core, scheme[0].length, core.length, name, 'strong') : whole;
  }
  if (kind === 'strong') return whole;
  if (kind === 'pointer') {
    const printed =
      /(?:command|cmd)$/i.test(name) && /^(?:echo|printf)\s{1,4}(?:-[neE]{1,3}\s{1,4})?/.exec(core);
    if (printed) return printedLiteral(core, printed[0].length, name, 'strong');
    const licence = /(?:licen[sc]e|serial)$/i.test(name) && /^[A-Za-z0-9]{20,}$/.test(core);
    return isToken(core) || (licence && looksRandom(core)) ? whole : undefined;
  }
  if (isOneOf(NO_KEY, core, name)) return undefined;
  const pair = /(?:auth|creds?|authident|__[A-Z]+)$/i.test(name) && /^[\w.@+-]{1,64}:(?=[^/\s])/.exec(core);
  if (pair) return within(core, pair[0].length, core.length, name, 'strong');
  return kind === 'bare' && !looksRandom(core) ? undefined : whole;
}

function within(core: string, start: number, end: number, name: string, kind: NameKind): Span | undefined {
  const inner = shortSecret(core.slice(start, end), name, kind);
  return inner && { start: start + inner.start, end: start + inner.end };
}

/** What `echo` or `printf '%s\n'` prints from `from` on. */
function printedLiteral(core: string, from: number, name: string, kind: NameKind): Span | undefined {
  const literal = /^(["']?)(?:%s(?:\\n)?\1\s{1,8}(["']?))?([^"'|)`]{1,300})/.exec(core.slice(from));
  if (!literal) return undefined;
  const end = from + literal[0].trimEnd().length;
  return within(core, from + literal[0].length - (literal[3] ?? '').length, end, name, kind);
}

/** Random enough to be a key rather than a word, a number or an option. */
export function looksRandom(value: string): boolean {
  if (value.length < 7 || /[\s(){}[\]<>,]/.test(value) || KEY_FILE.test(value)) return false;
  const digit = /\d/.test(value);
  const lower = /[a-z]/.test(value);
  const upper = /[A-Z]/.test(value);
  if (value.length >= 24) return digit || (lower && upper);
  return digit ? lower || upper : lower && /[A-Z]{2}/.test(value);
}

/** Random, and neither words and numbers joined by `-` or `_` nor a digest. */
export function isOpaque(value: string): boolean {
  const isWordy = /^(?:(?:[A-Za-z]+|\d{1,4})(?:[-_]|$))+$/.test(value);
  return looksRandom(value) && !isWordy && !/^(?:0x)?[0-9A-F]{16,40}$/.test(value);
}

/** Letters and digits in turns, too long and too mixed for a path or a name; or groups, as in a licence key. */
function isToken(value: string): boolean {
  if (/^[A-Z0-9]{2,10}(?:-[A-Z0-9]{2,10}){3,}$/.test(value)) return /\d/.test(value);
  const run = /[A-Za-z0-9+]{24,}/.exec(value)?.[0] ?? '';
  return (run.match(/[A-Za-z]\d|\d[A-Za-z]/g)?.length ?? 0) >= 4;
}

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
  /^[ \t]{1,3}(?:bytes?|chars?|characters?|bits?|digits?|days?|hours?|minutes?|seconds?|long|symbols|个|位)/i;

/** "requirepass should be set", "set password to the value of" */
export function isProse(word: string): boolean {
  return PROSE.has(word);
}

/**
 * Whether a word that prose announces as a secret is one. `any`: a word of letters may be it; `mixed`: only what no
 * dictionary holds. `after` is what follows it: "8 characters" is no password.
 */
export function isWordOfSecret(word: string, after: string, what: 'any' | 'mixed', quoted: boolean): boolean {
  if (word.length < 3 || NO_VALUE.test(word) || ALGORITHM.test(word)) return false;
  if (/^\d+$/.test(word)) return what === 'any' && word.length >= 4 && !UNIT.test(after);
  if (/^[\d.:-]+$/.test(word)) return false;
  const mixed =
    (/\d/.test(word) && /[A-Za-z]/.test(word)) ||
    /[!@#$%^&*?~]/.test(word) ||
    /[a-z][A-Z]{2}|[A-Z]{2}[a-z]/.test(word);
  if (mixed || what === 'mixed') return mixed;
  const lower = word.toLowerCase();
  return quoted || !(PROSE.has(lower) || PROSE_ENDING.test(lower) || /['()=/]/.test(lower));
}

/** Blanks as a reader sees them: NBSP and the ideographic space too. */
export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)));
}
