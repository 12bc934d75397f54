/** The lists of images, of the registry and of nodes: read as a whole, kept for 60 s, and never read twice at the same time. */

import { abortable, type Deadline } from '../http/time.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { AssetFilter } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageList } from '../tcss/node-image.ts';
import { describeAssetImageRegistryList } from '../tcss/registry-image.ts';
import { isFaulty } from '../tcss/vocabulary.ts';
import { redactImages } from './image-reference.ts';
import { idOf, type ListedImage, listedNodeImage, type Place } from './listed-image.ts';
import { mapInSlices, type Page, readWindow, type Window } from './window.ts';

/** How long what was read is kept for other calls. */
export const CACHE_MS = 60_000;

/** The most images that are read, in 50 requests. */
export const IMAGES_READ = 5000;

/** A list younger than this is as good as a new one. */
const FRESH_MS = 1000;

/** A list of images as it was read. */
export interface ListedImages
  extends Pick<
    Window<ListedImage>,
    'total' | 'requestId' | 'endedBy' | 'failure' | 'totalChanged' | 'listMissing'
  > {
  readonly where: Place;
  /** Each id once, in the service's order, at most 5,000. All texts are upstream's, with secrets redacted. */
  readonly images: readonly ListedImage[];
  /** Entries without a usable id, which were left out. */
  readonly skipped: number;
  /** Entries with a field that could not be read. */
  readonly unreadable?: number | undefined;
  /** Age of the list; 0 when this call read it. */
  readonly ageMs: number;
  /** An earlier call read it. */
  readonly wasKept: boolean;
}

/** What a caller may ask for. */
export interface ImageListOptions {
  /** Gets the number of images read and to be read, if this call is the one that reads. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Do not take a list that was kept before this call. */
  readonly refresh?: boolean;
}

/** A list of images, shared by calls. */
export interface ImageList {
  /**
   * Gives the list read in the last 60 s, or reads it, or waits for another call that is reading it.
   * @throws what the client throws on the first request, and the signal's reason while waiting.
   */
  read(deadline: Deadline, options?: ImageListOptions): Promise<ListedImages>;
  /** The images of the last list that was kept, however old: good enough for completions. Never sends a request. */
  peek(): readonly ListedImage[] | undefined;
}

/** Of the images in one place. `now` gives ms since the epoch. Keeps one list and holds no timer. */
export function createImageList(options: {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly now: () => number;
  /** Default: the registry. */
  readonly where?: Place;
}): ImageList {
  const { now, where = 'registry', ...service } = options;
  let kept: { readonly list: ListedImages; readonly readMs: number } | undefined;
  /** The read in progress; never rejects. */
  let reading: Promise<unknown> | undefined;

  async function readAndKeep(
    deadline: Deadline,
    onProgress: ImageListOptions['onProgress'],
  ): Promise<ListedImages> {
    try {
      const list = await readImages(where, {}, { ...service, deadline, onProgress });
      if (isKept(list)) kept = { list, readMs: now() };
      return list;
    } finally {
      reading = undefined;
    }
  }

  return {
    async read(deadline, { onProgress, refresh = false } = {}) {
      const tooOld = refresh ? kept : undefined;
      for (;;) {
        deadline.signal.throwIfAborted();
        if (kept !== undefined && kept !== tooOld) {
          const ageMs = Math.max(0, now() - kept.readMs);
          if (ageMs <= CACHE_MS) return { ...kept.list, ageMs, wasKept: true };
        }
        // Nothing else runs between this check and the assignment below, so only one call reads.
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

/** Whether a list is worth keeping. An empty one is not: whoever looks at it is about to add images. */
export function isKept(list: ListedImages): boolean {
  const { images, total, endedBy } = list;
  return images.length > 0 && total !== undefined && endedBy === undefined && !hasChanged(list);
}

/** Whether an image missing from a list may have been added since: then the list is worth reading again. */
export function mayBeStale({ wasKept, ageMs }: ListedImages): boolean {
  return wasKept && ageMs >= FRESH_MS;
}

/** Whether the list changed while it was read: where an image appears on two pages, another was missed. */
export function hasChanged({ images, skipped, total = 0, endedBy, totalChanged }: ListedImages): boolean {
  return totalChanged || (endedBy === undefined && images.length + skipped < Math.min(total, IMAGES_READ));
}

/**
 * Reads the images of a place that the filters let pass, at most 5,000. The filters of registry images are not
 * documented, but for one.
 * @throws what the client throws on the first request, and the signal's reason when the caller cancels.
 */
export async function readImages(
  where: Place,
  filter: { readonly Filters?: readonly AssetFilter[] },
  { client, redaction, deadline, onProgress }: ListContext,
): Promise<ListedImages> {
  const redact = redactImages(redaction);
  const fetchPage = async (Offset: number, Limit: number): Promise<Page<ListedImage>> => {
    const request = { Limit, Offset, ...filter };
    if (where === 'registry') return client.call(describeAssetImageRegistryList, request, deadline);
    const page = await client.call(describeAssetImageList, request, deadline);
    return { ...page, List: page.List?.map(listedNodeImage) };
  };
  const { start: _, ...window } = await readWindow<ListedImage>(
    async (offset, limit) => {
      const page = await fetchPage(offset, limit);
      return { ...page, List: page.List && (await mapInSlices(page.List, redact, deadline.signal)) };
    },
    { start: 0, size: IMAGES_READ, signal: deadline.signal, onProgress },
  );
  const usable = window.rows.filter((image) => idOf(image) !== 0);
  return {
    ...window,
    where,
    images: [...new Map(usable.map((image) => [idOf(image), image])).values()],
    skipped: window.rows.length - usable.length,
    unreadable: window.rows.filter(isFaulty).length || undefined,
    ageMs: 0,
    wasKept: false,
  };
}

/** What reading takes. */
interface ListContext extends Pick<ImageListOptions, 'onProgress'> {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly deadline: Deadline;
}
