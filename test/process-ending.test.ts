/** What becomes of calls that are under way when the built server is told to end. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { modern, plain } from './protocol-eras-lines.ts';
import { type SpawnedServer, type SpawnOptions, spawnServer } from './spawned-server.ts';

/** Made up; opens nothing. */
const KEYS = {
  TENCENTCLOUD_SECRET_ID: 'AKIDFAKEmadeUpForTests0123456789',
  TENCENTCLOUD_SECRET_KEY: 'FAKEzYxWvUtSrQpOnMlKjIhGfEdCbA98',
};

const CALL = { name: 'list_image_risks', arguments: { image_id: 4711 } };
const HELLO = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };

/** What a client of each era writes: what it begins with, and how it asks. */
const ERAS = [
  ['a session', [plain('initialize', HELLO)], plain],
  ['the stateless era', [], modern],
] as const;

/** With which the wait for calls under way, 10 s, takes 300 ms of real time. */
const SHORT_WAIT = `const { setTimeout } = globalThis;
globalThis.setTimeout = (work, ms, ...rest) => setTimeout(work, ms === 10_000 ? 300 : ms, ...rest);`;

const CUT_OFF = { code: -32000, message: expect.stringMatching(/^tcss-mcp-server is ending .*ask again/) };

interface Setup extends SpawnOptions {
  /** How the service answers; default: never. */
  readonly answer?: (response: ServerResponse) => void;
}

