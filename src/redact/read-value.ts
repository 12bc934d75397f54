/** Where a value ends: quoted, escaped, glued, or bare until the layout says stop. Every reader moves only forward. */
import { closingQuote, mayFollowQuote, referenceEnd } from './lex.ts';
import { isBlank } from './values.ts';
import { REDACTED, type Span } from './view.ts';

/** What surrounds a value. */
export interface ValueContext {
  /** Blanks belong to the value until `stop` matches at them: ENV lines, build arguments, `"NAME=a b"`. */
  stop?: RegExp | undefined;
  /** In a URL's query `&` and `#` end the value. */
  inQuery: boolean;
  /** `a"b"c` is one shell word; in JSON and YAML it is not. */
  glues: boolean;
}

/** A value without its quotes, and where reading goes on. */
export interface Value extends Span {
  next: number;
  quoted: boolean;
}

/** Where nothing but the value's own quotes counts. */
export const PLAIN: ValueContext = { inQuery: false, glues: false };

const OPENER = /(?:\$|E|N|L|@|[fFbBrRuU]{1,2})?(\\{0,8})("""|'''|["'])/y;
const GLUE = /[ \t]{0,20}[+.][ \t]{0,20}(?=\\{0,8}["'])/y;
const COMMAND = /`[^`]{0,300}`/y;

/** Characters that a bare value may hold without a second look. */
const PLAIN_RUN = /[\w.:/@%!^*~?=+-]+/y;

/** What ends a bare value, by what follows; `\n` written out does before something that looks like a line. */
const NAME_NEXT = /[ \t]{0,8}["']?[A-Za-z_][\w.-]{0,60}["']?[ \t]{0,4}[=:]/;
const BARE_END = new RegExp(
  [
    /`|<[/<]|>(?:[>\s/&$]|$)|\|(?:[|\s]|$)|&(?:[&\s>"']|$)|[;,](?:[\s"'\\\u4e00-\u9fff]|$)|[，。；、）】》”’」]/,
    /\\{1,8}["'](?:[\s,:;}\])\\&|"']|$)/,
    /\\{1,4}[nrt](?:$|["'\\\s}]|[-#\w.]{1,60}["']?[ \t]{0,4}[=: ])/,
    new RegExp(`[&;,]${NAME_NEXT.source}`),
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

/** What a sticky pattern matches at `at`. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** First position at or after `at` that is no blank of the same line (continued lines count as the same). */
export function skipBlanks(text: string, at: number): number {
  return at + (matchAt(/(?:[^\S\r\n]|\\\r?\n)*/y, text, at)?.length ?? 0);
}

/** End of the line at `at`: the newline's position, or the text's length. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline;
}

/** Reads the value at `at`, which must not be a blank. */
export function readValue(text: string, at: number, context: ValueContext): Value {
  const first = readPart(text, at, context);
  let last = first;
  for (;;) {
    const glue = last.quoted ? matchAt(GLUE, text, last.next) : undefined;
    if (glue === undefined) break;
    last = readPart(text, last.next + glue.length, context);
  }
  return last === first ? first : { start: at, end: last.next, next: last.next, quoted: false };
}

function readPart(text: string, at: number, context: ValueContext): Value {
  OPENER.lastIndex = at;
  const opener = OPENER.exec(text);
  if (!opener) return readBare(text, at, context);
  const { 1: { length: slashes } = '', 2: quote = '' } = opener;
  const start = OPENER.lastIndex;
  const found = closingQuote(text, start, quote, slashes);
  const close = found < 0 ? lineEnd(text, start) : found;
  const next = found < 0 ? close : close + quote.length;
  if (
    context.glues &&
    slashes === 0 &&
    /^(?:[\p{L}\p{N}"'$_.@!?*^~%+=-]|\/(?!>))/u.test(text.slice(next, next + 2))
  ) {
    const more = readBare(text, next, context);
    return { start: at, end: more.end, next: more.next, quoted: false };
  }
  // The closer's own backslashes belong to it, not to the value.
  let end = close;
  while (end > start && close - end < slashes && text[end - 1] === '\\') end--;
  return { start, end, next, quoted: true };
}

function readBare(text: string, at: number, { stop, inQuery, glues }: ValueContext): Value {
  let depth = 0;
  let i = at + (matchAt(COMMAND, text, at)?.length ?? 0);
  while (i < text.length) {
    i += matchAt(PLAIN_RUN, text, i)?.length ?? 0;
    const c = text[i];
    if (c === undefined) break;
    const continued = c === '\\' && /[\r\n]/.test(text[i + 1] ?? ' ');
    if (continued || isBlank(text.charCodeAt(i))) {
      // Blanks belong to the value until `stop`.
      if (!stop || c === '\n' || c === '\r' || matchAt(stop, text, i) !== undefined) break;
      i = Math.max(skipBlanks(text, i), i + 1);
      continue;
    }
    if (inQuery && (c === '&' || c === '#')) break;
    if (matchAt(BARE_END, text, i) !== undefined) break;
    const reference = referenceEnd(text, i);
    if (reference > 0) i = reference;
    else if (c === '"' || c === "'") {
      const end = quoteInBare(text, i, glues);
      if (end < 0) break;
      i = end;
    } else if (text.startsWith(REDACTED, i)) i += REDACTED.length;
    else {
      if ('([{'.includes(c)) depth++;
      if (')]}'.includes(c) && --depth < 0 && /[\s"'\\;,)\]}&|<>]/.test(text[i + 1] ?? ' ')) break;
      depth = Math.max(depth, 0);
      i += c === '\\' ? 2 : 1;
    }
  }
  let end = Math.min(i, text.length);
  // `s/password=.*/password=x/`: the delimiter is sed's, not the secret's.
  if (end === text.length && end - at > 1 && /^s?[/|#]/.test(text) && /[/|#]/.test(text[end - 1] ?? ''))
    end--;
  return { start: at, end, next: Math.max(i, end), quoted: false };
}

/** Where a bare value goes on after the quote at `i`; -1 when it ends there. */
function quoteInBare(text: string, i: number, glues: boolean): number {
  if (!glues) return mayFollowQuote(text, i + 1) || /[\\"'<>]/.test(text[i + 1] ?? '') ? -1 : i + 1;
  const close = closingQuote(text, i + 1, text[i] as string, 0, lineEnd(text, i));
  return close < 0 ? -1 : close + 1;
}
