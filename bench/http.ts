/**
 * `http`: what a request costs beside the SDK's own transport, how several replicas share the account's 20 requests a
 * second, and what a replica holds after 50,000 requests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../src/demo/data-set.ts';
import { startSimulator } from '../src/demo/simulator.ts';
import { interleave, median, quantile, timed } from './measure/interleave.ts';
import { type Row, report, rounded, times } from './measure/report.ts';
import { memoryMb } from './measure/server-process.ts';
import { imageOf, startService } from './measure/service-process.ts';

const IN_FLIGHT = 16;
const ROUNDS = 15;
const SAMPLE_MS = 500;
const REQUESTS = 50_000;

interface Listening {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  /** Idle connections to it. */
  readonly agent: Agent;
}

/** Starts a script and waits until it says where it listens. */
async function start(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Listening> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], HOME: '/no-such-home', TCSS_HTTP_LISTEN: '127.0.0.1:0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  for (;;) {
    const [text] = (await once(child.stderr, 'data')) as [Buffer];
    said += text;
    const url = /MCP at (\S+)/.exec(said)?.[1];
    if (url !== undefined) return { child, pid: child.pid ?? 0, url, agent: new Agent({ connections: 100 }) };
  }
}

async function stop({ child, agent }: Listening): Promise<void> {
  await agent.destroy();
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Sends one request and reads its answer. @throws when that is none. */
async function ask({ url, agent }: Listening, method: string, params: object = {}): Promise<void> {
  const { statusCode, body } = await request(url, {
    dispatcher: agent,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const text = await body.text();
  if (statusCode !== 200 || !text.includes('"result"') || text.includes('"isError":true')) {
    throw new Error(`${statusCode} ${text.slice(0, 200)}`);
  }
}

const OURS = ['dist/main.js', 'http'];
const SDK = ['node_modules/.bench/servers/sdk-http.js'];

async function measureRequests(): Promise<Row[]> {
  const service = await startService([10]);
  const servers = { ours: await start(OURS, service.env), "SDK's transport": await start(SDK, service.env) };
  const call = { name: 'list_image_risks', arguments: { image_id: imageOf(10) } };
  const rows: Row[] = [];
  for (const [what, method, params] of [
    ['tools/list', 'tools/list', {}],
    ['a call of 10 risks', 'tools/call', call],
  ] as const) {
    const load = (server: Listening) => async () => {
      const ms: number[] = [];
      const end = performance.now() + SAMPLE_MS;
      const startedAt = performance.now();
      const caller = async () => {
        while (performance.now() < end) ms.push(await timed(() => ask(server, method, params)));
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
      return { ms, rate: (ms.length * 1000) / (performance.now() - startedAt) };
    };
    const subjects = { ours: load(servers.ours), "SDK's transport": load(servers["SDK's transport"]) };
    const samples = await interleave(subjects, ROUNDS);
    const rateOf = (name: keyof typeof servers) => median(samples[name].map(({ rate }) => rate));
    for (const name of Object.keys(servers) as (keyof typeof servers)[]) {
      const ms = samples[name].flatMap((sample) => sample.ms);
      rows.push({
        [`${IN_FLIGHT} in flight`]: `${what}: ${name}`,
        'requests a second': rounded(rateOf(name)),
        "to the SDK's": times(rateOf(name), rateOf("SDK's transport")),
        'p50 ms': rounded(quantile(ms, 0.5), 1),
        'p99 ms': rounded(quantile(ms, 0.99), 1),
      });
    }
  }
  await Promise.all(Object.values(servers).map(stop));

  const fresh = { ours: await start(OURS, service.env), "SDK's transport": await start(SDK, service.env) };
  for (const [name, server] of Object.entries(fresh)) {
    const before = memoryMb(server.pid, 'VmRSS');
    let left = REQUESTS;
    const caller = async () => {
      for (; left > 0; ) {
        left -= 1;
        await (left % 5 === 0 ? ask(server, 'tools/call', call) : ask(server, 'tools/list'));
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
    const after = memoryMb(server.pid, 'VmRSS');
    rows.push({
      [`${IN_FLIGHT} in flight`]: `${name}: MB at rest, after ${REQUESTS} requests (a fifth calls), at most`,
      'requests a second': rounded(before),
      "to the SDK's": rounded(after),
      'p50 ms': rounded(memoryMb(server.pid, 'VmHWM')),
      'p99 ms': '',
    });
    await stop(server);
  }
  await service.close();
  return rows;
}

/** Whole calls of 7 pages by several people at once, over replicas in turn, with the service's own limit. */
async function measureFairness(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, replicas, env] of [
    ['1 replica', 1, {}],
    ['3 replicas, TCSS_HTTP_REPLICAS=3', 3, { TCSS_HTTP_REPLICAS: '3' }],
    ['3 replicas that do not know of each other', 3, {}],
  ] as const) {
    const row: Record<string, string | number> = { 'one account, 20 requests a second': what };
    for (const people of [3, 10]) {
      let refused = 0;
      const simulator = await startSimulator({
        async intercept(_incoming, _outgoing, read) {
          const { isAdmitted, respond } = await read();
          if (!isAdmitted) refused += 1;
          await sleep(80);
          return respond();
        },
      });
      const keys = {
        TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretId,
        TENCENTCLOUD_SECRET_KEY: DEMO_CREDENTIALS.secretKey,
        TCSS_ENDPOINT: simulator.url,
      };
      const servers = await Promise.all(
        Array.from({ length: replicas }, () => start(OURS, { ...keys, ...env })),
      );
      const call = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.leaky } };
      // As replicas that have run for a while; then the service's second starts anew.
      for (const server of servers) await ask(server, 'tools/call', call);
      await sleep(1500);
      refused = 0;
      const startedAt = performance.now();
      const took = await Promise.all(
        Array.from({ length: people * 2 }, (_, index) => {
          const server = servers[index % replicas];
          return server === undefined ? 0 : timed(() => ask(server, 'tools/call', call));
        }),
      );
      row[`${people} people x 2 calls, s`] = rounded((performance.now() - startedAt) / 1000, 1);
      row[`p95 of ${people * 2}, s`] = rounded(quantile(took, 0.95) / 1000, 1);
      row[`refused by the service (${people})`] = refused;
      await Promise.all(servers.map(stop));
      await simulator.close();
    }
    rows.push(row);
  }
  return rows;
}

report('http', await measureRequests());
process.stdout.write('\n');
report('http-fairness', await measureFairness());
