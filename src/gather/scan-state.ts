/** Why an image has no rows: what an empty list means is only known together with the scan's state. */
import { ApiError, partOfAnswer, type TcssMcpError } from '../errors.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageRegistryDetail, type RegistryImageDetail } from '../tcss/registry-image.ts';
import { redactImages } from './redact-image.ts';

/** The meanings of zero rows; each has its own sentence. `clean` is only said when everything else is ruled out. */
export const EMPTY_BECAUSE = [
  'past_end',
  'no_answer',
  'not_licensed',
  'not_scanned',
  'scanning',
  'scan_failed',
  'filtered_out',
  'clean',
  'unverified',
] as const;

/** One meaning of zero rows. */
export type EmptyBecause = (typeof EMPTY_BECAUSE)[number];

/** What the page itself said. */
export interface EmptyPage {
  /** `List` was null or absent, not an empty list. */
  readonly listMissing: boolean;
  readonly total: number | undefined;
  /** The row at which the page was to start. */
  readonly start: number;
  readonly filtered: boolean;
}

/** The scan's state, or why it could not be read. */
export type ScanState = { detail: RegistryImageDetail } | { failure: TcssMcpError };

/**
 * Reads the state of one image's scan, secrets taken out of its texts. A failure is part of the answer, since the rows were read.
 * @throws {ApiError} ResourceNotFound: there is no such image. @throws the signal's reason when the client cancels.
 */
export async function readScanState(
  id: number,
  { client, redaction, signal }: { client: TcssClient; redaction: Redaction; signal: AbortSignal },
): Promise<ScanState> {
  try {
    const detail = await client.call(describeAssetImageRegistryDetail, { Id: id }, signal);
    return { detail: redactImages(redaction)(detail) };
  } catch (error) {
    const failure = partOfAnswer(error, signal);
    if (failure instanceof ApiError && failure.category === 'not-found') throw failure;
    return { failure };
  }
}

/** Why the page is empty, when it says so itself and the scan's state need not be asked. */
export function explainsItself(page: EmptyPage): 'past_end' | 'no_answer' | undefined {
  if (page.listMissing && page.total === undefined) return 'no_answer';
  const isPastEnd = page.total === undefined ? page.start > 0 : page.total > 0 && page.start >= page.total;
  return isPastEnd ? 'past_end' : undefined;
}

const STATUS_MEANS: ReadonlyMap<string | undefined, EmptyBecause> = new Map([
  ['NOT_SCAN', 'not_scanned'],
  ['WAIT_SCAN', 'scanning'],
  ['SCANNING', 'scanning'],
  ['SCAN_ERR', 'scan_failed'],
  ['SCAN_TIMEOUT', 'scan_failed'],
  ['SCAN_CANCEL', 'scan_failed'],
  ['CANCELED', 'scan_failed'],
]);

/** What an image's entry tells of the scan that finds the rows asked for. */
export interface Scan {
  /** The scan's own status, since the overall status may hide a failed part. */
  readonly status: string | undefined;
  /** How many rows the scan counts. */
  readonly count: number | undefined;
  readonly isLicensed: boolean;
}

/** Judges an empty page. */
export function judgeEmpty(page: EmptyPage, { status, count, isLicensed }: Scan): EmptyBecause {
  if (!isLicensed) return 'not_licensed';
  if (status !== 'SCANNED') return STATUS_MEANS.get(status) ?? 'unverified';
  if (page.total !== undefined && page.total > 0) return 'unverified';
  if (page.filtered) return count === 0 ? 'clean' : 'filtered_out';
  return count === 0 || (count === undefined && page.total === 0) ? 'clean' : 'unverified';
}
