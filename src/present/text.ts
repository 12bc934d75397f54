/** Small words that every answer uses: lengths in bytes, ages, states, failures. Pure. */
import { ApiError, type TcssMcpError } from '../errors.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';

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
