/** The built server with `http`, as a process: its start and its end, and the official clients. */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { runToEnd } from '../spawned-server.ts';
import { CLIENTS, callWith, connectClient, converse, LONG_CALL } from './clients.ts';
import { sendTo } from './replica.ts';
import {
  environmentFor,
  type ReplicaEnvironment,
  type SpawnedReplica,
  spawnReplica,
} from './spawned-replica.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';
const PING = { jsonrpc: '2.0', id: 0, method: 'ping' };

let simulator: Simulator;
let replica: SpawnedReplica;
beforeAll(async () => {
  simulator = await startSimulator({ requestsPerSecond: Number.POSITIVE_INFINITY });
  replica = await spawnReplica({
    ...environmentFor(simulator.url),
    TCSS_RATE_LIMIT: '3000',
    TCSS_HTTP_REPLICAS: '3',
    TCSS_HTTP_TOKENS: `alice ${TOKEN}`,
  });
});
afterAll(async () => {
  await replica.end('SIGKILL');
  await simulator.close();
});

async function started(env: ReplicaEnvironment, args: readonly string[] = []): Promise<SpawnedReplica> {
  const replica = await spawnReplica(env, args);
  onTestFinished(async () => void (await replica.end('SIGKILL')));
  return replica;
}

describe.each(CLIENTS)('a client %s', (_name, mode, version) => {
  test('gets all there is', async () => {
    const client = await connectClient(`http://localhost:${replica.port}/mcp`, mode, { token: TOKEN });
    onTestFinished(() => client.close());

    await converse(client);
    expect(
      'getNegotiatedProtocolVersion' in client ? client.getNegotiatedProtocolVersion() : '2025-11-25',
    ).toBe(version);
  });

  test('is told how to send a token', async () => {
    const connecting = connectClient(`http://127.0.0.1:${replica.port}/mcp`, mode);

    await expect(connecting).rejects.toThrow(/401|Authorization: Bearer TOKEN|[Uu]nauthorized/);
  });
});

test('a client of 2026-07-28 cancels, and the request to the service is closed', async () => {
  const client = await connectClient(`http://127.0.0.1:${replica.port}/mcp`, 'auto', { token: TOKEN });
  onTestFinished(() => client.close());
  const before = simulator.requests.length;
  simulator.failNext({ hang: 'headers' });
  const stop = new AbortController();
  const call = callWith(client, { name: 'find_images', arguments: {} }, { signal: stop.signal });
  await expect.poll(() => simulator.requests.length).toBe(before + 1);
  stop.abort('enough');

  await expect(call).rejects.toThrow();
  await expect.poll(() => simulator.requests[before]?.closedEarly).toBe(true);
});

describe('the start', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    [
      'off loopback without authentication',
      { TCSS_HTTP_LISTEN: '0.0.0.0:0' },
      ['TCSS_HTTP_URL', 'TCSS_HTTP_TOKENS_FILE'],
    ],
    [
      'settings of both kinds',
      { TCSS_LANGUAGE: 'FAKE', TCSS_HTTP_ADMIN: 'FAKE' },
      ['TCSS_LANGUAGE', 'TCSS_HTTP_ADMIN'],
    ],
    [
      'what stands in the settings, too',
      {
        ...{ TCSS_LANGUAGE: 'FAKE', TCSS_TOOLS: 'no_such', TCSS_HTTP_ADMIN: 'FAKE' },
        TCSS_HTTP_TOKENS_FILE: '/no/such/FAKE',
      },
      [
        'TCSS_LANGUAGE',
        'no tool no_such',
        'TCSS_HTTP_ADMIN',
        'TCSS_HTTP_TOKENS_FILE cannot be read (ENOENT)',
      ],
    ],
  ])('is refused: %s', async (_what, env, words) => {
    const { code, stdout, stderr } = await runToEnd({ args: ['http'], env });

    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).not.toContain('FAKE');
  });

  test('on a port in use: one line, exit 1', async () => {
    const { code, stderr } = await runToEnd({
      args: ['http'],
      env: { TCSS_HTTP_LISTEN: `127.0.0.1:${replica.port}` },
    });

    expect(code).toBe(1);
    expect(stderr).toBe(
      `tcss-mcp-server: cannot listen on 127.0.0.1:${replica.port} (TCSS_HTTP_LISTEN): the port is in use (EADDRINUSE)\n`,
    );
  });

  test('sends nothing: neither to the service nor to the issuer', async () => {
    let connections = 0;
    const anyone = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void anyone.close());
    await once(anyone, 'listening');
    const url = `http://127.0.0.1:${(anyone.address() as { port: number }).port}`;
    const replica = await started({ ...environmentFor(url), TCSS_HTTP_ISSUER: url });
    const { status } = await sendTo(replica.port, { method: 'GET', path: '/readyz' });

    expect([status, connections]).toEqual([200, 0]);
  });
});

