/** What no well-behaved client sends, byte by byte. Every connection gets an answer or its end, in bounded time. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Replica, type ReplicaOptions, startReplica } from './replica.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';
const PING = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' });
const HEAD = ['POST /mcp HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
const AUTHORIZED = [...HEAD, `Authorization: Bearer ${TOKEN}`];

let replica: Replica;
beforeAll(async () => {
  replica = await startReplica({
    env: { TCSS_HTTP_TOKENS: `alice ${TOKEN}` },
    limits: { headersMs: 300, requestMs: 600, idleMs: 300 },
  });
});
afterAll(() => replica.close());

/** Opens a connection that collects what comes, and can be waited for. */
async function open(port = replica.port): Promise<Socket & { received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return Object.assign(socket, { received: () => text });
}

/** Sends lines of a head and a body, and gives the statuses that come until the connection ends. */
async function exchange(lines: readonly string[], body = '', port = replica.port): Promise<string> {
  const socket = await open(port);
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  await once(socket, 'close');
  return (socket.received().match(/^HTTP\/1\.1 \d{3}/gm) ?? []).map((line) => line.slice(9)).join();
}

const length = (body: string) => `Content-Length: ${Buffer.byteLength(body)}`;

describe('headers', () => {
  test.each<[string, readonly string[], string]>([
    ['as they should be', [...AUTHORIZED, length(PING)], '200'],
    ['two Hosts', [...AUTHORIZED, 'Host: evil.example.com', length(PING)], '403'],
    ['the same Host twice', [...AUTHORIZED, 'Host: localhost', length(PING)], '403'],
    ['no Host', [...AUTHORIZED.filter((line) => !line.startsWith('Host')), length(PING)], '400'],
    ['an empty Host', [...AUTHORIZED.map((line) => line.replace('localhost', '')), length(PING)], '403'],
    [
      'two Origins',
      [...AUTHORIZED, 'Origin: http://localhost', 'Origin: http://localhost', length(PING)],
      '403',
    ],
    [
      'two tokens, the wrong one first',
      [...HEAD, 'Authorization: Bearer x', `Authorization: Bearer ${TOKEN}`, length(PING)],
      '401',
    ],
    [
      'two versions',
      [...AUTHORIZED, 'MCP-Protocol-Version: 2025-11-25', 'MCP-Protocol-Version: 2025-11-25', length(PING)],
      '400',
    ],
    ['a length and chunks', [...AUTHORIZED, length(PING), 'Transfer-Encoding: chunked'], '400'],
    ['two lengths', [...AUTHORIZED, length(PING), 'Content-Length: 5'], '400'],
    ['more than fit', [...AUTHORIZED, `X-Pad: ${'x'.repeat(20_000)}`, length(PING)], '431'],
    [
      'a path of another host',
      ['POST http://evil.example.com/mcp HTTP/1.1', ...AUTHORIZED.slice(1), length(PING)],
      '404',
    ],
    ['no HTTP', ['\u0016\u0003\u0001 TLS'], '400'],
  ])('%s', async (_what, lines, status) => {
    expect(await exchange(lines, PING)).toBe(status);
  });
});

describe('bodies', () => {
  test('in chunks of one byte are read', async () => {
    const chunks = [...PING].map((byte) => `1\r\n${byte}\r\n`).join('');

    expect(await exchange([...AUTHORIZED, 'Transfer-Encoding: chunked'], `${chunks}0\r\n\r\n`)).toBe('200');
  });

  test('are waited for with 100 Continue only by whom a token has been sent', async () => {
    const expecting = ['Expect: 100-continue', length(PING)];

    expect(await exchange([...AUTHORIZED, ...expecting], PING)).toBe('100,200');
    expect(await exchange([...HEAD, ...expecting], PING)).toBe('401');
  });

  test('that say they are too large, or turn out to be, end the connection', async () => {
    const small = await start({ limits: { bodyBytes: 100 } });
    const chunk = `${(200).toString(16)}\r\n${'x'.repeat(200)}\r\n`;

    expect(await exchange([...HEAD, 'Content-Length: 101'], '', small.port)).toBe('413');
    const socket = await open(small.port);
    socket.write(`${[...HEAD, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n${chunk}`);
    await once(socket, 'close');
    expect(socket.received()).toMatch(/^HTTP\/1\.1 413 [\s\S]*Connection: close/);
  });

  test('in other bytes than UTF-8 are not JSON; a byte order mark is not part of it', async () => {
    const socket = await open();
    const latin = Buffer.from(PING.replace('0', '"\u00e9"'), 'latin1');
    for (const body of [latin, Buffer.from(`\ufeff${PING}`)]) {
      socket.write(`${[...AUTHORIZED, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n`);
      socket.write(body);
    }
    await expect.poll(() => socket.received()).toMatch(/^HTTP\/1\.1 400 [\s\S]*-32700[\s\S]*HTTP\/1\.1 200 /);
  });

  test('that are refused while they come are read on, since a reset would cost the client the answer', async () => {
    const socket = await open();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`${[...HEAD, 'Content-Length: 200000'].join('\r\n')}\r\n\r\n`);
    await expect.poll(() => socket.received()).toMatch(/^HTTP\/1\.1 401 [\s\S]*}$/);
    for (let piece = 0; piece < 4; piece += 1) {
      await sleep(20);
      expect(socket.writable).toBe(true);
      socket.write('x'.repeat(50_000));
    }
    await closed;
  });

  test('of who may not call are not waited for', async () => {
    const socket = await open();
    socket.write(`${[...HEAD, 'Content-Length: 1000000'].join('\r\n')}\r\n\r\n`);
    await once(socket, 'close');

    expect(socket.received()).toMatch(/^HTTP\/1\.1 401 [\s\S]*Connection: close/);
  });
});

