/** One kind of row that TCSS lists for a registry image, and how its rows are asked for and read. */

import { createHash } from 'node:crypto';
import type { Deadline } from '../http/deadline.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { Action } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import type { AssetFilter, ImageRowsRequest } from '../tcss/image-rows.ts';
import {
  KNOWN_LEVELS,
  type KnownLevel,
  type Level,
  levelCode,
  type RowFaults,
  readLevel,
} from '../tcss/vocabulary.ts';
import type { FetchPage, Page } from './window.ts';
import { mapInTurns } from './window.ts';

/** What every row has; its texts are upstream's, redacted and fit to be shown. */
export interface ImageRow extends RowFaults {
  /** What tells it from other rows, in a fixed order: redacted, not yet cleaned. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** JSON of the identity's values: equal rows are one finding, and its id is a hash of it. */
  readonly key: string;
  readonly level: Level;
  /** The level as the service gave it, when it is outside the published ones. */
  readonly levelRaw: string | undefined;
}

/** A text of a row: as it is known by, and as it is shown. */
export interface RowText {
  readonly redacted: string | undefined;
  readonly shown: string | undefined;
}

/** Reads a text of a row once for all: secrets out, then cleaned. */
export type ReadText = (text: string | undefined) => RowText;

/** One kind of row; `Wire` is a row as the service gives it. */
export interface RowKind<Row extends ImageRow, Wire extends RowFaults> {
  readonly action: Action<ImageRowsRequest, Page<Wire>>;
  /** The list takes By and Order; the others come in an order that is not documented. */
  readonly isOrdered: boolean;
  /** The filter that goes by level. */
  readonly levelFilter: string;
  /** Where an image's entry tells of the scan that finds these rows, and how many it found. */
  readonly statusField: 'RiskStatus' | 'CveStatus' | 'VirusStatus';
  readonly countField: 'RiskCnt' | 'VulCnt' | 'VirusCnt';
  /** `read` takes the secrets out before anything else sees the row. */
  readonly readRow: (wire: Wire, read: ReadText) => Omit<Row, 'key'>;
}

/** Which of an image's rows are asked for, and in which order. */
export interface RowFilter {
  readonly filters: readonly AssetFilter[];
  readonly order: 'desc' | 'asc';
}

/** Which rows are asked for. */
export interface RowQuery extends RowFilter {
  readonly id: number;
}

/** The page-wise reader of one question's rows, secrets taken out. @see readWindow */
export function rowPages<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  query: RowQuery,
  { client, redaction, deadline }: { client: TcssClient; redaction: Redaction; deadline: Deadline },
): FetchPage<Row> {
  const read = textReader(redaction);
  return async (offset, limit) => {
    const request = {
      Id: query.id,
      Limit: limit,
      Offset: offset,
      ...(kind.isOrdered
        ? ({ By: 'Level' as const, Order: query.order === 'asc' ? '+' : '-' } as const)
        : {}),
      ...(query.filters.length > 0 ? { Filters: query.filters } : {}),
    };
    const page = await client.call(kind.action, request, deadline);
    return {
      ...page,
      List:
        page.List &&
        (await mapInTurns(page.List, (row) => withKey(kind.readRow(row, read), row), deadline.signal)),
    };
  };
}

/** A row that lacks a field is no equal of one that never had it. */
function withKey<Row extends ImageRow>(row: Omit<Row, 'key'>, { leftOut, isLost }: RowFaults): Row {
  const isOdd = leftOut !== undefined || isLost !== undefined;
  const identity = isOdd ? { ...row.identity, leftOut: { leftOut } } : row.identity;
  const key = JSON.stringify(Object.values(identity));
  return { ...row, identity, key, ...(isOdd ? { leftOut, isLost } : {}) } as Row;
}

/** The levels that a question's filters let through. */
export function levelsAsked(kind: { readonly levelFilter: string }, query: RowFilter): readonly KnownLevel[] {
  const asked = query.filters.find(({ Name }) => Name === kind.levelFilter)?.Values;
  return KNOWN_LEVELS.filter((level) => asked === undefined || asked.includes(levelCode(level)));
}

/** A level as a row holds it, and what of it belongs to the row's identity. */
export function readRowLevel(wire: string | number | undefined, read: ReadText) {
  const { level, raw } = readLevel(wire);
  const text = read(wire === undefined ? undefined : String(wire));
  return { level, levelRaw: raw === undefined ? undefined : text.shown, identity: text.redacted ?? null };
}

/** Longest text that is read whole, in UTF-16 units: more than the largest budget can show. */
const TEXT_LENGTH = 65_536;

/** What repeats in the rows of a question, such as descriptions, is read once. */
function textReader({ redact, display }: Redaction): ReadText {
  const known = new Map<string, RowText>();
  return (text) => {
    if (text === undefined) return { redacted: undefined, shown: undefined };
    const before = known.get(text);
    if (before !== undefined) return before;
    const redacted = redact(capped(text));
    const read = { redacted, shown: display(redacted) };
    known.set(text, read);
    return read;
  };
}

/** What is beyond stands as its hash, so that rows that differ there stay apart. */
function capped(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  const rest = createHash('sha256').update(text.slice(TEXT_LENGTH)).digest('hex');
  return `${text.slice(0, TEXT_LENGTH)}… [cut, SHA-256 of the rest ${rest}]`;
}