test('the key of the account is changed without a restart, as Kubernetes swaps a mounted secret', async () => {
  const home = mkdtempSync(join(tmpdir(), 'mounted-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const mounted = join(home, '.tccli');
  mkdirSync(mounted);
  const mount = (version: string, pair: object) => {
    mkdirSync(join(mounted, version));
    writeFileSync(join(mounted, version, 'default.credential'), JSON.stringify(pair));
    symlinkSync(version, join(mounted, '..new'));
    renameSync(join(mounted, '..new'), join(mounted, '..data'));
  };
  mount('..1', { secretId: 'AKIDfakeFAKEold', secretKey: 'FAKEoldKey' });
  symlinkSync(join('..data', 'default.credential'), join(mounted, 'default.credential'));
  const replica = await started({ HOME: home, TCSS_ENDPOINT: simulator.url });
  const call = async () => {
    const params = { name: 'find_images', arguments: {} };
    const { json } = await sendTo(replica.port, { body: { ...PING, method: 'tools/call', params } });
    return json.result;
  };

  const before = await call();
  mount('..2', DEMO_CREDENTIALS);
  const after = await call();

  expect(before.content[0].text).toContain('AuthFailure.SecretIdNotFound');
  expect(after.structuredContent.coverage).toMatchObject({ total: 14 });
  expect(replica.stderr()).not.toContain('FAKE');
});

test('a replica sends its share of the rate', async () => {
  const limited = await startSimulator({ requestsPerSecond: 4 });
  const replica = await started({
    ...environmentFor(limited.url),
    TCSS_RATE_LIMIT: '12',
    TCSS_HTTP_REPLICAS: '3',
  });
  const { json } = await sendTo(replica.port, {
    body: { ...PING, method: 'tools/call', params: LONG_CALL },
  });
  const { text } = await sendTo(replica.adminPort, { method: 'GET', path: '/metrics' });
  await limited.close();

  expect(json.result.structuredContent.coverage).toMatchObject({ fetched: 658, complete: true });
  expect(text).toMatch(
    /upstream_requests_total{action="DescribeAssetImageRegistryRiskInfoList",outcome="ok"} 7/,
  );
  expect(text).not.toContain('rate-limit');
});

describe('metrics and log', () => {
  test('of the demo are at an address of their own, which is told at the start, and no token is in them', async () => {
    const replica = await started({ TCSS_HTTP_TOKENS: `alice ${TOKEN}`, TCSS_LOG_LEVEL: 'debug' }, [
      '--demo',
    ]);
    for (const token of [TOKEN, `${TOKEN}x`]) {
      await sendTo(replica.port, { headers: { Authorization: `Bearer ${token}` }, body: PING });
    }
    const call = { ...PING, method: 'tools/call', params: { name: 'find_images', arguments: {} } };
    const answer = await sendTo(replica.port, { headers: { Authorization: `Bearer ${TOKEN}` }, body: call });
    const metrics = await sendTo(replica.adminPort, { method: 'GET', path: '/metrics' });
    const other = await sendTo(replica.adminPort, { method: 'GET', path: '/' });
    const here = await sendTo(replica.port, { method: 'GET', path: '/metrics' });

    expect([metrics.status, other.status, here.status]).toEqual([200, 404, 404]);
    expect(answer.json.result.structuredContent.source).toBe('demo');
    expect(replica.stderr().split('\n').slice(0, 3)).toEqual([
      'tcss-mcp-server: demo, every image and finding is made up',
      `tcss-mcp-server: MCP at http://127.0.0.1:${replica.port}/mcp`,
      `tcss-mcp-server: metrics at http://127.0.0.1:${replica.adminPort}/metrics`,
    ]);
    expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4');
    expect(metrics.text).toContain('tcss_mcp_requests_total{caller="alice"} 2\n');
    expect(metrics.text).toContain('tcss_mcp_refusals_total{reason="token"} 1\n');
    await expect.poll(() => replica.stderr()).toContain('caller alice');
    expect(metrics.text + replica.stderr()).not.toContain(TOKEN.slice(5, 20));
  });
});

describe('the end', () => {
  test('SIGTERM: drains, answers what is under way, exit 0', async () => {
    const replica = await started({ ...environmentFor(simulator.url), TCSS_HTTP_DRAIN_MS: '300' });
    simulator.failNext({ delayMs: 700 }, { times: 2 });
    const call = sendTo(replica.port, { body: { ...PING, method: 'tools/call', params: LONG_CALL } });
    await expect
      .poll(async () => (await sendTo(replica.adminPort, { method: 'GET', path: '/metrics' })).text)
      .toContain('under_way 1');
    const ended = replica.end('SIGTERM');
    await expect
      .poll(async () => (await sendTo(replica.port, { method: 'GET', path: '/readyz' })).text)
      .toBe('draining');
    const meanwhile = await sendTo(replica.port, { body: PING });

    expect(meanwhile.headers.connection).toBe('close');
    expect((await call).json.result.structuredContent.coverage.total).toBe(658);
    expect(await ended).toBe(0);
    expect(replica.stderr()).not.toMatch(/warn|error/);
  });

  test('a second signal: at once; SIGINT needs no draining', async () => {
    const impatient = await started({ TCSS_HTTP_DRAIN_MS: '60000' }, ['--demo']);
    const begun = impatient.end('SIGTERM');
    await expect
      .poll(async () => (await sendTo(impatient.port, { method: 'GET', path: '/readyz' })).text)
      .toBe('draining');
    void impatient.end('SIGTERM');
    expect(await begun).toBe(1);

    const atTerminal = await started({ TCSS_HTTP_DRAIN_MS: '60000' }, ['--demo']);
    expect(await atTerminal.end('SIGINT')).toBe(0);
  });
});