describe('requests one after another without waiting', () => {
  const call = (id: number) =>
    JSON.stringify({
      ...{ jsonrpc: '2.0', id, method: 'tools/call' },
      params: { name: 'list_image_risks', arguments: { image_id: 6_947_412 } },
    });
  const sent = (body: string) => `${[...HEAD, length(body)].join('\r\n')}\r\n\r\n${body}`;

  test('are answered in their order', async () => {
    const one = await start({});
    one.simulator.failNext({ delayMs: 50 }, { times: 1 });
    const socket = await open(one.port);
    socket.write([call(7), PING, '{', call(8)].map(sent).join(''));
    await expect.poll(() => socket.received()).toContain('"id":8');

    const ids = [...socket.received().matchAll(/"jsonrpc":"2.0","id":(\w+)/g)].map(([, id]) => id);
    expect(ids).toEqual(['7', '0', 'null', '8']);
  });

  test('are all over with their connection', async () => {
    const one = await start({});
    one.simulator.failNext({ hang: 'headers' }, { times: 40 });
    const socket = await open(one.port);
    socket.write(Array.from({ length: 12 }, (_, id) => sent(call(id))).join(''));
    await expect.poll(() => one.metrics()).toContain('tcss_mcp_calls_under_way 12');
    await expect.poll(() => one.simulator.requests.length).toBeGreaterThan(1);
    socket.destroy();

    await expect.poll(() => one.metrics()).toContain('tcss_mcp_calls_under_way 0');
    await expect.poll(() => one.simulator.requests.every(({ closedEarly }) => closedEarly)).toBe(true);
    await expect.poll(() => one.log.filter((line) => line.includes('closed by the client')).length).toBe(12);
  });
});

/** Node looks once a second for those whose time is over. */
describe('who is slow', () => {
  test.each<[string, string]>([
    ['with headers', 'POST /mcp HTTP/1.1\r\nHost: localhost\r\n'],
    ['with a body', `${[...AUTHORIZED, 'Content-Length: 10'].join('\r\n')}\r\n\r\n{`],
    ['with everything', ''],
  ])('%s: 408 and the end', async (_what, text) => {
    const socket = await open();
    socket.write(text);
    await once(socket, 'close');

    expect(socket.received()).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  });

  test('to ask again: the connection is closed', async () => {
    const socket = await open();
    socket.write(`${[...AUTHORIZED, length(PING)].join('\r\n')}\r\n\r\n${PING}`);
    await once(socket, 'close');

    expect(socket.received()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('and goes away: nothing is left of a half body', async () => {
    const one = await start({ limits: { heldBytes: 100 } });
    for (let round = 0; round < 5; round += 1) {
      const socket = await open(one.port);
      socket.write(`${[...HEAD, 'Content-Length: 90'].join('\r\n')}\r\n\r\n${'x'.repeat(60)}`);
      await sleep(20);
      socket.destroy();
      if (!socket.closed) await once(socket, 'close');
    }

    await expect.poll(() => exchange([...HEAD, length(PING)], PING, one.port)).toBe('200');
  });
});

async function start(options: ReplicaOptions): Promise<Replica> {
  const one = await startReplica(options);
  onTestFinished(() => one.close());
  return one;
}
