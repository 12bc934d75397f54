/** Values of secret-looking names, in every layout of Dockerfiles, image history, JSON, YAML, ini, XML and shell. */

import type { Composite } from './lex.ts';
import { MAY_BE_SECRET, type NameKind, secretNameKind } from './names.ts';
import { lineEnd, PLAIN, readValue, skipBlanks, type Value } from './read-value.ts';
import { findRegions, NEXT_PAIR, type Outside, type Region } from './regions.ts';
import { isBlank, isProse, secretPart } from './values.ts';
import type { Span, View } from './view.ts';

const NAME = /[\p{L}\p{N}\p{Cf}_][\p{L}\p{N}\p{M}\p{Cf}_.-]{0,200}/gu;
const NAME_CHARACTER = /[\p{L}\p{N}\p{M}\p{Cf}_.-]/u;
const NAME_LENGTH = 200;

/** Where a name may hold something secret. */
const HINT = new RegExp(MAY_BE_SECRET.source, 'gi');

/** What may stand between a name and its separator: `"`, `\"`, `']`, `[0]`. */
const CLOSERS = /(?:\\{0,8}["'`]|\[\w{0,20}\]|\]){0,4}/y;

const SEPARATOR =
  /[ \t]{0,2}[: ][ \t]{0,2}&?(?:str|string|String|SecretStr|Optional\[str\])(?:[ \t]{1,2}=[ \t]{1,2}|[ \t]{0,2}=(?=["'`]))|[ \t\u00a0\u3000]*(?:=>|:=|\+=|\?=|===?|=|(?:!==?|<>)(?=[ \t]{0,8}["'])|:(?!:|\/\/)|[＝：﹦︰])[ \t\u00a0\u3000]*|[ \t]{1,8}-?[ci]?(?:eq|ne)[ \t]{1,8}(?=["'])/y;

/** What declares a variable or ends its type: behind it a backtick quotes. */
const DECLARES = /(?:^|[\s;({])(?:const|let|var|final|val)[ \t][^\n=]{0,60}$/;

/** `${NAME:-default}` and its kin; `:?` and `:+` bring a message or a marker, not a value. */
const DEFAULT_SEPARATOR = /:?[-=]|:(?![?+])/y;

/** Where a value stands when no separator follows the name: what is before the name, and between the two or around the value. */
const LAYOUTS: { before?: RegExp; between: RegExp }[] = [
  // `:password "x"` in a Clojure map, `#define PASSWORD "x"`
  { before: /(?::|#[ \t]{0,4}define[ \t]{1,8})$/, between: /[ \t](?=["'])/y },
  // `password.equals("x")`
  { between: /(?<=\.equals(?:IgnoreCase)?)\((?=["'])/y },
  // `strcmp($password, "x")`
  {
    before: /(?:strcmp|equals?|compare\w{0,12}|verify\w{0,12}|check\w{0,12})\([ \t]{0,4}[\w$.]{0,30}$/i,
    between: /[ \t]{0,4},[ \t]{0,4}(?=["'])/y,
  },
  // `{"name": "DB_PASSWORD", "value": "x"}`, `<add key="Password" value="x"/>`, `name: X\n  value: x`
  {
    between:
      /(?:["'`]|\[\w{0,20}\]|\]){0,4}[\s,;{]{0,40}(?:(?:type|description|sensitive)[ \t]{1,20}=[^\n]{0,100}\s{1,40}){0,3}["']?(?:value|Value|VALUE|defaultValue|default)["']?[ \t]{0,8}[:=][ \t]{0,8}/y,
  },
  // `getenv("NAME", "default")`, `define('NAME', 'x')`
  {
    before: /\([ \t]{0,4}\\{0,3}["']$/,
    between: /\\{0,3}["'][ \t]{0,8},[ \t]{0,20}(?=[fbruN]{0,2}\\{0,3}["'])/y,
  },
  // `<password>x</password>`, `<wsse:Password><![CDATA[x]]>`
  {
    before: /(?<![\w=])<(?:\w{1,20}:)?$/,
    between:
      /(?! -)[^<>"'=\n]{0,40}>(?!\s{1,4}--?\w)[ \t]{0,20}(?:<!\[CDATA\[)?(?<value>(?:<redacted>|[^<\]]|\](?!\]>))+)/y,
  },
  // `<property name="password">x</property>`
  {
    before: /[\w-]=["'][\w.-]{0,40}$/,
    between: /["']>(?<value>(?:<redacted>|[^<]){1,300})(?=<)/y,
  },
  // `s/DB_PASSWORD_PLACEHOLDER/x/`
  {
    between:
      /(?<=(?:^|["'\s;])s([/|#@,!])[^/|#@,!\n]{0,60}[A-Z\d])[^/|#@,!\n]{0,12}\1(?<value>[^/|#@,!\n]{1,600})(?=\1)/y,
  },
];

/** `auth=('user', 'password')` */
const AUTH_TUPLE = /^\(\s{0,8}[bru]?["'][^"'\n]{0,100}["']\s{0,8},\s{0,8}(?=[bru]?["'])/;

/** `bcrypt('x')`, `Buffer.from("x")`: the literal is the secret. */
const WRAPPER =
  /(?:\w{1,20}(?:::|\.|->)){0,2}(?:bcrypt|make|hash\w{0,12}|sha\d{0,3}|md5|b64encode|from|bytes|encode\w{0,12}|quote\w{0,8}|password|unhex|to_base64|str|String)\([ \t]{0,4}(?=[bru]?["'])/iy;

const BLOCK_SCALAR = /[|>][-+0-9]{0,2}[ \t]*\r?\n/y;
const LIST_ITEM = /[\s,]{0,40}["']/y;

const NEXT_IN_QUOTES = /[ \t]{1,100}(?:[A-Za-z_][\w.-]{0,60}=|&&|\|\||[|>;&]|-{1,2}[A-Za-z])/y;

/** A setting alone on its line, or a server's keyword anywhere: `requirepass x`. */
const KEYWORD = /(?:requirepass|masterauth|masteruser_pass|(?:root)?bindpw|rootpw|r[ow]community6?)\b/y;

/** `io.jsonwebtoken:jjwt-api:0.12.5`, `password-db:5432`: coordinates of a package, a host and its port */
const NOT_A_SETTING =
  /^(?:[a-z][\w-]*(?:\.[\w-]+)+:[\w.-]+:\d[\w.]*(?=$|[\s"',;)])|[a-z][a-z0-9]*(?:[-.][a-z0-9]+)+:\d{2,5}(?=$|[\s"',;/)]))/;

/** `-v secret:/data` */
const VOLUME = /^\/[a-z_-]{2,20}(?:[/:\s"']|$)/;

/** `artisan jwt:secret`, `rails credentials:show` */
const TASK = /(?:artisan|rails|rake|console|run|yarn|pnpm|composer|heroku|make)[ \t]$/;

/** Where names are read: a view, what of it is read as a view of its own, and what is found. */
interface Reading {
  view: View;
  text: string;
  spans: Span[];
}

/** Adds every value in `view` that belongs to a secret-looking name, outside `composites`. */
export function findPairs(view: View, composites: Composite[], spans: Span[]): void {
  const { text } = view;
  let found = nameFrom(text, 0);
  if (!found) return;
  const reading = { view, text, spans };
  const regions = findRegions(view, outsideOf(composites), spans);
  const outside = outsideOf(composites);
  let region = 0;
  for (; found; found = nameFrom(text, found.next)) {
    const { start, end } = found;
    // `"the password": "x"`: the name that ends its quotes counts here
    if (!outside(start, end)) continue;
    const inBraces = text[start - 1] === '{' && text[start - 2] === '$';
    const name = text.slice(start, end).replace(inBraces ? /-.*$/s : /[-.]+$/, '');
    const kind = secretNameKind(name);
    if (!kind) continue;
    while (region < regions.length && (regions[region] as Region).end <= start) region++;
    const here = regions[region];
    const inRegion = here && here.start <= start ? here : undefined;
    const next = secretOf(reading, { start, end: start + name.length, name, kind, region: inRegion });
    found.next = Math.max(next, found.next);
  }
}

/** The first word from `from` on that may be a secret's name, and where to look for the next. */
function nameFrom(text: string, from: number): { start: number; end: number; next: number } | undefined {
  for (let at = from; ; ) {
    HINT.lastIndex = at;
    const hint = HINT.exec(text)?.index;
    if (hint === undefined) return undefined;
    let start = hint;
    while (start > at && hint - start < NAME_LENGTH && isNameCharacter(text, start - 1)) start--;
    NAME.lastIndex = start;
    const match = NAME.exec(text);
    if (!match) return undefined;
    start = match.index;
    const end = start + match[0].length;
    at = Math.max(end, hint + 1);
    // The `n` of a `\n` written out is no part of the name.
    if (text[start - 1] === '\\' && /^[nrt]/.test(match[0])) start++;
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

interface Named {
  start: number;
  end: number;
  name: string;
  kind: NameKind;
  region: Region | undefined;
}

/** Adds the name's secret, if it has one, and says where the search for names goes on. */
function secretOf(reading: Reading, named: Named): number {
  const { text } = reading;
  const { start, end, name, kind } = named;
  const before = text[start - 1] ?? '';
  const keyword = keywordValue(reading, named);
  if (keyword > 0) return keyword;

  const expansion = before === '{' && text[start - 2] === '$';
  if (expansion) {
    DEFAULT_SEPARATOR.lastIndex = end;
    const separator = DEFAULT_SEPARATOR.exec(text);
    if (!separator) return end;
    const from = end + separator[0].length;
    let close = from;
    for (let depth = 1; close < text.length && text[close] !== '\n'; close++) {
      if (text[close] === '{') depth++;
      else if (text[close] === '}' && --depth === 0) break;
    }
    return add(reading, { start: from, end: close, next: close, quoted: true }, named);
  }

  CLOSERS.lastIndex = end;
  const closers = CLOSERS.exec(text)?.[0] ?? '';
  let at = end + closers.length;
  SEPARATOR.lastIndex = at;
  const separator = SEPARATOR.exec(text)?.[0];
  if (separator === undefined) return withoutSeparator(reading, named);
  const sign = separator.trim();
  // `"password" == key`: a literal that is compared with something
  if (/^[!=]=/.test(sign) && closers !== '' && !closers.includes(']') && /["'`]/.test(before)) return end;
  // `$TOKEN: x`, `repo/secret:tag`, `-v secret:/data`, `artisan jwt:secret`: no settings
  if (sign === ':' && closers === '' && before === '$') return end;
  if (separator === ':' && closers === '') {
    const after = text.slice(at + 1, at + 40);
    const isTask = /^[a-z]+(?=[\s"']|$)/.test(after) && TASK.test(text.slice(Math.max(0, start - 14), start));
    if (before === '/' || VOLUME.test(after) || isTask || NOT_A_SETTING.test(text.slice(start, start + 120)))
      return end;
  }
  at = skipBlanks(text, at + separator.length);

  if (sign === '==' && /^\d+\.\w/.test(text.slice(at, at + 8))) return at; // a pinned package
  if (sign === ':') {
    BLOCK_SCALAR.lastIndex = at;
    const block = BLOCK_SCALAR.exec(text);
    if (block) return blockScalar(reading, at + block[0].length);
  }
  if (text[at] === '`') {
    const close = text.slice(at + 1, at + 300).indexOf('`');
    const literal = text.slice(at + 1, at + 1 + Math.max(close, 0));
    if (
      close > 0 &&
      (/^:=$|str/i.test(sign) ||
        DECLARES.test(text.slice(Math.max(0, start - 60), start)) ||
        (separator !== sign && /^[^\sa-z]|^\S*[^\sa-z]\S*$/.test(literal) && !/\s/.test(literal)))
    )
      return add(reading, { start: at + 1, end: at + 1 + close, next: at + close + 2, quoted: true }, named);
  }
  if (text[at] === '[' && !/^\[\d/.test(text.slice(at, at + 2))) {
    const list = listItems(reading, at + 1, named);
    if (list > 0) return list;
  }
  if (text[at] === '(' && /auth$/.test(name)) {
    const pair = AUTH_TUPLE.exec(text.slice(at, at + 200));
    if (pair) {
      return add(reading, readValue(text, at + pair[0].length, PLAIN), { ...named, kind: 'strong' });
    }
  }
  // An object, or a list of them: its names speak for themselves
  if (/^(?:\{(?!\{)|\[\s{0,8}\{)/.test(text.slice(at, at + 10))) return at;
  if (
    at >= text.length ||
    /[\r\n&|]/.test(text[at] as string) ||
    (text[at] === ';' && isBlank(text.charCodeAt(at + 1)))
  ) {
    return at;
  }
  if (named.region && sign === '=' && text[end] === '=' && isBlank(text.charCodeAt(end + 1))) {
    return at; // `ENV PASSWORD= USER=x`: an empty value
  }
  WRAPPER.lastIndex = at;
  const wrapper = WRAPPER.exec(text);
  if (wrapper) {
    const literal = readValue(text, at + wrapper[0].length, PLAIN);
    return add(reading, literal, named);
  }
  const value =
    kind === 'header'
      ? headerValue(reading, at, named)
      : readValue(text, at, contextOf(reading, named, sign, separator, closers));
  if (!value.quoted && namesVariable(text, value, name, closers, sign)) return value.start;
  // In an assignment the rules for the settings of others (`secret: db-password`) say nothing.
  if (separator === '=' && closers === '' && !name.includes('.') && /^[\s"']?$/.test(before))
    return add(reading, value, { ...named, name: name.toUpperCase() });
  return add(reading, value, named);
}

/** `"password": new_password`, `headers["token"] = token`, `a_token = b_token = "x"` */
function namesVariable(text: string, value: Value, name: string, closers: string, sign: string): boolean {
  const word = text.slice(value.start, value.end);
  if (word.length > 80) return false;
  const chained = /^[ \t]{1,4}=[ \t]{0,4}["'`]/.test(text.slice(value.end, value.end + 12));
  if (!chained && !(closers !== '' && /^(?::|=>)$/.test(sign)) && !closers.includes(']')) return false;
  return (
    word === name ||
    (/^[A-Za-z_]+(?:[._]|(?<=[a-z])(?=[A-Z]))[A-Za-z_.]+$/.test(word) && secretNameKind(word) !== undefined)
  );
}

function contextOf({ view, text }: Reading, named: Named, sign: string, separator: string, closers: string) {
  const { start, region } = named;
  let from = start;
  while (from > 0 && text[from - 1] === '-' && start - from < 3) from--;
  const before = text[from - 1] ?? '';
  const bareName = closers === '';
  const isPair = region && from === start && (before === '' || isBlank(before.charCodeAt(0)));
  const isSetting = sign === ':' || (sign === '=' && (separator !== '=' || named.name.includes('.')));
  const isConnection = view.quoted && before === ';' && sign === '=';
  return {
    stop: isPair
      ? region.stop
      : isConnection
        ? NEVER
        : bareName && view.quoted && from === 0 && !view.script
          ? NEXT_IN_QUOTES
          : bareName && isSetting && startsLine(text, from)
            ? LINE_STOP
            : undefined,
    inQuery: before === '?' || before === '&',
    glues: sign === '=' && bareName,
  };
}

/** `"Server=x;Password=a b;"`: only `;` and the quote end the value. */
const NEVER = /(?!)/y;

const LINE_STOP = /[ \t]{1,100}(?:[#;]|[\w.-]{1,60}[=:]|$|\r?\n|-{1,2}\w|&&|[|>])/y;

function startsLine(text: string, at: number): boolean {
  let i = at;
  while (i > 0 && at - i < 40 && (text[i - 1] === ' ' || text[i - 1] === '\t' || text[i - 1] === '-')) i--;
  return (i === 0 || text[i - 1] === '\n') && at > 0;
}

function add({ view, text, spans }: Reading, value: Value, named: Named): number {
  const raw = text.slice(value.start, value.end);
  const part = secretPart(raw, named.name, named.kind);
  if (part) {
    spans.push(view.span(value.start + part.start, value.start + part.end));
    // A default is secret, what stands around it is read again.
    return part.end - part.start === raw.length || raw.length > 256 ? value.next : value.start + part.end;
  }
  return value.end - value.start > 256 ? value.next : value.start;
}

/** Header values reach to the closing quote, outside quotes to the line's end. */
function headerValue({ view, text }: Reading, at: number, named: Named): Value {
  if (/^\\{0,8}["']/.test(text.slice(at, at + 10))) return readValue(text, at, PLAIN);
  const stop = view.quoted && named.start === 0 ? /\n/g : /["'\n]|\\[nr"']/g;
  stop.lastIndex = at;
  let end = stop.exec(text)?.index ?? text.length;
  if (!view.quoted && !startsLine(text, named.start) && named.start > 0) {
    const scheme = /[A-Za-z][\w-]{1,30}(?:[ \t]|\\ ){1,20}/y;
    scheme.lastIndex = at;
    let i = at + (scheme.exec(text)?.[0].length ?? 0);
    while (i < end && (!isBlank(text.charCodeAt(i)) || text[i - 1] === ';')) i++;
    end = i;
  }
  return { start: at, end, next: end, quoted: true };
}

/** Adds the secret of a name that no separator follows. */
function withoutSeparator(reading: Reading, named: Named): number {
  const { text } = reading;
  const { start, end } = named;
  for (const { before, between } of LAYOUTS) {
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
  const { text } = reading;
  const { start, end, name, kind } = named;
  const blank = text[end];
  if (
    kind === 'bare' ||
    kind === 'header' ||
    kind === 'pointer' ||
    blank === undefined ||
    (blank !== ' ' && blank !== '\t')
  )
    return -1;
  const from = skipBlanks(text, end);
  if (from >= text.length || /[=:=：\r\n]/.test(text[from] as string)) return -1;
  KEYWORD.lastIndex = start;
  const keyword = KEYWORD.exec(text)?.[0] === name;
  if (!keyword) {
    // `ENV A=b DB_PASSWORD x`
    const inPairs = named.region && isBlank(text.charCodeAt(start - 1)) && /^[A-Z\d]+_[A-Z\d_]+$/.test(name);
    const lone = inPairs ? /[^\s=]{3,200}/y : CONFIG_WORD;
    lone.lastIndex = from;
    const word = lone.exec(text)?.[0];
    if (word === undefined) return -1;
    NEXT_PAIR.lastIndex = from + word.length;
    if (
      inPairs
        ? !NEXT_PAIR.test(text) && from + word.length < text.length
        : /^(?:sm|ch|ht|vnc)?passwd$/i.test(name) || !opensLine(text, start)
    )
      return -1;
  }
  if (text[start - 1] === '-') return -1;
  const value = readValue(text, from, { inQuery: false, glues: !reading.view.quoted });
  if (isProse(text.slice(value.start, value.end))) return -1;
  // sed: `s/requirepass old/requirepass new/`
  const again = text.slice(value.start, value.end).indexOf(`/${name}`);
  if (again >= 0) value.end = value.next = value.start + again;
  return add(reading, value, named);
}

const CONFIG_WORD = /[^\s]{1,300}[ \t]{0,20}(?=$|\r?\n|\\n|["'])/y;

/** The name opens its line, really, or after a `\n` written out. */
function opensLine(text: string, start: number): boolean {
  let i = start;
  while (i > 0 && start - i < 40 && (text[i - 1] === ' ' || text[i - 1] === '\t')) i--;
  return i > 0 && (text[i - 1] === '\n' || (text[i - 1] === 'n' && text[i - 2] === '\\'));
}

/** Lines of a YAML block scalar: everything more indented than nothing. */
function blockScalar({ view, text, spans }: Reading, from: number): number {
  let at = from;
  while (at < text.length && (text[at] === ' ' || text[at] === '\t')) {
    const end = lineEnd(text, at);
    let start = at;
    while (start < end && isBlank(text.charCodeAt(start))) start++;
    const part = secretPart(text.slice(start, end));
    if (part) spans.push(view.span(start + part.start, start + part.end));
    at = end + 1;
  }
  return at;
}

/** Quoted items of a list; 0 when the list holds something else first. */
function listItems(reading: Reading, from: number, named: Named): number {
  const { text } = reading;
  let at = from;
  for (;;) {
    LIST_ITEM.lastIndex = at;
    const item = LIST_ITEM.exec(text);
    if (!item) return at === from ? 0 : at;
    const value = readValue(text, at + item[0].length - 1, PLAIN);
    add(reading, value, named);
    at = value.next;
  }
}
