/**
 * Reads a run of rows through an Action that pages: the first page alone, since only it tells the
 * total, the rest at once. What it gives is always one unbroken run from the window's start.
 */
import { setImmediate } from 'node:timers/promises';
import { partOfAnswer, type TcssMcpError } from '../errors.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';

/** One answer of a paging Action; `TotalCount` counts all matching rows. */
export interface Page<Row> {
  readonly List?: readonly Row[] | null | undefined;
  readonly TotalCount?: number | null | undefined;
  readonly RequestId?: string | undefined;
}

/** Asks for `limit` rows (1 to 100) from row `offset` on. */
export type FetchPage<Row> = (offset: number, limit: number) => Promise<Page<Row>>;

/** Why a window ended before its last row. */
export type WindowEnd = 'deadline' | 'page_failed' | 'short_page';

/** The rows from `start` on, in the service's order and without a gap. */
export interface Window<Row> {
  readonly rows: readonly Row[];
  readonly start: number;
  /** All matching rows by the service's first answer; undefined when it gave none, or fewer than came. */
  readonly total: number | undefined;
  /** The first page had no `List`, or null. */
  readonly listMissing: boolean;
  /** Of the first request. */
  readonly requestId: string | undefined;
  /** Set when rows that the total promised are missing at the end. */
  readonly endedBy: WindowEnd | undefined;
  /** What failed, when `endedBy` is `deadline` or `page_failed`. */
  readonly failure: TcssMcpError | undefined;
  /** Another page gave another total, or the first page alone held more rows than its total says. */
  readonly totalChanged: boolean;
}

/** What to read, and who is told about it. */
export interface WindowOptions {
  readonly start: number;
  /** Most rows of the window. */
  readonly size: number;
  readonly signal: AbortSignal;
  /** Called with rows read and rows to read, each time more than before. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called once, after the first page, before the others are asked for. */
  readonly onFirstPage?: ((first: Page<unknown>) => void) | undefined;
}

/** What reading one window shares between its pages. */
interface Reader<Row> {
  readonly fetchPage: FetchPage<Row>;
  readonly signal: AbortSignal;
  readonly progress: (rows: number) => void;
}

interface Part<Row> {
  readonly rows: readonly Row[];
  readonly totals: readonly (number | undefined)[];
  readonly endedBy?: WindowEnd;
  readonly failure?: TcssMcpError;
}

/**
 * Reads up to `size` rows from `start` on, by pages of 100.
 * @throws what the first request throws; a later failure ends the window instead.
 * @throws the signal's reason when the caller cancels; a deadline only ends the window.
 */
export async function readWindow<Row>(
  fetchPage: FetchPage<Row>,
  options: WindowOptions,
): Promise<Window<Row>> {
  const { start, size, signal } = options;
  const firstLimit = Math.min(PAGE_LIMIT, size);
  const first = await fetchPage(start, firstLimit);
  options.onFirstPage?.(first);
  const claimed = first.TotalCount ?? undefined;
  const seenTo = start + Math.min(first.List?.length ?? 0, firstLimit);
  // A total that the very page exceeds says nothing.
  const isRefuted = claimed !== undefined && seenTo > start && claimed < seenTo;
  const total = isRefuted ? undefined : claimed;
  const end = Math.min(start + size, Math.max(total ?? 0, seenTo));

  let done = 0;
  const progress = (rows: number) => {
    done += rows;
    if (rows > 0 && end > start) options.onProgress?.(Math.min(done, end - start), end - start);
  };

  const reader = { fetchPage, signal, progress };
  const starts: number[] = [];
  for (let offset = start + firstLimit; offset < end; offset += PAGE_LIMIT) starts.push(offset);
  const parts = await Promise.all([
    completePage(reader, first, start, Math.min(firstLimit, end - start)),
    ...starts.map((offset) => readPart(reader, offset, Math.min(PAGE_LIMIT, end - offset))),
  ]);

  const broken = parts.findIndex((part) => part.endedBy !== undefined);
  const used = broken < 0 ? parts : parts.slice(0, broken + 1);
  const rows = used.flatMap((part) => part.rows);
  const last = used.at(-1);
  return {
    rows,
    start,
    total,
    listMissing: first.List === null || first.List === undefined,
    requestId: first.RequestId,
    endedBy: last?.endedBy,
    failure: last?.failure,
    totalChanged: isRefuted || parts.some((part) => part.totals.some((other) => other !== claimed)),
  };
}

async function readPart<Row>(reader: Reader<Row>, offset: number, limit: number): Promise<Part<Row>> {
  const page = await attempt(() => reader.fetchPage(offset, limit), reader.signal);
  if ('failure' in page) return { rows: [], totals: [], ...page };
  return completePage(reader, page, offset, limit);
}

/** A page that is shorter than the total promised is asked for once more, from where it ended. */
async function completePage<Row>(
  { fetchPage, signal, progress }: Reader<Row>,
  page: Page<Row>,
  offset: number,
  limit: number,
): Promise<Part<Row>> {
  const rows = (page.List ?? []).slice(0, limit);
  const totals = [page.TotalCount ?? undefined];
  progress(rows.length);
  const missing = limit - rows.length;
  if (missing <= 0) return { rows, totals };

  const rest = await attempt(() => fetchPage(offset + rows.length, missing), signal);
  if ('failure' in rest) return { rows, totals, ...rest };
  const more = (rest.List ?? []).slice(0, missing);
  progress(more.length);
  const part = { rows: [...rows, ...more], totals: [...totals, rest.TotalCount ?? undefined] };
  return more.length < missing ? { ...part, endedBy: 'short_page' } : part;
}

async function attempt<Row>(
  fetchPage: () => Promise<Page<Row>>,
  signal: AbortSignal,
): Promise<Page<Row> | { endedBy: 'deadline' | 'page_failed'; failure: TcssMcpError }> {
  try {
    return await fetchPage();
  } catch (error) {
    const failure = partOfAnswer(error, signal);
    return { endedBy: signal.aborted ? 'deadline' : 'page_failed', failure };
  }
}

/** Work runs this long before timers, cancellations and other calls get their turn. */
const TURN_MS = 20;

/**
 * Maps each value in order; other work gets its turn every 20 ms.
 * @throws the signal's reason when it aborts between two values.
 */
export async function mapInTurns<From, To>(
  values: readonly From[],
  map: (value: From) => To,
  signal: AbortSignal,
): Promise<To[]> {
  const mapped: To[] = [];
  let turnMs = performance.now();
  for (const value of values) {
    if (performance.now() - turnMs > TURN_MS) {
      await setImmediate();
      signal.throwIfAborted();
      turnMs = performance.now();
    }
    mapped.push(map(value));
  }
  return mapped;
}
