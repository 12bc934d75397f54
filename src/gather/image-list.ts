/** The registry list: read whole, kept for a while, and never read twice at the same time. */

import { abortable } from '../http/abortable.ts';
import type { Deadline } from '../http/deadline.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { IMAGES_READ, type ListWindow, readImageList } from './read-image-list.ts';
import { CACHE_MS } from './window-cache.ts';

/** A list that was read less than this many ms ago is as good as a new one. */
const FRESH_MS = 1000;

/** The registry list as it was read. */
export interface ImageListRead
  extends Pick<ListWindow, 'total' | 'requestId' | 'endedBy' | 'failure' | 'totalChanged' | 'listMissing'> {
  /** Each Id once, in the service's order, at most 5,000; secrets taken out of all texts, which are upstream's. */
  readonly images: readonly RegistryImage[];
  /** Entries left out since they have no Id that can be asked for. */
  readonly skipped: number;
  /** Age of the list, or of its oldest part; 0 when this call read all of it. */
  readonly ageMs: number;
  /** An earlier call read it to its end. */
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
   * Takes the list that was read in the last 60 s, or reads it; a reading under way is waited for. After
   * one that ran out of time, the next within 60 s goes on where it stopped.
   * @throws what the client throws on the first request, and the signal's reason while waiting.
   */
  read(deadline: Deadline, options?: ImageListOptions): Promise<ImageListRead>;
  /** The images of the last list that was kept, however old: enough for completions. Never causes a request. */
  peek(): readonly RegistryImage[] | undefined;
  /** Drops what was kept. */
  forget(): void;
}

/** `readMs`: when the oldest part of `value` was read, `keptMs`: when it was kept, both in ms since the epoch. */
interface Kept<Value> {
  readonly value: Value;
  readonly readMs: number;
  readonly keptMs: number;
}

/** `now` gives ms since the epoch. One list is kept, and one part of a list; no timer is held. */
export function createImageList(options: {
  client: TcssClient;
  redaction: Redaction;
  now: () => number;
}): ImageList {
  const { now, ...service } = options;
  let kept: Kept<ImageListRead> | undefined;
  /** What a reading came to before its deadline. */
  let part: Kept<ListWindow> | undefined;
  /** Settles, and never with an error, when the reading under way has ended. */
  let reading: Promise<unknown> | undefined;
  /** A reading that began before everything was dropped is not kept. */
  let generation = 0;

  async function readAndKeep(
    deadline: Deadline,
    onProgress: ImageListOptions['onProgress'],
  ): Promise<ImageListRead> {
    const begunIn = generation;
    const before = part !== undefined && now() - part.keptMs <= CACHE_MS ? part : undefined;
    try {
      const window = await readImageList({ ...service, deadline, onProgress, from: before?.value });
      const keptMs = now();
      const goesOn = before !== undefined && window.rows[0] === before.value.rows[0];
      const readMs = goesOn ? before.readMs : keptMs;
      const list = listOf(window, Math.max(0, keptMs - readMs));
      if (begunIn !== generation) return list;
      if (isKept(list)) kept = { value: list, readMs, keptMs };
      const mayGoOn = window.endedBy === 'deadline' && !window.totalChanged;
      part = mayGoOn ? { value: window, readMs, keptMs } : undefined;
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
          const nowMs = now();
          const ageMs = Math.max(0, nowMs - kept.readMs);
          if (nowMs - kept.keptMs <= CACHE_MS) return { ...kept.value, ageMs, wasKept: true };
        }
        // Between this look and the assignment below nothing else runs, so one call at most reads.
        if (reading === undefined) break;
        // The reading goes on for the call that started it.
        await abortable(reading, deadline.signal);
      }
      const list = readAndKeep(deadline, onProgress);
      reading = list.catch(() => undefined);
      return list;
    },
    peek: () => kept?.value.images,
    forget() {
      generation += 1;
      kept = undefined;
      part = undefined;
    },
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

function listOf({ rows, start: _, ...window }: ListWindow, ageMs: number): ImageListRead {
  const usable = rows.filter(({ Id }) => Id > 0);
  return {
    ...window,
    images: [...new Map(usable.map((image) => [image.Id, image])).values()],
    skipped: rows.length - usable.length,
    ageMs,
    wasKept: false,
  };
}
