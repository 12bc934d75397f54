/** Reads the risky behaviours of one image and takes the secrets out before anything else sees them. */
import type { Redaction } from '../redact/redaction.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import {
  type AssetFilter,
  describeAssetImageRegistryRiskInfoList,
  type ImageRisk,
} from '../tcss/image-risk.ts';
import { type Level, readLevel } from '../tcss/vocabulary.ts';

/** Which rows are asked for. */
export interface RowQuery {
  readonly id: number;
  readonly filters: readonly AssetFilter[];
  readonly order: 'desc' | 'asc';
  /** Row number, as the service numbers them, at which to start. */
  readonly offset: number;
}

/** One row, its secrets taken out; texts are upstream's and not yet cleaned for display. */
export interface RiskRow {
  /** JSON of [Behavior, Type, Level, Desc, redacted evidence without its timestamp]: equal rows are one finding. */
  readonly identity: string;
  readonly level: Level;
  /** The level as the service gave it, when it is outside the published ones. */
  readonly levelRaw: string | undefined;
  readonly behavior: number | undefined;
  readonly type: number | undefined;
  readonly description: string | undefined;
  readonly evidence: string | undefined;
  /** Time of the image layer as the service gives it; it names no zone. */
  readonly time: string | undefined;
}

/** What one reading gave; `rows` are those from `offset` on, in the service's order, without a gap. */
export interface RowsRead {
  readonly rows: readonly RiskRow[];
  /** All rows that match, by the service's own count. */
  readonly total: number | undefined;
  readonly offset: number;
  /** `List` was null or absent. */
  readonly listMissing: boolean;
  readonly requestId: string | undefined;
}

/**
 * Reads up to 100 rows from `offset` on, with one request.
 * @throws what the client throws.
 */
export async function readRiskRows(
  client: TcssClient,
  query: RowQuery,
  redaction: Redaction,
  signal: AbortSignal,
): Promise<RowsRead> {
  const page = await client.call(
    describeAssetImageRegistryRiskInfoList,
    {
      Id: query.id,
      Limit: PAGE_LIMIT,
      Offset: query.offset,
      By: 'Level',
      Order: query.order === 'asc' ? '+' : '-',
      ...(query.filters.length > 0 ? { Filters: query.filters } : {}),
    },
    signal,
  );
  return {
    rows: (page.List ?? []).map((row) => readRow(row, redaction)),
    total: page.TotalCount ?? undefined,
    offset: query.offset,
    listMissing: page.List === null || page.List === undefined,
    requestId: page.RequestId,
  };
}

/** The layer's time that precedes the instruction on a line of its own, in the spellings seen. */
const TIMESTAMP =
  /^\s{0,8}(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?(?: UTC)?)[ \t]{0,8}\r?\n/;

function readRow(row: ImageRisk, { redact, show }: Redaction): RiskRow {
  const stamp = TIMESTAMP.exec(row.InstructionContent ?? '');
  const evidence = row.InstructionContent?.slice(stamp?.[0].length ?? 0);
  const levelWire = row.Level === null || row.Level === undefined ? null : String(row.Level);
  const { level, raw } = readLevel(row.Level);
  const mapped = (text: string | undefined, change: (text: string) => string) =>
    text === undefined ? undefined : change(text);
  return {
    identity: JSON.stringify([
      row.Behavior ?? null,
      row.Type ?? null,
      levelWire === null ? null : redact(levelWire),
      mapped(row.Desc, redact) ?? null,
      mapped(evidence, redact) ?? null,
    ]),
    level,
    levelRaw: mapped(raw, show),
    behavior: row.Behavior,
    type: row.Type,
    description: mapped(row.Desc, show),
    evidence: mapped(evidence, show),
    time: stamp?.[1],
  };
}
