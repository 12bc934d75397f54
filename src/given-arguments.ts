/** Reads arguments as a client means them, before a schema checks them. Pure. */
import { z } from 'zod/v3';

/**
 * The arguments in the types of a tool's schema. An optional argument that is null, blank or an empty list counts as
 * absent, since clients of strict function calling send every argument. A number may come as digits, a text as a
 * number, a word in any case, and a list as one value, as values between commas, or as JSON text. Everything else is
 * left for the schema to refuse. Reading twice changes nothing.
 */
export function readGiven(
  shape: z.ZodRawShape,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (schema === undefined) return [[name, value]];
      const read = readValue(schema, value);
      return isAbsent(read) && schema.isOptional() ? [] : [[name, read]];
    }),
  );
}

function isAbsent(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function readValue(schema: z.ZodTypeAny, value: unknown): unknown {
  const kind = withoutWrappers(schema);
  if (kind instanceof z.ZodArray) return isAbsent(value) ? value : readList(kind.element, value);
  if (kind instanceof z.ZodString)
    return Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : value;
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (kind instanceof z.ZodNumber) return /^\d{1,16}$/.test(text) ? Number(text) : value;
  const word = text.toLowerCase();
  if (kind instanceof z.ZodBoolean) return word === 'true' ? true : word === 'false' ? false : value;
  if (kind instanceof z.ZodEnum) {
    return kind.options.find((option: string) => option.toLowerCase() === word) ?? value;
  }
  return value;
}

function readList(element: z.ZodTypeAny, value: unknown): unknown[] {
  const list = typeof value === 'string' ? listIn(value) : Array.isArray(value) ? value : [value];
  return list.map((one) => readValue(element, one));
}

/** Longer texts are not split: every list that a schema allows is shorter. */
const LIST_LENGTH = 1000;

function listIn(text: string): unknown[] {
  if (text.length > LIST_LENGTH) return [text];
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'string') return [read];
    if (Array.isArray(read)) return read;
  } catch {
    // Not JSON: values between commas.
  }
  return text.split(',').filter((part) => part.trim() !== '');
}

/** The schema of a value that is present. */
function withoutWrappers(schema: z.ZodTypeAny): z.ZodTypeAny {
  if (schema instanceof z.ZodOptional) return withoutWrappers(schema.unwrap());
  if (schema instanceof z.ZodDefault) return withoutWrappers(schema.removeDefault());
  return schema;
}
