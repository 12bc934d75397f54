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
import { mapInTurns } from './window.ts';

/** How many names are offered. */
export const NAMES_OFFERED = 5;

/** Longest text that is compared, in UTF-16 units: the ends of longer ones, where names and tags are. */
const COMPARED_LENGTH = 100;

/** More edits than this are another name, whatever its length. */
const MOST_EDITS = 8;

/** What an image of the very name costs less than one of the same letters. */
const SAME_NAME = -1;

/**
 * At most five images of different references, nearest first: those of the very name with another tag or
 * digest, then those whose namespace and name take few edits, letters compared in any case. Tags only
 * decide among equal names, since any name may have any tag.
 * @throws the signal's reason when it aborts on the way.
 */
export async function nearestImages(
  images: readonly RegistryImage[],
  reference: ImageReference,
  signal: AbortSignal,
): Promise<RegistryImage[]> {
  if (reference.path.length === 0) return [];
  const distinct = [...new Map(images.map((image) => [referenceOf(image), image])).values()];
  const rated = await mapInTurns(distinct, (image) => ({ image, ...rate(image, reference) }), signal);
  return rated
    .filter(({ name }) => name < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.name - b.name || a.tag - b.tag)
    .slice(0, NAMES_OFFERED)
    .map(({ image }) => image);
}

/** What the way from a reference to an image costs, in edits. */
function rate(image: RegistryImage, { path, tag }: ImageReference): { name: number; tag: number } {
  const name = fitsPath(image, path) ? SAME_NAME : nameEdits(image, path);
  const isFar = tag === undefined || name === Number.POSITIVE_INFINITY;
  return { name, tag: isFar ? 0 : editDistance(ending(image.ImageTag ?? ''), ending(tag), COMPARED_LENGTH) };
}

function nameEdits(image: RegistryImage, path: readonly string[]): number {
  const own = parseImageReference(shortReferenceOf(image) ?? '')?.path;
  if (own === undefined) return Number.POSITIVE_INFINITY;
  // As many parts as both have: who names no namespace, or a wrong registry, is compared by the rest.
  const parts = Math.min(own.length, path.length);
  const meant = ending(path.slice(-parts).join('/'));
  const most = Math.min(MOST_EDITS, Math.ceil(meant.length / 3));
  const tails = [own.slice(-parts), ...(parts < own.length ? [own.slice(0, parts)] : [])];
  return Math.min(...tails.map((tail) => editDistance(ending(tail.join('/')), meant, most)));
}

function ending(text: string): string {
  return text.slice(-COMPARED_LENGTH).toLowerCase();
}
