/** One image of the registry list as answers show it. Pure. */
import { referenceOf } from '../gather/image-reference.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { cutToBytes } from './bytes.ts';
import { toDisplay } from './clean.ts';
import { readScanTime, scanAgeDays } from './scan-time.ts';
import type { Presentation } from './view.ts';
import { REFERENCE_BYTES } from './view.ts';
import { compact, plural, quotedIfMarked } from './words.ts';

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
    const shown = toDisplay(text ?? '', redaction.show);
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
