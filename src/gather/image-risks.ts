/** Everything that an answer about one image's risks is made of. */
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeImage, type ResolvedImage } from './resolve-image.ts';
import { type RowQuery, type RowsRead, readRiskRows } from './risk-rows.ts';
import { type EmptyBecause, explainsItself, judgeEmpty, readScanState } from './scan-state.ts';

/** What was asked and what came, before any of it is worded. */
export interface RiskFacts {
  readonly image: ResolvedImage;
  readonly query: RowQuery;
  readonly read: RowsRead;
  /** Why no row came; absent when rows came. */
  readonly empty?: EmptyFacts;
}

/** Why no row came. `status` and `failure` are upstream's codes; `riskCount` is the scan's own count. */
export interface EmptyFacts {
  readonly because: EmptyBecause;
  readonly status?: string | undefined;
  readonly failure?: string | undefined;
  readonly riskCount?: number | undefined;
}

/**
 * Reads the rows, and the scan's state only when no row came.
 * @throws what the client throws; ResourceNotFound for an image that is not there.
 */
export async function gatherRisks(
  client: TcssClient,
  image: ResolvedImage,
  query: RowQuery,
  redaction: Redaction,
  signal: AbortSignal,
): Promise<RiskFacts> {
  const read = await readRiskRows(client, query, redaction, signal);
  if (read.rows.length > 0) return { image, query, read };

  const page = { ...read, filtered: query.filters.length > 0 };
  const because = explainsItself(page);
  if (because !== undefined) return { image, query, read, empty: { because } };

  const state = await readScanState(client, image.id, signal);
  if ('failure' in state) {
    return { image, query, read, empty: { because: 'unverified', failure: state.failure } };
  }
  const { detail } = state;
  return {
    image: { id: image.id, ...describeImage(detail) },
    query,
    read,
    empty: { because: judgeEmpty(page, detail), status: detail.RiskStatus, riskCount: detail.RiskCnt },
  };
}
