/** In which order images of the registry list are shown. Pure. */
import { referenceOf } from '../gather/image-reference.ts';
import { knownCount, SCAN_KINDS } from '../gather/match-images.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { readScanTime } from './scan-time.ts';

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
