/** The entry of one image, and what zero rows mean: that is only known together with the state of its scan. */

import { partOfAnswer, type TcssMcpError } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageRegistryDetail, type RegistryImageDetail } from '../tcss/registry-image.ts';
import { redactImages } from './image-reference.ts';

/** The meanings of zero rows; each has its own sentence. `clean` is only said when everything else is ruled out. */
export const EMPTY_BECAUSE = [
  'past_end',
  'no_answer',
  'scanning',
  'scan_failed',
  'not_licensed',
  'not_scanned',
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

/** What the service tells of an image: its names, the state of each scan, its counts; secrets taken out. */
export type ImageEntry = Partial<RegistryImageDetail>;

/** An image's entry, or why it could not be read. */
export type EntryRead =
  | { readonly entry: ImageEntry; readonly failure?: undefined }
  | { readonly entry?: undefined; readonly failure: TcssMcpError };

/**
 * Asks for one image's entry. A failure, ResourceNotFound too, is part of the answer: rows may have come all the same.
 * @throws the signal's reason when the client cancels.
 */
export async function readEntry(
  id: number,
  { client, redaction, deadline }: { client: TcssClient; redaction: Redaction; deadline: Deadline },
): Promise<EntryRead> {
  try {
    const detail = await client.call(describeAssetImageRegistryDetail, { Id: id }, deadline);
    return { entry: redactImages(redaction)(detail) };
  } catch (error) {
    return { failure: partOfAnswer(error, deadline.signal) };
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

/** What keeps the rows of a scan in this state from being all there are; undefined where nothing is known to. */
export function whyUnfinished(status: string | undefined): 'scanning' | 'scan_failed' | undefined {
  const means = STATUS_MEANS.get(status);
  return means === 'scanning' || means === 'scan_failed' ? means : undefined;
}

/** What an image's entry tells of the scan that finds the rows asked for. */
export interface Scan {
  /** The scan's own status, since the overall status may hide a failed part. */
  readonly status: string | undefined;
  /** How many rows the scan counts. */
  readonly count: number | undefined;
  readonly isLicensed: boolean;
}

/** Judges an empty page. A scan that has finished counts whether or not the image still has a licence. */
export function judgeEmpty(page: EmptyPage, { status, count, isLicensed }: Scan): EmptyBecause {
  if (status !== 'SCANNED') {
    const hasNoState = status === undefined || status === '' || status === 'NOT_SCAN';
    return hasNoState && !isLicensed ? 'not_licensed' : (STATUS_MEANS.get(status) ?? 'unverified');
  }
  if (page.total !== undefined && page.total > 0) return 'unverified';
  if (page.filtered) return count === 0 ? 'clean' : 'filtered_out';
  return count === 0 || (count === undefined && page.total === 0) ? 'clean' : 'unverified';
}
