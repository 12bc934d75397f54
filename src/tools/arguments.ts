/** Arguments that several tools share: named, bounded and described in one place. */
import { z } from 'zod/v3';
import { MAX_BYTES_RANGE } from '../config.ts';

/** An integer that may come as a string of digits, as models send it; published as a plain integer. */
export function integer(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value),
    z.number().int().min(min).max(max),
  );
}

/** Longest image reference: registry, namespace, name, tag and digest at their own limits. */
const REFERENCE_LENGTH = 1024;

/** The image that a question is about; every tool over one image takes exactly one of the two. */
export const imageArguments = {
  image_id: integer(1, Number.MAX_SAFE_INTEGER).optional().describe('TCSS registry image id; this or image'),
  image: z
    .string()
    .trim()
    .min(1)
    .max(REFERENCE_LENGTH)
    .optional()
    .describe('[registry/][namespace/]name[:tag][@digest]; this or image_id'),
};

/** The budget of an answer. */
export const maxBytesArgument = integer(MAX_BYTES_RANGE.min, MAX_BYTES_RANGE.max)
  .optional()
  .describe("most UTF-8 bytes of the answer; else the server's setting");
