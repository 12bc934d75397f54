/** Where a value ends: quoted, escaped, glued, or bare until the layout says stop. Every reader moves only forward. */
import { closingQuote, mayFollowQuote, referenceEnd } from './lex.ts';
import { isBlank } from './values.ts';
import type { Span } from './view.ts';

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

const OPENER = /(?:\$|N|L|@|[fFbBrRuU]{1,2})?(\\{0,8})("""|'''|["'])/y;
const GLUE = /[ \t]{0,20}[+.][ \t]{0,20}(?=\\{0,8}["'])/y;
const NAME_NEXT = /[ \t]{0,8}["']?[A-Za-z_][\w.-]{0,60}["']?[ \t]{0,4}[=:]/y;
const ESCAPED_BREAK = /\\{1,4}[nrt](?=$|["'\\\s}]|[-#\w.]{1,60}["']?[ \t]{0,4}[=: ])/y;

/** What a sticky pattern matches at `at`. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** First position at or after `at` that is no blank of the same line (continued lines count as the same). */
export function skipBlanks(text: string, at: number): number {
  let i = at;
  for (;;) {
    const code = text.charCodeAt(i);
    if (code === 92 && text.charCodeAt(i + 1) === 10) i += 2;
    else if (code === 92 && text.charCodeAt(i + 1) === 13 && text.charCodeAt(i + 2) === 10) i += 3;
    else if (code !== 10 && code !== 13 && isBlank(code)) i++;
    else return i;
  }
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
  const slashes = opener[1]?.length ?? 0;
  const quote = opener[2] ?? '"';
  const start = at + opener[0].length;
  const found = closingQuote(text, start, quote, slashes);
  const close = found < 0 ? lineEnd(text, start) : found;
  // The closer's own backslashes belong to it, not to the value.
  let end = close;
  for (let k = 0; k < slashes && end > start && text.charCodeAt(end - 1) === 92; k++) end--;
  const next = found < 0 ? close : close + quote.length;
  if (
    context.glues &&
    slashes === 0 &&
    continuesWord(text, next) &&
    matchAt(GLUE, text, next) === undefined
  ) {
    const more = readBare(text, next, context);
    if (more.next > next) return { start: at, end: more.end, next: more.next, quoted: false };
  }
  return { start, end, next, quoted: true };
}

function continuesWord(text: string, at: number): boolean {
  return /[\p{L}\p{N}"'$_.@!?*^~%/+=-]/u.test(text[at] ?? ' ');
}

function readBare(text: string, at: number, context: ValueContext): Value {
  let depth = 0;
  let i = at;
  while (i < text.length) {
    const c = text[i] as string;
    const code = text.charCodeAt(i);
    if (isBlank(code)) {
      if (code === 10 || code === 13 || !context.stop) break;
      if (matchAt(context.stop, text, i) !== undefined) break;
      i = Math.max(skipBlanks(text, i), i + 1);
      continue;
    }
    if (c === '$' || c === '{') {
      const end = referenceEnd(text, i);
      if (end > 0) {
        i = end;
        continue;
      }
      if (c === '{') depth++;
    } else if (c === '`') {
      const end = text.indexOf('`', i + 1);
      if (i === at && end > 0 && end - i < 300) i = end;
      else if (i > at) break;
    } else if (c === '\\') {
      const step = backslash(text, i, at, context);
      if (step === 0) break;
      i += step;
      continue;
    } else if (c === '"' || c === "'") {
      const end = quoteInBare(text, i, context);
      if (end < 0) break;
      i = end;
      continue;
    } else if (c === '<') {
      if (text.startsWith('<redacted>', i)) {
        i += 10;
        continue;
      }
      if (/[/<]/.test(text[i + 1] ?? '')) break;
    } else if (c === '>') {
      if (/[>\s/&$]/.test(text[i + 1] ?? ' ')) break;
    } else if (c === '&') {
      if (context.inQuery || /[&\s>"']/.test(text[i + 1] ?? ' ') || matchAt(NAME_NEXT, text, i + 1)) break;
    } else if (c === '#') {
      if (context.inQuery) break;
    } else if (c === ';' || c === ',') {
      if (/[\s"'\\]/.test(text[i + 1] ?? ' ') || matchAt(NAME_NEXT, text, i + 1)) break;
    } else if (c === '|') {
      if (/[|\s]/.test(text[i + 1] ?? ' ')) break;
    } else if (c === '(' || c === '[') {
      depth++;
    } else if (c === ')' || c === ']' || c === '}') {
      if (depth > 0) depth--;
      else if (/[\s"'\\;,)\]}&|<>]/.test(text[i + 1] ?? ' ')) break;
    }
    i++;
  }
  let end = Math.min(i, text.length);
  while (end > at && isBlank(text.charCodeAt(end - 1))) end--;
  // `s/password=.*/password=x/`: the delimiter is sed's, not the secret's.
  if (end === text.length && end - at > 1 && /^s?[/|#]/.test(text) && /[/|#]/.test(text[end - 1] ?? ''))
    end--;
  return { start: at, end, next: Math.max(i, end), quoted: false };
}

/** How far a backslash in a bare value reaches; 0 when the value ends at it. */
function backslash(text: string, i: number, at: number, context: ValueContext): number {
  const next = text[i + 1];
  if (next === undefined) return i === at ? 1 : 0;
  if (next === '\n' || next === '\r') {
    const from = i + (next === '\r' ? 3 : 2);
    const follows = text.charCodeAt(from);
    if (context.stop) {
      return matchAt(context.stop, text, i) === undefined ? Math.max(2, skipBlanks(text, i) - i) : 0;
    }
    return i > at && from < text.length && !isBlank(follows) ? from - i : 0;
  }
  if (matchAt(ESCAPED_BREAK, text, i) !== undefined) return 0;
  if (next === '"' || next === "'") {
    return /[\s,:;}\])\\&|"']/.test(text[i + 2] ?? ' ') && i > at ? 0 : 2;
  }
  return 2;
}

/** Where a bare value goes on after the quote at `i`; -1 when it ends there. */
function quoteInBare(text: string, i: number, context: ValueContext): number {
  const c = text[i] as string;
  if (context.glues) {
    const close = closingQuote(text, i + 1, c, 0);
    return close < 0 || text.slice(i, close).includes('\n') ? -1 : close + 1;
  }
  return mayFollowQuote(text, i + 1) || /[\\"'<>]/.test(text[i + 1] ?? '') ? -1 : i + 1;
}
