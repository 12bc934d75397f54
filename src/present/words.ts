/** Small words that every answer uses. */
import { ApiError, type TcssMcpError } from '../errors.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';

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
