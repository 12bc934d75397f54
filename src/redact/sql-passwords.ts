/** Passwords in SQL: `IDENTIFIED BY 'x'`, `PASSWORD 'x'`, `PASSWORD('x')`, also inside quoted or escaped commands. */
import { readValue } from './read-value.ts';
import { secretPart } from './secret-part.ts';
import type { Span } from './spans.ts';

const IDENTIFIED =
  /\bIDENTIFIED\s{1,8}(?:WITH\s{1,8}[\w'"`\\]{1,40}\s{1,8})?(?:BY|AS|USING)\s{1,8}(?:PASSWORD\s{1,8})?(?:VALUES\s{1,8})?/gi;
const PASSWORD = /(?<![-\w])(?:PASSWORD|old_password|passphrase)(?:\s{1,6}|\s{0,4}\(\s{0,4})(?=\\{0,3}')/gi;

/** Spans of the passwords in SQL statements. */
export function findSqlPasswords(text: string): Span[] {
  const spans: Span[] = [];
  for (const pattern of [IDENTIFIED, PASSWORD]) {
    for (const match of text.matchAll(pattern)) {
      const at = match.index + match[0].length;
      if (at >= text.length || (pattern === PASSWORD && closesHere(text, at))) continue;
      const value = readValue(text, at, { quote: '', inQuery: false, glues: false });
      let end = value.end;
      if (!value.quoted) while (end > value.start && /[;"'`)\\]/.test(text[end - 1] as string)) end--;
      const part = secretPart(text.slice(value.start, end));
      if (part) spans.push({ start: value.start + part.start, end: value.start + part.end });
    }
  }
  return spans;
}

/** An apostrophe that ends what stands before it: `'the password '`. */
function closesHere(text: string, at: number): boolean {
  return /^\\{0,3}'(?:\s|$|[,;)])/.test(text.slice(at, at + 5));
}
