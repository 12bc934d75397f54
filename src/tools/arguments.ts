/** Arguments that several tools share: named, bounded and described in one place. */
import { z } from 'zod/v3';
import { MAX_BYTES_RANGE } from '../config.ts';
import { CURSOR_LENGTH } from '../gather/cursor.ts';
import { REFERENCE_LENGTH } from '../gather/image-reference.ts';
import type { RowFilter } from '../gather/row-kind.ts';
import { KNOWN_LEVELS, type KnownLevel, levelCode } from '../tcss/vocabulary.ts';

/** A whole number. */
export function integer(min: number, max: number) {
  return z.number().int().min(min).max(max);
}

/** A text of one to `max` characters; blanks around it do not count. */
export function words(max: number) {
  return z.string().trim().min(1).max(max);
}

/** Most characters of a name filter. */
const NAME_LENGTH = 200;

/** The budget of an answer. */
export const maxBytesArgument = integer(MAX_BYTES_RANGE.min, MAX_BYTES_RANGE.max)
  .optional()
  .describe(`${MAX_BYTES_RANGE.min}-${MAX_BYTES_RANGE.max} bytes of the answer; else the server's setting`);

/** How many findings or images an answer shows. */
export const limitArgument = integer(1, 100).default(20).describe('most to show, 1-100, default 20');

/** Which levels are asked for. */
export const levelsArgument = z
  .array(z.enum(KNOWN_LEVELS))
  .min(1)
  .max(4)
  .optional()
  .describe('only these levels');

/** The image that a question is about; exactly one of the two is given. */
export const imageArguments = {
  image_id: integer(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('positive TCSS registry image id; this or image'),
  image: words(REFERENCE_LENGTH)
    .optional()
    .describe('[registry/][namespace/]name[:tag][@digest]; this or image_id'),
};

/** Which part of one image's rows an answer shows, and how much of each. */
export const pageArguments = {
  offset: integer(0, Number.MAX_SAFE_INTEGER).default(0).describe('row number to start at, default 0'),
  cursor: words(CURSOR_LENGTH).optional().describe('next_cursor of an answer to the same question'),
  limit: limitArgument,
  detail: z
    .enum(['summary', 'concise', 'full'])
    .default('concise')
    .describe('counts; one line a finding (default concise); uncut'),
  max_bytes: maxBytesArgument,
};

/** The Name filter, which every list documents. */
export const nameArgument = words(NAME_LENGTH)
  .optional()
  .describe('Name filter; documented by the API, its effect is unverified');

/** Filters by their name at the wire; those without values are left out. */
export function toFilter(
  order: 'desc' | 'asc',
  values: Readonly<Record<string, readonly (string | number)[] | undefined>>,
): RowFilter {
  const filters = Object.entries(values)
    // In one order and none twice, so that the same question has the same cursors.
    .map(([Name, given = []]) => ({ Name, Values: [...new Set(given.map(String))].sort() }))
    .filter(({ Values }) => Values.length > 0);
  return { filters, order };
}

/** The values of a level filter. */
export function levelValues(levels: readonly KnownLevel[] | undefined): string[] | undefined {
  return levels?.map(levelCode);
}
