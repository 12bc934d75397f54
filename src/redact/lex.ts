/** Words, commands and what stands in quotes: one pass over a view that only moves forward. */
import { MAY_BE_SECRET } from './names.ts';
import { isBlank } from './values.ts';
import type { Span, View } from './view.ts';

/** A word of a command; in the exec form, an item. */
export interface Word {
  /** Without quotes around all of it; quotes around a part stay. */
  text: string;
  quoted: boolean;
  /** The view that `text` stands in, and where in it. */
  view: View;
  at: number;
  /** Kept by `baseName`. */
  base?: string;
}

/** `> file`, `<<< word`; a here-document, `<< TAG`, has its lines as `body`. */
export interface Redirect {
  kind: string;
  word: Word;
  body?: View;
}

/** A simple command and what ends it: a line break, one of `; & | || ( ) #`, or `<(`. */
export interface Command {
  words: Word[];
  redirects: Redirect[];
  end: string;
}

/** A stretch that may hold commands and names of its own: in quotes, `$(…)` or a here-document. */
export interface Composite extends Span {
  inner: View;
}

/** Commands and composites in the order in which they stand. */
export interface Lexed {
  commands: Command[];
  composites: Composite[];
}

/** What makes a quoted word without a blank more than a word, if it may name a secret. */
const COMPOSITE = /[=:;,{<(＝：]/;

/** What stands before a script in quotes: `sh -c "`. */
const SCRIPT_FLAG = /-\w{0,3}c[ \t]{1,4}["']$/;

/** Quotes in quotes: deeper than this nobody writes. */
const MAX_DEPTH = 3;

/** A longer list of words is data. */
const MAX_WORDS = 4096;

/** Here-documents without an end that are looked for; each costs a look at all that follows. */
const OPEN_HERE_DOCUMENTS = 8;

/** By its code, whether a character of ASCII is one at which a word may end or change. */
const NEEDS_A_LOOK = Array.from({ length: 128 }, (_, code) =>
  /[\s\\"'$<>;|()&\]]/.test(String.fromCharCode(code)),
);

/** What a view consists of. */
export function lex(view: View): Lexed {
  return new Lexer(view).run();
}

/** Notes a secret: `part`, if any, of what stands at `offset` of a word, without line breaks written out at its end. */
export function markWord(word: Word, offset: number, part: Span | undefined): void {
  if (!part) return;
  const from = offset + part.start;
  const to = offset + part.end;
  const breaks = /(?:\\{1,2}[nrt]){0,4}$/.exec(word.text.slice(Math.max(from, to - 12), to))?.[0].length ?? 0;
  word.view.mark(word.at + from, { start: 0, end: Math.max(1, to - breaks - from) });
}

class Lexer {
  private readonly commands: Command[] = [];
  private readonly composites: Composite[] = [];
  private words: Word[] = [];
  private redirects: Redirect[] = [];
  private redirect = '';
  private braces = 0;
  private here: Redirect | undefined;
  private openHereDocuments = 0;
  /** Kinds of quote that have no closer from here on. */
  private readonly unclosed = new Set<string>();
  private at = 0;
  private readonly view: View;
  private readonly text: string;

  constructor(view: View) {
    this.view = view;
    this.text = view.text;
  }

  run(): Lexed {
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      if (isBlank(code) && code !== 10) this.at++;
      else {
        const redirect = this.redirect;
        this.redirect = '';
        this.step(this.text[this.at] as string, this.text[this.at + 1] ?? '', redirect);
      }
    }
    this.finish('\n', 0);
    return { commands: this.commands, composites: this.composites };
  }

  private step(c: string, next: string, redirect: string): void {
    if (c === '\n') {
      this.finish('\n', 1);
      this.hereDocument();
    } else if ((c === ',' || c === ']' || c === '[') && this.isBetweenItems()) this.at++;
    else if (c === '\\' && (next === '\n' || next === '\r')) this.at += 2;
    else if (c === '|' && next >= '0' && next <= '9' && this.words.length < 2) this.at++;
    else if (c === '|') this.finish(next === '|' ? '||' : '|', next === '|' ? 2 : 1);
    else if (c === '(') this.finish(redirect === '<' ? '<(' : '(', 1);
    else if (c === ';' || c === ')') this.finish(c, 1);
    else if (c === '&') {
      if (/[>\d]/.test(next)) this.at += 2;
      else this.finish('&', 1);
    } else if ((c === '<' || c === '>') && !this.text.startsWith('<redacted>', this.at)) {
      let n = 1;
      while (n < 3 && this.text[this.at + n] === c) n++;
      this.redirect = c.repeat(n);
      this.at += n;
      if (this.text[this.at] === '&' || this.text[this.at] === '|') this.at++;
    } else this.take(this.readWord(), redirect);
  }

  /** `[`, `,` and `]` of the exec form. */
  private isBetweenItems(): boolean {
    const before = this.text[this.at - 1] ?? ' ';
    const after = this.text[this.at + 1] ?? ' ';
    return ' ",[]\t\n\r'.includes(before) && ' ",]\\\t\n\r'.includes(after);
  }

  private take(word: Word, redirect: string): void {
    if (redirect !== '') {
      const taken = { kind: redirect, word };
      this.redirects.push(taken);
      if (redirect === '<<') this.here ??= taken;
    }
    // What follows a `#` may be a command once more, but belongs to no other.
    else if (word.text === '#' && !word.quoted && this.words.length > 0) this.finish('#', 0);
    else if (word.text === '{' && this.words.length <= 1) {
      this.braces++;
      this.finish('(', 0);
    } else if (word.text === '}' && this.braces > 0) {
      this.braces--;
      this.finish(')', 0);
    } else if (this.words.push(word) > MAX_WORDS) this.finish(';', 0);
  }

  private finish(end: string, width: number): void {
    this.at += width;
    const says = this.words.length + this.redirects.length > 0 || /[()|&]/.test(end);
    if (says || this.commands.at(-1)?.end !== end)
      this.commands.push({ words: this.words, redirects: this.redirects, end });
    this.words = [];
    this.redirects = [];
  }

  private hereDocument(): void {
    const { here } = this;
    this.here = undefined;
    if (!here || this.openHereDocuments >= OPEN_HERE_DOCUMENTS) return;
    const tag = here.word.text.replace(/^-/, '').replace(/["'\\]/g, '');
    const close = tag === '' ? -1 : this.text.indexOf(`\n${tag}`, this.at - 1);
    const end = Math.max(this.at, close < 0 ? this.text.length : close);
    here.body = this.view.part(this.at, end);
    if (close < 0) this.openHereDocuments++;
    else {
      this.composite(this.at, end, here.body);
      this.at = end;
    }
  }

  private readWord(): Word {
    const { text } = this;
    const start = this.at;
    const escaped = text[start] === '\\' ? this.escapedQuotes(start) : undefined;
    if (escaped) return escaped;
    let whole: View | undefined;
    let i = start;
    while (i < text.length) {
      while (i < text.length && !needsALook(text.charCodeAt(i))) i++;
      const c = text[i];
      const next = text[i + 1] ?? ' ';
      if (c === undefined || isBlank(text.charCodeAt(i))) break;
      if (c === "'" && isApostrophe(text, start, i)) i++;
      else if (c === '"' || c === "'") {
        const close = this.close(i + 1, c, 0);
        if (close < 0) {
          i++;
          continue;
        }
        const inside = this.quoted(i + 1, close);
        whole = i === start ? inside : undefined;
        i = close + 1;
        if (text[i] === ',' || text[i] === ']') break;
        continue;
      }
      if (c === '\\') {
        // A drive, `Env:\ `, not an escaped blank
        if (text[i - 1] === ':' && isBlank(next.charCodeAt(0))) {
          i++;
          break;
        }
        let slashes = 1;
        while (slashes < 8 && text[i + slashes] === '\\') slashes++;
        const follows = text[i + slashes] ?? '';
        if (follows === '\n' || follows === '\r' || (i > start && (follows === '"' || follows === "'")))
          break;
        i += slashes + (slashes % 2);
      } else if (c === '$' && (next === '(' || next === '{')) {
        const end = referenceEnd(text, i);
        if (end > 0 && next === '(') this.composite(i, end, this.view.part(i + 2, end - 1));
        if (end < 0 && next === '(') {
          i++;
          break;
        }
        i = end < 0 ? i + 2 : end;
      } else if (c === '<' && text.startsWith('<redacted>', i)) i += 10;
      else if (';|()<>'.includes(c) || (c === '&' && /[&\s>]/.test(next))) break;
      else if (c === ']' && i > start && /^\s*$/.test(text.slice(i + 1, i + 40))) break;
      else i++;
      whole = undefined;
    }
    this.at = Math.max(start + 1, Math.min(i, text.length));
    const close = this.at - 1;
    if (whole && close > start && text[close] === text[start])
      return { text: whole.text, quoted: true, view: whole, at: 0 };
    return { text: text.slice(start, this.at), quoted: false, view: this.view, at: start };
  }

  /** `\"a b\"` where nothing opened the quotes that these are escaped for. */
  private escapedQuotes(start: number): Word | undefined {
    const { text } = this;
    let slashes = 1;
    while (slashes < 8 && text[start + slashes] === '\\') slashes++;
    const quote = text[start + slashes];
    if ((quote !== '"' && quote !== "'") || slashes % 2 === 0) return undefined;
    const from = start + slashes + 1;
    const close = this.close(from, quote, slashes);
    if (close < 0) return undefined;
    this.at = close + 1;
    // The closer may have fewer backslashes than the opener; what stands before it then is the text's.
    let end = close;
    while (end > from && close - end < slashes && text[end - 1] === '\\') end--;
    const view = this.quoted(from, end);
    return { text: view.text, quoted: true, view, at: 0 };
  }

  private close(from: number, quote: string, slashes: number): number {
    const kind = quote + slashes;
    if (this.unclosed.has(kind)) return -1;
    const close = closingQuote(this.text, from, quote, slashes);
    if (close < 0) this.unclosed.add(kind);
    return close;
  }

  private quoted(start: number, end: number): View {
    const inner = this.view.inner(start, end);
    if (this.text[start - 2] === ' ')
      inner.script = SCRIPT_FLAG.test(this.text.slice(Math.max(0, start - 9), start));
    this.composite(start - 1, end + 1, inner);
    return inner;
  }

  private composite(start: number, end: number, inner: View): void {
    const { text, depth } = inner;
    if (depth > MAX_DEPTH || text.length < 6) return;
    if (/\s/.test(text) || (COMPOSITE.test(text) && MAY_BE_SECRET.test(text)))
      this.composites.push({ start, end, inner });
  }
}

function needsALook(code: number): boolean {
  return code < 128 ? (NEEDS_A_LOOK[code] as boolean) : isBlank(code);
}

/** `it's`, `don't`: no quote. */
function isApostrophe(text: string, start: number, at: number): boolean {
  return (
    /^(?:s|t|re|ve|ll|d|m)(?![\w'])/.test(text.slice(at + 1, at + 4)) &&
    /^[A-Za-z]{1,20}$/.test(text.slice(start, at))
  );
}

/** Position of the quote that closes one opened before `from` with `slashes` backslashes; -1 when there is none. */
export function closingQuote(
  text: string,
  from: number,
  quote: string,
  slashes: number,
  limit = text.length,
): number {
  let at = from;
  for (;;) {
    at = text.indexOf(quote, at);
    if (at < 0 || at >= limit) return -1;
    let before = 0;
    while (at - before - 1 >= from && text.charCodeAt(at - before - 1) === 92) before++;
    if (slashes > 0 ? before <= slashes : before % 2 === 0) return at;
    if (slashes === 0 && quote === "'" && mayFollowQuote(text, at + 1)) return at;
    at += quote.length;
  }
}

/** Whether what stands at `at` may follow a closing quote. */
export function mayFollowQuote(text: string, at: number): boolean {
  return at >= text.length || isBlank(text.charCodeAt(at)) || ';,)]}&|'.includes(text[at] ?? '');
}

/** References nest, but not deeper than this; it keeps `$($($(` from being read again and again. */
const REFERENCE_DEPTH = 6;
const REFERENCE_LENGTH = 300;

/** End of a `$(…)`, `${…}`, `{{…}}` or `<%…%>` that opens at `at`, at most 300 characters on; else -1. */
export function referenceEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  if (first === 60 && second === 37) {
    const close = text.slice(at, at + REFERENCE_LENGTH).indexOf('%>');
    return close < 0 ? -1 : at + close + 2;
  }
  const isParen = first === 36 && second === 40;
  if (!isParen && !(second === 123 && (first === 36 || first === 123))) return -1;
  const open = isParen ? 40 : 123;
  const close = isParen ? 41 : 125;
  let depth = 0;
  const limit = Math.min(text.length, at + REFERENCE_LENGTH);
  for (let i = at; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === open && ++depth > REFERENCE_DEPTH) return -1;
    if (code === close && --depth === 0) return i + 1;
  }
  return -1;
}
