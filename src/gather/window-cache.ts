/** Windows that were read lately, so that a walk by cursor does not read them again for every step. */

/** How long a window is kept. */
export const CACHE_MS = 60_000;

/** How many windows are kept: what a few conversations walk at the same time. */
export const CACHE_SIZE = 8;

/** Keeps the latest values by key. Values must be redacted: they outlive their call. */
export interface WindowCache<Value> {
  /** The value and its age in ms; undefined when there is none of at most 60 s. */
  get(key: string): { readonly value: Value; readonly ageMs: number } | undefined;
  set(key: string, value: Value): void;
}

/** `now` gives ms since the epoch. Holds no timer: what is too old goes when the cache is next used. */
export function createWindowCache<Value>(now: () => number): WindowCache<Value> {
  const entries = new Map<string, { value: Value; readMs: number }>();
  const dropOld = () => {
    for (const [key, { readMs }] of entries) if (now() - readMs > CACHE_MS) entries.delete(key);
  };
  return {
    get(key) {
      dropOld();
      const entry = entries.get(key);
      return entry === undefined ? undefined : { value: entry.value, ageMs: now() - entry.readMs };
    },
    set(key, value) {
      dropOld();
      entries.delete(key);
      entries.set(key, { value, readMs: now() });
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size > CACHE_SIZE) entries.delete(oldest);
    },
  };
}
