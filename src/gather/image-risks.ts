/** Everything that an answer about one image's risks is made of. */
import { InputError, type TcssMcpError, TransportError } from '../errors.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { type Cursor, checkFilter, checkQuestion, questionHash, readCursor, WINDOW_ROWS } from './cursor.ts';
import { askLevelTotals, countRows, countTotals, type LevelCounts } from './level-counts.ts';
import { describeImage, type ResolvedImage } from './resolve-image.ts';
import { type RiskRow, type RowFilter, type RowQuery, riskPages } from './risk-rows.ts';
import { type EmptyBecause, explainsItself, judgeEmpty, readScanState } from './scan-state.ts';
import { readWindow, type Window } from './window.ts';
import type { WindowCache } from './window-cache.ts';

/** Most characters of a window that is kept: usual windows have a tenth of it. */
const KEPT_CHARACTERS = 2_000_000;

/** What was asked and what came, before any of it is worded. */
export interface RiskFacts {
  readonly image: ResolvedImage;
  readonly query: RowQuery;
  /** Ties a cursor to this image, filters and order. */
  readonly question: string;
  readonly read: RiskWindow;
  /** Findings of the window that earlier answers showed. */
  readonly alreadyShown: number;
  /** The call went on from a cursor; its total may differ from today's. */
  readonly cursor: Cursor | undefined;
  /** The data changed under the reader's hands, within this call or since the cursor was made. */
  readonly changed: boolean;
  /** Age of the window when it was kept from an earlier call. */
  readonly ageMs: number | undefined;
  /** Why no row came; absent when rows came. */
  readonly empty?: EmptyFacts;
}

/** The rows read and the counts over them, or over all matching rows. */
export interface RiskWindow extends Window<RiskRow> {
  readonly counts: LevelCounts;
}

/** Why no row came. `status` is upstream's word for the scan's state; `riskCount` is the scan's own count. */
export interface EmptyFacts {
  readonly because: EmptyBecause;
  readonly status?: string | undefined;
  readonly failure?: TcssMcpError | undefined;
  readonly riskCount?: number | undefined;
}

