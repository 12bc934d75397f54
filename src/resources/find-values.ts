/** What of the registry list fits a text that is being typed, for each kind of argument. Pure. */
import { fitsPath, parseImageReference, referenceOf, shortReferenceOf } from '../gather/image-reference.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import type { FindValues } from './listed-images.ts';

/** `namespace/name:tag` by the beginning of it, of the name alone, or of the whole with its registry. */
export const findReferences: FindValues = (typed, images) =>
  images.filter((image) => begins(spellings(image), typed)).flatMap((image) => shortReferenceOf(image) ?? []);

/** `namespace/name`, for questions that give the tag apart. */
export const findNames: FindValues = (typed, images) =>
  images
    .filter((image) => begins([pathOf(image), image.ImageName], typed))
    .flatMap((image) => pathOf(image) ?? []);

/** The tags of the image that the argument `image` names, whatever its own tag. */
export const findTags: FindValues = (typed, images, given) => {
  const path = parseImageReference((given['image'] ?? '').trim())?.path ?? [];
  if (path.length === 0) return [];
  return images
    .filter((image) => fitsPath(image, path))
    .flatMap(({ ImageTag: tag }) => (tag !== undefined && begins([tag], typed) ? [tag] : []));
};

/** Namespaces and names: what a search may begin with. */
export const findQueries: FindValues = (typed, images) =>
  images
    .flatMap((image) => [image.Namespace, image.ImageName, pathOf(image)])
    .filter((text) => text !== undefined)
    .filter((text) => begins([text], typed));

/** Ids, by their digits or by the image's reference. */
export const findIds: FindValues = (typed, images) =>
  images
    .filter((image) => begins([String(image.Id), ...spellings(image)], typed))
    .map((image) => String(image.Id));

function begins(spelt: readonly (string | undefined)[], typed: string): boolean {
  return spelt.some((text) => text?.toLowerCase().startsWith(typed));
}

function spellings(image: RegistryImage): (string | undefined)[] {
  const { ImageName, ImageTag } = image;
  return [shortReferenceOf(image), shortReferenceOf({ ImageName, ImageTag }), referenceOf(image)];
}

/** Namespace and name, or the whole path when the service gives no name. */
function pathOf(image: RegistryImage): string | undefined {
  return shortReferenceOf({ ...image, ImageTag: undefined });
}
