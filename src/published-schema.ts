/** Turns zod schemas into the JSON Schemas that are published. */

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
 * JSON Schema without `$schema`, `$ref` and `$defs`, which some clients refuse, and without stating that objects may
 * have extra keys, which is the default, or have none that are named.
 */
export function publishSchema(schema: z.ZodTypeAny): JsonSchema & { readonly type: 'object' } {
  const published = zodToJsonSchema(schema, { $refStrategy: 'none' });
  return JSON.parse(
    JSON.stringify(published, (key, value) =>
      key === '$schema' ||
      (key === 'additionalProperties' && value === true) ||
      (key === 'properties' && Object.keys(value).length === 0)
        ? undefined
        : value,
    ),
  );
}

/** Bounds that no sensible call comes near. They are checked all the same, and errors tell them. */
const FAR_BOUNDS = new Set(['minLength', 'maxLength', 'minItems', 'maxItems']);

/** The schema in the list of tools, without far bounds, which would cost every conversation tokens. */
export function listSchema(schema: z.ZodTypeAny): JsonSchema & { readonly type: 'object' } {
  return JSON.parse(
    JSON.stringify(publishSchema(schema), (key, value) =>
      FAR_BOUNDS.has(key) || (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) ? undefined : value,
    ),
  );
}
