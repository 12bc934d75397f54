/** One image of the registry list as answers show it, what its scans say, and the order of several. Pure. */

import { referenceOf } from '../gather/image-reference.ts';
import {
  type EmptyBecause,
  knownCount,
  SCAN_KINDS,
  SENSITIVE_DATA,
  whyUnknown,
} from '../gather/scan-state.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { compact, cutToBytes, plural, quotedIfMarked, readScanTime, scanAgeDays } from './text.ts';
import { type Presentation, REFERENCE_BYTES } from './view.ts';

/** Most bytes of a short text, such as a type of registry; a digest of SHA-256 has 71. */
export const SHORT_TEXT_BYTES = 80;

/** An image with its texts made fit to be shown, once for all fits. */
export interface ShownImage {
  readonly image: RegistryImage;
  readonly reference: string | undefined;
  readonly digest: string | undefined;
  readonly registryType: string | undefined;
  /** As the service gives it; only what is plainly a time. */
  readonly scannedAt: string | undefined;
  readonly ageDays: number | undefined;
}

/** What structuredContent says of an image wherever it names one; no value means no key. */
export interface ImageItem {
  readonly id: number;
  readonly reference?: string;
  readonly digest?: string;
  readonly registry_type?: string;
  readonly latest?: boolean;
  readonly scanned_at?: string;
}

/** Cleans an image's texts. */
export function showImage(image: RegistryImage, { redaction, nowMs }: Presentation): ShownImage {
  const show = (text: string | undefined) => {
    const shown = redaction.display(text ?? '');
    return shown === '' ? undefined : shown;
  };
  const short = (text: string | undefined) => {
    const shown = show(text);
    return shown === undefined ? undefined : cutToBytes(shown, SHORT_TEXT_BYTES);
  };
  return {
    image,
    reference: show(referenceOf(image)),
    digest: short(image.ImageDigest),
    registryType: short(image.RegistryType),
    scannedAt: readScanTime(image.ScanTime, nowMs) === undefined ? undefined : image.ScanTime,
    ageDays: scanAgeDays(image.ScanTime, nowMs),
  };
}

/** The keys of an image; its reference is cut to `fieldBytes`. */
export function imageItem(shown: ShownImage, fieldBytes: number): ImageItem {
  const { image, reference, digest, registryType, scannedAt } = shown;
  return compact({
    id: image.Id,
    reference: reference === undefined ? undefined : cutToBytes(reference, referenceBytes(fieldBytes)),
    digest,
    registry_type: registryType,
    latest: image.IsLatestImage,
    scanned_at: scannedAt,
  }) as ImageItem;
}

/** What a line says of an image besides its name and the state of its scans; none or one text. */
export function imageWords({ image, ageDays }: ShownImage, { registry_type: type }: ImageItem): string[] {
  const age = ageDays === 0 ? 'scanned today' : `scanned ${plural(ageDays ?? 0, 'day')} ago`;
  const words = [
    ...(image.IsLatestImage === true ? ['latest'] : []),
    ...(ageDays === undefined ? [] : [age]),
    ...(type === undefined ? [] : [quotedIfMarked(type)]),
  ];
  return words.length > 0 ? [words.join(', ')] : [];
}

function referenceBytes(fieldBytes: number): number {
  return Math.min(fieldBytes, REFERENCE_BYTES.usual);
}

/** Makes a state of upstream's fit to be shown; none stays none. */
export type ShowState = (status: string | undefined) => string | undefined;

const WHY_WORDS: Partial<Record<EmptyBecause, string>> = {
  not_licensed: 'no scan licence',
  not_scanned: 'never scanned',
  scanning: 'scan waiting or running',
  scan_failed: 'scan failed',
};

/** The keys about an image's scans; a count stands only where it says something. */
export function stateItem(image: RegistryImage, show: ShowState) {
  const { risks, vulnerabilities, malware } = SCAN_KINDS;
  return {
    licensed: image.IsAuthorized === undefined ? undefined : image.IsAuthorized !== 0,
    risk_status: show(image.RiskStatus),
    cve_status: show(image.CveStatus),
    virus_status: show(image.VirusStatus),
    risks: knownCount(image, risks),
    sensitive_info: knownCount(image, SENSITIVE_DATA),
    vulnerabilities: knownCount(image, vulnerabilities),
    malware: knownCount(image, malware),
  };
}

/** `risks 658; vulnerabilities, malware not known: never scanned`; holds upstream's word for a state that is new. */
export function stateWords(image: RegistryImage, show: ShowState): string {
  const known: string[] = [];
  const unknown = new Map<string, string[]>();
  for (const [name, kind] of Object.entries(SCAN_KINDS)) {
    const because = whyUnknown(image, kind);
    const why =
      because === undefined
        ? 'not counted'
        : (WHY_WORDS[because] ?? `state ${show(image[kind.status]) ?? 'not given'}`);
    const count = knownCount(image, kind);
    if (count === undefined) unknown.set(why, [...(unknown.get(why) ?? []), name]);
    else known.push(`${name} ${count}${because === undefined ? '' : ` (may be stale: ${why})`}`);
  }
  return [
    ...(known.length > 0 ? [known.join(', ')] : []),
    ...[...unknown].map(([why, names]) => `${names.join(', ')} not known: ${why}`),
    ...(image.IsAuthorized === 0 && known.length > 0 ? ['no scan licence: will not be scanned again'] : []),
  ].join('; ');
}

/** What images can be sorted by. */
export const IMAGE_SORTS = ['risks', 'vulnerabilities', 'malware', 'scanned'] as const;

/** What images are sorted by; most, or last scanned, first. */
export type ImageSort = (typeof IMAGE_SORTS)[number];

/** The images by `sort`, ties by the other numbers, then by reference and id. */
export function orderImages(
  images: readonly RegistryImage[],
  sort: ImageSort,
  nowMs: number,
): RegistryImage[] {
  const sorts = [sort, ...IMAGE_SORTS.filter((other) => other !== sort)];
  return byKeys(images, (image) => sorts.map((by) => rank(image, by, nowMs)));
}

/** The images marked as latest first, then those scanned last. */
export function byLatest(images: readonly RegistryImage[], nowMs: number): RegistryImage[] {
  return byKeys(images, (image) => [image.IsLatestImage === true ? 1 : 0, rank(image, 'scanned', nowMs)]);
}

/** Images of unknown numbers come after those with zero. */
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
