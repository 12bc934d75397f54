/** Gathers what an answer about one image's rows is made of, whatever their kind. */

import { ApiError, failureOrThrow, InputError, type TcssMcpError, TransportError } from '../errors.ts';
import type { Deadline } from '../http/time.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { type KnownLevel, LEVELS, type Level, levelCode, type RowFaults } from '../tcss/vocabulary.ts';
import type { AccountCache } from './cache.ts';
import { type Place, placeOf } from './listed-image.ts';
import { type AmbiguousImage, lookUp, NODE_NAMES, type ResolvedImage } from './resolve-image.ts';
import {
  type Cursor,
  checkFilter,
  checkQuestion,
  type ImageRow,
  imageNamed,
  levelsAsked,
  questionHash,
  type RowFilter,
  type RowKind,
  type RowQuery,
  readCursor,
  rowPages,
  WINDOW_ROWS,
} from './row-kind.ts';
import { type EmptyBecause, type EntryResult, type ImageEntry, judgeEmpty, readEntry } from './scan-state.ts';
import { readWindow, type Window } from './window.ts';

/** Windows with more characters are not kept; ordinary ones have a tenth of it. */
const KEPT_CHARACTERS = 2_000_000;

/** What was asked and what came, before any of it is put into words. */
export interface ImageFacts<Row extends ImageRow> {
  readonly image: ResolvedImage;
  readonly query: RowQuery;
  /** Ties a cursor to this kind of row, image, filters and order. */
  readonly question: string;
  readonly window: RowWindow<Row>;
  /** Findings of the window that earlier answers have shown. */
  readonly alreadyShown: number;
  /** Set when the call continues from a cursor; its total may differ from today's. */
  readonly cursor: Cursor | undefined;
  /** The data changed during this call or since the cursor was made. */
  readonly changed: boolean;
  /** Age of the window, when an earlier call read it. */
  readonly ageMs: number | undefined;
  /** Names of filters of which rows came that they should keep out, so the service does not seem to apply them. */
  readonly ignored: readonly string[];
  /** What the service tells of the image; when it could not be read, `entryFailure` says why. */
  readonly entry: ImageEntry | undefined;
  readonly entryFailure: TcssMcpError | undefined;
  /** State of the scan that finds these rows, and how many rows it counts, as the entry gives them. */
  readonly scanStatus: string | undefined;
  readonly scanCount: number | undefined;
  /** Why there are no rows; absent when there are. */
  readonly empty?: EmptyBecause;
}

/** The rows read, and counts of them or of all matching rows. */
export interface RowWindow<Row extends ImageRow> extends Window<Row> {
  readonly counts: LevelCounts;
  /** The state of the scan that finds these rows, where the list itself says it. */
  readonly scanStatus?: string | undefined;
}

/** What gathering needs beyond the question. Each call has its own, around the account's cache. */
export interface GatherContext extends AccountCache {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly deadline: Deadline;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Where to begin: at a row number, or where a cursor stands. */
interface ReadFrom {
  readonly start: number;
  readonly cursor: ReturnType<typeof readCursor> | undefined;
}

/** @throws {InputError} when the cursor is invalid, comes with an offset, or was made for other filters. */
function readFrom(
  { offset, cursor: text, where = 'registry' }: ImageArguments,
  kind: Parameters<typeof checkFilter>[1],
  filter: RowFilter,
): ReadFrom {
  if (text === undefined) return { start: offset, cursor: undefined };
  if (offset !== 0) {
    throw new InputError('cursor and offset both say where to start: give cursor without offset');
  }
  const cursor = readCursor(text);
  checkFilter(cursor, kind, where, filter);
  return { start: cursor.start, cursor };
}

/** How a call names its image, and where in its rows it begins. */
export interface ImageArguments {
  /** Default: the registry. */
  readonly where?: Place | undefined;
  readonly image_id?: number | undefined;
  readonly image?: string | undefined;
  readonly offset: number;
  readonly cursor?: string | undefined;
}

const NODES_HAVE_NO_NUMBER =
  'image_id is the number of a registry image: with where nodes, give image, an exact name or an id sha256:...';

/**
 * Finds the image that the arguments name and gathers its rows; when several fit, gives these instead.
 * @throws {InputError} when no image has the name, or the cursor belongs to another question.
 * @throws what gatherRows throws.
 */
export async function gatherImageRows<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  args: ImageArguments,
  filter: RowFilter,
  context: GatherContext,
): Promise<ImageFacts<Row> | AmbiguousImage> {
  const { where = 'registry', image_id: id, image: named = '' } = args;
  if (where === 'nodes' && id !== undefined) throw new InputError(NODES_HAVE_NO_NUMBER, { next: NODE_NAMES });
  const from = readFrom(args, kind, filter);
  const image = id === undefined ? await lookUp(where, named, context) : { id };
  return 'candidates' in image ? image : gatherRows(kind, image, { id: image.id, ...filter }, from, context);
}

