/** Small words that every answer uses, and the way of upstream's text into one: clean, on one line, cut by bytes. Pure. */
import { ApiError, type TcssMcpError } from '../errors.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';

/** CSI sequences, closed OSC and other strings, and lone escapes, with 7-bit or C1 introducers. */
const ESCAPE_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])(?:[^\u0007\u001b\u0090-\u009f\n]*(?:\u0007|\u001b\\|\u009c))?|\u001b[ -/]*[0-~]?/g;

/** Every spelling of a line's end. */
const BREAKS = /\r\n|[\v\f\r\u0085\u2028\u2029]/g;

/**
 * Characters without a width or with power over others: controls, format characters (bidi,
 * zero-width, soft hyphen, tags), variation selectors, fillers, private use, unassigned, lone surrogates.
 */
const INVISIBLE =
  /(?!\n)(?:\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\p{Cn}|\p{Variation_Selector}|\p{Default_Ignorable_Code_Point})/gu;

/** `[text](target)` and `![text](target)`; both parts end at the next bracket, so this is linear. */
const MARKDOWN_LINK = /!?\[([^[\]]*)\]\(([^()]*)\)/g;

/** HTML that a Markdown view may load or follow; the blank keeps it readable and harmless. */
const HTML_TAG = /<(?=[a-z/!?])(?!redacted>)/gi;

/**
 * What a CI system that reads its log takes for a command, wherever it stands: `##[` and `##vso[` of Azure
 * Pipelines, `##[` of GitHub Actions, `##teamcity[`. `::` of GitHub Actions counts at a line's start alone,
 * where only our own words stand.
 */
const CI_COMMAND = /##(?=\w*\[)/g;

/**
 * One line of visible characters, fit to be shown. `redact` runs once more on what can be seen,
 * since invisible characters and markup can hide a secret's name from the pass over the raw text,
 * and taking them out can join its parts.
 */
export function toDisplay(text: string, redact: (text: string) => string): string {
  const visible = text
    .replace(ESCAPE_SEQUENCES, '')
    .replace(BREAKS, '\n')
    .replaceAll('\t', ' ')
    .replace(INVISIBLE, '')
    .replace(MARKDOWN_LINK, '$1 ($2)')
    // What is left of links in links; a target must touch its bracket to count.
    .replaceAll('](', '] (');
  return redact(visible).replace(/\n+/g, ' ').replace(HTML_TAG, '< ').replace(CI_COMMAND, '# #').trim();
}

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Ends a text that was cut. */
export const CUT_MARK = '… [cut]';

/**
 * At most `maxBytes` of a text, cut between code points, with the cut marked; the mark is inside the
 * bound. A text that fits is given back as it is.
 */
export function cutToBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || byteLength(text) <= maxBytes) return text;
  let room = maxBytes - byteLength(CUT_MARK);
  let end = 0;
  for (const character of text) {
    room -= byteLength(character);
    if (room < 0) break;
    end += character.length;
  }
  return text.slice(0, end) + CUT_MARK;
}

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A failure in our own words: an error code of upstream's only if it is a documented one. */
export function failureWord(failure: TcssMcpError): string {
  if (!(failure instanceof ApiError)) return failure.name;
  return Object.hasOwn(ERROR_CODES, failure.code) ? failure.code : 'an undocumented error code';
}

/** Whether a failure is that the key may not ask for this. */
export function deniedBy(failure: TcssMcpError): boolean {
  return failure instanceof ApiError && failure.category === 'permission';
}

/** A scan state in our own words: upstream's only if it is one of those seen. */
export function statusWord(status: string | undefined): string {
  if (status === undefined || status === '') return 'no status given';
  return SCAN_STATUSES.has(status) ? status : 'an unknown status';
}

/** The object without its undefined members: no value means no key. */
export function compact<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}

/** Texts side by side are told apart by ` | `: one that holds such a mark stands in quotes. */
export function quotedIfMarked(text: string): string;
export function quotedIfMarked(text: string | undefined): string | undefined;
export function quotedIfMarked(text: string | undefined): string | undefined {
  return text?.includes('|') ? JSON.stringify(text) : text;
}

const DAY_MS = 86_400_000;

/** Shapes in which the service gives times; those without a zone are read as UTC and may be a day off. */
const SCAN_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?: ?(Z|[+-]\d{2}:?\d{2})(?: UTC)?)?$/;

/** Older than the service itself. */
const OLDEST_SCAN_MS = Date.UTC(2015, 0);

/** Ms since the epoch; undefined for what is no time of a scan: an unusual shape, too old, or to come. */
export function readScanTime(text: string | undefined, nowMs: number): number | undefined {
  const parts = SCAN_TIME.exec(text ?? '');
  if (parts === null) return undefined;
  const scannedMs = Date.parse(
    `${parts[1]}T${parts[2]}${(parts[3] ?? 'Z').replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2')}`,
  );
  return scannedMs >= OLDEST_SCAN_MS && scannedMs <= nowMs + DAY_MS ? Math.min(scannedMs, nowMs) : undefined;
}

/** Whole days since a scan; undefined when `text` is no time of one. */
export function scanAgeDays(text: string | undefined, nowMs: number): number | undefined {
  const scannedMs = readScanTime(text, nowMs);
  return scannedMs === undefined ? undefined : Math.floor((nowMs - scannedMs) / DAY_MS);
}
