/** The steps of every call: arguments, fetch, present, fit. The only place where a failure becomes an answer. */
import { z } from 'zod/v3';
import { TcssMcpError } from './errors.ts';
import type { AccountCache } from './gather/cache.ts';
import { type Clock, withDeadline } from './http/time.ts';
import type { Log } from './log.ts';
import { cutToBytes } from './present/text.ts';
import { describeBadArguments, describeError, ERROR_BYTES } from './present/tool-error.ts';
import { DEMO_NOTE, fitToBudget } from './present/view.ts';
import { publishSchema } from './published-schema.ts';
import type { Redaction } from './redact/redaction.ts';
import type { TcssClient } from './tcss/client.ts';
import type { AnyTool } from './tool.ts';

/** What all calls share; made once. */
export interface Runtime {
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly source: 'live' | 'demo';
  /** Names of tools that are not offered. */
  readonly withheld: readonly string[];
  /** Deadline of one call. */
  readonly timeoutMs: number;
  /** Budget of an answer when the call names none. */
  readonly maxBytes: number;
  readonly clock: Clock;
  /** 8 random hex digits, different each time. */
  readonly nonce: () => string;
  readonly log: Log;
  /** The cache of the account whose credentials are in use. @throws {ConfigError} without any. */
  readonly cache: () => AccountCache;
}

/** What one call brings from its client. */
export interface CallOptions {
  /** Aborts when the client cancels. */
  readonly signal: AbortSignal;
  /** Called with the numbers of rows read and to be read, if the client asked for progress. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A tool's result in MCP's shape; an error has text only. */
export type ToolResult = {
  content: [{ type: 'text'; text: string }];
  structuredContent?: Record<string, unknown>;
  isError?: true;
};

/** Runs one call to its result. Never throws: a failure is a result that says what to do. */
export async function runTool(
  tool: AnyTool,
  args: Readonly<Record<string, unknown>>,
  runtime: Runtime,
  { signal, onProgress }: CallOptions,
): Promise<ToolResult> {
  const { client, redaction, source, withheld, clock, log } = runtime;
  const show = redaction.display;

  const input = readArguments(tool, args);
  if ('refused' in input) return failure(describeBadArguments(input.refused, show));
  try {
    const cache = runtime.cache();
    const facts = await withDeadline(signal, runtime.timeoutMs, (deadline) =>
      tool.fetch(input.accepted, { ...cache, client, redaction, deadline, onProgress }),
    );
    const presentation = { source, redaction, nonce: runtime.nonce(), nowMs: clock.now(), withheld };
    const draft = tool.present(facts, input.accepted, presentation);
    const view = fitToBudget(draft, input.accepted['max_bytes'] ?? runtime.maxBytes);
    return { content: [{ type: 'text', text: view.text }], structuredContent: { ...view.structured } };
  } catch (error) {
    if (!(error instanceof TcssMcpError) && !signal.aborted) {
      log(
        'error',
        `${tool.name}: ${error instanceof Error ? (error.stack ?? error.message) : 'not an Error was thrown'}`,
      );
    }
    const text = describeError(error, show, withheld);
    return failure(source === 'demo' ? `${cutToBytes(text, DEMO_ERROR_BYTES)}\n${DEMO_NOTE}` : text);
  }
}

type ReadArguments =
  | { accepted: Record<string, unknown> & { max_bytes?: number } }
  | { refused: Parameters<typeof describeBadArguments>[0] };

function readArguments(tool: AnyTool, args: Readonly<Record<string, unknown>>): ReadArguments {
  const given = readGiven(tool.input.shape, args);
  const read = tool.input.safeParse(given);
  const unmetGroups = tool.exactlyOneOf
    .map((names) => ({ names, given: names.filter((name) => given[name] !== undefined).length }))
    .filter((group) => group.given !== 1);
  if (read.success && unmetGroups.length === 0) return { accepted: read.data };
  return {
    refused: {
      tool: tool.name,
      args,
      schema: publishSchema(tool.input),
      issues: read.success ? [] : read.error.issues,
      unmetGroups,
      example: tool.example,
    },
  };
}

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

/** Leaves room for the note. */
const DEMO_ERROR_BYTES = ERROR_BYTES - DEMO_NOTE.length - 1;

function failure(text: string): ToolResult {
  return { content: [{ type: 'text', text: cutToBytes(text, ERROR_BYTES) }], isError: true };
}
