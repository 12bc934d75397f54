/** Reads the risky behaviours of one image and takes the secrets out before anything else sees them. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import {
  type AssetFilter,
  describeAssetImageRegistryRiskInfoList,
  type ImageRisk,
} from '../tcss/image-risk.ts';
import { type Level, readLevel } from '../tcss/vocabulary.ts';
import type { FetchPage } from './window.ts';

/** Which of an image's rows are asked for, and in which order. */
export interface RowFilter {
  readonly filters: readonly AssetFilter[];
  readonly order: 'desc' | 'asc';
}

/** Which rows are asked for. */
export interface RowQuery extends RowFilter {
  readonly id: number;
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

/** The page-wise reader of one question's rows, secrets taken out. @see readWindow */
export function riskPages(
  client: TcssClient,
  query: RowQuery,
  redaction: Redaction,
  signal: AbortSignal,
): FetchPage<RiskRow> {
  return async (offset, limit) => {
    const request = {
      Id: query.id,
      Limit: limit,
      Offset: offset,
      By: 'Level' as const,
      Order: query.order === 'asc' ? ('+' as const) : ('-' as const),
      ...(query.filters.length > 0 ? { Filters: query.filters } : {}),
    };
    const page = await client.call(describeAssetImageRegistryRiskInfoList, request, signal);
    return { ...page, List: page.List && (await readRows(page.List, redaction, signal)) };
  };
}

/** Redaction runs this long before timers, cancellations and other calls get their turn. */
const TURN_MS = 20;

/** @throws the signal's reason when it aborts between two rows. */
async function readRows(
  rows: readonly ImageRisk[],
  redaction: Redaction,
  signal: AbortSignal,
): Promise<RiskRow[]> {
  const read: RiskRow[] = [];
  let turnMs = performance.now();
  for (const row of rows) {
    if (performance.now() - turnMs > TURN_MS) {
      await setImmediate();
      signal.throwIfAborted();
      turnMs = performance.now();
    }
    read.push(readRow(row, redaction));
  }
  return read;
}

/** The layer's time that precedes the instruction on a line of its own, in the spellings seen. */
const TIMESTAMP =
  /^\s{0,8}(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?(?: UTC)?)[ \t]{0,8}\r?\n/;

function readRow(row: ImageRisk, { redact, show, secretsShown }: Redaction): RiskRow {
  const stamp = TIMESTAMP.exec(row.InstructionContent ?? '');
  const evidence = capped(row.InstructionContent?.slice(stamp?.[0].length ?? 0));
  const description = capped(row.Desc);
  const levelWire = row.Level === null || row.Level === undefined ? undefined : String(row.Level);
  const { level, raw } = readLevel(row.Level);
  const redacted = {
    level: optional(levelWire, redact),
    description: optional(description, redact),
    evidence: optional(evidence, redact),
  };
  return {
    identity: JSON.stringify([
      row.Behavior ?? null,
      row.Type ?? null,
      redacted.level ?? null,
      redacted.description ?? null,
      redacted.evidence ?? null,
    ]),
    level,
    levelRaw: raw === undefined ? undefined : redacted.level,
    behavior: row.Behavior,
    type: row.Type,
    description: secretsShown ? optional(description, show) : redacted.description,
    evidence: secretsShown ? optional(evidence, show) : redacted.evidence,
    time: stamp?.[1],
  };
}

/** Longest text that is read whole, in UTF-16 units: more than the largest budget can show. */
const TEXT_LENGTH = 65_536;

/** What is beyond stands as its hash, so that rows that differ there stay apart. */
function capped(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= TEXT_LENGTH) return text;
  const rest = createHash('sha256').update(text.slice(TEXT_LENGTH)).digest('hex');
  return `${text.slice(0, TEXT_LENGTH)}… [cut, SHA-256 of the rest ${rest}]`;
}

function optional(text: string | undefined, change: (text: string) => string): string | undefined {
  return text === undefined ? undefined : change(text);
}
