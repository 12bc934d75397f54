/** One image of the registry list as answers show it, what its scans say, and the order of several images. Pure. */

import { referenceOf } from '../gather/image-reference.ts';
import {
  type EmptyBecause,
  knownCount,
  SCAN_KINDS,
  SENSITIVE_DATA,
  whyUnknown,
} from '../gather/scan-state.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import {
  compact,
  cutToBytes,
  displayed,
  given,
  plural,
  quotedIfMarked,
  readScanTime,
  scanAgeDays,
} from './text.ts';
import { cutName, type Fit, type Presentation } from './view.ts';

/** Most bytes of a short text, such as a registry type; a SHA-256 digest has 71. */
const SHORT_TEXT_BYTES = 80;

/** An image as structuredContent names it. */
export interface ImageItem {
  readonly id: number;
  readonly reference?: string;
  readonly digest?: string;
  readonly registry_type?: string;
  readonly latest?: boolean;
  readonly scanned_at?: string;
}

/** The image with its texts fit to be shown, its reference uncut. */
export function imageItem(image: RegistryImage, { redaction, nowMs }: Presentation): ImageItem {
  return compact({
    id: image.Id,
    reference: displayed(referenceOf(image), redaction),
    digest: shortText(image.ImageDigest, redaction),
    registry_type: shortText(image.RegistryType, redaction),
    latest: image.IsLatestImage,
    scanned_at: readScanTime(image.ScanTime, nowMs) === undefined ? undefined : image.ScanTime,
  }) as ImageItem;
}

function shortText(text: string | undefined, redaction: Redaction): string | undefined {
  const shown = displayed(text, redaction);
  return shown === undefined ? undefined : cutToBytes(shown, SHORT_TEXT_BYTES);
}

/** The item with its reference as short as a fit wants it. */
export function cutReference<Item extends { readonly reference?: string }>(item: Item, fit: Fit): Item {
  const reference = cutName(item.reference, fit);
  return reference === undefined ? item : { ...item, reference };
}

/** What a line says about an image besides its name and the state of its scans; empty if that is nothing. */
export function imageWords({ latest, scanned_at, registry_type: type }: ImageItem, nowMs: number): string {
  const ageDays = scanAgeDays(scanned_at, nowMs);
  return given(
    latest === true && 'latest',
    ageDays !== undefined && (ageDays === 0 ? 'scanned today' : `scanned ${plural(ageDays, 'day')} ago`),
    type && quotedIfMarked(type),
  ).join(', ');
}

const NO_LICENCE = 'no scan licence';

const WHY_WORDS: Partial<Record<EmptyBecause, string>> = {
  not_licensed: NO_LICENCE,
  not_scanned: 'never scanned',
  scanning: 'scan waiting or running',
  scan_failed: 'scan failed',
};

/** The keys about an image's scans; a count that says nothing is left out. */
export function scanKeys(image: RegistryImage, redaction: Redaction) {
  const { risks, vulnerabilities, malware } = SCAN_KINDS;
  return compact({
    licensed: image.IsAuthorized === undefined ? undefined : image.IsAuthorized !== 0,
    risk_status: shortText(image.RiskStatus, redaction),
    cve_status: shortText(image.CveStatus, redaction),
    virus_status: shortText(image.VirusStatus, redaction),
    risks: knownCount(image, risks),
    sensitive_info: knownCount(image, SENSITIVE_DATA),
    vulnerabilities: knownCount(image, vulnerabilities),
    malware: knownCount(image, malware),
  });
}

/** `risks 658; vulnerabilities, malware not known: never scanned`; quotes upstream's word for an unknown state. */
export function scanWords(image: RegistryImage, redaction: Redaction): string {
  const known: string[] = [];
  const unknown = new Map<string, string[]>();
  for (const [name, kind] of Object.entries(SCAN_KINDS)) {
    const because = whyUnknown(image, kind);
    const why =
      because === undefined
        ? 'not counted'
        : (WHY_WORDS[because] ?? `state ${shortText(image[kind.status], redaction) ?? 'not given'}`);
    const count = knownCount(image, kind);
    if (count === undefined) unknown.set(why, [...(unknown.get(why) ?? []), name]);
    else known.push(`${name} ${count}${because === undefined ? '' : ` (may be stale: ${why})`}`);
  }
  return given(
    known.join(', '),
    [...unknown].map(([why, names]) => `${names.join(', ')} not known: ${why}`),
    image.IsAuthorized === 0 &&
      known.length > 0 &&
      !unknown.has(NO_LICENCE) &&
      `${NO_LICENCE}: will not be scanned again`,
  ).join('; ');
}

/** What images can be sorted by. */
export const IMAGE_SORTS = ['risks', 'vulnerabilities', 'malware', 'scanned'] as const;

/** What images are sorted by, the highest number or the latest scan first. */
export type ImageSort = (typeof IMAGE_SORTS)[number];

/** The images by `sort`; those that tie, by the other numbers, then by reference and id. */
export function orderImages(
  images: readonly RegistryImage[],
  sort: ImageSort,
  nowMs: number,
): RegistryImage[] {
  const sorts = [sort, ...IMAGE_SORTS.filter((other) => other !== sort)];
  return byKeys(images, (image) => sorts.map((by) => rank(image, by, nowMs)));
}

/** The images marked as latest first, then those scanned last. */
export function latestFirst(images: readonly RegistryImage[], nowMs: number): RegistryImage[] {
  return byKeys(images, (image) => [image.IsLatestImage === true ? 1 : 0, rank(image, 'scanned', nowMs)]);
}

/** An unknown number ranks below zero. */
function rank(image: RegistryImage, by: ImageSort, nowMs: number): number {
  if (by === 'scanned') return readScanTime(image.ScanTime, nowMs) ?? -1;
  return knownCount(image, SCAN_KINDS[by]) ?? -1;
}

function byKeys(
  images: readonly RegistryImage[],
  keysOf: (image: RegistryImage) => number[],
): RegistryImage[] {
  return images
    .map((image) => ({ image, keys: keysOf(image), reference: referenceOf(image) ?? '' }))
    .sort((a, b) => {
      for (const [at, key] of a.keys.entries()) {
        const other = b.keys[at] ?? 0;
        if (key !== other) return other - key;
      }
      if (a.reference !== b.reference) return a.reference < b.reference ? -1 : 1;
      return a.image.Id - b.image.Id;
    })
    .map(({ image }) => image);
}
