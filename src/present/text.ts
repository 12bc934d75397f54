/** Phrases and lengths that every answer uses. Pure. */
import { ApiError, type TcssMcpError } from '../errors.ts';
import type { Redaction } from '../redact/redaction.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** The end of every text that was cut. */
export const CUT_MARK = '… [cut]';

/** At most `maxBytes` of a text, the mark of the cut included; cut between code points. A text that fits is returned as it is. */
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

/** The parts that are there, in order and flat: false, undefined and empty ones are left out. */
export function given<Part extends string>(
  ...parts: readonly (Part | '' | false | undefined | readonly Part[])[]
): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    if (typeof part === 'object') for (const one of part) all.push(one);
    else if (part) all.push(part);
  }
  return all;
}

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Names a failure; an error code only if it is a documented one. */
export function failureWord(failure: TcssMcpError): string {
  if (!(failure instanceof ApiError)) return failure.name;
  return Object.hasOwn(ERROR_CODES, failure.code) ? failure.code : 'an undocumented error code';
}

/** Whether the key lacks the permission for what was asked. */
export function isDenied(failure: TcssMcpError): boolean {
  return failure instanceof ApiError && failure.category === 'permission';
}

/** Names the state of a scan; upstream's word only if it is a known one. */
export function statusWord(status: string | undefined): string {
  if (status === undefined || status === '') return 'no status given';
  return SCAN_STATUSES.has(status) ? status : 'an unknown status';
}

/** The object without its undefined members. */
export function compact<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const rest: Record<string, unknown> = {};
  for (const key in object) if (object[key] !== undefined) rest[key] = object[key];
  return rest as never;
}

/** Texts on a line are separated by ` | `, so one that contains such a mark is put in quotes. */
export function quotedIfMarked(text: string): string {
  return text.includes('|') ? JSON.stringify(text) : text;
}

/** A text of upstream's made fit to be shown; undefined if there is none. */
export function displayed(text: string | undefined, { display }: Redaction): string | undefined {
  return text === undefined ? undefined : display(text) || undefined;
}

const DAY_MS = 86_400_000;

/** The forms in which the service gives times. Without a zone a time is read as UTC, so it can be a day off. */
const SCAN_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?: ?(Z|[+-]\d{2}:?\d{2})(?: UTC)?)?$/;

/** The service itself is younger than this. */
const OLDEST_SCAN_MS = Date.UTC(2015, 0);

/** Ms since the epoch; undefined for a text of another form and for a time before the service existed or in the future. */
export function readScanTime(text: string | undefined, nowMs: number): number | undefined {
  const parts = SCAN_TIME.exec(text ?? '');
  if (parts === null) return undefined;
  const scannedMs = Date.parse(
    `${parts[1]}T${parts[2]}${(parts[3] ?? 'Z').replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2')}`,
  );
  return scannedMs >= OLDEST_SCAN_MS && scannedMs <= nowMs + DAY_MS ? Math.min(scannedMs, nowMs) : undefined;
}

/** Whole days since a scan; undefined where `readScanTime` gives none. */
export function scanAgeDays(text: string | undefined, nowMs: number): number | undefined {
  const scannedMs = readScanTime(text, nowMs);
  return scannedMs === undefined ? undefined : Math.floor((nowMs - scannedMs) / DAY_MS);
}

/** Whether a sentence names one of these tools, whose names are words of their own. */
export function namesOneOf(tools: readonly string[], sentence: string): boolean {
  return tools.some((tool) => sentence.includes(tool));
}
