/**
 * What 10,000 calls leave behind, and what one hostile body costs. All over HTTP on loopback, client
 * and simulated service in the same process, so the bounds hold for the three of them together.
 */
import { gzipSync } from 'node:zlib';
import { DEMO_IMAGE_IDS } from '../src/demo/data-set.ts';
import { makeImage } from '../src/demo/image.ts';
import { startHouse } from '../test/setup.ts';
import type { Fault } from '../test/simulator/simulator.ts';
import { type Row, report } from './measure/report.ts';

const MIB = 1024 * 1024;
const CALLS = 10_000;
const MAX_GROWTH = 2 * MIB;
const MAX_FOR_BODY = 32 * MIB;

const collect = globalThis.gc;
if (collect === undefined) throw new Error('needs --expose-gc');

/** Heap and buffers in bytes after garbage collection. */
async function held(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collect?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Open sockets, servers and timers by kind. */
function open(): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

const mib = (bytes: number) => `${(bytes / MIB).toFixed(2)} MiB`;

const rows: Row[] = [];

function judge(what: string, figure: string, isFine: boolean): void {
  rows.push({ what, figure, verdict: isFine ? 'ok' : 'FAIL' });
  if (!isFine) process.exitCode = 1;
}

/** Every sort of call: answers, walks, refusals, failures and cancellations. */
const KINDS: ((number: number) => Promise<unknown>)[] = [
  () => house.callTool({ image_id: DEMO_IMAGE_IDS.mixed }),
  (number) => house.callTool({ image_id: DEMO_IMAGE_IDS.mixed, limit: 5, offset: number % 37 }),
  () => house.callTool({ image_id: DEMO_IMAGE_IDS.hostile, detail: 'full', max_bytes: 40_000 }),
  (number) => house.callTool({ image_id: number }),
  () => house.callTool({ image_id: 'none', wrong: [] }),
  () => {
    house.simulator.failNext({ code: 'OperationDenied', message: 'made up' });
    return house.callTool({ image_id: DEMO_IMAGE_IDS.mixed });
  },
  () => {
    const controller = new AbortController();
    const call = house.callTool({ image_id: DEMO_IMAGE_IDS.leaky }, { signal: controller.signal });
    controller.abort();
    return call.catch(() => undefined);
  },
  async () => {
    const first = await house.callTool({ image_id: DEMO_IMAGE_IDS.mixed, limit: 3 });
    const cursor = first.structured.coverage.next_cursor;
    return house.callTool({ image_id: DEMO_IMAGE_IDS.mixed, limit: 3, cursor });
  },
];

async function makeCalls(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) {
    await KINDS[number % KINDS.length]?.(number);
    // The records of the simulated service and of the log are this program's own.
    (house.simulator.requests as unknown[]).length = 0;
    (house.log as string[]).length = 0;
  }
}

const house = await startHouse();
const startedAt = performance.now();
await makeCalls(0, CALLS / 2);
const halfway = await held();
const openHalfway = open();
await makeCalls(CALLS / 2, CALLS);
const atEnd = await held();
const openAtEnd = open();
const seconds = (performance.now() - startedAt) / 1000;

judge(`${CALLS} calls of every sort`, `${seconds.toFixed(1)} s`, true);
judge(
  `heap and buffers after ${CALLS / 2} and ${CALLS} calls`,
  `${mib(halfway)}, ${mib(atEnd)}: ${mib(atEnd - halfway)} more`,
  atEnd - halfway <= MAX_GROWTH,
);
judge(
  'open sockets, servers and timers at both',
  `${JSON.stringify(openHalfway)}, ${JSON.stringify(openAtEnd)}`,
  JSON.stringify(openHalfway) === JSON.stringify(openAtEnd),
);

const page = (bytes: number) =>
  Buffer.from(`{"Response":{"RequestId":"r","List":[],"TotalCount":0,"x":"${'x'.repeat(bytes)}"}}`);
const gzip = { 'content-encoding': 'gzip' };
const BODIES: [string, Fault, boolean][] = [
  ['a body of just 8 MiB', { status: 200, body: page(8 * MIB - 100) }, false],
  ['a body of 9 MiB', { status: 200, body: page(9 * MIB) }, true],
  ['a gzip bomb of 256 MiB', { status: 200, headers: gzip, body: gzipSync(Buffer.alloc(256 * MIB)) }, true],
  ['8 MiB of empty rows', { status: 200, body: rowsBody('{}') }, true],
  ['8 MiB of nested lists', { status: 200, body: rowsBody(`${'['.repeat(500)}${']'.repeat(500)}`) }, true],
];

function rowsBody(row: string): Buffer {
  const count = Math.floor((8 * MIB - 100) / (row.length + 1));
  return Buffer.from(`{"Response":{"RequestId":"r","List":[${Array(count).fill(row).join(',')}]}}`);
}

for (const [what, fault, isRefused] of BODIES) {
  const before = await held();
  let peak = before;
  const watch = setInterval(() => {
    const { heapUsed, external } = process.memoryUsage();
    peak = Math.max(peak, heapUsed + external);
  }, 1);
  house.simulator.failNext(fault, { action: 'DescribeAssetImageRegistryRiskInfoList' });
  const { isError } = await house.callTool({ image_id: DEMO_IMAGE_IDS.mixed });
  clearInterval(watch);
  const after = await held();
  judge(
    `${what}, ${isError ? 'refused' : 'read'}`,
    `${mib(after - before)} more held after it, ${mib(peak - before)} at most meanwhile`,
    isError === isRefused && after - before <= MAX_FOR_BODY,
  );
}
await house.close();

/** The list of images is kept for a minute: this many cost this much, and no more are read. */
const IMAGES = 6000;
const MAX_FOR_IMAGES = 16 * MIB;
const registry = await startHouse({
  account: {
    images: Array.from({ length: IMAGES }, (_, at) =>
      makeImage(8_000_000 + at, `team-${at % 40}/image-${at}:1`),
    ),
  },
});
const beforeList = await held();
const { structured } = await registry.callTool('find_images', { limit: 1 });
(registry.simulator.requests as unknown[]).length = 0;
const forList = (await held()) - beforeList;
judge(
  `the list of a registry of ${IMAGES} images, ${structured.coverage.fetched} read, kept`,
  mib(forList),
  structured.coverage.fetched === 5000 && forList <= MAX_FOR_IMAGES,
);
await registry.close();
report('memory', rows);
