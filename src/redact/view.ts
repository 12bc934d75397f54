/** A text as it says once its quotes are undone, with the place in the source of every character. */

/** What stands in place of every secret value. */
export const REDACTED = '<redacted>';

/** A stretch of a text in UTF-16 units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The text with every span replaced by `<redacted>`; spans in any order, overlapping ones become one. */
export function replaceSpans(text: string, spans: Span[]): string {
  let replaced = '';
  let from = 0;
  for (const { start, end } of spans
    .filter((span) => span.end > span.start)
    .sort((a, b) => a.start - b.start)) {
    if (from === 0 || start > from) replaced += text.slice(from, start) + REDACTED;
    from = Math.max(from, end);
  }
  return replaced + text.slice(from);
}

/** All matches of a global pattern; `matchAll` would copy the pattern for every line. */
export function allMatches(text: string, pattern: RegExp): RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    matches.push(match);
    if (match[0] === '') pattern.lastIndex++;
  }
  return matches;
}

const ESCAPED = /\\(?:["'`\\/$nrt])/g;
const BREAKS: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** A stretch of the source, its escapes undone once for each quote around it. */
export class View {
  readonly text: string;
  /** In how many quotes, substitutions and here-documents this stands. */
  readonly depth: number;
  /** It stands in quotes. */
  readonly quoted: boolean;
  /** It is what `sh -c` runs. */
  script = false;
  /** The secrets found in the source so far, the same list for all of its views. */
  readonly found: Span[];
  private readonly base: number;
  /** Where each character stands and where the text ends; left out while no escape is undone. */
  private readonly places: number[] | undefined;

  private constructor(
    text: string,
    around: View | undefined,
    quoted: boolean,
    base: number,
    places?: number[],
  ) {
    this.text = text;
    this.depth = around ? around.depth + 1 : 0;
    this.found = around ? around.found : [];
    this.quoted = quoted;
    this.base = base;
    this.places = places;
  }

  /** The source itself. Where all of its quotes are escaped, it was cut out of quotes, and is read as what stood in them. */
  static of(text: string): View {
    let view = new View(text, undefined, false, 0);
    if (!text.includes('\\')) return view;
    for (let cut = 0; cut < 3 && /\\["']/.test(view.text) && !/(?<!\\)["']/.test(view.text); cut++)
      view = view.inner(0, view.text.length, false);
    return view;
  }

  /** Where `start` to `end` of this view's text stand in the source; an escape belongs to what it escapes. */
  span(start: number, end: number): Span {
    return { start: this.place(start), end: this.place(end) };
  }

  /** Notes a secret: `part`, if any, of what stands at `at`. */
  mark(at: number, part: Span | undefined): void {
    if (part) this.found.push(this.span(at + part.start, at + part.end));
  }

  /** A stretch of this view without its quotes: escapes are undone once, `\n` written out becomes a line break. */
  inner(start: number, end: number, quoted = true): View {
    const text = this.text.slice(start, end);
    if (!text.includes('\\')) return this.part(start, end, quoted);
    const places: number[] = [];
    const pieces: string[] = [];
    let from = 0;
    const keep = (to: number) => {
      pieces.push(text.slice(from, to));
      for (let i = from; i < to; i++) places.push(this.place(start + i));
    };
    ESCAPED.lastIndex = 0;
    for (let match = ESCAPED.exec(text); match; match = ESCAPED.exec(text)) {
      keep(match.index);
      const character = text[match.index + 1] as string;
      pieces.push(BREAKS[character] ?? character);
      places.push(this.place(start + match.index));
      from = match.index + 2;
    }
    keep(text.length);
    places.push(this.place(end));
    return new View(pieces.join(''), this, quoted, 0, places);
  }

  /** A stretch of this view as it stands. */
  part(start: number, end: number, quoted = false): View {
    const text = this.text.slice(start, end);
    if (!this.places) return new View(text, this, quoted, this.base + start);
    return new View(text, this, quoted, 0, this.places.slice(start, end + 1));
  }

  private place(at: number): number {
    return this.places ? (this.places[at] as number) : this.base + at;
  }
}
