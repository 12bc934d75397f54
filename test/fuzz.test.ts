/** Whatever the service answers and whatever a model asks: a result that the published schema takes, never a crash. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MAX_BYTES_RANGE } from '../src/config.ts';
import { createRateLimiter } from '../src/http/rate-limiter.ts';
import type { Clock } from '../src/http/time.ts';
import { createRedaction } from '../src/redact/redaction.ts';
import { runTool, type ToolResult } from '../src/run-tool.ts';
import { createTcssClient } from '../src/tcss/client.ts';
import type { AnyTool } from '../src/tool.ts';
import { tools } from '../src/tools/index.ts';
import { anyArguments, question, SECRET_ID, SECRET_KEY, serviceFor } from './fuzz-answers.ts';
import { runtimeOver } from './runtime.ts';
import { type House, NOW_MS, startHouse } from './setup.ts';

const clock: Clock = { now: () => NOW_MS, sleep: async (_ms, signal) => signal.throwIfAborted() };

const rejections: unknown[] = [];
const onRejection = (reason: unknown) => void rejections.push(reason);
beforeAll(() => void process.on('unhandledRejection', onRejection));
afterAll(() => void process.off('unhandledRejection', onRejection));

async function ask(
  tool: AnyTool,
  args: Record<string, unknown>,
  bodies: Record<string, string[]>,
  log: string[] = [],
): Promise<ToolResult> {
  const asked: Record<string, number> = {};
  const send = async ({ headers }: { headers: Readonly<Record<string, string>> }) => {
    const action = String(headers['X-TC-Action']);
    asked[action] = (asked[action] ?? 0) + 1;
    const list = bodies[action] ?? [''];
    return { body: Buffer.from(list[Math.min(asked[action], list.length) - 1] ?? ''), dateMs: NOW_MS };
  };
  const close = async () => undefined;
  const write = (_level: string, message: string) => void log.push(message);
  const client = createTcssClient({
    connect: async () => ({
      transport: { send, close },
      endpoint: new URL('https://tcss.example'),
      credentials: () => ({ secretId: SECRET_ID, secretKey: SECRET_KEY }),
      close,
    }),
    limiter: createRateLimiter(Number.POSITIVE_INFINITY, clock),
    clock,
    language: 'en-US',
    region: undefined,
    log: write,
    random: () => 0,
  });
  const redaction = createRedaction([SECRET_ID, SECRET_KEY]);
  const runtime = runtimeOver(client, { redaction, timeoutMs: 5000, clock, log: write, now: () => NOW_MS });
  return runTool(tool, args, runtime, { signal: new AbortController().signal });
}

/** What every result must be. */
function check(tool: AnyTool, result: ToolResult, maxBytes: number): void {
  const said = result.content[0].text;
  expect(said.length).toBeGreaterThan(0);
  if (result.isError) {
    expect(result.structuredContent).toBeUndefined();
    expect(Buffer.byteLength(said)).toBeLessThanOrEqual(1000);
    expect(said).not.toContain('failed unexpectedly');
  } else {
    expect(tool.output.safeParse(result.structuredContent).error).toBeUndefined();
    expect(Buffer.byteLength(said)).toBeLessThanOrEqual(maxBytes);
    expect(Buffer.byteLength(JSON.stringify(result.structuredContent))).toBeLessThanOrEqual(maxBytes);
    checkCompleteness(result.structuredContent ?? {});
  }
  const whole = JSON.stringify(result);
  for (const secret of [SECRET_ID, SECRET_KEY]) expect(whole).not.toContain(secret.slice(4, 12));
}

/** An answer is complete only where nothing that it says stands against it. */
function checkCompleteness(structured: Record<string, unknown>): void {
  const coverage = structured['coverage'] as Record<string, unknown>;
  if (coverage['complete'] !== true) return;
  expect(coverage['why_partial'] ?? []).toEqual([]);
  expect(coverage).not.toHaveProperty('next_offset');
  expect(coverage).not.toHaveProperty('next_cursor');
  expect(structured).not.toHaveProperty('unreadable');
  expect(['unverified', 'not_listed', 'ignored', 'not_looked_for']).not.toContain(
    structured['empty_because'],
  );
}

const anyTool = fc.constantFrom(...tools);

/** The budget that a call names, if it names one that holds. */
function budgetOf(args: Record<string, unknown>): number {
  return typeof args['max_bytes'] === 'number' ? args['max_bytes'] : MAX_BYTES_RANGE.default;
}

describe('runTool', () => {
  test('gives a good result whatever the actions answer, for every tool', async () => {
    const outcomes = new Set<string>();
    const asked = anyTool.chain((tool) => fc.tuple(fc.constant(tool), question(tool), serviceFor(tool)));
    await fc.assert(
      fc.asyncProperty(asked, async ([tool, args, bodies]) => {
        const result = await ask(tool, args, bodies);
        check(tool, result, budgetOf(args));
        outcomes.add(result.isError ? 'error' : 'answer');
      }),
      { numRuns: 8 * tools.length },
    );

    // It is no test of one sort of answer only.
    expect([...outcomes].sort()).toEqual(['answer', 'error']);
  });

  test('gives a good result whatever it is asked', async () => {
    const asked = anyTool.chain((tool) => fc.tuple(fc.constant(tool), anyArguments(tool), serviceFor(tool)));
    await fc.assert(
      fc.asyncProperty(asked, async ([tool, written, bodies]) => {
        const args = JSON.parse(written);
        check(tool, await ask(tool, args, bodies), budgetOf(args));
      }),
      { numRuns: 60 },
    );
  });
});

describe('over HTTP, through the client of the SDK, which checks the published schema', () => {
  let house: House;
  beforeEach(async () => {
    house = await startHouse();
  });
  afterEach(() => house.close());

  test('no answer of the service makes it refuse a result', async () => {
    const asked = anyTool.chain((tool) => fc.tuple(fc.constant(tool), question(tool), serviceFor(tool)));
    await fc.assert(
      fc.asyncProperty(asked, async ([tool, args, bodies]) => {
        for (const [action, list] of Object.entries(bodies)) {
          house.simulator.failNext({ respond: () => list[0] ?? '' }, { action, times: 6 });
        }
        const { text, isError } = await house.callTool(tool.name, args);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(isError ? 1000 : budgetOf(args));
      }),
      { numRuns: 30 },
    );
  });

  test('a rejection is never left unhandled', () => {
    expect(rejections).toEqual([]);
  });
});
