/** What the calls of one account share for a while, so that a conversation does not ask the same thing twice. */
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { createImageList, type ImageList } from './image-list.ts';
import type { ImageEntry } from './scan-state.ts';
import { createWindowCache, type WindowCache } from './window-cache.ts';

/** Kept for 60 s each, and redacted: they outlive their call. */
export interface Kept {
  /** Windows of rows read lately, by question and first row; calls with a cursor go on in them. */
  readonly windows: WindowCache<object>;
  /** Entries of images read lately, by image id. */
  readonly entries: WindowCache<ImageEntry>;
  /** The registry list. */
  readonly images: ImageList;
}

/** Nothing is kept yet. `now` gives ms since the epoch. */
export function createKept(service: {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly now: () => number;
}): Kept {
  return {
    windows: createWindowCache(service.now),
    entries: createWindowCache(service.now),
    images: createImageList(service),
  };
}
