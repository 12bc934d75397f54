/** One text of a row: what it is known by and what of it may be shown. */
import { createHash } from 'node:crypto';
import type { Redaction } from '../redact/redaction.ts';

/** Longest text that is read whole, in UTF-16 units: more than the largest budget can show. */
const TEXT_LENGTH = 65_536;

/** `redacted` goes into identities. */
export function readText(
  text: string | undefined,
  { redact }: Redaction,
): { readonly redacted: string | undefined; readonly shown: string | undefined } {
  if (text === undefined) return { redacted: undefined, shown: undefined };
  const whole = capped(text);
  const redacted = redact(whole);
  return { redacted, shown: redacted };
}

/** The same for a text of which an empty one says no more than none. */
export function readGivenText(text: string | undefined, redaction: Redaction) {
  return readText(text === '' ? undefined : text, redaction);
}

/** What is beyond stands as its hash, so that rows that differ there stay apart. */
function capped(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  const rest = createHash('sha256').update(text.slice(TEXT_LENGTH)).digest('hex');
  return `${text.slice(0, TEXT_LENGTH)}… [cut, SHA-256 of the rest ${rest}]`;
}
