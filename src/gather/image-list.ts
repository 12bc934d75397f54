/** The registry list: read whole, kept for a while, and never read twice at the same time. */

import { abortable } from '../http/abortable.ts';
import type { Deadline } from '../http/deadline.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageRegistryList, type RegistryImage } from '../tcss/registry-image.ts';
import { isFaulty } from '../tcss/vocabulary.ts';
import { redactImages } from './image-reference.ts';
import { mapInTurns, readWindow, type Window } from './window.ts';
import { CACHE_MS } from './window-cache.ts';

/** Most images that are read: 50 requests. */
export const IMAGES_READ = 5000;

/** A list that was read less than this many ms ago is as good as a new one. */
const FRESH_MS = 1000;

/** The registry list as it was read. */
export interface ImageListRead
  extends Pick<
    Window<RegistryImage>,
    'total' | 'requestId' | 'endedBy' | 'failure' | 'totalChanged' | 'listMissing'
  > {
  /** Each Id once, in the service's order, at most 5,000; secrets taken out of all texts, which are upstream's. */
  readonly images: readonly RegistryImage[];
  /** Entries left out since they have no Id that can be asked for. */
  readonly skipped: number;
  /** Entries, kept or left out, of which something could not be read. */
  readonly unreadable?: number | undefined;
  /** Age of the list; 0 when this call read it. */
  readonly ageMs: number;
  /** An earlier call read it. */
  readonly wasKept: boolean;
}

/** How a call wants the list. */
export interface ImageListOptions {
  /** Gets images read and images to read, when this call is the one that reads. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Not a list that was kept before this call. */
  readonly isAnew?: boolean;
}

/** The registry list as calls share it. */
export interface ImageList {
  /**
   * Takes the list that was read in the last 60 s, or reads it; a reading under way is waited for.
   * @throws what the client throws on the first request, and the signal's reason while waiting.
   */
  read(deadline: Deadline, options?: ImageListOptions): Promise<ImageListRead>;
  /** The images of the last list that was kept, however old: enough for completions. Never causes a request. */
  peek(): readonly RegistryImage[] | undefined;
}

/** `now` gives ms since the epoch. One list is kept; no timer is held. */
export function createImageList(options: {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly now: () => number;
}): ImageList {
  const { now, client, redaction } = options;
  let kept: { readonly list: ImageListRead; readonly readMs: number } | undefined;
  /** Settles, and never with an error, when the reading under way has ended. */
  let reading: Promise<unknown> | undefined;

  async function readAndKeep(
    deadline: Deadline,
    onProgress: ImageListOptions['onProgress'],
  ): Promise<ImageListRead> {
    const redact = redactImages(redaction);
    try {
      const window = await readWindow<RegistryImage>(
        async (Offset, Limit) => {
          const page = await client.call(describeAssetImageRegistryList, { Limit, Offset }, deadline);
          return { ...page, List: page.List && (await mapInTurns(page.List, redact, deadline.signal)) };
        },
        { start: 0, size: IMAGES_READ, signal: deadline.signal, onProgress },
      );
      const list = listOf(window);
      if (isKept(list)) kept = { list, readMs: now() };
      return list;
    } finally {
      reading = undefined;
    }
  }

  return {
    async read(deadline, { onProgress, isAnew = false } = {}) {
      const tooOld = isAnew ? kept : undefined;
      for (;;) {
        deadline.signal.throwIfAborted();
        if (kept !== undefined && kept !== tooOld) {
          const ageMs = Math.max(0, now() - kept.readMs);
          if (ageMs <= CACHE_MS) return { ...kept.list, ageMs, wasKept: true };
        }
        // Between this look and the assignment below nothing else runs, so one call at most reads.
        if (reading === undefined) break;
        await abortable(reading, deadline.signal);
      }
      const list = readAndKeep(deadline, onProgress);
      reading = list.catch(() => undefined);
      return list;
    },
    peek: () => kept?.list.images,
  };
}

/**
 * Whether a list is kept for 60 s: every image that the service counts was read, up to the most that are, but
 * for entries without an Id. An empty one is not, since images are expected in it at any moment.
 */
export function isKept(list: ImageListRead): boolean {
  const { images, total, endedBy } = list;
  return images.length > 0 && total !== undefined && endedBy === undefined && !hasChanged(list);
}

/** Whether a list without what is looked for may simply be too old: it is worth reading anew. */
export function isOutdated({ wasKept, ageMs }: ImageListRead): boolean {
  return wasKept && ageMs >= FRESH_MS;
}

/** Whether the list changed while it was read: an image that came twice took the place of one that did not come. */
export function hasChanged({ images, skipped, total = 0, endedBy, totalChanged }: ImageListRead): boolean {
  return totalChanged || (endedBy === undefined && images.length + skipped < Math.min(total, IMAGES_READ));
}

function listOf({ rows, start: _, ...window }: Window<RegistryImage>): ImageListRead {
  const usable = rows.filter(({ Id }) => Id > 0);
  return {
    ...window,
    images: [...new Map(usable.map((image) => [image.Id, image])).values()],
    skipped: rows.length - usable.length,
    unreadable: rows.filter(isFaulty).length || undefined,
    ageMs: 0,
    wasKept: false,
  };
}
