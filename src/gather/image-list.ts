/** The registry list: read as a whole, kept for 60 s, and never read twice at the same time. */

import { abortable, type Deadline } from '../http/time.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageRegistryList, type RegistryImage } from '../tcss/registry-image.ts';
import { isFaulty } from '../tcss/vocabulary.ts';
import { redactImages } from './image-reference.ts';
import { mapInSlices, readWindow, type Window } from './window.ts';

/** How long what was read is kept for other calls. */
export const CACHE_MS = 60_000;

/** The most images that are read, in 50 requests. */
export const IMAGES_READ = 5000;

/** A list younger than this is as good as a new one. */
const FRESH_MS = 1000;

/** The registry list as it was read. */
export interface RegistryList
  extends Pick<
    Window<RegistryImage>,
    'total' | 'requestId' | 'endedBy' | 'failure' | 'totalChanged' | 'listMissing'
  > {
  /** Each Id once, in the service's order, at most 5,000. All texts are upstream's, with secrets redacted. */
  readonly images: readonly RegistryImage[];
  /** Entries without a usable Id, which were left out. */
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

/** The registry list, shared by calls. */
export interface ImageList {
  /**
   * Gives the list read in the last 60 s, or reads it, or waits for another call that is reading it.
   * @throws what the client throws on the first request, and the signal's reason while waiting.
   */
  read(deadline: Deadline, options?: ImageListOptions): Promise<RegistryList>;
  /** The images of the last list that was kept, however old: good enough for completions. Never sends a request. */
  peek(): readonly RegistryImage[] | undefined;
}

/** `now` gives ms since the epoch. Keeps one list and holds no timer. */
export function createImageList(options: {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly now: () => number;
}): ImageList {
  const { now, client, redaction } = options;
  let kept: { readonly list: RegistryList; readonly readMs: number } | undefined;
  /** The read in progress; never rejects. */
  let reading: Promise<unknown> | undefined;

  async function readAndKeep(
    deadline: Deadline,
    onProgress: ImageListOptions['onProgress'],
  ): Promise<RegistryList> {
    const redact = redactImages(redaction);
    try {
      const window = await readWindow<RegistryImage>(
        async (Offset, Limit) => {
          const page = await client.call(describeAssetImageRegistryList, { Limit, Offset }, deadline);
          return { ...page, List: page.List && (await mapInSlices(page.List, redact, deadline.signal)) };
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
export function isKept(list: RegistryList): boolean {
  const { images, total, endedBy } = list;
  return images.length > 0 && total !== undefined && endedBy === undefined && !hasChanged(list);
}

/** Whether an image missing from a list may have been added since: then the list is worth reading again. */
export function mayBeStale({ wasKept, ageMs }: RegistryList): boolean {
  return wasKept && ageMs >= FRESH_MS;
}

/** Whether the list changed while it was read: where an image appears on two pages, another was missed. */
export function hasChanged({ images, skipped, total = 0, endedBy, totalChanged }: RegistryList): boolean {
  return totalChanged || (endedBy === undefined && images.length + skipped < Math.min(total, IMAGES_READ));
}

function listOf({ rows, start: _, ...window }: Window<RegistryImage>): RegistryList {
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
