/** One kind of row that TCSS lists for a registry image, and how its rows are asked for and read. */

import { createHash } from 'node:crypto';
import type { Deadline } from '../http/time.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { Action, AssetFilter, ImageRowsRequest } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import {
  KNOWN_LEVELS,
  type KnownLevel,
  type Level,
  levelCode,
  type RowFaults,
  readLevel,
} from '../tcss/vocabulary.ts';
import type { ScanKind } from './scan-state.ts';
import { type FetchPage, mapInSlices, type Page } from './window.ts';

/** What every row has; its texts are upstream's, redacted and fit to be shown. */
export interface ImageRow extends RowFaults {
  /** What makes it differ from other rows, in a fixed order: redacted, not yet cleaned. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** JSON of the identity's values: equal rows are one finding, and its id is a hash of it. */
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

/** One kind of row; `Wire` is a row as the service gives it. */
export interface RowKind<Row extends ImageRow, Wire extends RowFaults> {
  readonly action: Action<ImageRowsRequest, Page<Wire>>;
  /** The list takes By and Order; the others come in an order that is not documented. */
  readonly isOrdered: boolean;
  /** The name of its filter by level. */
  readonly levelFilter: string;
  /** The scan that finds these rows. */
  readonly scan: ScanKind;
  /** Every text goes through `text`, so that nothing else sees a secret. */
  readonly readRow: (wire: Wire, text: TextReader) => Omit<Row, 'key'>;
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

/** Fetches pages of one question's rows, redacted. @see readWindow */
export function rowPages<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  query: RowQuery,
  { client, redaction, deadline }: { client: TcssClient; redaction: Redaction; deadline: Deadline },
): FetchPage<Row> {
  const text = textReader(redaction);
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
        (await mapInSlices(page.List, (row) => withKey(kind.readRow(row, text), row), deadline.signal)),
    };
  };
}

/** A row with a field that could not be read does not equal a row that never had it. */
function withKey<Row extends ImageRow>(row: Omit<Row, 'key'>, { leftOut, isLost }: RowFaults): Row {
  const isFaulty = leftOut !== undefined || isLost !== undefined;
  const identity = isFaulty ? { ...row.identity, leftOut: { leftOut } } : row.identity;
  const key = JSON.stringify(Object.values(identity));
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

/** Remembers what repeats in the rows of a question, such as descriptions. */
function textReader({ redact, display }: Redaction): TextReader {
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

/** The rest of a long text becomes its hash, so that rows that differ there stay different. */
function capped(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  const rest = createHash('sha256').update(text.slice(TEXT_LENGTH)).digest('hex');
  return `${text.slice(0, TEXT_LENGTH)}… [cut, SHA-256 of the rest ${rest}]`;
}
