/**
 * One kind of row that TCSS lists for a registry image: how its rows are asked for and read, and the cursor with which
 * a walk over them continues, which needs no state in this process.
 */

import { hash } from 'node:crypto';
import { InputError } from '../errors.ts';
import type { Deadline } from '../http/time.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { Action, AssetFilter, ImageRowsRequest, NodeImageRowsRequest } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import {
  KNOWN_LEVELS,
  type KnownLevel,
  type Level,
  levelCode,
  type RowFaults,
  readLevel,
} from '../tcss/vocabulary.ts';
import { type ImageId, PLACES, type Place, placeOf } from './listed-image.ts';
import type { ScanKind } from './scan-state.ts';
import { type FetchPage, mapInSlices, type Page } from './window.ts';

/** What every row has; its texts are upstream's, redacted and fit to be shown. */
export interface ImageRow extends RowFaults {
  /**
   * What makes it differ from other rows, in a fixed order: redacted, not yet cleaned. Only what every list of this
   * kind of row gives, since a finding's id is a hash of it: the same in the registry and on nodes.
   */
  readonly identity: Readonly<Record<string, unknown>>;
  /** What else makes it differ from other rows, which not every list gives. */
  readonly details?: readonly unknown[];
  /** JSON of the identity's values and the details: equal rows are one finding. */
  readonly key: string;
  readonly level: Level;
  /** The level as the service gave it, when it is outside the published ones. */
  readonly levelRaw: string | undefined;
}

/** A text of a row: as its identity holds it, and as it is shown. */
export interface RowText {
  readonly redacted: string | undefined;
  readonly shown: string | undefined;
}

/** Redacts a text of a row, then cleans it for display. */
export type TextReader = (text: string | undefined) => RowText;

/** A list over one image: how its rows are asked for. */
export interface RowList<Wire extends RowFaults> {
  readonly action: Action<ImageRowsRequest | NodeImageRowsRequest, Page<Wire>>;
  /** The list takes By and Order; the others come in an order that is not documented. */
  readonly isOrdered: boolean;
  /** The state of the scan that finds these rows, where a page says it. */
  readonly statusOf?: (page: Page<unknown>) => string | undefined;
}

/** One kind of row; `Wire` is a row as the service gives it. */
export interface RowKind<Row extends ImageRow, Wire extends RowFaults> {
  /** The list by where the image lies. */
  readonly lists: Readonly<Record<Place, RowList<Wire>>>;
  /** The name of its filter by level. */
  readonly levelFilter: string;
  /** The scan that finds these rows. */
  readonly scan: ScanKind;
  /** Whether a row is one that a filter asks for; undefined where the row does not say. */
  readonly passes?: (row: Row, filter: AssetFilter) => boolean | undefined;
  /** Every text goes through `text`, so that nothing else sees a secret. */
  readonly readRow: (wire: Wire, text: TextReader) => Omit<Row, 'key'>;
}

/** A kind of any row, of which only the names matter. */
type AnyRowKind = { readonly lists: Readonly<Record<Place, { readonly action: { readonly name: string } }>> };

/** Which of an image's rows are asked for, and in which order. */
export interface RowFilter {
  readonly filters: readonly AssetFilter[];
  readonly order: 'desc' | 'asc';
}

/** Which rows are asked for. */
export interface RowQuery extends RowFilter {
  readonly id: ImageId;
}

/** How a request names an image. */
export function imageNamed(id: ImageId) {
  return typeof id === 'number' ? { Id: id } : { ImageID: id };
}

/** Filters by their name at the wire; those without values are left out. */
export function toFilter(
  order: 'desc' | 'asc',
  values: Readonly<Record<string, readonly (string | number)[] | undefined>>,
): RowFilter {
  const filters = Object.entries(values)
    // In one order and none twice, so that the same question has the same cursors.
    .map(([Name, given = []]) => ({ Name, Values: [...new Set(given.map(String))].sort() }))
    .filter(({ Values }) => Values.length > 0);
  return { filters, order };
}

/** The values of a level filter. */
export function levelValues(levels: readonly KnownLevel[] | undefined): string[] | undefined {
  return levels?.map(levelCode);
}

/** Fetches pages of one question's rows, redacted. @see readWindow */
export function rowPages<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  query: RowQuery,
  { client, redaction, deadline }: { client: TcssClient; redaction: Redaction; deadline: Deadline },
): FetchPage<Row> {
  const text = textReader(redaction);
  const { action, isOrdered } = kind.lists[placeOf(query.id)];
  return async (offset, limit) => {
    const request = {
      ...imageNamed(query.id),
      Limit: limit,
      Offset: offset,
      ...(isOrdered ? ({ By: 'Level' as const, Order: query.order === 'asc' ? '+' : '-' } as const) : {}),
      ...(query.filters.length > 0 ? { Filters: query.filters } : {}),
    };
    const page = await client.call(action, request, deadline);
    return {
      ...page,
      List:
        page.List &&
        (await mapInSlices(page.List, (row) => withKey(kind.readRow(row, text), row), deadline.signal)),
    };
  };
}

/** A row with a field that could not be read does not equal a row that never had it. */
function withKey<Row extends ImageRow>(row: Omit<Row, 'key'>, { leftOut, isLost }: RowFaults): Row {
  const isFaulty = leftOut !== undefined || isLost !== undefined;
  const identity = isFaulty ? { ...row.identity, leftOut: { leftOut } } : row.identity;
  const key = JSON.stringify([...Object.values(identity), ...(row.details ?? [])]);
  return { ...row, identity, key, ...(isFaulty ? { leftOut, isLost } : {}) } as Row;
}