/**
 * Reads the window, the counts and, at the same time, the image's entry, unless it is given as `knownEntry`.
 * @throws {InputError} when the cursor belongs to another question, before any request.
 * @throws what the client throws on the first request for rows; ResourceNotFound for an unknown image.
 */
export async function gatherRows<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  image: ResolvedImage,
  query: RowQuery,
  from: ReadFrom,
  context: GatherContext,
  knownEntry?: EntryResult,
): Promise<ImageFacts<Row>> {
  const question = questionHash(kind, query);
  const { start, cursor } = from;
  if (cursor !== undefined) checkQuestion(cursor, question);

  const key = `${question}.${start}`;
  // The question's hash covers the kind of row.
  const kept = (cursor === undefined ? undefined : context.windows.get(key)) as
    | { readonly value: RowWindow<Row>; readonly ageMs: number }
    | undefined;
  const isKeptWhole =
    kept !== undefined && (cursor?.end === 0 || cursor?.end === start + kept.value.rows.length);
  const [window, { entry, failure: entryFailure }] = await Promise.all([
    isKeptWhole ? kept.value : readRows(kind, query, from, context),
    knownEntry ?? entryOf(image, kind, context),
  ]);
  if (!isKeptWhole && isSmall(window.rows)) context.windows.set(key, window);

  const facts = {
    image,
    query,
    question,
    window,
    alreadyShown: cursor?.shown ?? 0,
    cursor,
    changed: window.totalChanged || (cursor !== undefined && hasChangedSince(cursor, window)),
    ageMs: isKeptWhole ? kept.ageMs : undefined,
    ignored: ignoredFilters(kind, query, window.rows),
    entry,
    entryFailure,
    scanStatus: window.scanStatus ?? entry?.[kind.scan.status],
    scanCount: entry?.[kind.scan.count],
  };
  return window.rows.length > 0 ? facts : { ...facts, empty: whyEmpty(facts) };
}

/**
 * The entry from the look-up, or one read in the last 60 s, or what the service says now. An entry whose scan has not
 * succeeded is read again, since a person may be waiting for just that.
 */
async function entryOf(
  { id, entry }: ResolvedImage,
  { scan }: Pick<RowKind<never, never>, 'scan'>,
  context: GatherContext,
): Promise<EntryResult> {
  if (entry !== undefined) return { entry };
  const kept = context.entries.get(String(id))?.value;
  if (kept?.[scan.status] === 'SCANNED') return { entry: kept };
  const result = await readEntry(id, context);
  if (result.entry !== undefined) context.entries.set(String(id), result.entry);
  return result;
}

function ignoredFilters<Row extends ImageRow>(
  kind: Pick<RowKind<Row, never>, 'levelFilter' | 'passes'>,
  query: RowQuery,
  rows: readonly Row[],
): string[] {
  const levels: readonly string[] = levelsAsked(kind, query);
  return query.filters
    .filter((filter) =>
      rows.some(
        (row) =>
          !row.isLost &&
          (filter.Name === kind.levelFilter
            ? !levels.includes(row.level)
            : kind.passes?.(row, filter) === false),
      ),
    )
    .map(({ Name }) => Name);
}

/** Whether rows were added or removed since a cursor was made, which is only made while findings remain. */
function hasChangedSince(cursor: Cursor, { rows, total }: RowWindow<ImageRow>): boolean {
  if (cursor.total >= 0 && total !== undefined && cursor.total !== total) return true;
  const known = rows.filter(({ isLost }) => !isLost).map(({ key }) => key);
  return cursor.end > 0 && cursor.shown >= new Set(known).size;
}

/** Whether there are rows, and few enough characters in them to keep. */
function isSmall(rows: readonly ImageRow[]): boolean {
  const characters = rows.reduce((sum, { key }) => sum + key.length, 0);
  return rows.length > 0 && characters <= KEPT_CHARACTERS;
}

async function readRows<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  query: RowQuery,
  { start, cursor }: ReadFrom,
  context: GatherContext,
): Promise<RowWindow<Row>> {
  const { client, deadline, onProgress } = context;
  const isReread = cursor !== undefined && cursor.end > 0;
  const size = isReread ? cursor.end - start : WINDOW_ROWS;
  const ask = (total: number) => askLevelTotals(kind, query, total, { client, deadline });
  let levelTotals: ReturnType<typeof askLevelTotals> | undefined;
  let scanStatus: string | undefined;
  const window = await readWindow(rowPages(kind, query, context), {
    start,
    size,
    signal: deadline.signal,
    onProgress,
    onFirstPage: (first) => {
      const { TotalCount: total, List } = first;
      scanStatus = kind.lists[placeOf(query.id)].statusOf?.(first);
      const isWhole = start === 0 && (total ?? 0) <= size;
      if (isWhole || total === null || total === undefined || (List?.length ?? 0) === 0) return;
      levelTotals = ask(total);
      // Awaited below, unless reading the window throws first: then nobody handles its rejection.
      levelTotals.catch(() => undefined);
    },
  });
  if (cursor !== undefined) requireRows(window, cursor);
  const counts = await countLevels(window, () => levelTotals ?? ask(window.total ?? 0));
  return { ...window, counts, scanStatus };
}

