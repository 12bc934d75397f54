/** One kind of row that TCSS lists for a registry image, and how its rows are asked for and read. */
import type { Deadline } from '../http/deadline.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { Action } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import type { AssetFilter, ImageRowsRequest } from '../tcss/image-rows.ts';
import { KNOWN_LEVELS, type KnownLevel, type Level, levelCode, readLevel } from '../tcss/vocabulary.ts';
import { mapInTurns } from './in-turns.ts';
import { readText } from './row-text.ts';
import type { FetchPage, Page } from './window.ts';

/** What every row has, its secrets taken out; texts are upstream's and not yet cleaned for display. */
export interface ImageRow {
  /** JSON of the row's redacted fields: equal rows are one finding. */
  readonly identity: string;
  readonly level: Level;
  /** The level as the service gave it, when it is outside the published ones. */
  readonly levelRaw: string | undefined;
}

/** One kind of row; `Wire` is a row as the service gives it. */
export interface RowKind<Row extends ImageRow, Wire> {
  readonly action: Action<ImageRowsRequest, Page<Wire>>;
  /** The list takes By and Order; the others come in an order that is not documented. */
  readonly isOrdered: boolean;
  /** The filter that goes by level. */
  readonly levelFilter: string;
  /** Where an image's entry tells of the scan that finds these rows, and how many it found. */
  readonly statusField: 'RiskStatus' | 'CveStatus' | 'VirusStatus';
  readonly countField: 'RiskCnt' | 'VulCnt' | 'VirusCnt';
  /** Takes the secrets out before anything else sees the row. */
  readonly readRow: (wire: Wire, redaction: Redaction) => Row;
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
export function rowPages<Row extends ImageRow, Wire>(
  kind: RowKind<Row, Wire>,
  query: RowQuery,
  { client, redaction, deadline }: { client: TcssClient; redaction: Redaction; deadline: Deadline },
): FetchPage<Row> {
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
        page.List && (await mapInTurns(page.List, (row) => kind.readRow(row, redaction), deadline.signal)),
    };
  };
}

/** The levels that a question's filters let through. */
export function levelsAsked(kind: { readonly levelFilter: string }, query: RowFilter): readonly KnownLevel[] {
  const asked = query.filters.find(({ Name }) => Name === kind.levelFilter)?.Values;
  return KNOWN_LEVELS.filter((level) => asked === undefined || asked.includes(levelCode(level)));
}

/** A level as a row holds it, and what of it belongs to the row's identity. */
export function readRowLevel(wire: string | number | null | undefined, redaction: Redaction) {
  const { level, raw } = readLevel(wire);
  const text = readText(wire === null || wire === undefined ? undefined : String(wire), redaction);
  return { level, levelRaw: raw === undefined ? undefined : text.redacted, identity: text.redacted ?? null };
}
