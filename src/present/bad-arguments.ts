/** Arguments that were refused: every bad field by name, what is allowed, and a valid example. Pure. */
import type { z } from 'zod/v3';
import type { JsonSchema } from '../published-schema.ts';
import { byteLength, cutToBytes } from './bytes.ts';
import { ERROR_BYTES } from './tool-error.ts';

/** How much is told of each field, most first; what fits is used. No bytes for a value: it is left out. */
const DETAILS = [
  { valueBytes: 60, allowed: true },
  { valueBytes: 20, allowed: true },
  { valueBytes: 0, allowed: true },
  { valueBytes: 0, allowed: false },
] as const;

/** A value is looked at no further: more than is shown, and no megabytes. */
const VALUE_LENGTH = 2000;

/** Names of unknown arguments that are listed, and bytes of one that are always told. */
const UNKNOWN_SHOWN = 5;
const NAME_BYTES = 20;

/** What is told about refused arguments. */
export interface BadArguments {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly schema: JsonSchema;
  readonly issues: readonly z.ZodIssue[];
  /** Groups of which not exactly one argument was given. */
  readonly unmetGroups: readonly { readonly names: readonly string[]; readonly given: number }[];
  readonly example: Readonly<Record<string, unknown>>;
}

/** The model-facing text, at most 1,000 bytes; `show` makes a received value fit to be repeated. */
export function describeBadArguments(bad: BadArguments, show: (text: string) => string): string {
  const texts = DETAILS.map((detail) =>
    [
      `${bad.tool}: the arguments are not valid; nothing was sent to TCSS.`,
      ...fieldLines(bad, show, detail),
      ...unknownLine(bad, show, detail),
      ...groupLines(bad),
      `Example: ${JSON.stringify(bad.example)}`,
    ].join('\n'),
  );
  return texts.find((text) => byteLength(text) <= ERROR_BYTES) ?? cutToBytes(texts.at(-1) ?? '', ERROR_BYTES);
}

function fieldLines(
  { issues, args, schema }: BadArguments,
  show: (text: string) => string,
  { valueBytes, allowed }: (typeof DETAILS)[number],
): string[] {
  const names = [...new Set(issues.flatMap(({ path: [name] }) => (name === undefined ? [] : String(name))))];
  if (!allowed) return [`- not valid: ${names.join(', ')}`];
  return names.map((name) => {
    const got = valueBytes === 0 ? '' : `got ${cutToBytes(received(args[name], show), valueBytes)}; `;
    return `- ${name}: ${got}allowed: ${describeAllowed(schema.properties?.[name] ?? {})}`;
  });
}

function unknownLine(
  { issues, schema }: BadArguments,
  show: (text: string) => string,
  { valueBytes }: (typeof DETAILS)[number],
): string[] {
  const names = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  if (names.length === 0) return [];
  const shown = names
    .slice(0, UNKNOWN_SHOWN)
    .map((name) => cutToBytes(received(name, show), Math.max(valueBytes, NAME_BYTES)))
    .join(', ');
  const more = names.length > UNKNOWN_SHOWN ? ` and ${names.length - UNKNOWN_SHOWN} more` : '';
  return [`- unknown: ${shown}${more}; allowed: ${Object.keys(schema.properties ?? {}).join(', ')}`];
}

function groupLines({ unmetGroups }: BadArguments): string[] {
  return unmetGroups.map(
    ({ names, given }) =>
      `- ${names.join(' and ')}: give exactly one of them, got ${given === 0 ? 'neither' : 'both'}`,
  );
}

/** A value as JSON. A text is cleaned before it is quoted, since quoting would hide what cleaning looks for. */
function received(value: unknown, show: (text: string) => string): string {
  if (typeof value === 'string') return JSON.stringify(show(value.slice(0, VALUE_LENGTH)));
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    // Thousands of levels overflow the stack.
    return 'a value nested too deep';
  }
  return show((json ?? 'nothing').slice(0, VALUE_LENGTH));
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
