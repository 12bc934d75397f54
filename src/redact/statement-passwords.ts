/** Passwords in statements: SQL's `IDENTIFIED BY 'x'` and `PASSWORD 'x'`, expect's `send "x"` after a prompt. */
import { PLAIN, readValue } from './read-value.ts';
import { MAY_BE_SECRET, secretNameKind } from './secret-names.ts';
import { secretPart } from './secret-part.ts';
import { allMatches, type Span } from './spans.ts';

const IDENTIFIED =
  /\bIDENTIFIED\s{1,8}(?:WITH\s{1,8}[\w'"`\\]{1,40}\s{1,8})?(?:BY|AS|USING)\s{1,8}(?:PASSWORD\s{1,8})?(?:VALUES\s{1,8})?/gi;
const PASSWORD = /(?<![-\w])(?:PASS(?:WORD|PHRASE)?|old_password)(?:\s{1,6}|\s{0,4}\(\s{0,4})(?=\\{0,3}')/gi;

const SET_FOR =
  /\bSET\s{1,8}PASSWORD\s{1,8}FOR\s{1,8}[\w'"`\\@%.()-]{1,80}\s{0,8}(?:=|\bTO\b)\s{0,8}(?=\\{0,3}["'])/gi;

/** PostgreSQL's dollar quotes. */
const DOLLAR_QUOTED = /\bPASSWORD\s{1,6}((?:\\?\$){2})(?=[^\s$\\])/gi;
const SENT = /pass(?:word|phrase)?[^\n]{0,60}?\bsend\s{1,4}(?:--\s{1,4})?(?=\\{0,3}["'])/gi;

/** `make_password('x')` */
const HASHED =
  /\b(?:set_?password|make_password|generate_password_hash|hashpw|bcrypt|password_hash|hash_password|passwd|(?<![.\w])crypt(?:\.crypt)?)\(\s{0,4}b?(?=\\{0,3}["'])/gi;

/** DB2: `connect to x user u using p` */
const USING = /\buser\s{1,4}\S{1,60}\s{1,4}using\s{1,4}(?=["'\w])/gi;

/** Oracle: `sys/x as sysdba` */
const AS_SYSDBA = /\b\w{1,30}\/([^\s@/"']{2,60})(?:@\S{1,60})?\s{1,4}as\s{1,4}sysdba/gi;

/** `create_superuser('admin', 'a@b.example', 'x')`, `jwt.sign({…}, 'x')`: the last argument. */
const SIGNED_IN =
  /\b(?:create_?(?:super)?user|(?:set|change|update|reset)_?(?:user_?)?password|authenticate|auth|log_?in|sign_?in|credentials|jwt\.(?:sign|encode|verify))\([^()\n]{1,300}?,\s{0,4}\\{0,3}["']([^"'\n\\]{1,100})\\{0,3}["']\s{0,4}\)/gi;

/** `connect("dbi:mysql:shop", "root", "x")`, `mysqli_connect(host, user, 'x')`: the third. */
const CONNECTED =
  /\b(?:connect|PDO|getConnection|mysqli(?:_connect)?|mysql_connect|ftp_login|imap_open|ssh2_auth_password|PSCredential)\((?:[^,()\n]{1,120},){2}\s{0,4}\\{0,3}["']([^"'\n\\]{1,100})\\{0,3}["']/gi;

/** Redis: `user bob on >x ~*`, `ACL SETUSER bob >x`. */
const ACL =
  /(?:(?<!\w-?)user[ \t]{1,4}[^\s"'<>]{1,64}|\bsetuser[ \t"',]{1,6}[^\s"'<>]{1,64})(?=[ \t"',])([^\n;|]{1,400})/gi;
const ACL_WORD =
  /[\s"',](?:on|off|reset(?:pass|keys)?|nopass|all(?:keys|commands|channels)|(?:[~+&%]|-@)\S{1,40})(?=[\s"',]|$)/;
const ACL_PASSWORD = /(?<=[\s"'])[><]((?!redacted>)[^\s"'<>&(]{2,200})/g;

/** cloud-init's `chpasswd: {list: |` with a `user:x` on each line. */
const CLOUD_LIST =
  /(?<![\w-])chpasswd:\s{1,40}(?:expire:[ \t]\w{1,5}\s{1,40})?list:[ \t]{0,4}\|?-?\r?\n((?:[ \t]{1,40}(?:- )?["']?[\w.-]{1,40}:\S{1,200}(?:\r?\n|$)){1,20})/g;
const CLOUD_PASSWORD = /[\w.-]{1,40}:([^\s"']{1,200})/g;

/** strongSwan's `: PSK "x"` */
const IPSEC = /:[ \t]{1,4}(?:PSK|XAUTH|EAP|NTLM|PIN)[ \t]{1,4}(?=["'\\\w])/g;

/** Net-SNMP's `createUser name SHA "x" AES "y"` */
const USM = /\bcreateUser[ \t][^\n]{1,300}/g;
const USM_PASSPHRASE =
  /\b(?:MD5|SHA(?:-?\d{3})?|DES|AES(?:-?\d{3}\w?)?)[ \t]{1,4}\\{0,3}["']?(?!(?:AES|DES)\b|<redacted>)([^\s"'\\]{4,100})/g;

/** `snmp-server community x RO`, `com2sec name default x` */
const COMMUNITY =
  /\b(?:community[ \t]{1,4}([^\s"'<]{2,60})(?=[ \t]{1,4}(?:ro|rw|view)\b)|com2sec6?[ \t]{1,4}(?:[\w./:-]{1,60}[ \t]{1,4}){2}([^\s"'<]{2,60}))/gi;

/** The private members of a JSON Web Key. */
const JWK = /\\{0,3}"(?:d|p|q|dp|dq|qi|k)\\{0,3}"\s{0,4}:\s{0,4}\\{0,3}"([\w+/=-]{16,})/g;

const STATEMENTS = [IDENTIFIED, PASSWORD, SET_FOR, HASHED, USING];

/** `"x" == password`, `"x".equals(user.password)` */
const LITERAL_FIRST =
  /(["'])([^"'\n\\]{3,200})\1\s{0,4}(?:[!=]==?|<>|-[ci]?(?:eq|ne)\b|\.equals(?:IgnoreCase)?\()\s{0,4}(?:[\w$]{1,40}(?:\(\))?(?:\.|->|\[["']?|\(["'])){0,5}\$?(\w{2,60})/g;

/** `a_password, b_password = "x", "y"` */
const LITERAL = /"[^"\n]{0,100}"|'[^'\n]{0,100}'|`[^`\n]{0,100}`|[\w.-]{1,40}/g;
const TOGETHER = new RegExp(
  `(?<![\\w.$@])((?:[\\w.$@]{1,60}\\s{0,2},\\s{0,4}){1,6}[\\w.$@]{1,60})[\\])]?(?:\\sstring)?\\s{0,4}:?=\\s{0,4}[[(]?((?:(?:${LITERAL.source})\\s{0,2},\\s{0,4}){1,6}(?:${LITERAL.source}))`,
  'g',
);

/** A new user of Jetty's in sed: `s/admin: admin, admin/admin: x, admin/`. */
const REALM =
  /(?:s([/|#])[^/|#\n]{1,80}\1|["'\n])\w{1,40}:[ \t]{0,4}([^\s,/|#]{2,100})(?=,[^\n]{0,100}realm)/g;

/** Secrets that code compares or assigns, where the name does not stand right before them. */
function codeLiterals(text: string, spans: Span[]): void {
  if (/realm/.test(text)) {
    for (const match of allMatches(text, REALM)) {
      pushEnd(spans, match[2] ?? '', match.index + match[0].length);
    }
  }
  if (!MAY_BE_SECRET.test(text)) return;
  if (/["']\s{0,4}(?:[!=]=|<>|-[cien]|\.eq)/.test(text)) {
    for (const match of allMatches(text, LITERAL_FIRST)) {
      const name = match[3] ?? '';
      const kind = secretNameKind(name);
      const part =
        kind && kind !== 'header' ? secretPart(match[2] ?? '', name.toUpperCase(), kind) : undefined;
      if (part) spans.push({ start: match.index + 1 + part.start, end: match.index + 1 + part.end });
    }
  }
  if (!/,\s{0,4}[\w.$@]{1,60}[\])]?(?:\sstring)?\s{0,4}:?=\s{0,4}[[(]?["'`\w]/.test(text)) return;
  for (const match of allMatches(text, TOGETHER)) {
    const values = match[2] ?? '';
    const names = (match[1] ?? '').split(',').map((name) => name.trim());
    const literals = allMatches(values, LITERAL);
    if (literals.length !== names.length) continue;
    const from = match.index + match[0].length - values.length;
    literals.forEach((literal, i) => {
      const kind = secretNameKind(names[i] ?? '');
      if (!kind || kind === 'header' || !/^["'`]/.test(literal[0])) return;
      const part = secretPart(literal[0].slice(1, -1), names[i]?.toUpperCase(), kind);
      const start = from + literal.index + 1;
      if (part) spans.push({ start: start + part.start, end: start + part.end });
    });
  }
}

/** Spans of the passwords in SQL statements, expect scripts and configurations that are statements themselves. */
export function findStatementPasswords(text: string): Span[] {
  const spans: Span[] = [];
  configStatements(text, spans);
  codeLiterals(text, spans);
  if (!/identified|pass|crypt|hashpw|using|sysdba/i.test(text)) return spans;
  const patterns = /send/i.test(text) ? [...STATEMENTS, SENT] : STATEMENTS;
  for (const pattern of patterns) {
    for (const match of allMatches(text, pattern)) {
      const at = match.index + match[0].length;
      if (at >= text.length || (pattern === PASSWORD && closesHere(text, at))) continue;
      const value = readValue(text, at, PLAIN);
      let end = value.end;
      if (!value.quoted) while (end > value.start && /[;"'`)\\]/.test(text[end - 1] as string)) end--;
      const part = secretPart(text.slice(value.start, end));
      if (part) spans.push({ start: value.start + part.start, end: value.start + part.end });
    }
  }
  for (const match of allMatches(text, DOLLAR_QUOTED)) {
    const start = match.index + match[0].length;
    const length = text.slice(start, start + 200).search(/[\s$\\]/);
    const part = secretPart(text.slice(start, start + (length < 0 ? 200 : length)));
    if (part) spans.push({ start: start + part.start, end: start + part.end });
  }
  return spans;
}

const ARGUMENTS: [hint: RegExp, pattern: RegExp][] = [
  [/(?:user|password|in|cate|auth|credentials|jwt\.\w{4,6})\(/i, SIGNED_IN],
  [/(?:connect(?:ion)?|PDO|mysqli|login|open|password)\(/i, CONNECTED],
  [/sysdba/i, AS_SYSDBA],
];

function configStatements(text: string, spans: Span[]): void {
  if (text.includes('>') && /\b(?:set)?user[ \t"']/i.test(text)) {
    for (const match of allMatches(text, ACL)) {
      const rest = match[1] ?? '';
      if (!/setuser/i.test(match[0]) && !ACL_WORD.test(rest)) continue;
      const from = match.index + match[0].length - rest.length;
      for (const password of allMatches(rest, ACL_PASSWORD)) {
        pushEnd(spans, password[1] ?? '', from + password.index + password[0].length);
      }
    }
  }
  if (/:[ \t]+[PXEN]/.test(text)) {
    for (const match of allMatches(text, IPSEC)) {
      const value = readValue(text, match.index + match[0].length, PLAIN);
      pushEnd(spans, text.slice(value.start, value.end), value.end);
    }
  }
  if (text.includes('chpasswd:')) {
    for (const block of allMatches(text, CLOUD_LIST)) {
      const list = block[1] ?? '';
      const from = block.index + block[0].length - list.length;
      for (const match of allMatches(list, CLOUD_PASSWORD))
        pushEnd(spans, match[1] ?? '', from + match.index + match[0].length);
    }
  }
  if (text.includes('createUser')) {
    for (const line of allMatches(text, USM)) {
      for (const match of allMatches(line[0], USM_PASSPHRASE)) {
        pushEnd(spans, match[1] ?? '', line.index + match.index + match[0].length);
      }
    }
  }
  if (/community|com2sec/i.test(text)) {
    for (const match of allMatches(text, COMMUNITY)) {
      pushEnd(spans, match[1] ?? match[2] ?? '', match.index + match[0].length);
    }
  }
  if (text.includes('"kty')) {
    for (const match of allMatches(text, JWK)) pushEnd(spans, match[1] ?? '', match.index + match[0].length);
  }
  for (const [hint, pattern] of ARGUMENTS) {
    if (!hint.test(text)) continue;
    for (const match of allMatches(text, pattern)) {
      const secret = match[1] ?? '';
      pushEnd(spans, secret, match.index + match[0].lastIndexOf(secret) + secret.length);
    }
  }
}

function pushEnd(spans: Span[], secret: string, end: number): void {
  const part = secretPart(secret);
  const start = end - secret.length;
  if (part) spans.push({ start: start + part.start, end: start + part.end });
}

/** An apostrophe that ends what stands before it: `'the password '`. */
function closesHere(text: string, at: number): boolean {
  return /^\\{0,3}'(?:\s|$|[,;)])/.test(text.slice(at, at + 5));
}