/** What gathering needs beyond the question; made for each call, but for the cache. */
export interface GatherContext {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly signal: AbortSignal;
  readonly windows: WindowCache<RiskWindow>;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Where to read: at a row number, or where a cursor stands. */
export interface ReadFrom {
  readonly start: number;
  readonly cursor: ReturnType<typeof readCursor> | undefined;
}

/**
 * Where the arguments say to start.
 * @throws {InputError} when the cursor is not one, comes with an offset, or was made for other filters.
 */
export function readFrom(
  args: { readonly offset: number; readonly cursor?: string | undefined },
  filter: RowFilter,
): ReadFrom {
  if (args.cursor === undefined) return { start: args.offset, cursor: undefined };
  if (args.offset !== 0) {
    throw new InputError('cursor and offset both say where to start: give cursor without offset');
  }
  const cursor = readCursor(args.cursor);
  checkFilter(cursor, filter);
  return { start: cursor.start, cursor };
}

/**
 * Reads the window and the counts, and the scan's state only when no row came.
 * @throws {InputError} when the cursor was made for another image; no row is asked for then.
 * @throws what the client throws on the first request; ResourceNotFound for an image that is not there.
 */
export async function gatherRisks(
  image: ResolvedImage,
  query: RowQuery,
  from: ReadFrom,
  context: GatherContext,
): Promise<RiskFacts> {
  const question = questionHash(query);
  const { start, cursor } = from;
  if (cursor !== undefined) checkQuestion(cursor, question);

  const key = `${question}.${start}`;
  const kept = cursor === undefined ? undefined : context.windows.get(key);
  const isKeptWhole =
    kept !== undefined && (cursor?.end === 0 || cursor?.end === start + kept.value.rows.length);
  const read = isKeptWhole ? kept.value : await readRisks(query, start, cursor, context);
  // Under TCSS_SHOW_SECRETS rows hold secrets, and those never outlive their call.
  const mayKeep = !context.redaction.secretsShown && isSmall(read.rows);
  if (!isKeptWhole && mayKeep) context.windows.set(key, read);

  const facts = {
    image,
    query,
    question,
    read,
    alreadyShown: cursor?.shown ?? 0,
    cursor,
    changed: read.totalChanged || (cursor !== undefined && isOutdated(cursor, read)),
    ageMs: isKeptWhole ? kept.ageMs : undefined,
  };
  return read.rows.length > 0 ? facts : explainEmpty(facts, context);
}

/** Whether rows came or went since a cursor was made; it is only made while findings remain to be shown. */
function isOutdated(cursor: Cursor, { rows, total }: RiskWindow): boolean {
  if (cursor.total >= 0 && total !== undefined && cursor.total !== total) return true;
  return cursor.end > 0 && cursor.shown >= new Set(rows.map(({ identity }) => identity)).size;
}

/** Whether there are rows, and few enough characters in them to be kept for a while. */
function isSmall(rows: readonly RiskRow[]): boolean {
  const characters = rows.reduce((sum, { identity }) => sum + identity.length, 0);
  return rows.length > 0 && characters <= KEPT_CHARACTERS;
}

async function readRisks(
  query: RowQuery,
  start: number,
  cursor: Cursor | undefined,
  { client, redaction, signal, onProgress }: GatherContext,
): Promise<RiskWindow> {
  const isAgain = cursor !== undefined && cursor.end > 0;
  const size = isAgain ? cursor.end - start : WINDOW_ROWS;
  let levelTotals: ReturnType<typeof askLevelTotals> | undefined;
  const window = await readWindow(riskPages(client, query, redaction, signal), {
    start,
    size,
    signal,
    onProgress,
    onFirstPage: ({ TotalCount: total, List }) => {
      const isWhole = start === 0 && (total ?? 0) <= size;
      if (isWhole || total === null || total === undefined || (List?.length ?? 0) === 0) return;
      levelTotals = askLevelTotals(client, query, total, signal);
      // Awaited below; a window that throws first must not leave a rejection unhandled.
      levelTotals.catch(() => undefined);
    },
  });
  if (cursor !== undefined) requireRows(window, cursor);
  return { ...window, counts: await countLevels(window, query, levelTotals, { client, signal }) };
}

/**
 * A walk goes on only over rows that are there. Findings shown before are told apart by their number
 * in the window, so the same rows are needed again; a smaller total excuses a shorter window, since
 * then the data changed, and the answer says so.
 */
function requireRows({ rows, start, total, endedBy, failure }: Window<RiskRow>, cursor: Cursor): void {
  const isShort = cursor.end > 0 && start + rows.length < cursor.end && endedBy !== undefined;
  const isEmpty = rows.length === 0 && total !== undefined && start < total;
  if (!isShort && !isEmpty) return;
  throw (
    failure ??
    new TransportError('incomplete', 'the rows at which this cursor stands could not be read in full')
  );
}

async function countLevels(
  window: Window<RiskRow>,
  query: RowQuery,
  levelTotals: ReturnType<typeof askLevelTotals> | undefined,
  { client, signal }: Pick<GatherContext, 'client' | 'signal'>,
): Promise<LevelCounts> {
  const { rows, start, total } = window;
  if (start === 0 && rows.length === total) {
    return countRows(rows, window.totalChanged ? 'rows_read' : 'all_rows');
  }
  if (total === undefined || rows.length === 0) return countRows(rows, 'rows_read');
  // A window of at most 1,000 rows that broke off was not expected to need them.
  const totals = await (levelTotals ?? askLevelTotals(client, query, total, signal));
  if (totals === undefined) return countRows(rows, 'rows_read');
  const unknownRead = rows.filter(({ level }) => level === 'unknown').length;
  return countTotals(totals, unknownRead, total) ?? countRows(rows, 'rows_read');
}

async function explainEmpty(facts: RiskFacts, { client, signal }: GatherContext): Promise<RiskFacts> {
  const page = { ...facts.read, filtered: facts.query.filters.length > 0 };
  const because = explainsItself(page);
  if (because !== undefined) return { ...facts, empty: { because } };

  const state = await readScanState(client, facts.image.id, signal);
  if ('failure' in state) return { ...facts, empty: { because: 'unverified', failure: state.failure } };
  const { detail } = state;
  return {
    ...facts,
    image: { ...facts.image, ...describeImage(detail) },
    empty: { because: judgeEmpty(page, detail), status: detail.RiskStatus, riskCount: detail.RiskCnt },
  };
}
