/**
 * Reads a run of rows from an Action that gives them in pages: the first page alone, since it tells the
 * total, then the rest in parallel. The rows it gives have no gap.
 */
import { setImmediate } from 'node:timers/promises';
import { failureOrThrow, type TcssMcpError } from '../errors.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';

/** One page; `TotalCount` counts all matching rows. */
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
  /** How many rows match, as the first page says; undefined when it says nothing, or fewer than it holds. */
  readonly total: number | undefined;
  /** The first page had no `List`, or null. */
  readonly listMissing: boolean;
  /** Of the first request. */
  readonly requestId: string | undefined;
  /** Set when rows that the total counts are missing at the end. */
  readonly endedBy: WindowEnd | undefined;
  /** What failed, when `endedBy` is `deadline` or `page_failed`. */
  readonly failure: TcssMcpError | undefined;
  /** The pages gave different totals, or the first page held more rows than its total says. */
  readonly totalChanged: boolean;
}

/** What to read, and whom to tell about it. */
export interface WindowOptions {
  readonly start: number;
  /** The most rows to read. */
  readonly size: number;
  readonly signal: AbortSignal;
  /** Called with the number of rows read, which only grows, and of rows to be read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called once, after the first page and before the others are asked for. */
  readonly onFirstPage?: ((first: Page<unknown>) => void) | undefined;
}

/** What the pages of one window share. */
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
 * Reads up to `size` rows from `start` on, in pages of 100.
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
  const isTooSmall = claimed !== undefined && seenTo > start && claimed < seenTo;
  const total = isTooSmall ? undefined : claimed;
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

  const gap = parts.findIndex((part) => part.endedBy !== undefined);
  const used = gap < 0 ? parts : parts.slice(0, gap + 1);
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
    totalChanged: isTooSmall || parts.some((part) => part.totals.some((other) => other !== claimed)),
  };
}

async function readPart<Row>(reader: Reader<Row>, offset: number, limit: number): Promise<Part<Row>> {
  const page = await attempt(() => reader.fetchPage(offset, limit), reader.signal);
  if ('failure' in page) return { rows: [], totals: [], ...page };
  return completePage(reader, page, offset, limit);
}

/** A page shorter than it should be is continued once from where it ended. */
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
    const failure = failureOrThrow(error, signal);
    return { endedBy: signal.aborted ? 'deadline' : 'page_failed', failure };
  }
}

/**
 * Adds up the progress of several windows that are read at the same time; reported once all totals are known, since
 * a total must not grow.
 */
export function sumOfProgress(windows: number, onProgress: WindowOptions['onProgress']) {
  const parts = new Map<string, { done: number; total: number }>();
  let reported = 0;
  const note = (part: string) => (done: number, total: number) => {
    parts.set(part, { done, total });
    const sum = (key: 'done' | 'total') => [...parts.values()].reduce((all, one) => all + one[key], 0);
    if (parts.size < windows || sum('done') <= reported) return;
    reported = sum('done');
    onProgress?.(reported, sum('total'));
  };
  return {
    of: note,
    /** A window without rows has reported nothing. */
    ended: (part: string) => {
      if (!parts.has(part)) note(part)(0, 0);
    },
  };
}

/** How long work may hold up timers, cancellations and other calls. */
const SLICE_MS = 20;

/**
 * Maps each value in order, in slices of 20 ms between which other work can run.
 * @throws the signal's reason when it aborts between two values.
 */
export async function mapInSlices<From, To>(
  values: readonly From[],
  map: (value: From) => To,
  signal: AbortSignal,
): Promise<To[]> {
  const mapped: To[] = [];
  let sliceStartMs = performance.now();
  for (const value of values) {
    if (performance.now() - sliceStartMs > SLICE_MS) {
      await setImmediate();
      signal.throwIfAborted();
      sliceStartMs = performance.now();
    }
    mapped.push(map(value));
  }
  return mapped;
}
