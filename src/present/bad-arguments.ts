/** Arguments that were refused: every bad field by name, what is allowed, and a valid example. Pure. */
import type { z } from 'zod/v3';
import type { JsonSchema } from '../published-schema.ts';
import { cutToBytes } from './bytes.ts';

/** Bytes of one refused value: enough to recognise it. */
const VALUE_BYTES = 60;

/** Names of unknown arguments that are listed. */
const UNKNOWN_SHOWN = 5;

/** What is told about refused arguments. */
export interface BadArguments {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly schema: JsonSchema;
  readonly issues: readonly z.ZodIssue[];
  /** Groups of which not exactly one argument was given. */
  readonly unmetGroups: readonly (readonly string[])[];
  readonly example: Readonly<Record<string, unknown>>;
}

/** The model-facing text; `show` makes a received value fit to be repeated. */
export function describeBadArguments(bad: BadArguments, show: (text: string) => string): string {
  const properties = bad.schema.properties ?? {};
  const received = (value: unknown) => cutToBytes(show(JSON.stringify(value) ?? 'nothing'), VALUE_BYTES);
  const unknown = bad.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const fields = [...new Set(bad.issues.map(({ path }) => path[0]).filter((name) => name !== undefined))].map(
    String,
  );
  const lines = [
    ...fields.map(
      (name) =>
        `- ${name}: got ${received(bad.args[name])}; allowed: ${describeAllowed(properties[name] ?? {})}`,
    ),
    ...(unknown.length > 0
      ? [
          `- unknown: ${unknown.slice(0, UNKNOWN_SHOWN).map(received).join(', ')}${unknown.length > UNKNOWN_SHOWN ? ` and ${unknown.length - UNKNOWN_SHOWN} more` : ''}; allowed: ${Object.keys(properties).join(', ')}`,
        ]
      : []),
    ...bad.unmetGroups.map((group) => {
      const given = group.filter((name) => bad.args[name] !== undefined).length;
      return `- ${group.join(' and ')}: give exactly one of them, got ${given === 0 ? 'neither' : 'both'}`;
    }),
  ];
  return [
    `${bad.tool}: the arguments are not valid; nothing was sent to TCSS.`,
    ...lines,
    `Example: ${JSON.stringify(bad.example)}`,
  ].join('\n');
}

/** What a property takes, in words, from its published schema. */
export function describeAllowed(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.join(', ');
  switch (schema.type) {
    case 'integer':
      return `integer ${schema.minimum} to ${schema.maximum}`;
    case 'array':
      return `array of ${schema.minItems} to ${schema.maxItems} of: ${describeAllowed(schema.items ?? {})}`;
    case 'string':
      return `string of ${schema.minLength} to ${schema.maxLength} characters`;
    default:
      return schema.type ?? 'another value';
  }
}
