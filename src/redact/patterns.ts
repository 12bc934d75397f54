/** Secrets that neither a name nor a command announces but the words around them: statements, configuration, URLs, prose. */
import { PLAIN, readValue } from './read-value.ts';
import { isOpaque, isWordOfSecret, looksRandom, secretOfName, secretPart } from './values.ts';
import { allMatches, type View } from './view.ts';

/**
 * What the secret is: the last `group` of the match, the group before a `named` last one, each match of a pattern in that group, the quoted or bare `value`
 * behind the match, or the word behind it, which may be `any` word or must be `mixed`, as that group says.
 */
type Is = 'group' | 'named' | 'value' | 'any' | 'mixed' | RegExp | ((group: string) => 'any' | 'mixed');

/** An example, what is secret, the pattern, and who has the last word; `secret` is the last group. */
type Row = [
  of: string,
  is: Is,
  pattern: RegExp,
  accepts?: (secret: string, match: RegExpExecArray) => boolean,
];

const ACL_PASSWORD = /(?<=[\s"'])[><]((?!redacted>)[^\s"'<>&(]{2,200})/g;
const ACL_RULE =
  /[\s"',](?:on|off|reset(?:pass|keys)?|nopass|all(?:keys|commands|channels)|(?:[~+&%]|-@)\S{1,40})(?=[\s"',]|$)/;

/** Rows that are tried when a text holds what they have in common. */
export interface Group {
  when: RegExp;
  rows: Row[];
}

// biome-ignore format: one line a row
const GROUPS: Group[] = [
  { when: /\b(?:identified|for|using|send|sysdba)\b/i, rows: [
    ["IDENTIFIED BY 'x'", 'value', /\bIDENTIFIED\s{1,8}(?:WITH\s{1,8}[\w'"`]{1,40}\s{1,8})?(?:BY|AS|USING)\s{1,8}(?:PASSWORD\s{1,8})?(?:VALUES\s{1,8})?/gi],
    ["SET PASSWORD FOR root = 'x'", 'value', /\bSET\s{1,8}PASSWORD\s{1,8}FOR\s{1,8}[\w'"`@%.()-]{1,80}\s{0,8}(?:=|\bTO\b)\s{0,8}(?=\\{0,3}["'])/gi],
    ['user u using x', 'value', /\buser\s{1,4}\S{1,60}\s{1,4}using\s{1,4}(?=["'\w])/gi],
    ['expect "password:"; send "x"', 'value', /(?:pass(?:word|phrase)?|assword)[^\n]{0,60}?\bsend\s{1,4}(?:--\s{1,4})?(?=\\{0,3}["'])/gi],
    ['sys/x as sysdba', 'group', /\b\w{1,30}\/([^\s@/"']{2,60})(?:@\S{1,60})?\s{1,4}as\s{1,4}sysdba/gi],
  ] },
  { when: /['($\\](?<=(?:pass|word|phrase|wd|crypt|hash|hashpw)\s{0,6}E?['($\\])/i, rows: [
    ["PASSWORD 'x'", 'value', /(?<![-\w])(?:PASS(?:WORD|PHRASE)?|old_password)(?:\s{1,6}|\s{0,4}\(\s{0,4})(?=E?'(?!\s|$|[,;)]))/gi],
    ['PASSWORD $$x$$', 'group', /\bPASSWORD\s{1,6}(?:\\?\$){2}([^\s$\\]{1,200})/gi],
    ["make_password('x')", 'value', /\b(?:set_?password|make_password|generate_password_hash|hashpw|bcrypt|password_hash|hash_password|passwd|(?<![.\w])crypt(?:\.crypt)?)\(\s{0,4}b?(?=["'])/gi],
  ] },
  { when: /\((?<=(?:user|password|in|cate|cation|auth|credentials?|jwt\.\w{4,6}|connect(?:ion)?|PDO|mysqli|open|redis|fernet|\.new|spec|hmac|md5|sha\d{1,3}|hash|array)\()/i, rows: [
    ["create_superuser('admin', 'a@b.example', 'x')", 'group', /\b(?:create_?(?:super)?user|(?:set|change|update|reset)_?(?:user_?)?password|authenticate|auth|log_?in|sign_?in|credentials)\([^()\n]{1,300}?,\s{0,4}["']([^"'\n]{1,100})["']\s{0,4}\)/gi],
    ['req.SetBasicAuth("admin", "x"), new NetworkCredential("admin", "x")', 'group', /\b\w{0,30}(?:auth|authentication|credentials?|login)\([ \t]{0,4}[bfru]?["'][^"'\n]{0,100}["'],[ \t]{0,4}(?:Some\()?[bfru]?["']([^"'\n]{1,100})["'](?=\)|\.|,[ \t]{0,4}[^\s"'])/gi],
    ['"x".toCharArray()', 'group', /"([^"\n\\]{1,100})"\.toCharArray\(/g],
    ['jwt.encode(payload, "x", …)', 'group', /\bjwt\.(?:sign|encode|verify|decode)\((?:\{[^{}\n]{0,200}\}|[^,(){}\n]|\([^()\n]{0,80}\)){1,100},\s{0,4}b?["']([^"'\n]{1,100})["']/gi],
    ['Redis("cache", 6379, 0, "x")', 'group', /Redis\([ \t]{0,4}["'][^"'\n]{1,100}["'],[ \t]{0,4}\d{1,5},[ \t]{0,4}\d{1,3},[ \t]{0,4}["']([^"'\n]{1,100})["']/g],
    ['Fernet("x"), hmac.new(b"x", …), new SecretKeySpec("x".getBytes(), …)', 'value', /\b(?:Fernet|AES\.new|hmac\.new|SecretKeySpec)\([ \t]{0,4}(?=b?["'])/gi],
    ["createHmac('sha256', 'x')", 'value', /\bcreateHmac\([ \t]{0,4}["'][\w-]{1,20}["'],[ \t]{0,4}(?=["'])/g],
    ['red:auth("x")', 'value', /(?<=[.:>])auth\([ \t]{0,4}(?=["'][^"'\s]{1,100}["'][ \t]{0,4}\))/g],
    ["md5($given) == 'x'", 'value', /\b(?:md5|sha\d{1,3}|hash)\([^()\n]{1,100}\)[ \t]{0,4}[!=]==?[ \t]{0,4}(?=["'])/gi],
    ['connect("dbi:mysql:shop", "root", "x")', 'group', /\b(?:connect|PDO|getConnection|mysqli(?:_connect)?|mysql_connect|ftp_login|imap_open|ssh2_auth_password|PSCredential)\((?:[^,()\n]{1,120},){2}\s{0,4}["']([^"'\n]{1,100})["']/gi],
  ] },
  { when: /\b(?:set)?user[ \t"']/i, rows: [
    ['user bob on >x ~*', ACL_PASSWORD, /(?<!\w-?)user[ \t]{1,4}[^\s"'<>]{1,64}(?=[ \t"',])([^\n;|]{1,400})/gi, (rest) => ACL_RULE.test(rest)],
    ['ACL SETUSER bob >x', ACL_PASSWORD, /\bsetuser[ \t"',]{1,6}[^\s"'<>]{1,64}(?=[ \t"',])([^\n;|]{1,400})/gi],
  ] },
  { when: /:[ \t]+[PXEN]|createUser|community|com2sec|realm|chpasswd:|:(?:\d{2,5}|\*):/i, rows: [
    ['host:5432:db:user:x of .pgpass', 'group', /(?<=^|[\s"'])[\w.*-]{1,100}:(?:\d{2,5}|\*):[\w*-]{1,60}:[\w*-]{1,60}:((?:[^\s"':/\\]|\\[:\\]){3,200})(?=$|[\s"'\\])/g],
    [': PSK "x"', 'value', /:[ \t]{1,4}(?:PSK|XAUTH|EAP|NTLM|PIN)[ \t]{1,4}(?=["'\w])/g],
    ['createUser name SHA "x" AES "y"', /\b(?:MD5|SHA(?:-?\d{3})?|DES|AES(?:-?\d{3}\w?)?)[ \t]{1,4}["']?(?!(?:AES|DES)\b|<redacted>)([^\s"'\\]{4,100})/g, /\bcreateUser[ \t]([^\n]{1,300})/g],
    ['snmp-server community x RO', 'group', /\bcommunity[ \t]{1,4}([^\s"'<]{2,60})(?=[ \t]{1,4}(?:ro|rw|view)\b)/gi],
    ['com2sec name default x', 'group', /\bcom2sec6?[ \t]{1,4}(?:[\w./:-]{1,60}[ \t]{1,4}){2}([^\s"'<]{2,60})/gi],
    ['s/admin: admin, admin/admin: x, admin/ realm.properties', 'group', /(?:s([/|#])[^/|#\n]{1,80}\1|["'\n])\w{1,40}:[ \t]{0,4}([^\s,/|#]{2,100})(?=,[^\n]{0,100}realm)/g],
    ['chpasswd: {list: |} with a user:x on each line', /[\w.-]{1,40}:([^\s"']{1,200})/g, /(?<![\w-])chpasswd:\s{1,40}(?:expire:[ \t]\w{1,5}\s{1,40})?list:[ \t]{0,4}\|?-?\r?\n((?:[ \t]{1,40}(?:- )?["']?[\w.-]{1,40}:\S{1,200}(?:\r?\n|$)){1,20})/g],
  ] },
  { when: /(?:["']\s{0,4}(?:[!=]=|<>|-[cien]|\.eq)|auth\s{0,4}=\s{0,4}\()/, rows: [
    ['"x" == password, "x".equals(user.password)', 'named', /(["'])([^"'\n\\]{3,200})\1\s{0,4}(?:[!=]==?|<>|-[ci]?(?:eq|ne)\b|\.equals(?:IgnoreCase)?\()\s{0,4}(?:[\w$]{1,40}(?:\(\))?(?:\.|->|\[["']?|\(["'])){0,5}\$?(\w{2,60})/g],
    ["auth=('user', 'x')", 'value', /auth\s{0,4}=\s{0,4}\(\s{0,8}[bru]?["'][^"'\n]{0,100}["']\s{0,8},\s{0,8}(?=[bru]?["'])/g],
  ] },
  { when: /LoginModule/, rows: [
    ['PlainLoginModule … user_alice="x"', /\buser_[\w.-]{1,60}=["']([^"'\n\\]{1,200})/g, /LoginModule([^;]{1,1000})/g],
  ] },
  { when: /kty/, rows: [
    ['"kty":"RSA","d":"x"', 'group', /"(?:d|p|q|dp|dq|qi|k)"\s{0,4}:\s{0,4}"([\w+/=-]{16,})/g],
  ] },
  { when: /hook|alterId|codecov|\/bot|messages\?|\/(?:t|tokens?|api[-_]?key|key|secret|auth)\//i, rows: [
    ['"id":"x","alterId":64 of v2ray', 'group', /"id"\s{0,4}:\s{0,4}"([\w-]{30,40})"(?=[^{}\n]{0,80}"alterId")/g],
    ['bash <(curl https://codecov.io/bash) -t x', 'group', /codecov\.io\/(?:bash|env)\)?[^\n;&|]{0,40}?[ \t]-t[ \t]{1,3}["']?([\w-]{6,80})/g],
    ['a web hook: whoever knows the address may post', 'group', /hooks\.[\w.-]{2,60}\/(?:services|workflows|triggers)\/([^\s"'\\<>,;)]{1,300})/gi],
    ['the same of Discord', 'group', /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,30}\/([^\s"'\\<>,;)?]{1,300})/gi],
    ['of Teams', 'group', /(?:webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook)\/([^\s"'\\<>,;)]{1,400})/gi],
    ['of Telegram', 'group', /api\.telegram\.org\/(?:file\/)?bot([^\s"'\\<>,;)/]{1,200})/gi],
    ['of Feishu and Lark', 'group', /open\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/(?:v2\/)?hook\/([^\s"'\\<>,;)?]{1,200})/gi],
    ['of Google Chat', 'group', /chat\.googleapis\.com\/v1\/spaces\/[^\s"'/]{1,80}\/messages\?([^\s"'\\<>;)]{1,300})/gi],
    ['conda.example/t/TOKEN/', 'group', /\bconda[\w.-]{0,60}\/t\/([\w-]{6,200})(?=\/)/gi],
    ['/t/TOKEN/, as conda and package registries take it', 'group', /\/(?:t|tokens?|api[-_]?key|key|secret|auth)\/([\w-]{16,200})(?=[/"'\s?]|$)/gi, isOpaque],
  ] },
  { when: /[?&;][\w-]{2,24}=|jdbc:oracle/i, rows: [
    ['?sig=x: a signed URL is a credential', 'group', /[?&;](?:sig|signature|x-amz-signature|x-goog-signature|x-cos-security-token|x-amz-security-token|q-signature|x-oss-signature)=((?:[^\s"'\\<>&;#)]|<redacted>){1,600})/gi],
    ['?code=x', 'group', /[?&;](?:code|key|appid|app_?key|ak|sk|tk|ticket|sid|license)=((?:[^\s"'\\<>&;#)]|<redacted>){1,600})/gi, looksRandom],
    ['PWD={x}; of ODBC', 'group', /;[ \t]?(?:pwd|password)=\{([^{}\n]{1,200})\}/gi],
    ['jdbc:oracle:thin:user/x@host', 'group', /\bjdbc:oracle:(?:thin|oci):[\w$]{1,60}\/([^\s@"']{1,100})@/gi],
  ] },
  { when: /\[/, rows: [
    ['[smtp.example]:587 user@host:x', 'any', /\[[\w.-]{3,80}\](?::\d{2,5})?[ \t]{1,8}[\w.@+-]{1,80}:(?=[^\s/])/g],
  ] },
  { when: /[ \t:：=](?<=(?:credentials?|log-?ins?|accounts?|auth|basic|digest|ssh|ftp|[台员密号户名库录陆])[ \t:：=])/i, rows: [
    [
      'Default credentials: admin / x',
      (user) => (/^(?:admin(?:istrator)?|root|user|guest|test|demo)$/i.test(user) ? 'any' : 'mixed'),
      /(?<![\w$.{-])(?:credentials?|log-?ins?|accounts?|auth|basic|digest|ssh|ftp|后台|管理员|账密|账号|账户|用户名?|数据库|登[录陆])(?:[ \t]{0,3}[:：=]|[ \t](?:is|are|as|with))?[ \t]{1,3}["'`(]?(?!sha\d|md5)([A-Za-z][\w.@-]{0,40})(?:[:/]| \/ )(?=[^\s/:])/giu,
      (user) => !/^[\w-]+\.[\w.-]*$/.test(user), // a host and a path
    ],
  ] },
  { when: /[ \t](?:is|was|are|to|be|->|for|of|pass(?:word|phrase|code))[ \t:]/i, rows: [
    [
      'the password (for admin) is x',
      (name) => (/^(?:pa|pw|pin)/i.test(name) ? 'any' : 'mixed'),
      /(?<![\w$.{-]|public[ _-]?key[ _-])(pass(?:word|wd|phrase|code)|pwd|pin(?:[ _-]code)?|token|secret|credentials?|(?:api|access|secret|licen[sc]e)[ _-]?key)(?:[ \t]{1,3}(?:for|of)[ \t]{1,3}["'`]?[\w.@-]{1,40}["'`]?){0,2}(?:[ \t]{1,3}(?:(?:is |was |has been )?(?:now |set |re-?set |changed |updated )to|to(?=[ \t:]{1,4}["'`“])|defaults to|will be|is|was|are)[ \t:]{1,4}|[ \t]{1,3}->[ \t]{1,3})/gi,
    ],
    ['the secret is the word "x"', 'any', /(?<![\w$.{-])(?:pass(?:word|phrase|code)|secret|token|key)[ \t]{1,3}(?:is|was|to)[ \t][^."'`“\n]{0,30}(?:word|string|value|literal|phrase)[ \t:]{1,2}(?=["'`“])/gi],
    ['the password "x"', 'any', /(?<![\w$.{-])(?:the|with|default|initial|its|a)[ \t]{1,3}pass(?:word|phrase|code)[ \t]{1,3}(?=["'`“][^\s"'`”]{4,100}["'`”])/gi],
    ['key for prod: x', 'mixed', /(?<![\w$.{-])(?:key|token|secret|password)[ \t]{1,3}(?:for|of)[ \t]{1,3}[\w.@-]{1,40}[ \t]{0,2}[:=][ \t]{1,3}/gi],
    ['login with admin and password x', 'mixed', /(?<![\w$.{-])(?:admin|root|default|initial|temp|temporary|and|with|the|test|login|user|same|use|using|enter|try|type|\/)[ \t]{1,3}pass(?:word|wd|phrase|code)[ \t]{1,3}/gi],
  ] },
  { when: /[\u4e00-\u9fff]/, rows: [
    [
      '密码是x',
      (verb) => (verb === '' ? 'mixed' : 'any'),
      /(?:密码|密碼|口令|密钥|密鑰|秘钥|令牌|凭证|凭据|私钥|私鑰)\d{0,3}(?:内容|的值)?[ \t]{0,3}((?:已|都|均|默认|仍|就)?(?:是|为|為|設為|设为|设置为|设成|改为|改成|重置为|用|用的是))?[ \t]{0,3}(?=["'“‘「]?[\x21-\x7e])/gu,
    ],
  ] },
];

const WORD = /["'`“‘「]?([\x21\x23-\x26\x28-\x5f\x61-\x7e]{3,100})/y;

/** The groups that may find something in a text, and in what its quotes hold. */
export function groupsFor(text: string): Group[] {
  return GROUPS.filter(({ when }) => when.test(text));
}

/** Adds the secrets that a row of the groups announces in a view. */
export function findPatterns(view: View, groups: Group[]): void {
  for (const { when, rows } of groups) {
    if (view.depth > 0 && !when.test(view.text)) continue;
    for (const row of rows) {
      for (const match of allMatches(view.text, row[2])) readMatch(view, match, row);
    }
  }
}

function readMatch(view: View, match: RegExpExecArray, [, is, , accepts]: Row): void {
  const { text } = view;
  const end = match.index + match[0].length;
  const secret = match.at(-1) ?? '';
  if (accepts && !accepts(secret, match)) return;
  const start = match.index + match[0].lastIndexOf(secret);
  const push = (value: string, at: number) => view.mark(at, secretPart(value));
  if (is === 'group') push(secret, start);
  else if (is === 'named') {
    const literal = match.at(-2) ?? '';
    view.mark(match.index + match[0].indexOf(literal), secretOfName(literal, secret));
  } else if (is === 'value') {
    if (end >= text.length) return;
    const value = readValue(text, end, PLAIN);
    const raw = text.slice(value.start, value.end);
    push(value.quoted ? raw : raw.replace(/(?!^)[;"'`)\\]{1,20}$/, ''), value.start);
  } else if (is instanceof RegExp) {
    for (const inner of allMatches(secret, is)) {
      const part = inner[1] ?? '';
      push(part, start + inner.index + inner[0].length - part.length);
    }
  } else {
    WORD.lastIndex = end;
    const found = WORD.exec(text);
    if (!found) return;
    const quoted = found[0] !== found[1];
    const word = (found[1] ?? '').replace(/(?:\\n)?[.,;:)\]}]*$/, '');
    const at = end + (quoted ? 1 : 0);
    const what = typeof is === 'string' ? is : is(secret);
    if (isWordOfSecret(word, text.slice(at + word.length, at + word.length + 24), what, quoted))
      push(word, at);
  }
}
