/** Secrets that code compares with a name or assigns to several, so that the name does not stand right before them. */
import { MAY_BE_SECRET, secretNameKind } from './names.ts';
import { secretPart } from './values.ts';
import { allMatches, type Span, type View } from './view.ts';

/** `"x" == password`, `"x".equals(user.password)` */
const LITERAL_FIRST =
  /(["'])([^"'\n\\]{3,200})\1\s{0,4}(?:[!=]==?|<>|-[ci]?(?:eq|ne)\b|\.equals(?:IgnoreCase)?\()\s{0,4}(?:[\w$]{1,40}(?:\(\))?(?:\.|->|\[["']?|\(["'])){0,5}\$?(\w{2,60})/g;

/** `a_password, b_password = "x", "y"` */
const LITERAL = /"[^"\n]{0,100}"|'[^'\n]{0,100}'|`[^`\n]{0,100}`|[\w.-]{1,40}/g;
const TOGETHER = new RegExp(
  `(?<![\\w.$@])((?:[\\w.$@]{1,60}\\s{0,2},\\s{0,4}){1,6}[\\w.$@]{1,60})[\\])]?(?:\\sstring)?\\s{0,4}:?=\\s{0,4}[[(]?((?:(?:${LITERAL.source})\\s{0,2},\\s{0,4}){1,6}(?:${LITERAL.source}))`,
  'g',
);

/** Adds the literals in `"x" == password` and `a_password, b_password = "x", "y"`. */
export function findLiterals(view: View, spans: Span[]): void {
  const { text } = view;
  if (!MAY_BE_SECRET.test(text)) return;
  if (/["']\s{0,4}(?:[!=]=|<>|-[cien]|\.eq)/.test(text)) {
    for (const match of allMatches(text, LITERAL_FIRST)) {
      const name = match[3] ?? '';
      const kind = secretNameKind(name);
      const part =
        kind && kind !== 'header' ? secretPart(match[2] ?? '', name.toUpperCase(), kind) : undefined;
      if (part) spans.push(view.span(match.index + 1 + part.start, match.index + 1 + part.end));
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
      if (part) spans.push(view.span(start + part.start, start + part.end));
    });
  }
}
