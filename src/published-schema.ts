/** The one way a zod schema becomes a published JSON Schema. */

import type { z } from 'zod/v3';
import { zodToJsonSchema } from 'zod-to-json-schema';

/** The parts of JSON Schema that published schemas use. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * JSON Schema without `$schema`, `$ref` and `$defs`, which some clients refuse. That objects may
 * have extra keys is the default and is left out.
 */
export function publishSchema(schema: z.ZodTypeAny): JsonSchema & { readonly type: 'object' } {
  const published = zodToJsonSchema(schema, { $refStrategy: 'none' });
  return JSON.parse(
    JSON.stringify(published, (key, value) =>
      key === '$schema' || (key === 'additionalProperties' && value === true) ? undefined : value,
    ),
  );
}