/** The levels that a question asks for. */
export function levelsAsked(kind: { readonly levelFilter: string }, query: RowFilter): readonly KnownLevel[] {
  const asked = query.filters.find(({ Name }) => Name === kind.levelFilter)?.Values;
  return KNOWN_LEVELS.filter((level) => asked === undefined || asked.includes(levelCode(level)));
}

/** A level as a row holds it, and as its identity does. */
export function levelOfRow(wire: string | number | undefined, text: TextReader) {
  const { level, raw } = readLevel(wire);
  const { redacted, shown } = text(wire === undefined ? undefined : String(wire));
  return { level, levelRaw: raw === undefined ? undefined : shown, identity: redacted ?? null };
}

/** Longer texts are cut, in UTF-16 units: more than the largest budget can show. */
const TEXT_LENGTH = 65_536;

/** Reads the texts of rows. */
export function textReader({ redact, display }: Redaction): TextReader {
  return (text) => {
    if (text === undefined) return { redacted: undefined, shown: undefined };
    const redacted = redact(capped(text));
    return { redacted, shown: display(redacted) };
  };
}

/** The rest of a long text becomes its hash, so that rows that differ there stay different. */
function capped(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  const rest = hash('sha256', text.slice(TEXT_LENGTH), 'hex');
  return `${text.slice(0, TEXT_LENGTH)}… [cut, SHA-256 of the rest ${rest}]`;
}

/** Where a walk has got to. */
export interface Cursor {
  /** The window's first row. */
  readonly start: number;
  /** The row after the window's last; 0 when the window has not been read yet. */
  readonly end: number;
  /** Findings of this window that were already shown. */
  readonly shown: number;
  /** Matching rows when the cursor was made; -1 when the service gave no total. */
  readonly total: number;
}

/** The most rows that one call reads: ten pages. */
export const WINDOW_ROWS = 1000;

/** Longest cursor that is accepted. */
export const CURSOR_LENGTH = 200;

/**
 * Ties a cursor to one question: the first letter of where its image lies, 8 hex digits for the list, its filters and
 * order, 8 for the image.
 */
export function questionHash(kind: AnyRowKind, query: RowQuery): string {
  return questionStart(kind, placeOf(query.id), query) + shortHash(String(query.id)).slice(0, 8);
}

function questionStart({ lists }: AnyRowKind, where: Place, { filters, order }: RowFilter): string {
  const { name } = lists[where].action;
  return where.slice(0, 1) + shortHash(JSON.stringify([name, filters, order])).slice(0, 8);
}

/** Of the form of cursors: one of another version is refused, since it may mean something else. */
const CURSOR_VERSION = 'v2';

/** A cursor of any version; the first had none. */
const ANY_CURSOR = /^(?<version>v\d{1,3})?[\w.-]*\.[0-9a-f]{12}$/;

/** The cursor as text, at most 200 bytes of base64url. */
export function writeCursor({ start, end, shown, total }: Cursor, question: string): string {
  const payload = [CURSOR_VERSION, start, end, shown, total, question].join('.');
  return Buffer.from(`${payload}.${shortHash(payload)}`).toString('base64url');
}

/**
 * Reads a cursor's text back.
 * @throws {InputError} when another version gave it, or it was cut, damaged or made up, or describes no possible walk.
 */
export function readCursor(text: string): Cursor & { readonly question: string } {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  const parts =
    /^(?<payload>v2\.(?<start>\d{1,16})\.(?<end>\d{1,16})\.(?<shown>\d{1,4})\.(?<total>-1|\d{1,16})\.(?<question>[rn][0-9a-f]{16}))\.(?<checksum>[0-9a-f]{12})$/.exec(
      plain,
    )?.groups;
  const cursor = {
    start: Number(parts?.['start']),
    end: Number(parts?.['end']),
    shown: Number(parts?.['shown']),
    total: Number(parts?.['total']),
    question: parts?.['question'] ?? '',
  };
  const isIntact = shortHash(parts?.['payload'] ?? '') === parts?.['checksum'];
  const rows = cursor.end - cursor.start;
  const isPossible = cursor.end === 0 ? cursor.shown === 0 : rows > cursor.shown && rows <= WINDOW_ROWS;
  if (isIntact && isPossible) return cursor;
  if (isOfOtherVersion(plain)) throw new InputError(OTHER_VERSION);
  throw new InputError(
    'cursor is not one that an answer gave, or it was cut. Pass next_cursor exactly as it came, or leave cursor out to start again',
  );
}

const OTHER_VERSION =
  'cursor was given by another version of this server, which counted otherwise: leave cursor out to start again';

/** Whether a cursor is whole, and of another form than those of this version. */
function isOfOtherVersion(plain: string): boolean {
  const { version } = ANY_CURSOR.exec(plain)?.groups ?? {};
  const at = plain.lastIndexOf('.');
  return version !== CURSOR_VERSION && shortHash(plain.slice(0, at)) === plain.slice(at + 1);
}

const OTHER_QUESTION =
  'cursor belongs to another question: use it with the same tool, image, filters and order as the call that gave it, or leave it out to start again';

/** @throws {InputError} when the cursor belongs to another place, another list, other filters or another order. */
export function checkFilter(
  { question }: { readonly question: string },
  kind: AnyRowKind,
  where: Place,
  filter: RowFilter,
): void {
  const given = PLACES.find((place) => question.startsWith(place.slice(0, 1)));
  if (given !== where) {
    throw new InputError(
      `cursor was given with where ${given}: use it with that, or leave it out to start again`,
    );
  }
  if (!question.startsWith(questionStart(kind, where, filter))) throw new InputError(OTHER_QUESTION);
}

/** @throws {InputError} when the cursor belongs to another question. */
export function checkQuestion(cursor: { readonly question: string }, question: string): void {
  if (cursor.question !== question) throw new InputError(OTHER_QUESTION);
}

function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 12);
}
