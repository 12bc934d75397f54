/** What TCSS tells of one image and its scans, without which zero rows mean nothing. */

import { failureOrThrow, type TcssMcpError } from '../errors.ts';
import type { Deadline } from '../http/time.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageDetail } from '../tcss/node-image.ts';
import { describeAssetImageRegistryDetail } from '../tcss/registry-image.ts';
import { redactImages } from './image-reference.ts';
import { type ImageId, type ListedImage, listedNodeImage } from './listed-image.ts';

/** What zero rows can mean; `clean` is left when everything else is ruled out. */
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

/** What the first page of rows says. */
export interface EmptyPage {
  /** `List` was null or absent, not an empty list. */
  readonly listMissing: boolean;
  readonly total: number | undefined;
  /** The first row asked for. */
  readonly start: number;
  readonly filtered: boolean;
}

/** What the service tells of an image: its names, the state of each scan, its counts. Secrets are redacted. */
export type ImageEntry = Partial<Omit<ListedImage, 'Id'>>;

/** An image's entry, or why it could not be read. */
export type EntryResult =
  | { readonly entry: ImageEntry; readonly failure?: undefined }
  | { readonly entry?: undefined; readonly failure: TcssMcpError };

/**
 * Asks for one image's entry. A failure, even ResourceNotFound, is given back: rows may have come all the same.
 * @throws the signal's reason when the client cancels.
 */
export async function readEntry(
  id: ImageId,
  { client, redaction, deadline }: { client: TcssClient; redaction: Redaction; deadline: Deadline },
): Promise<EntryResult> {
  try {
    const detail =
      typeof id === 'number'
        ? await client.call(describeAssetImageRegistryDetail, { Id: id }, deadline)
        : listedNodeImage(await client.call(describeAssetImageDetail, { ImageID: id }, deadline));
    return { entry: redactImages(redaction)(detail) };
  } catch (error) {
    return { failure: failureOrThrow(error, deadline.signal) };
  }
}

/** Why the page is empty, where that follows from the page alone. */
function emptyByItself(page: EmptyPage): 'past_end' | 'no_answer' | undefined {
  if (page.listMissing && page.total === undefined) return 'no_answer';
  const isPastEnd = page.total === undefined ? page.start > 0 : page.total > 0 && page.start >= page.total;
  return isPastEnd ? 'past_end' : undefined;
}

const STATUS_MEANS: ReadonlyMap<string | undefined, Exclude<EmptyBecause, 'clean'>> = new Map([
  ['NOT_SCAN', 'not_scanned'],
  ['WAIT_SCAN', 'scanning'],
  ['SCANNING', 'scanning'],
  ['SCAN_ERR', 'scan_failed'],
  ['SCAN_TIMEOUT', 'scan_failed'],
  ['SCAN_CANCEL', 'scan_failed'],
  ['CANCELED', 'scan_failed'],
]);

/** Why a scan in this state may not have found all rows; undefined where no reason is known. */
export function whyUnfinished(status: string | undefined): 'scanning' | 'scan_failed' | undefined {
  const meaning = STATUS_MEANS.get(status);
  return meaning === 'scanning' || meaning === 'scan_failed' ? meaning : undefined;
}

/** What an image's entry tells of the scan that finds the rows asked for. */
interface Scan {
  /** The scan's own status, since the overall status may hide a failed part. */
  readonly status: string | undefined;
  /** How many rows the scan counts. */
  readonly count: number | undefined;
  readonly isLicensed: boolean;
  /** The status is that of all kinds of scan together, so a finished one need not have looked for these rows. */
  readonly isOfAllKinds: boolean;
}

/**
 * Why there are no rows, by the page and by what the image's entry tells of the scan. A scan that has finished
 * counts whether or not the image still has a licence.
 */
export function judgeEmpty(page: EmptyPage, scan: Scan | undefined): EmptyBecause {
  const because = emptyByItself(page) ?? (scan === undefined ? 'unverified' : whyUnscanned(scan));
  if (because !== undefined) return because;
  const count = scan?.count;
  if (page.total !== undefined && page.total > 0) return 'unverified';
  if (page.filtered) return count === 0 ? 'clean' : 'filtered_out';
  return count === 0 || (count === undefined && page.total === 0) ? 'clean' : 'unverified';
}

/** Why a scan says nothing of an image; undefined when it has finished, and looked for the rows in question. */
function whyUnscanned({
  status,
  isLicensed,
  isOfAllKinds,
}: Omit<Scan, 'count'>): Exclude<EmptyBecause, 'clean'> | undefined {
  if (status === 'SCANNED') return isOfAllKinds ? 'unverified' : undefined;
  const hasNoState = status === undefined || status === '' || status === 'NOT_SCAN';
  return hasNoState && !isLicensed ? 'not_licensed' : (STATUS_MEANS.get(status) ?? 'unverified');
}

/** One kind of scan: where an image's entry holds its state and its number of rows. */
export interface ScanKind {
  readonly status: Extract<keyof ListedImage, `${string}Status`>;
  readonly count: Extract<keyof ListedImage, `${string}Cnt`>;
}

/** The three kinds, by what their rows are called. */
export const SCAN_KINDS = {
  risks: { status: 'RiskStatus', count: 'RiskCnt' },
  vulnerabilities: { status: 'CveStatus', count: 'VulCnt' },
  malware: { status: 'VirusStatus', count: 'VirusCnt' },
} as const satisfies Record<string, ScanKind>;

/** Sensitive data is counted beside the risks; how the two counts relate is not published. */
export const SENSITIVE_DATA: ScanKind = { status: 'RiskStatus', count: 'SensitiveInfoCnt' };

/** Why an image's rows of one kind are not known; undefined when a licensed image was scanned for them. */
export function whyUnknown(entry: ImageEntry, { status }: Pick<ScanKind, 'status'>) {
  return whyUnscanned({
    status: entry[status],
    isLicensed: entry.IsAuthorized !== 0,
    isOfAllKinds: entry.NodeImageID !== undefined,
  });
}

/** How many rows a scan counts; the zero of an image that was not scanned, or has no licence, says nothing. */
export function knownCount(entry: ImageEntry, kind: ScanKind): number | undefined {
  const count = entry[kind.count];
  if (count === undefined || count < 0) return undefined;
  return count > 0 || whyUnknown(entry, kind) === undefined ? count : undefined;
}
