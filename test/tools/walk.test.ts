import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Runtime, runTool, type ToolResult } from '../../src/run-tool.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import type { ImageRisk } from '../../src/tools/list-image-risks.ts';
import { listImageRisks } from '../../src/tools/list-image-risks.ts';
import { type FakeTcss, fakeTcss, inLevelOrder, type RowFault } from '../gather/fake-tcss.ts';
import { runtimeOver } from '../runtime.ts';

interface Structured {
  coverage: {
    total: number;
    fetched: number;
    shown: number;
    complete: boolean;
    why_partial: string[];
    next_offset?: number;
    next_cursor?: string;
  };
  findings: { id: string; level: string; occurrences: number }[];
  empty_because?: string;
  counts?: Record<string, number | string>;
}

const LEVEL_NAMES = ['critical', 'high', 'medium', 'low', 'unknown'];

/** Without the cache every step is as far from the last as a new process. */
function walkRuntime(client: TcssClient, keepsWindows: boolean): Runtime {
  let now = 1_700_000_000_000;
  return runtimeOver(client, {
    now: () => {
      if (!keepsWindows) now += 120_000;
      return now;
    },
  });
}

async function ask(
  runtime: Runtime,
  args: Record<string, unknown>,
  maxBytes: number,
): Promise<Structured | undefined> {
  const result: ToolResult = await runTool(listImageRisks, args, runtime, {
    signal: new AbortController().signal,
  });
  const { text } = result.content[0];
  if (result.isError) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
    return undefined;
  }
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
  expect(Buffer.byteLength(JSON.stringify(result.structuredContent))).toBeLessThanOrEqual(maxBytes);
  listImageRisks.output.parse(result.structuredContent);
  const structured = result.structuredContent as unknown as Structured;
  for (const { id } of structured.findings) expect(text).toContain(id);
  if (structured.coverage.next_cursor !== undefined) expect(text).toContain(structured.coverage.next_cursor);
  return structured;
}

/** The finding id of a row, by the rule of the contract and apart from the product's code. */
function idOf(row: ImageRisk): string {
  const evidence = row.InstructionContent?.replace(/^[^\n]*\n/, '');
  const identity = [
    row.Behavior ?? null,
    row.Type ?? null,
    row.Level ?? null,
    row.Desc ?? null,
    evidence ?? null,
  ];
  return `r-${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12)}`;
}

function tally(rows: readonly ImageRisk[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(idOf(row), (counts.get(idOf(row)) ?? 0) + 1);
  return counts;
}

const WORDS = ['USER root', 'COPY app /app', '构建层', 'RUN chmod 777 /srv', '👍🏽'];

/** `size` rows of which about `variety` are distinct; long texts and unknown levels among them. */
function makeRows(size: number, variety: number, seed: number): ImageRisk[] {
  return Array.from({ length: size }, (_, at) => {
    const kind = (Math.imul(at + 1, 2_654_435_761 ^ seed) >>> 8) % variety;
    return {
      Behavior: kind % 7 === 6 ? undefined : (kind % 5) + 1,
      Type: (kind % 2) + 1,
      Level: kind % 11 === 10 ? '9' : String((kind % 4) + 1),
      Desc: kind % 13 === 12 ? undefined : `layer ${kind} ${(WORDS[kind % 5] ?? '').repeat((kind % 9) + 1)}`,
      InstructionContent: `2024-05-06 10:${String(at % 60).padStart(2, '0')}:58\nstep ${kind} ${'漏洞'.repeat(kind % 90)}`,
    };
  });
}

const shapes = fc
  .record({
    size: fc.oneof(
      { arbitrary: fc.integer({ min: 0, max: 260 }), weight: 5 },
      { arbitrary: fc.integer({ min: 900, max: 5000 }), weight: 1 },
      { arbitrary: fc.constantFrom(0, 1, 99, 100, 101, 999, 1000, 1001, 2000), weight: 2 },
    ),
    varietyShare: fc.constantFrom(0.001, 0.01, 0.1, 1),
    seed: fc.nat(),
    limit: fc.integer({ min: 1, max: 100 }),
    maxBytes: fc.integer({ min: 2000, max: 40_000 }),
    order: fc.constantFrom('desc' as const, 'asc' as const),
    detail: fc.constantFrom('concise', 'full'),
    isOrdered: fc.boolean(),
    keepsWindows: fc.boolean(),
    faults: fc.array(
      fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom<RowFault>('fail', 'short', 'empty')),
      {
        maxLength: 8,
      },
    ),
  })
  .map((shape) => {
    const variety = Math.max(1, Math.ceil(shape.size * shape.varietyShare));
    // Large sets of distinct rows are walked in larger steps, so that a walk stays short.
    const isLong = variety > 300;
    return {
      ...shape,
      variety,
      limit: isLong ? Math.max(shape.limit, 60) : shape.limit,
      maxBytes: isLong ? Math.max(shape.maxBytes, 20_000) : shape.maxBytes,
      keepsWindows: shape.keepsWindows || shape.size > 500,
    };
  });

