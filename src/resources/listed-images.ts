/** What may be offered while a person types: only of images that an earlier call listed, and never by a request. */
import { toDisplay } from '../present/clean.ts';
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

/** Longest value: a name of 255 characters and a tag of 128 are the most that registries take, a digest has 71. */
export const REFERENCE_LENGTH = 512;

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
