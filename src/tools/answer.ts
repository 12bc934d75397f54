/**
 * Parts of answers that several tools share. Extra keys are allowed everywhere, so a schema names what a
 * reader looks for first and leaves the rest to the answer: a list of tools costs each conversation tokens.
 */
import { z } from 'zod/v3';

/** A whole number. */
export const count = z.number().int();

/** A text that may be absent. */
export const text = z.string().optional();

/** What every answer carries; list_image_risks tells of `coverage` in full. */
export const anyAnswer = {
  source: z.enum(['live', 'demo']),
  coverage: z.object({ complete: z.boolean(), next_offset: count.optional() }).passthrough(),
  unreadable: count.optional(),
};

/** Findings with their kind's `own` keys. */
export function findings<Own extends z.ZodRawShape>(own: Own) {
  return z.array(z.object({ id: z.string(), level: z.string(), ...own }).passthrough()).optional();
}

/** The answer of a tool that lists one image's rows; `own` are its kind's keys of a finding. */
export function rowsAnswer<Own extends z.ZodRawShape>(own: Own) {
  return { ...anyAnswer, findings: findings(own), empty_because: text };
}
