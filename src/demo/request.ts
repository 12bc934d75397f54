/** Reads requests strictly, and holds what those of several Actions share. */
import { z } from 'zod/v3';
import { PAGE_LIMIT } from '../tcss/action.ts';

/** Becomes `Response.Error`; `code` is one of Tencent's. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** One valid filter. A row must match all filters, and one of the Values of each. */
export interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** An image's internal number. */
export const imageId = z.number().int().nonnegative();

/** Every list has these. */
export const page = {
  // What the service does above 100 is not documented, so clients should never ask for it.
  Limit: z.number().int().min(0).max(PAGE_LIMIT).default(10),
  Offset: z.number().int().min(0).default(0),
};

/** A list's `Filters`: the names that it knows, each with the form of its values. */
export function filters(values: Readonly<Record<string, RegExp>>) {
  const formOf = new Map(Object.entries(values)); // a Map, since a client may send "constructor"
  const filter = z
    .object({
      Name: z.string().refine((name) => formOf.has(name)),
      Values: z.array(z.string()).min(1),
      ExactMatch: z.boolean().optional(),
    })
    .strict()
    .refine(({ Name, Values }) => Values.every((one) => formOf.get(Name)?.test(one)));
  return z.array(filter).default([]);
}

/**
 * The request as the schema reads it.
 * @throws {Refusal} `UnknownParameter` for an unknown member, else `InvalidParameter.InvalidFormat`.
 */
export function readRequest<Schema extends z.ZodTypeAny>(schema: Schema, request: unknown): z.output<Schema> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const path = [...issue.path, issue.keys[0]].join('.');
    throw new Refusal('UnknownParameter', `The parameter \`${path}\` is not recognized.`);
  }
  const [first] = result.error.issues;
  throw new Refusal('InvalidParameter.InvalidFormat', `${first?.path.join('.')}: ${first?.message}`);
}