type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

function serve(shape: Shape): { client: FakeTcss; rows: readonly ImageRisk[] } {
  const made = makeRows(shape.size, shape.variety, shape.seed);
  const rows = shape.isOrdered ? inLevelOrder(made, shape.order) : made;
  const faults = new Map(shape.faults);
  return { client: fakeTcss(rows, (number) => faults.get(number)), rows };
}

describe('a walk by cursor', () => {
  test('visits every row exactly once, whatever the data, budget, limit and faults', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { client, rows } = serve(shape);
        const runtime = walkRuntime(client, shape.keepsWindows);
        const { limit, maxBytes: max_bytes, order, detail } = shape;
        const seen = new Map<string, number>();
        let cursor: string | undefined;
        for (let step = 0, failures = 0; ; step += 1) {
          const answer = await ask(
            runtime,
            { image_id: 1, limit, max_bytes, order, detail, ...(cursor === undefined ? {} : { cursor }) },
            max_bytes,
          );
          const isNothing = answer?.empty_because === 'unverified';
          if (answer === undefined || isNothing) {
            failures += 1;
            expect(failures).toBeLessThanOrEqual(shape.faults.length);
            continue;
          }
          const { coverage, findings } = answer;
          expect(coverage.shown).toBe(findings.reduce((sum, { occurrences }) => sum + occurrences, 0));
          expect(coverage.complete).toBe(coverage.shown === coverage.total);
          expect(coverage.complete).toBe(coverage.why_partial.length === 0);
          expect(findings.length).toBeLessThanOrEqual(limit);
          if (coverage.next_cursor !== undefined && coverage.fetched > 0)
            expect(findings.length).toBeGreaterThan(0);
          for (const { id, occurrences } of findings) seen.set(id, (seen.get(id) ?? 0) + occurrences);
          cursor = coverage.next_cursor;
          if (cursor === undefined) break;
          expect(Buffer.byteLength(cursor)).toBeLessThanOrEqual(200);
          expect(step).toBeLessThan(rows.length + 20);
        }
        expect(seen).toEqual(tally(rows));
      }),
      { numRuns: 12 },
    );
  });
});

describe('next_offset', () => {
  test('wherever it is given, skips no row and repeats none', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { client, rows } = serve({ ...shape, faults: shape.faults.slice(0, 3) });
        const runtime = walkRuntime(client, true);
        const { limit, maxBytes: max_bytes, order, detail } = shape;
        let offset: number | undefined = 0;
        for (let step = 0; offset !== undefined && step < 60; step += 1) {
          const answer = await ask(
            runtime,
            { image_id: 1, limit, max_bytes, order, detail, offset },
            max_bytes,
          );
          if (answer === undefined) return;
          const next: number | undefined = answer.coverage.next_offset;
          if (next !== undefined) {
            expect(next).toBeGreaterThan(offset);
            const shown = new Map(answer.findings.map(({ id, occurrences }) => [id, occurrences]));
            expect(shown).toEqual(tally(rows.slice(offset, next)));
          }
          offset = next;
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('counts and order', () => {
  test('are exact over all rows, and the most severe findings stay', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { client, rows } = serve({ ...shape, faults: [] });
        const { limit, maxBytes: max_bytes, order, detail } = shape;
        const answer = await ask(
          walkRuntime(client, true),
          { image_id: 1, limit, max_bytes, order, detail },
          max_bytes,
        );
        if (answer?.counts === undefined) return expect(rows).toHaveLength(0);

        const { counts, findings } = answer;
        const byLevel = (code: string) => rows.filter((row) => row.Level === code).length;
        expect([counts['critical'], counts['high'], counts['medium'], counts['low']]).toEqual(
          ['4', '3', '2', '1'].map(byLevel),
        );
        const sum = [...LEVEL_NAMES, 'unaccounted'].reduce(
          (total, key) => total + Number(counts[key] ?? 0),
          0,
        );
        expect(sum).toBe(rows.length);
        const ranks = findings.map(({ level }) => {
          const rank = LEVEL_NAMES.indexOf(level);
          return order === 'asc' && level !== 'unknown' ? -rank : rank;
        });
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        expect(client.requests.length).toBeLessThanOrEqual(14);
        if (rows.length <= 100) expect(client.requests).toHaveLength(1);
      }),
      { numRuns: 25 },
    );
  });
});
