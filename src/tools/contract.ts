/**
 * Parts of arguments and answers that several tools share. Arguments are named, bounded and described here. Every key
 * at the top of an answer, and in its `coverage`, `counts` and `image`, is named, since some consumers keep only what
 * is; rows name what one needs to go on, and are open.
 */
import { z } from 'zod/v3';
import { MAX_BYTES_RANGE } from '../config.ts';
import { InputError } from '../errors.ts';
import { REFERENCE_LENGTH } from '../gather/image-reference.ts';
import { PLACES } from '../gather/listed-image.ts';
import { CURSOR_LENGTH } from '../gather/row-kind.ts';
import { describeAssetImageDetail, describeAssetImageList } from '../tcss/node-image.ts';
import { describeAssetImageRegistryDetail, describeAssetImageRegistryList } from '../tcss/registry-image.ts';
import { KNOWN_LEVELS } from '../tcss/vocabulary.ts';

/** With these a tool about one image looks it up and learns the state of its scans. */
export const oneImageActions = [
  describeAssetImageRegistryDetail,
  describeAssetImageRegistryList,
  describeAssetImageDetail,
  describeAssetImageList,
];

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
  .describe(`${MAX_BYTES_RANGE.min}-${MAX_BYTES_RANGE.max} bytes; else the setting`);

/** How many findings or images an answer shows. */
export const limitArgument = integer(1, 100).default(20).describe('1-100 to show, default 20');

/** Which levels are asked for. */
export const levelsArgument = z
  .array(z.enum(KNOWN_LEVELS))
  .min(1)
  .max(4)
  .optional()
  .describe('only these levels');

/** The largest code that is asked for. */
const MAX_CODE = 2 ** 31 - 1;

/** Codes of which a row has one. */
export const codesArgument = z.array(integer(0, MAX_CODE)).min(1).max(20).optional();

/** The image that a question is about; exactly one of the two is given. */
export const imageArguments = {
  image_id: integer(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('positive registry image id; this or image'),
  image: words(REFERENCE_LENGTH)
    .optional()
    .describe('[registry/][namespace/]name[:tag][@digest]; this or image_id'),
};

/** Where the image that a question is about lies. */
export const whereArgument = z
  .enum(PLACES)
  .optional()
  .describe('registry (default); nodes: exact name or id');

/** Refuses an argument that only registry images can be filtered by. */
export function noSuchFilter(argument: string): InputError {
  return new InputError(
    `${argument} cannot be used with where nodes: the list of these rows of an image on nodes documents no such filter. Leave it out`,
  );
}

/** Which part of one image's rows an answer shows, and how much of each. */
export const pageArguments = {
  offset: integer(0, Number.MAX_SAFE_INTEGER).default(0).describe('rows to skip, default 0'),
  cursor: words(CURSOR_LENGTH).optional().describe('next_cursor of an answer to the same question'),
  limit: limitArgument,
  detail: z
    .enum(['summary', 'concise', 'full'])
    .default('concise')
    .describe('counts; default concise: a line each; uncut'),
  max_bytes: maxBytesArgument,
};

/** The Name filter, which every list documents. */
export const nameArgument = words(NAME_LENGTH)
  .optional()
  .describe('Name filter; documented by the API, its effect is unverified');

/** A whole number. */
export const count = z.number().int();

/** A text that may be absent. */
export const text = z.string().optional();

const texts = z.array(z.string()).optional();

/** Which of the matching rows an answer shows. */
export const coverage = z
  .object({
    total: count,
    fetched: count,
    shown: count,
    complete: z.boolean(),
    why_partial: z.array(z.string()),
    next_offset: count,
  })
  .partial()
  .passthrough();

/** The same of a list that is walked by cursor. */
const coverageOfRows = coverage.extend({ next_cursor: text });

/** What every answer carries. */
export const anyAnswer = {
  source: z.string(),
  untrusted_text: text,
  summary: text,
  coverage,
  next: texts,
  notes: texts,
  unreadable: count.optional(),
  request_id: text,
};

/** Rows by level, and whether all matching rows were counted or only those read. */
export const counts = z
  .object({
    critical: count,
    high: count,
    medium: count,
    low: count,
    unknown: count,
    unaccounted: count,
    cover: z.string(),
  })
  .partial()
  .passthrough()
  .optional();

/** The image that an answer is about. */
const image = z
  .object({
    id: count,
    node_image_id: z.string(),
    reference: z.string(),
    scanned_at: z.string(),
    scan_status: z.string(),
    scan_count: count,
  })
  .partial()
  .passthrough()
  .optional();

const open = z.object({}).passthrough().optional();

/** One side of a comparison: the keys of an answer about one image, not listed again. */
export const side = z
  .object({ image: open, coverage: open, counts: open, empty_because: text })
  .passthrough()
  .optional();

/** What to do about what was found. */
export const advice = z.array(z.object({}).passthrough()).optional();

/** Images to choose from. */
export const candidates = z
  .array(z.object({ id: count, node_image_id: text, reference: text }).partial().passthrough())
  .optional();

/** Findings with their kind's `own` keys. */
export function findings<Own extends z.ZodRawShape>(own: Own) {
  return z
    .array(
      z
        .object({ id: z.string(), level: z.string(), occurrences: count, ...own })
        .partial()
        .passthrough(),
    )
    .optional();
}

/** The answer of a tool that lists one image's rows; `own` are its kind's keys of a finding. */
export function rowsAnswer<Own extends z.ZodRawShape>(own: Own) {
  return {
    ...anyAnswer,
    coverage: coverageOfRows,
    image,
    counts,
    findings: findings(own),
    candidates,
    empty_because: text,
    codes_given: texts,
  };
}