/**
 * A cursor counts the findings already shown, so going on needs the same rows again. If there are fewer because the
 * data changed, the answer says so; if they could not be read, this throws.
 */
function requireRows({ rows, start, total, endedBy, failure }: Window<ImageRow>, cursor: Cursor): void {
  const isShort = cursor.end > 0 && start + rows.length < cursor.end && endedBy !== undefined;
  const isEmpty = rows.length === 0 && total !== undefined && start < total;
  if (!isShort && !isEmpty) return;
  throw (
    failure ??
    new TransportError('incomplete', 'the rows that this cursor continues could not be read in full')
  );
}

/** Asks for totals when the rows read are not all there are. */
async function countLevels(
  window: Window<ImageRow>,
  ask: () => ReturnType<typeof askLevelTotals>,
): Promise<LevelCounts> {
  const { rows, start, total } = window;
  if (start === 0 && rows.length === total) {
    return countRows(rows, window.totalChanged ? 'rows_read' : 'all_rows');
  }
  if (total === undefined || rows.length === 0) return countRows(rows, 'rows_read');
  const totals = await ask();
  if (totals === undefined) return countRows(rows, 'rows_read');
  const unknownRead = rows.filter(({ level, isLost }) => !isLost && level === 'unknown').length;
  return countTotals(totals, unknownRead, total) ?? countRows(rows, 'rows_read');
}

/** @throws {ApiError} ResourceNotFound when the service does not know the image. */
function whyEmpty(facts: ImageFacts<ImageRow>): EmptyBecause {
  const { window, query, entry, entryFailure, scanStatus, scanCount } = facts;
  if (entryFailure instanceof ApiError && entryFailure.category === 'not-found') throw entryFailure;
  const page = { ...window, filtered: query.filters.length > 0 };
  const scan = entry && {
    status: scanStatus,
    count: scanCount,
    isLicensed: entry.IsAuthorized !== 0,
    isOfAllKinds: placeOf(query.id) === 'nodes' && window.scanStatus === undefined,
  };
  return judgeEmpty(page, scan);
}

/** Numbers of rows by level, and which rows they cover. */
export interface LevelCounts {
  readonly byLevel: Readonly<Record<Level, number>>;
  /** Matching rows whose level is not known; 0 when everything adds up. */
  readonly unaccounted: number;
  readonly cover: 'all_rows' | 'rows_read';
}

/** Counts rows that were read. A lost row is unaccounted, not of an unknown level. */
export function countRows(
  rows: readonly (Pick<RowFaults, 'isLost'> & { readonly level: Level })[],
  cover: LevelCounts['cover'],
): LevelCounts {
  const byLevel = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<Level, number>;
  const known = rows.filter(({ isLost }) => !isLost);
  for (const { level } of known) byLevel[level] += 1;
  return { byLevel, unaccounted: rows.length - known.length, cover };
}

/**
 * Asks the service for the number of matching rows of each level: one request a level, and none when a single
 * level is asked for. Undefined when one of them fails.
 * @throws the signal's reason when the caller cancels.
 */
export async function askLevelTotals(
  { lists, levelFilter }: Pick<RowKind<never, RowFaults>, 'lists' | 'levelFilter'>,
  query: RowQuery,
  total: number,
  { client, deadline }: { readonly client: TcssClient; readonly deadline: Deadline },
): Promise<Partial<Record<KnownLevel, number>> | undefined> {
  const levels = levelsAsked({ levelFilter }, query);
  const [only] = levels;
  if (only !== undefined && levels.length === 1) return { [only]: total };
  const { action } = lists[placeOf(query.id)];
  const otherFilters = query.filters.filter(({ Name }) => Name !== levelFilter);
  try {
    const totals = await Promise.all(
      levels.map(async (level) => {
        const Filters = [...otherFilters, { Name: levelFilter, Values: [levelCode(level)] }];
        const { TotalCount } = await client.call(
          action,
          { ...imageNamed(query.id), Limit: 1, Offset: 0, Filters },
          deadline,
        );
        return [level, TotalCount ?? undefined] as const;
      }),
    );
    if (totals.some(([, count]) => count === undefined)) return undefined;
    return Object.fromEntries(totals);
  } catch (error) {
    failureOrThrow(error, deadline.signal);
    return undefined;
  }
}

/**
 * Counts by the service's totals. No total tells the rows of an unknown level, so those read are counted, and
 * what is left over is unaccounted. Undefined when the levels add up to more than the total.
 */
export function countTotals(
  totals: Partial<Record<KnownLevel, number>>,
  unknownRead: number,
  total: number,
): LevelCounts | undefined {
  const byLevel = { critical: 0, high: 0, medium: 0, low: 0, ...totals, unknown: unknownRead };
  const rest = total - Object.values(byLevel).reduce((sum, count) => sum + count, 0);
  return rest < 0 ? undefined : { byLevel, unaccounted: rest, cover: 'all_rows' };
}