/** A server whose service is on loopback. */
async function start({ answer = () => undefined, ...options }: Setup = {}) {
  const service = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  const arrived = once(service, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const brokenOff = arrived.then(([, response]) => once(response, 'close'));
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const { port } = service.address() as AddressInfo;
  const server = spawnServer({
    ...options,
    env: { ...KEYS, TCSS_ENDPOINT: `http://127.0.0.1:${port}`, ...options.env },
  });
  onTestFinished(async () => {
    await server.end('SIGKILL').catch(() => undefined);
    service.closeAllConnections();
    service.close();
  });
  return { server, arrived, brokenOff };
}

/** An answer of the service without rows, after a while. */
const slowly = (ms: number) => (response: ServerResponse) =>
  void setTimeout(() => response.end('{"Response":{"TotalCount":0,"List":[],"RequestId":"00000000"}}'), ms);

const answersOf = ({ lines }: SpawnedServer) =>
  new Map(lines.map((line) => [JSON.parse(line).id, JSON.parse(line)]));

describe.each(ERAS)('stdin that ends behind calls, in %s', (_name, begin, request) => {
  test('several of a slow service, two of one id, the last in the middle of its line: every one is answered, exit 0', async () => {
    const { server } = await start({ answer: slowly(300) });
    const calls = Array.from({ length: 5 }, () => request('tools/call', CALL));

    for (const line of [...begin, ...calls]) server.send(line);
    await server.write(JSON.stringify(calls[0]));
    const { code } = await server.end('stdin');

    expect(code).toBe(0);
    expect(server.lines).toHaveLength(begin.length + calls.length + 1);
    const answers = answersOf(server);
    for (const { id } of calls) {
      expect(answers.get(id).result.isError).toBeUndefined();
      expect(answers.get(id).result.structuredContent.coverage.total).toBe(0);
    }
  });

  test('a service that never answers: an error once the wait is over, exit 0', async () => {
    const { server, arrived } = await start({
      nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(SHORT_WAIT)}`],
    });
    const calls = [
      request('tools/call', CALL),
      request('tools/call', { ...CALL, arguments: { image: 'a:1' } }),
    ];

    for (const line of [...begin, ...calls, request('tools/list')]) server.send(line);
    await arrived;
    const { code, afterMs } = await server.end('stdin');

    expect(code).toBe(0);
    expect(afterMs).toBeGreaterThan(250);
    for (const { id } of calls)
      expect(answersOf(server).get(id)).toEqual({ jsonrpc: '2.0', id, error: CUT_OFF });
    expect(server.lines).toHaveLength(begin.length + calls.length + 1);
    expect(server.stderr()).toBe('');
  });
});

// Promised within a second: a machine that is busy with other things gets another try.
describe('stdin that ends', { retry: 2 }, () => {
  test('behind a call that was cancelled: exit 0 at once, without an answer to it', async () => {
    const { server, arrived } = await start();
    await server.initialize();
    const call = plain('tools/call', CALL);
    server.send(call);
    await arrived;
    server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: call.id } });

    const { code, afterMs } = await server.end('stdin');

    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(1000);
    expect(server.lines).toHaveLength(1);
  });

  test('behind lines that are no requests: exit 0 at once', async () => {
    const { server } = await start();
    await server.initialize();
    for (const junk of [
      '{"jsonrpc":"1.0","id":901,"method":"ping"}',
      '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    ]) {
      server.send(junk);
    }

    expect((await server.end('stdin')).afterMs).toBeLessThan(1000);
  });

  test.each(['before', 'after'] as const)('stdout closed %s it: exit 0 at once', async (when) => {
    const { server, arrived } = await start();
    await server.initialize();
    server.send(plain('tools/call', CALL));
    await arrived;

    if (when === 'before') server.hangUp('stdout');
    const ended = server.end('stdin');
    if (when === 'after') setTimeout(() => server.hangUp('stdout'), 300);
    const { code, afterMs } = await ended;

    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(1300);
    expect(server.stderr()).toBe('');
  });

  test('and then SIGTERM: the calls are cut off at once', async () => {
    const { server, arrived } = await start();
    const call = plain('tools/call', CALL);
    server.send(call);
    await arrived;

    const ended = server.end('stdin');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { code, afterMs } = await server.end('SIGTERM');
    await ended;

    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(1000);
    expect(answersOf(server).get(call.id)).toMatchObject({ error: CUT_OFF });
  });
});

describe('a signal', { retry: 2 }, () => {
  test.each([
    ['SIGTERM', ...ERAS[0]],
    ['SIGTERM', ...ERAS[1]],
    ['SIGINT', ...ERAS[0]],
  ] as const)(
    '%s with calls under way in %s: an error answer to each, exit 0 within a second, and the calls are broken off',
    async (signal, _name, begin, request) => {
      const { server, arrived, brokenOff } = await start();
      const calls = Array.from({ length: 3 }, () => request('tools/call', CALL));
      for (const line of [...begin, ...calls]) server.send(line);
      await arrived;

      const { code, afterMs } = await server.end(signal);
      await brokenOff;

      expect(code).toBe(0);
      expect(afterMs).toBeLessThan(1000);
      for (const { id } of calls)
        expect(answersOf(server).get(id)).toEqual({ jsonrpc: '2.0', id, error: CUT_OFF });
      expect(server.lines).toHaveLength(begin.length + calls.length);
    },
  );

  test('with a call that waits to try again: likewise', async () => {
    const { server, arrived } = await start({
      answer: (response) => void response.writeHead(503, { 'retry-after': '15' }).end(),
    });
    const call = plain('tools/call', CALL);
    server.send(call);
    await arrived;
    await new Promise((resolve) => setTimeout(resolve, 100));

    const { code, afterMs } = await server.end('SIGTERM');

    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(1000);
    expect(answersOf(server).get(call.id)).toMatchObject({ error: CUT_OFF });
  });
});

test('a fault of its own answers the calls that it cuts off, exit 1', async () => {
  const listener = encodeURIComponent("process.on('SIGUSR2', () => { throw new Error('made up') })");
  const { server, arrived } = await start({ nodeArgs: ['--import', `data:text/javascript,${listener}`] });
  const call = plain('tools/call', CALL);
  server.send(call);
  await arrived;

  expect((await server.end('SIGUSR2')).code).toBe(1);
  expect(answersOf(server).get(call.id)).toMatchObject({ error: CUT_OFF });
});
