/** Reads the registry list, also where the service gives no total, and where an earlier reading ran out of time. */

import { partOfAnswer } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import type { Redaction } from '../redact/redaction.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageRegistryList, type RegistryImage } from '../tcss/registry-image.ts';
import { mapInTurns } from './in-turns.ts';
import { redactImages } from './redact-image.ts';
import { type FetchPage, readWindow, type Window } from './window.ts';

/** Most images that are read: 50 requests. */
export const IMAGES_READ = 5000;

/** Entries of the list as they came, from the first on and without a gap; secrets taken out. */
export type ListWindow = Window<RegistryImage>;

/** How one reading is made. */
export interface ListReading {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly deadline: Deadline;
  /** What an earlier reading came to: this one goes on there if the service counts as many images as then. */
  readonly from?: ListWindow | undefined;
  /** Gets images read by this reading, and images it is to read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Reads at most 5,000 entries. `total` is the service's, or the number of entries when it gives none and
 * all were read.
 * @throws what the client throws on the first request; a later failure ends the reading instead.
 * @throws the signal's reason when the caller cancels.
 */
export async function readImageList(reading: ListReading): Promise<ListWindow> {
  const { client, redaction, deadline, from, onProgress } = reading;
  const { signal } = deadline;
  const redact = redactImages(redaction);
  const fetchPage: FetchPage<RegistryImage> = async (Offset, Limit) => {
    const page = await client.call(describeAssetImageRegistryList, { Limit, Offset }, deadline);
    return { ...page, List: page.List && (await mapInTurns(page.List, redact, signal)) };
  };
  const start = from?.rows.length ?? 0;
  let rest: ListWindow;
  try {
    rest = await readWindow(fetchPage, { start, size: IMAGES_READ - start, signal, onProgress });
  } catch (error) {
    if (from === undefined) throw error;
    return { ...from, ...brokenOff(error, signal) };
  }
  // The part that is known was of another list.
  if (from !== undefined && rest.total !== from.total) return readImageList({ ...reading, from: undefined });
  const window = { ...rest, start: 0, rows: [...(from?.rows ?? []), ...rest.rows] };
  return window.total === undefined && window.rows.length > 0
    ? readUncounted(fetchPage, window, signal)
    : window;
}

/** Without a total that can be believed, the list ends where a page brings nothing. */
async function readUncounted(
  fetchPage: FetchPage<RegistryImage>,
  window: ListWindow,
  signal: AbortSignal,
): Promise<ListWindow> {
  const rows = [...window.rows];
  const known = new Set(rows.map(({ Id }) => Id));
  const read = { ...window, rows, totalChanged: false };
  while (rows.length < IMAGES_READ) {
    try {
      const page = await fetchPage(rows.length, PAGE_LIMIT);
      const more = (page.List ?? []).slice(0, PAGE_LIMIT);
      if (more.length === 0) return { ...read, total: rows.length };
      // Else a service that pays no heed to Offset would be read to the limit.
      if (more.every(({ Id }) => known.has(Id))) return { ...read, endedBy: 'repeated_page' };
      for (const image of more) known.add(image.Id);
      rows.push(...more.slice(0, IMAGES_READ - rows.length));
    } catch (error) {
      return { ...read, ...brokenOff(error, signal) };
    }
  }
  return read;
}

/** @throws what may not become part of an answer. */
function brokenOff(error: unknown, signal: AbortSignal): Pick<ListWindow, 'endedBy' | 'failure'> {
  const failure = partOfAnswer(error, signal);
  return { endedBy: signal.aborted ? 'deadline' : 'page_failed', failure };
}
