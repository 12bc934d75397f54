/** Values of secret-looking names, in every layout of Dockerfiles, image history, JSON, YAML, ini, XML, code and shell. */
import { type Composite, referenceEnd } from './lex.ts';
import { CLUE, MAY_BE_SECRET, type NameKind, secretNameKind } from './names.ts';
import { lineEnd, matchAt, PLAIN, readValue, skipBlanks, type Value } from './read-value.ts';
import { findRegions, NEXT_PAIR, type Outside, type Region } from './regions.ts';
import { isBlank, isProse, looksRandom, secretOfName, secretPart } from './values.ts';
import { allMatches, type View } from './view.ts';

const NAME_CHARACTER = /[\p{L}\p{N}\p{M}\p{Cf}_.-]/u;
const NAME_LENGTH = 200;

/** Where a name may hold something secret. */
const HINT = new RegExp(MAY_BE_SECRET.source, 'gi');
const HINT_IN_ASCII = new RegExp(CLUE.source, 'gi');

/** What may stand between a name and its separator: `"`, `\"`, `']`, `[0]`. */
const CLOSERS = /(?:\\{0,8}["'`]|\[\w{0,20}\]|\]){0,4}/y;

const SEPARATOR =
  /[ \t]{0,2}[: ][ \t]{0,2}&?(?:str|string|String|SecretStr|Optional\[str\])(?:[ \t]{1,2}=[ \t]{1,2}|[ \t]{0,2}=(?=["'`]))|[ \t\u00a0\u3000]*(?:=>|:=|\+=|\?=|===?|=(?:[/|#]&)?|(?:!==?|<>)(?=[ \t]{0,8}["'])|:(?!:|\/\/)|[＝：﹦︰])[ \t\u00a0\u3000]*|[ \t]{1,8}-?[ci]?(?:eq|ne)[ \t]{1,8}(?=["'])|[ \t]{0,2}(?:的值|内容)[ \t]?[（(](?=[\x21-\x7e])|[ \t]{1,2}(?=[\w+/=-]{16,200}[，。；、）])|[ \t]{0,2}(?:的值|内容)?[ \t]?(?:设置为|设为|改为|为|是)[ \t:：]{0,3}(?=["'“‘「]?[\x21-\x7e])/y;

/** ``key := `x` `` of Go and JavaScript */
const BACKTICK_LITERAL = /`[^`]{1,300}(?:`|$)/y;

/** `${NAME:-default}` and its kin; `:?` and `:+` bring a message or a marker, not a value. */
const DEFAULT_SEPARATOR = /:?[-=]|:(?![?+])/y;

/**
 * Where a value stands when no separator follows the name: an example, what is between the two or around the value, and
 * what is before the name.
 */
// biome-ignore format: one line a row
const LAYOUTS: [of: string, between: RegExp, before?: RegExp][] = [
  [':password "x" in a Clojure map, #define PASSWORD "x", storeFile "a"; storePassword "x"', /[ \t](?=["'])/y, /(?::|#[ \t]{0,4}define[ \t]{1,8}|[\n;{][ \t]{0,40})$/],
  ['getenv("TOKEN") || "x", process.env.TOKEN ?? "x"', /(?:["'`]?[\])]){0,2}[ \t]{1,4}(?:\|\||\?\?|or|\?:)[ \t]{1,4}(?=["'`])/y],
  ['client.withPassword("x")', /(?<=(?:\.|->|::)(?!get|find|read|fetch|load|has|is|delete|remove|list|describe|by|prompt|ask)\w{1,40})\((?=[bfru]?["'][^"'\s]{3,100}["'][ \t]{0,4}\))/iy],
  ['<name>fs.s3a.secret.key</name> <value>x</value> of Hadoop, <key>ApiSecret</key> <string>x</string>', /<\/(?:key|name)>\s{0,40}<(?:string|value)>(?<value>[^<]{1,600})(?=<\/)/y, /<(?:key|name)>$/],
  ['password.equals("x")', /(?<=\.equals(?:IgnoreCase)?)\((?=["'])/y],
  ['strcmp($password, "x")', /[ \t]{0,4},[ \t]{0,4}(?=["'])/y, /(?:strcmp|equals?|compare\w{0,12}|verify\w{0,12}|check\w{0,12})\([ \t]{0,4}[\w$.]{0,30}$/i],
  ['{"name": "DB_PASSWORD", "value": "x"}, <add key="Password" value="x"/>, name: X\\n  value: x', /(?:["'`]|\[\w{0,20}\]|\]){0,4}[\s,;{]{0,40}(?:(?:type|description|sensitive)[ \t]{1,20}=[^\n]{0,100}\s{1,40}){0,3}["']?(?:value|Value|VALUE|defaultValue|default)["']?[ \t]{0,8}[:=][ \t]{0,8}/y],
  ["getenv(\"NAME\", \"default\"), define('NAME', 'x')", /\\{0,3}["'][ \t]{0,8},[ \t]{0,20}(?=[fbruN]{0,2}\\{0,3}["'])/y, /\([ \t]{0,4}\\{0,3}["']$/],
  ['<password>x</password>, <wsse:Password><![CDATA[x]]>', /(?<!<[Kk]ey)(?! -)[^<>"'=\n]{0,40}>(?<=<[^<>"'=\n]{1,140}>)(?!\s{1,4}--?\w|[ \t]{0,20}\r?\n[^<]*$)[ \t]{0,20}(?:<!\[CDATA\[)?(?<value>(?:<redacted>|[^<\]]|\](?!\]>))+)/y, /(?<![\w=])<(?:\w{1,20}:)?$/],
  ['<property name="password">x</property>', /["']>(?<value>(?:<redacted>|[^<]){1,300})(?=<(?!redacted>))/y, /[\w-]=["'][\w.-]{0,40}$/],
  ['s/DB_PASSWORD_PLACEHOLDER/x/', /(?<=(?:^|["'\s;])s([/|#@,!])[^/|#@,!\n]{0,60}[A-Z\d])[^/|#@,!\n]{0,12}\1(?<value>[^/|#@,!\n]{1,600})(?=\1)/y],
];

/** `bcrypt('x')`, `Buffer.from("x")`: the literal is the secret. */
const WRAPPER =
  /(?:\w{1,20}(?:::|\.|->)){0,2}(?:\[\]byte|bcrypt|make|hash\w{0,12}|sha\d{0,3}|md5|b64encode|from|bytes|encode\w{0,12}|quote\w{0,8}|password|unhex|to_base64|str|String)\([ \t]{0,4}(?=[bru]?["'])/iy;

const BLOCK_SCALAR = /[|>][-+0-9]{0,2}[ \t]*\r?\n/y;
const LIST_ITEM = /(?:(?<=\[)|,)\s{0,40}(?=["'\w])|\s{1,40}(?=["'])/y;

const NEXT_IN_QUOTES = /[ \t]{1,100}(?:[A-Za-z_][\w.-]{0,60}=|&&|\|\||[|>;&]|-{1,2}[A-Za-z])/y;

/** A setting alone on its line, or a server's keyword anywhere: `requirepass x`. */
const KEYWORD = /(?:requirepass|masterauth|masteruser_pass|(?:root)?bindpw|rootpw|r[ow]community6?)\b/y;

/** `Jwt:Key`, `io.jsonwebtoken:jjwt-api:0.12.5`, `password-db:5432`: a path in .NET's settings, a package, a host and its port */
const NOT_A_SETTING =
  /^(?:(?:[A-Z][A-Za-z]{1,30}:){1,4}(?:[A-Z][A-Za-z]{0,30})?(?:Key|Secret|Password|Token)(?=$|["'])|[a-z][\w-]*(?:\.[\w-]+)+:[\w.-]+:\d[\w.]*(?=$|[\s"',;)])|[a-z][a-z0-9]*(?:[-.][a-z0-9]+)+:\d{2,5}(?=$|[\s"',;/)]))/;

/** `-v secret:/data` */
const VOLUME = /^\/[a-z_-]{2,20}(?:[/:\s"']|$)/;

/** `artisan jwt:secret`, `rails credentials:show` */
const TASK = /(?:artisan|rails|rake|console|run|yarn|pnpm|composer|heroku|make)[ \t]$/;

/** `"token:revoke": "node revoke.js"` */
const TASK_VERB =
  /^(?:revoke|reset|generate|create|rotate|refresh|show|list|clear|check|verify|update|delete|remove|hash|encrypt|decrypt)(?=[\s"']|$)/;

/** Where names are read. */
interface Reading {
  view: View;
  text: string;
}

interface Named {
  start: number;
  end: number;
  name: string;
  kind: NameKind;
  /** In `${NAME…}` */
  expands: boolean;
  region: Region | undefined;
}

/** Adds every value in `view` that belongs to a secret-looking name, outside `composites`. */
export function findPairs(view: View, composites: Composite[]): void {
  const { text } = view;
  const hint = /[^!-~ \t\r\n]/.test(text) ? HINT : HINT_IN_ASCII;
  let found = nameFrom(text, 0, hint);
  if (!found) return;
  const reading = { view, text };
  assignedTogether(reading);
  const regions = findRegions(view, outsideOf(composites));
  const outside = outsideOf(composites);
  for (; found; found = nameFrom(text, found.next, hint)) {
    const { start, end } = found;
    // `"the password": "x"`: the name that ends its quotes counts here
    if (!outside(start, end)) continue;
    const expands = text[start - 1] === '{' && text[start - 2] === '$';
    const name = text.slice(start, end).replace(expands ? /-.*$/s : /[-.]+$/, '');
    const kind = secretNameKind(name);
    if (!kind) continue;
    while (regions[0] && regions[0].end <= start) regions.shift();
    const region = regions[0] && regions[0].start <= start ? regions[0] : undefined;
    const next = secretOf(reading, { start, end: start + name.length, name, kind, expands, region });
    found.next = Math.max(next, found.next);
  }
}

/** The first word from `from` on that may be a secret's name, and where to look for the next. */
function nameFrom(
  text: string,
  from: number,
  pattern: RegExp,
): { start: number; end: number; next: number } | undefined {
  for (let at = from; ; ) {
    pattern.lastIndex = at;
    const hint = pattern.exec(text)?.index;
    if (hint === undefined) return undefined;
    let start = hint;
    while (start > at && hint - start < NAME_LENGTH && isNameCharacter(text, start - 1)) start--;
    while (text[start] === '-' || text[start] === '.') start++;
    let end = start;
    while (end < text.length && end - start <= NAME_LENGTH && isNameCharacter(text, end)) end++;
    at = Math.max(end, hint + 1);
    // The `n` of a `\n` written out is no part of the name.
    if (text[start - 1] === '\\' && /[nrt]/.test(text[start] ?? '')) start++;
    if (end - start > 1) return { start, end, next: at };
  }
}

function isNameCharacter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code > 127) return NAME_CHARACTER.test(text[at] as string);
  return (code | 32) >= 97
    ? (code | 32) <= 122 || code === 95
    : (code >= 48 && code <= 57) || code === 45 || code === 46;
}

/** Tells whether `start` is in no composite, or `end` where one ends; asked from left to right. */
function outsideOf(composites: Composite[]): Outside {
  let next = 0;
  return (start, end) => {
    while (next < composites.length && (composites[next] as Composite).end <= start) next++;
    const around = composites[next];
    return !around || around.start > start || end >= around.end - 1;
  };
}

/** Adds the name's secret, if it has one, and says where the search for names goes on. */
function secretOf(reading: Reading, named: Named): number {
  const { text } = reading;
  const { start, end, name, kind, region } = named;
  const before = text[start - 1] ?? '';
  const keyword = keywordValue(reading, named);
  if (keyword > 0) return keyword;

  if (named.expands) {
    const operator = matchAt(DEFAULT_SEPARATOR, text, end);
    if (operator === undefined) return end;
    const from = end + operator.length;
    const close = referenceEnd(text, start - 2);
    const to = close < 0 ? lineEnd(text, from) : close - 1;
    return add(reading, { start: from, end: to, next: to, quoted: true }, named);
  }

  const closers = matchAt(CLOSERS, text, end) ?? '';
  const separator = matchAt(SEPARATOR, text, end + closers.length);
  if (separator === undefined) return withoutSeparator(reading, named);
  const sign = separator.trim().replace(/[/|#]&$/, ''); // sed: `s/password=/&x/`
  // `"password" == key`: a literal that is compared with something
  if (/^[!=]=/.test(sign) && closers !== '' && !closers.includes(']') && /["'`]/.test(before)) return end;
  if (sign === ':' && closers === '' && !isSetting(text, start, end, separator)) return end;
  const at = skipBlanks(text, end + closers.length + separator.length);

  if (sign === '==' && /^\d+\.\w/.test(text.slice(at, at + 8))) return at; // a pinned package
  if (sign === ':') {
    const block = matchAt(BLOCK_SCALAR, text, at);
    if (block !== undefined) return blockScalar(reading, at + block.length);
  }
  if (text[at] === '`' && (separator !== sign || /[:r]/.test(sign))) {
    const literal = matchAt(BACKTICK_LITERAL, text, at);
    // Elsewhere a command, if it holds blanks or is one word
    if (literal !== undefined && (/:=|str/i.test(sign) || !/\s|^`[a-z]*`$/.test(literal))) {
      const next = at + literal.length;
      const end = literal.endsWith('`') ? next - 1 : next;
      return add(reading, { start: at + 1, end, next, quoted: true }, named);
    }
  }
  // An object, or a list of them: its names speak for themselves
  if (/^(?:\{(?!\{)|\[\s{0,8}(?:\{|["'][\w-]{1,40}["']\s{0,4}(?:=>|:)))/.test(text.slice(at, at + 60)))
    return at;
  if (text[at] === '[') {
    const list = listItems(reading, at + 1, named);
    if (list > 0) return list;
  }
  if (region && /^=[ \t]/.test(separator)) return at; // `ENV PASSWORD= USER=x`: an empty value
  const wrapper = matchAt(WRAPPER, text, at);
  if (wrapper !== undefined) return add(reading, readValue(text, at + wrapper.length, PLAIN), named);
  const value =
    kind === 'header'
      ? headerValue(reading, at, start)
      : readValue(text, at, contextOf(reading, named, sign, separator, closers));
  const isOther =
    namesVariable(text, value, name, closers) ||
    (sign === ':' && beginsSentence(text, value)) ||
    (/^[ \t]+:?=[ \t]/.test(separator) && isExpression(text, value));
  if (!value.quoted && isOther) return value.start;
  // In an assignment the rules for the settings of others (`secret: db-password`) say nothing.
  const assigned = separator === '=' && closers === '' && !name.includes('.') && /^[\s"']?$/.test(before);
  return add(reading, value, assigned ? { ...named, name: name.toUpperCase() } : named);
}

/** Not so `$TOKEN: x`, `repo/secret:tag`, `-v secret:/data`, `artisan jwt:secret`. */
function isSetting(text: string, start: number, end: number, separator: string): boolean {
  if (text[start - 1] === '$') return false;
  // psql's variable: `PASSWORD :'pw'`
  if (/^[ \t]+:$/.test(separator) && /["']/.test(text[end + separator.length] ?? '')) return false;
  if (separator !== ':') return true;
  const after = text.slice(end + 1, end + 40);
  if (/^[a-z]+(?=[\s"']|$)/.test(after) && TASK.test(text.slice(Math.max(0, start - 14), start)))
    return false;
  return (
    text[start - 1] !== '/' &&
    !VOLUME.test(after) &&
    !TASK_VERB.test(after) &&
    !NOT_A_SETTING.test(text.slice(start, start + 120))
  );
}

/** `"password": new_password`, `headers["token"] = token`, `a_token = b_token = "x"` */
function namesVariable(text: string, value: Value, name: string, closers: string): boolean {
  const word = text.slice(value.start, Math.min(value.end, value.start + 80));
  const chained = /^[ \t]{1,4}=[ \t]{0,4}["'`]/.test(text.slice(value.end, value.end + 12));
  if (!chained && closers === '') return false;
  return (
    word === name ||
    (/^[A-Za-z_]+(?:[._]|(?<=[a-z])(?=[A-Z]))[A-Za-z_.]+$/.test(word) && secretNameKind(word) !== undefined)
  );
}

/** `password: must be at least …` */
function beginsSentence(text: string, { start, end }: Value): boolean {
  return isProse(text.slice(start, end)) && /^[ \t][a-z]{1,20}(?=[\s.,]|$)/.test(text.slice(end, end + 24));
}

/** A call, an index, a field of a field, or a word that ends its statement: `= tokenizer(text)`, `= ngx.var.arg_token`, `= password;` */
const EXPRESSION =
  /(?:(?:new|await)[ \t]{1,4}|[&*!])?[A-Za-z_]{3,60}\d{0,3}\w{0,60}(?:(?:\.|::|->)\w{1,60}){0,6}!?[([{]|[A-Za-z_]{2,60}(?:(?:\.|::|->)[A-Za-z_]{1,60}){2,6}(?=$|[\s;,)])|[A-Za-z_]{2,60}(?=;|[ \t]{1,4}(?:[=!]=|\?|&&|\|\|)[ \t])/y;

/** Whether what is assigned in code, where literals have quotes, is none. */
function isExpression(text: string, { start }: Value): boolean {
  const expression = matchAt(EXPRESSION, text, start);
  return expression !== undefined && !looksRandom(expression);
}

function contextOf({ view, text }: Reading, named: Named, sign: string, separator: string, closers: string) {
  const { start, region } = named;
  let from = start;
  while (text[from - 1] === '-') from--;
  const before = text[from - 1] ?? ' ';
  const bareName = closers === '';
  const isLine = sign === ':' || (sign === '=' && (separator !== '=' || named.name.includes('.')));
  let stop: RegExp | undefined;
  if (region && from === start && isBlank(before.charCodeAt(0))) stop = region.stop;
  else if (view.quoted && before === ';' && sign === '=') stop = NEVER;
  else if (bareName && view.quoted && from === 0 && !view.script) stop = NEXT_IN_QUOTES;
  else if (bareName && isLine && LINE_START.test(text.slice(Math.max(0, from - 40), from))) stop = LINE_STOP;
  return { stop, inQuery: before === '?' || before === '&', glues: sign === '=' && bareName };
}

/** `"Server=x;Password=a b;"`: only `;` and the quote end the value. */
const NEVER = /(?!)/y;

const LINE_STOP = /[ \t]{1,100}(?:[#;]|[\w.-]{1,60}[=:]|$|\r?\n|-{1,2}\w|&&|[|>])/y;

/** What stands before a name that opens its line; a text that begins with its name may be a sentence. */
const LINE_START = /(?:\n|\\n)[ \t-]{0,40}$|^[ \t-]{1,40}$/;

function add({ view, text }: Reading, value: Value, { name, kind }: Named): number {
  const part = secretPart(text.slice(value.start, value.end), name, kind);
  view.mark(value.start, part);
  return part ? value.next : value.start;
}

/** A header's value reaches to its closing quote or the end of its line; within a line it is a scheme and a word. */
function headerValue({ view, text }: Reading, at: number, start: number): Value {
  if (/["']/.test(text[at] ?? '')) return readValue(text, at, PLAIN);
  let extent = HEADER_WORDS;
  if (start === 0) extent = view.quoted ? /[^\n]*/y : HEADER_LINE;
  else if (LINE_START.test(text.slice(Math.max(0, start - 40), start))) extent = HEADER_LINE;
  const end = at + (matchAt(extent, text, at)?.length ?? 0);
  return { start: at, end, next: end, quoted: true };
}

const HEADER_LINE = /[^"'\n]*/y;
const HEADER_WORDS = /(?:[A-Za-z][\w-]{1,30}(?:[ \t]|\\ ){1,20})?(?:[^\s"';]|;[ \t]?)*/y;

/** Adds the secret of a name that no separator follows. */
function withoutSeparator(reading: Reading, named: Named): number {
  const { text } = reading;
  const { start, end } = named;
  for (const [, between, before] of LAYOUTS) {
    between.lastIndex = end;
    const match = between.exec(text);
    if (!match || (before && !before.test(text.slice(Math.max(0, start - 60), start)))) continue;
    const next = end + match[0].length;
    const value = match.groups?.['value'];
    if (value === undefined) return add(reading, readValue(text, next, PLAIN), named);
    const from = next - match[0].length + match[0].lastIndexOf(value);
    return add(reading, { start: from, end: from + value.length, next, quoted: true }, named);
  }
  return end;
}

/** `requirepass x`, and `password x` alone on its line; -1 when the layout is another. */
function keywordValue(reading: Reading, named: Named): number {
  const { text, view } = reading;
  const { start, end, name, kind, region } = named;
  if ((text[end] !== ' ' && text[end] !== '\t') || (kind !== 'strong' && kind !== 'weak')) return -1;
  const from = skipBlanks(text, end);
  if (/^[=:＝：\r\n]?$/.test(text[from] ?? '')) return -1;
  if (matchAt(KEYWORD, text, start) !== name) {
    // `ENV A=b DB_PASSWORD x`
    const inPairs = region && isBlank(text.charCodeAt(start - 1)) && /^[A-Z\d]+_[A-Z\d_]+$/.test(name);
    const word = matchAt(inPairs ? /[^\s=]{3,200}/y : CONFIG_WORD, text, from);
    if (word === undefined) return -1;
    const next = from + word.length;
    if (inPairs) {
      if (next < text.length && matchAt(NEXT_PAIR, text, next) === undefined) return -1;
    } else if (/^(?:sm|ch|ht|vnc)?passwd$/i.test(name)) return -1;
    else if (!LINE_START.test(text.slice(Math.max(0, start - 40), start))) return -1;
  }
  const value = readValue(text, from, { inQuery: false, glues: !view.quoted });
  if (isProse(text.slice(value.start, value.end))) return -1;
  // sed: `s/requirepass old/requirepass new/`
  const again = text.slice(value.start, value.end).indexOf(`/${name}`);
  if (again >= 0) value.end = value.next = value.start + again;
  return add(reading, value, named);
}

const CONFIG_WORD = /[^\s]{1,300}[ \t]{0,20}(?=$|\r?\n|\\n|["'])/y;

/** Lines of a YAML block scalar: everything more indented than nothing. */
function blockScalar({ view, text }: Reading, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') {
    const end = lineEnd(text, at);
    view.mark(at, secretPart(text.slice(at, end)));
    at = end + 1;
  }
  return at;
}

/** Quoted items of a list; 0 when the list holds something else first. */
function listItems(reading: Reading, from: number, named: Named): number {
  const { text } = reading;
  let at = from;
  for (;;) {
    const item = matchAt(LIST_ITEM, text, at);
    if (item === undefined) return at === from ? 0 : at;
    const value = readValue(text, at + item.length, PLAIN);
    add(reading, value, named);
    at = value.next;
  }
}

const LITERAL = /"[^"\n]{0,100}"|'[^'\n]{0,100}'|`[^`\n]{0,100}`|[\w.-]{1,40}/g;
const TOGETHER = new RegExp(
  `(?<![\\w.$@])((?:[\\w.$@\`]{1,60}\\s{0,2},\\s{0,4}){1,9}[\\w.$@\`]{1,60})[\\])]?(?:(?:\\sstring)?\\s{0,4}:?=\\s{0,4}|\\s{0,8}values?\\s{0,8})[[(]?((?:(?:${LITERAL.source})\\s{0,2},\\s{0,4}){1,9}(?:${LITERAL.source}))`,
  'gi',
);

/** `a_password, b_password = "x", "y"`, `(login, password) VALUES ('a', 'x')` */
function assignedTogether({ view, text }: Reading): void {
  if (
    !/,\s{0,4}[\w.$@`]{1,60}[\])]?(?:(?:\sstring)?\s{0,4}:?=|\s{0,8}values?)\s{0,8}[[(]?["'`\w]/i.test(text)
  )
    return;
  for (const match of allMatches(text, TOGETHER)) {
    const values = match[2] ?? '';
    const names = (match[1] ?? '').split(',').map((name) => name.replace(/[\s`]+/g, '').toUpperCase());
    const literals = allMatches(values, LITERAL);
    if (literals.length !== names.length) continue;
    const from = match.index + match[0].length - values.length + 1;
    for (const [i, literal] of literals.entries()) {
      if (/^["'`]/.test(literal[0]))
        view.mark(from + literal.index, secretOfName(literal[0].slice(1, -1), names[i] ?? ''));
    }
  }
}
