/**
 * Parts of answers that several tools share. Every key at the top of an answer, and in its `coverage`, `counts` and
 * `image`, is named, since some consumers keep only what is; rows name what one needs to go on, and are open.
 */
import { z } from 'zod/v3';

/** A whole number. */
export const count = z.number().int();

/** A text that may be absent. */
export const text = z.string().optional();

const texts = z.array(z.string()).optional();

/** Which of the matching rows an answer shows. */
const coverage = z
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
const counts = z
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
export const advice = z.array(z.object({ text: z.string() }).partial().passthrough()).optional();

/** Images to choose from. */
export const candidates = z
  .array(z.object({ id: count, reference: text }).partial().passthrough())
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
