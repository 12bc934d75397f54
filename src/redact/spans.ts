/** What stands in place of every secret value. */
export const REDACTED = '<redacted>';

/** A stretch of a text in UTF-16 units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The text with every span replaced by `<redacted>`; spans in any order, overlapping ones become one. */
export function replaceSpans(text: string, spans: Span[]): string {
  if (spans.length === 0) return text;
  const ordered = spans.filter((span) => span.end > span.start).sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let from = 0;
  let open: Span | undefined;
  for (const span of ordered) {
    if (open && span.start <= open.end) {
      open.end = Math.max(open.end, span.end);
      continue;
    }
    if (open) {
      parts.push(text.slice(from, open.start), REDACTED);
      from = open.end;
    }
    open = { start: span.start, end: span.end };
  }
  if (open) {
    parts.push(text.slice(from, open.start), REDACTED);
    from = open.end;
  }
  parts.push(text.slice(from));
  return parts.join('');
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
