/** What of the registry list fits a text that is being typed, for each kind of argument. Pure. */
import { fitsPath, parseImageReference, referenceOf } from '../gather/image-reference.ts';
import type { FindValues, ListedImage } from './listed-images.ts';

/** `namespace/name:tag` by the beginning of it, of the name alone, or of the whole with its registry. */
export const findReferences: FindValues = (typed, images) =>
  images.filter((image) => begins(spellings(image), typed)).flatMap((image) => shortReference(image) ?? []);

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

function spellings(image: ListedImage): (string | undefined)[] {
  const { ImageName: name } = image;
  return [shortReference(image), name === undefined ? undefined : withTag(name, image), referenceOf(image)];
}

function shortReference(image: ListedImage): string | undefined {
  const path = pathOf(image);
  return path === undefined ? undefined : withTag(path, image);
}

function withTag(path: string, { ImageTag: tag }: ListedImage): string {
  return tag === undefined || tag === '' ? path : `${path}:${tag}`;
}

/** Namespace and name, or the whole path when the service gives no name. */
function pathOf({ Namespace, ImageName, ImageRepoAddress }: ListedImage): string | undefined {
  if (ImageName === undefined || ImageName === '') return ImageRepoAddress;
  return Namespace === undefined || Namespace === '' ? ImageName : `${Namespace}/${ImageName}`;
}
