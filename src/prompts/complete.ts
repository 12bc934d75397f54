/** What is offered while a person types: names of images that an earlier call listed. No request is made for it. */
import {
  fitsPath,
  parseImageReference,
  REFERENCE_LENGTH,
  referenceOf,
  shortReferenceOf,
} from '../gather/image-reference.ts';
import { toDisplay } from '../redact/clean.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';

/** The images known without a request. */
export interface ListedImages {
  /** The list that an earlier call read; undefined if there is none. */
  peek(): readonly RegistryImage[] | undefined;
  redact(text: string): string;
}

/**
 * Finds what begins with `typed`, which is in lower case. `given`: the arguments that are already filled in.
 * The values are upstream text, unsorted and with repetitions.
 */
export type FindValues = (
  typed: string,
  images: readonly RegistryImage[],
  given: Readonly<Record<string, string>>,
) => readonly string[];

/** Values in the form MCP wants. */
export interface Completion {
  values: string[];
  total?: number;
  hasMore?: boolean;
}

/** The most values that MCP allows in an answer. */
const MAX_VALUES = 100;

/** The characters that registries accept in references. Anything else, such as blanks and look-alikes, is never offered. */
const PLAIN = /^[\w.:/-]+$/;

/** The values that match what was typed, case ignored: each once, numbers in order. Without a list there are none. */
export function complete(
  find: FindValues,
  typed: string,
  images: ListedImages,
  given: Readonly<Record<string, string>> = {},
): Completion {
  const listed = images.peek();
  if (listed === undefined) return { values: [] };
  const isHarmless = (value: string) =>
    PLAIN.test(value) && value.length <= REFERENCE_LENGTH && toDisplay(value, images.redact) === value;
  const values = [...new Set(find(typed.toLowerCase(), listed, given))]
    .filter(isHarmless)
    .sort(new Intl.Collator('en', { numeric: true }).compare);
  return { values: values.slice(0, MAX_VALUES), total: values.length, hasMore: values.length > MAX_VALUES };
}

/** `namespace/name:tag`; the name alone or the registry may be typed first. */
export const findReferences: FindValues = (typed, images) =>
  images
    .filter((image) => anyBegins(spellings(image), typed))
    .flatMap((image) => shortReferenceOf(image) ?? []);

/** `namespace/name`, for questions with a separate tag. */
export const findNames: FindValues = (typed, images) =>
  images
    .filter((image) => anyBegins([pathOf(image), image.ImageName], typed))
    .flatMap((image) => pathOf(image) ?? []);

/** The tags of the image that the argument `image` names, whatever tag it gives. */
export const findTags: FindValues = (typed, images, given) => {
  const path = parseImageReference((given['image'] ?? '').trim())?.path ?? [];
  if (path.length === 0) return [];
  return images
    .filter((image) => fitsPath(image, path))
    .flatMap(({ ImageTag: tag }) => (tag !== undefined && anyBegins([tag], typed) ? [tag] : []));
};

/** Namespaces and names. */
export const findQueries: FindValues = (typed, images) =>
  images
    .flatMap((image) => [image.Namespace, image.ImageName, pathOf(image)])
    .filter((text) => text !== undefined)
    .filter((text) => anyBegins([text], typed));

function anyBegins(texts: readonly (string | undefined)[], typed: string): boolean {
  return texts.some((text) => text?.toLowerCase().startsWith(typed));
}

function spellings(image: RegistryImage): (string | undefined)[] {
  const { ImageName, ImageTag } = image;
  return [shortReferenceOf(image), shortReferenceOf({ ImageName, ImageTag }), referenceOf(image)];
}

/** Namespace and name, or the whole path if the service gives no name. */
function pathOf(image: RegistryImage): string | undefined {
  return shortReferenceOf({ ...image, ImageTag: undefined });
}
