/** The registry list: read whole, kept for a while, and never read twice at the same time. */
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageRegistryList, type RegistryImage } from '../tcss/registry-image.ts';
import { mapInTurns } from './in-turns.ts';
import { redactImages } from './redact-image.ts';
import { readWindow, type Window } from './window.ts';
import { CACHE_MS } from './window-cache.ts';

/** Most images that are read: 50 requests. */
export const IMAGES_READ = 5000;

/** The registry list as it was read. */
export interface ImageListRead
  extends Pick<
    Window<RegistryImage>,
    'total' | 'requestId' | 'endedBy' | 'failure' | 'totalChanged' | 'listMissing'
  > {
  /** Each Id once, in the service's order, at most 5,000; secrets taken out of all texts, which are upstream's. */
  readonly images: readonly RegistryImage[];
  /** Age of the list; 0 when this call read it. */
  readonly ageMs: number;
}

/** The registry list as calls share it. */
export interface ImageList {
  /**
   * Takes the list that was read in the last 60 s, or reads it; a reading under way is waited for.
   * `onProgress` gets images read and images to read, when this call is the one that reads.
   * @throws what the client throws on the first request, and the signal's reason while waiting.
   */
  read(
    signal: AbortSignal,
    onProgress?: ((done: number, total: number) => void) | undefined,
  ): Promise<ImageListRead>;
  /** The images of the last list that was kept, however old: enough for completions. Never causes a request. */
  peek(): readonly RegistryImage[] | undefined;
}

/** `now` gives ms since the epoch. One list is kept, only if it was read without a gap, and no timer is held. */
export function createImageList(options: {
  client: TcssClient;
  redaction: Redaction;
  now: () => number;
}): ImageList {
  const { now } = options;
  let kept: { readonly list: ImageListRead; readonly readMs: number } | undefined;
  /** Settles, and never with an error, when the reading under way has ended. */
  let reading: Promise<unknown> | undefined;

  async function readAndKeep(...how: Parameters<ImageList['read']>): Promise<ImageListRead> {
    try {
      const list = await readList(options, ...how);
      if (isWhole(list)) kept = { list, readMs: now() };
      return list;
    } finally {
      reading = undefined;
    }
  }

  return {
    async read(signal, onProgress) {
      for (;;) {
        signal.throwIfAborted();
        const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now() - kept.readMs);
        if (kept !== undefined && ageMs <= CACHE_MS) return { ...kept.list, ageMs };
        // Between this look and the assignment below nothing else runs, so one call at most reads.
        if (reading === undefined) break;
        await untilEnd(reading, signal);
      }
      const list = readAndKeep(signal, onProgress);
      reading = list.catch(() => undefined);
      return list;
    },
    peek: () => kept?.list.images,
  };
}

/** Whether every image that the service counts was read, up to the most that are. */
export function isWhole({ total, endedBy, totalChanged }: ImageListRead): boolean {
  return total !== undefined && endedBy === undefined && !totalChanged;
}

async function readList(
  { client, redaction }: { client: TcssClient; redaction: Redaction },
  signal: AbortSignal,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<ImageListRead> {
  const redact = redactImages(redaction);
  const {
    rows,
    start: _,
    ...window
  } = await readWindow<RegistryImage>(
    async (Offset, Limit) => {
      const page = await client.call(describeAssetImageRegistryList, { Limit, Offset }, signal);
      return { ...page, List: page.List && (await mapInTurns(page.List, redact, signal)) };
    },
    { start: 0, size: IMAGES_READ, signal, onProgress },
  );
  return { ...window, images: [...new Map(rows.map((image) => [image.Id, image])).values()], ageMs: 0 };
}

/** @throws the signal's reason as soon as it aborts; the reading goes on for the call that started it. */
function untilEnd(reading: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    void reading.then(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}
