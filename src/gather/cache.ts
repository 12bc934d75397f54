/** What the calls of one account share for 60 s, so that a conversation does not ask the same thing twice. */
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { CACHE_MS, createImageList, type ImageList } from './image-list.ts';
import type { ImageEntry } from './scan-state.ts';

/** Everything in it is redacted, since it outlives the call that read it. */
export interface AccountCache {
  /** Recent windows of rows by question and first row; calls with a cursor go on in them. */
  readonly windows: Cache<object>;
  /** Recent entries of images by image id. */
  readonly entries: Cache<ImageEntry>;
  /** The images of the registry, and those on nodes. */
  readonly images: ImageList;
  readonly nodeImages: ImageList;
  /** Names of the Actions that have shown that they obey a filter which is not fully documented. */
  readonly obeyed: Set<string>;
}

/** An empty cache of at most `size` windows and entries. `now` gives ms since the epoch. */
export function createAccountCache(
  service: {
    readonly client: TcssClient;
    readonly redaction: Redaction;
    readonly now: () => number;
  },
  size = CACHE_SIZE,
): AccountCache {
  return {
    windows: createCache(service.now, size),
    entries: createCache(service.now, size),
    images: createImageList(service),
    nodeImages: createImageList({ ...service, where: 'nodes' }),
    obeyed: new Set(),
  };
}

/** How many values are kept unless told otherwise: enough for a few conversations at the same time. */
export const CACHE_SIZE = 8;

/** Keeps the latest values by key. */
export interface Cache<Value> {
  /** The value and its age in ms; undefined when there is none younger than 60 s. */
  get(key: string): { readonly value: Value; readonly ageMs: number } | undefined;
  set(key: string, value: Value): void;
}

/** `now` gives ms since the epoch. Holds no timer: expired values are dropped when the cache is next used. */
export function createCache<Value>(now: () => number, size = CACHE_SIZE): Cache<Value> {
  const entries = new Map<string, { value: Value; readMs: number }>();
  const dropExpired = () => {
    for (const [key, { readMs }] of entries) if (now() - readMs > CACHE_MS) entries.delete(key);
  };
  return {
    get(key) {
      dropExpired();
      const entry = entries.get(key);
      return entry === undefined ? undefined : { value: entry.value, ageMs: now() - entry.readMs };
    },
    set(key, value) {
      dropExpired();
      entries.delete(key);
      entries.set(key, { value, readMs: now() });
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size > size) entries.delete(oldest);
    },
  };
}
