/** What may be offered while a person types: only of images that an earlier call listed, and never by a request. */
import {
  fitsPath,
  parseImageReference,
  REFERENCE_LENGTH,
  referenceOf,
  shortReferenceOf,
} from '../gather/image-reference.ts';
import { toDisplay } from '../redact/clean.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';

/** The images that are known without asking the service. */
export interface ListedImages {
  /** The list that an earlier call left; undefined when there is none. */
  peek(): readonly RegistryImage[] | undefined;
  /** Takes secrets out of a text. */
  redact(text: string): string;
}

/** No image is known. */
export const NO_IMAGES: ListedImages = { peek: () => undefined, redact: (text) => text };

/**
 * Finds what fits `typed`, which is in lower case. `given`: the arguments that are filled in already.
 * The values are upstream text, in any order, some of them perhaps twice.
 */
export type FindValues = (
  typed: string,
  images: readonly RegistryImage[],
  given: Readonly<Record<string, string>>,
) => readonly string[];

/** Values in MCP's shape: at most 100 of `total`. */
export interface Completion {
  values: string[];
  total?: number;
  hasMore?: boolean;
}

/** The most that MCP lets an answer hold. */
const VALUES = 100;

/** The characters that registries take in references. Others, such as blanks and look-alikes, are never offered. */
const PLAIN = /^[\w.:/-]+$/;

/** The values that fit what was typed in any case, each once, numbers in order. Without a list there are none. */
export function complete(
  find: FindValues,
  typed: string,
  images: ListedImages,
  given: Readonly<Record<string, string>> = {},
): Completion {
  const listed = images.peek();
  if (listed === undefined) return { values: [] };
  const isAsItSeems = (value: string) =>
    PLAIN.test(value) && value.length <= REFERENCE_LENGTH && toDisplay(value, images.redact) === value;
  const values = [...new Set(find(typed.toLowerCase(), listed, given))]
    .filter(isAsItSeems)
    .sort(new Intl.Collator('en', { numeric: true }).compare);
  return { values: values.slice(0, VALUES), total: values.length, hasMore: values.length > VALUES };
}

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
