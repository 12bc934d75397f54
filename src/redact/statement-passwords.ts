/** Passwords in statements: SQL's `IDENTIFIED BY 'x'` and `PASSWORD 'x'`, expect's `send "x"` after a prompt. */
import { readValue } from './read-value.ts';
import { secretPart } from './secret-part.ts';
import { allMatches, type Span } from './spans.ts';

const IDENTIFIED =
  /\bIDENTIFIED\s{1,8}(?:WITH\s{1,8}[\w'"`\\]{1,40}\s{1,8})?(?:BY|AS|USING)\s{1,8}(?:PASSWORD\s{1,8})?(?:VALUES\s{1,8})?/gi;
const PASSWORD = /(?<![-\w])(?:PASSWORD|old_password|passphrase)(?:\s{1,6}|\s{0,4}\(\s{0,4})(?=\\{0,3}')/gi;

/** PostgreSQL's dollar quotes. */
const DOLLAR_QUOTED = /\bPASSWORD\s{1,6}((?:\\?\$){2})(?=[^\s$\\])/gi;
const SENT = /pass(?:word|phrase)?[^\n]{0,60}?\bsend\s{1,4}(?:--\s{1,4})?(?=\\{0,3}["'])/gi;

/** Spans of the passwords in SQL statements and expect scripts. */
export function findStatementPasswords(text: string): Span[] {
  const spans: Span[] = [];
  if (!/identified|pass/i.test(text)) return spans;
  for (const pattern of [IDENTIFIED, PASSWORD, SENT]) {
    for (const match of allMatches(text, pattern)) {
      const at = match.index + match[0].length;
      if (at >= text.length || (pattern === PASSWORD && closesHere(text, at))) continue;
      const value = readValue(text, at, { quote: '', inQuery: false, glues: false });
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

/** An apostrophe that ends what stands before it: `'the password '`. */
function closesHere(text: string, at: number): boolean {
  return /^\\{0,3}'(?:\s|$|[,;)])/.test(text.slice(at, at + 5));
}
