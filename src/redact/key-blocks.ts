/** Bodies of private key blocks; the BEGIN and END lines stay, so that the reader sees what kind of key it was. */
import { isBlank } from './secret-part.ts';
import { allMatches, REDACTED, type Span } from './spans.ts';

const BEGIN = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g;
const PUTTY = /Private-Lines:\s{0,4}\d{1,4}/g;
const PUTTY_MAC = /Private-(?:MAC|Hash):\s{0,4}([0-9a-fA-F]{16,})/g;
const KEY_RUN = /[A-Za-z0-9+/]{40,}={0,2}/g;

/** Spans of private key bodies: PEM, OpenSSH, PGP, SSH2, PuTTY; an unclosed block ends with its quote or the text. */
export function findKeyBlocks(text: string): Span[] {
  const spans: Span[] = [];
  if (text.includes('PRIVATE KEY')) pemBodies(text, spans);
  if (text.includes('Private-')) puttyBodies(text, spans);
  return spans;
}

function pemBodies(text: string, spans: Span[]): void {
  BEGIN.lastIndex = 0;
  let noEnd = false;
  let runsSought = false;
  for (let match = BEGIN.exec(text); match; match = BEGIN.exec(text)) {
    const from = match.index + match[0].length;
    const close = noEnd ? -1 : endMark(text, from);
    if (close >= 0) {
      push(text, from, close, spans);
      BEGIN.lastIndex = close;
      continue;
    }
    noEnd = true;
    const quote = /["']/g;
    quote.lastIndex = from;
    const end = quote.exec(text)?.index ?? text.length;
    if (/[A-Za-z0-9+/]{2}/.test(text.slice(from, end).replaceAll(REDACTED, ''))) {
      push(text, from, end, spans);
      BEGIN.lastIndex = end;
    }
    if (runsSought) continue;
    // `echo "-----BEGIN ...-----" >> key; echo "MIIE..." >> key`: the body comes in pieces.
    runsSought = true;
    KEY_RUN.lastIndex = from;
    for (let run = KEY_RUN.exec(text); run; run = KEY_RUN.exec(text)) {
      if (/\d/.test(run[0]) && /[A-Z]/.test(run[0]))
        spans.push({ start: run.index, end: run.index + run[0].length });
    }
  }
}

function endMark(text: string, from: number): number {
  const five = text.indexOf('-----END', from);
  if (five >= 0) return five;
  return text.indexOf('---- END', from);
}

function puttyBodies(text: string, spans: Span[]): void {
  PUTTY.lastIndex = 0;
  for (let match = PUTTY.exec(text); match; match = PUTTY.exec(text)) {
    const from = match.index + match[0].length;
    const mac = text.indexOf('Private-', from);
    const end = mac < 0 ? text.length : mac;
    push(text, from, end, spans);
    PUTTY.lastIndex = end;
  }
  for (const match of allMatches(text, PUTTY_MAC)) {
    const value = match[1] ?? '';
    const end = match.index + match[0].length;
    spans.push({ start: end - value.length, end });
  }
}

/** The body without the line breaks around it, real or written out. */
function push(text: string, from: number, to: number, spans: Span[]): void {
  let start = from;
  let end = to;
  for (;;) {
    if (start < end && isBlank(text.charCodeAt(start))) start++;
    else if (start + 1 < end && text[start] === '\\' && /[nr\\]/.test(text[start + 1] ?? ''))
      start += text[start + 1] === '\\' ? 1 : 2;
    else break;
  }
  for (;;) {
    if (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    else if (end - 1 > start && /[nr]/.test(text[end - 1] ?? '') && text[end - 2] === '\\') end -= 2;
    else if (end > start && text[end - 1] === '\\') end--;
    else break;
  }
  if (text.slice(start, end) === REDACTED) return;
  if (end > start) spans.push({ start, end });
}
