/** The images whose names are nearest to one that fits none: what a person may have meant. */
import type { RegistryImage } from '../tcss/registry-image.ts';
import { editDistance } from './edit-distance.ts';
import {
  fitsPath,
  type ImageReference,
  parseImageReference,
  referenceOf,
  shortReferenceOf,
} from './image-reference.ts';
import { mapInTurns } from './in-turns.ts';

/** How many names are offered. */
const NAMES_OFFERED = 5;

/** Longest text that is compared, in UTF-16 units: the ends of longer ones, where names and tags are. */
const COMPARED_LENGTH = 100;

/** More edits than this are another name, whatever its length. */
const MOST_EDITS = 8;

/** What an image of the very name costs less than any other. */
const SAME_NAME = -COMPARED_LENGTH;

/**
 * At most five images of different references, nearest first: those of the very name with another tag or
 * digest, then those whose `namespace/name:tag` takes few edits, letters compared in any case.
 * @throws the signal's reason when it aborts on the way.
 */
export async function nearestImages(
  images: readonly RegistryImage[],
  reference: ImageReference,
  signal: AbortSignal,
): Promise<RegistryImage[]> {
  if (reference.path.length === 0) return [];
  const distinct = [...new Map(images.map((image) => [referenceOf(image), image])).values()];
  const rated = await mapInTurns(distinct, (image) => ({ image, cost: costOf(image, reference) }), signal);
  return rated
    .filter(({ cost }) => cost < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.cost - b.cost)
    .slice(0, NAMES_OFFERED)
    .map(({ image }) => image);
}

function costOf(image: RegistryImage, reference: ImageReference): number {
  if (fitsPath(image, reference.path)) {
    const tag = ending(image.ImageTag ?? '');
    return SAME_NAME + editDistance(tag, ending(reference.tag ?? tag), COMPARED_LENGTH);
  }
  const own = parseImageReference(shortReferenceOf(image) ?? '');
  if (own === undefined) return Number.POSITIVE_INFINITY;
  // As many parts as both have: who names no namespace, or a wrong registry, is compared by the rest.
  const parts = Math.min(own.path.length, reference.path.length);
  const meant = spell(reference.path.slice(-parts), reference.tag);
  const most = Math.max(1, Math.min(MOST_EDITS, Math.round(meant.length / 3)));
  const tag = reference.tag === undefined ? undefined : (own.tag ?? '');
  const tails = [own.path.slice(-parts), ...(parts < own.path.length ? [own.path.slice(0, parts)] : [])];
  return Math.min(...tails.map((path) => editDistance(spell(path, tag), meant, most)));
}

function spell(path: readonly string[], tag: string | undefined): string {
  return ending(`${path.join('/')}${tag === undefined ? '' : `:${tag}`}`);
}

function ending(text: string): string {
  return text.slice(-COMPARED_LENGTH).toLowerCase();
}
