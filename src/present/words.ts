/** Small words that every answer uses. */

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A code of upstream's among our own words: only if it looks like one. */
export function codeWord(code: string | undefined): string {
  if (code === undefined || code === '') return 'no status given';
  return /^[A-Za-z_][\w.]{0,60}$/.test(code) ? code : 'a status that is not a code';
}

/** The object without its undefined members: no value means no key. */
export function compact<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
