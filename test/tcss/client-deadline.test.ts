import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { withDeadline } from '../../src/http/time.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import { startFullBacklog } from '../http/full-backlog.ts';
import { closedWithin } from '../http/tls-front.ts';
import { closeAll, drip, HEAD, startClientOf, startRawService } from './raw-service.ts';
import { askRisks } from './start-client.ts';

afterEach(closeAll);

const DEADLINE_MS = 150;
const TIMEOUT = {
  name: 'TransportError',
  fault: 'timeout',
  retryable: true,
  message: `the deadline of ${DEADLINE_MS} ms for the whole call passed`,
};

/** How a call under a deadline failed, after how long, and what it left behind. */
async function callUntilDeadline(client: TcssClient, ms = DEADLINE_MS) {
  const timersBefore = timers();
  const started = performance.now();
  const failure = await withDeadline(new AbortController().signal, ms, (deadline) =>
    askRisks({ client }, 1, deadline),
  ).catch((error) => error);
  return { failure, ms: performance.now() - started, timersLeft: () => timers() - timersBefore };
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

// Bounds of time are promised: a machine that is busy with other things gets another try.
describe('the deadline of a call', { retry: 2 }, () => {
  const gzipHead = HEAD.replace('\r\n\r\n', '\r\ncontent-encoding: gzip\r\n\r\n');
  const chunked = HEAD.replace('content-length: 99999', 'transfer-encoding: chunked');

  test.each<[string, Parameters<typeof startRawService>[0]]>([
    ['nothing before the headers', {}],
    ['half of the headers', { asked: (socket) => socket.write(HEAD.slice(0, 40)) }],
    ['headers byte by byte', { asked: (socket) => drip(socket, `${HEAD.slice(0, 17)}x: ${'y'.repeat(99)}`) }],
    ['headers and no body', { asked: (socket) => socket.write(HEAD) }],
    ['a stall in the body', { asked: (socket) => socket.write(`${HEAD}{"Response":{`) }],
    ['a body byte by byte', { asked: (socket) => drip(socket, ' ', HEAD) }],
    ['chunks byte by byte', { asked: (socket) => drip(socket, '1\r\n \r\n', chunked) }],
    [
      'a stall in a compressed body',
      {
        asked: (socket) =>
          socket.write(Buffer.concat([Buffer.from(gzipHead), gzipSync('{"Response":').subarray(0, 15)])),
      },
    ],
  ])('ends %s, and closes its socket', async (_name, serve) => {
    const service = await startRawService(serve);

    const { failure, ms, timersLeft } = await callUntilDeadline(service.client);

    expect(failure).toMatchObject(TIMEOUT);
    expect(service.requests).toBe(1);
    expect(ms).toBeLessThan(DEADLINE_MS + 200);
    // undici opens another one after an abort, for the next call.
    expect(await closedWithin(service.sockets.slice(0, 1), 100)).toBe(true);
    expect(timersLeft()).toBeLessThanOrEqual(0);
  });

  test('ends a TLS handshake that is never answered', async () => {
    const service = await startRawService({}, { scheme: 'https' });

    const { failure, ms } = await callUntilDeadline(service.client);

    expect(failure).toMatchObject(TIMEOUT);
    expect(ms).toBeLessThan(DEADLINE_MS + 200);
    expect(service.sockets).toHaveLength(1);
  });

  test('ends a TLS handshake that drips', async () => {
    const service = await startRawService(
      { connected: (socket) => drip(socket, '\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03') },
      { scheme: 'https' },
    );

    const { failure, ms } = await callUntilDeadline(service.client);

    expect(failure).toMatchObject(TIMEOUT);
    expect(ms).toBeLessThan(DEADLINE_MS + 200);
  });

  test('ends a connect that nobody accepts', async ({ skip }) => {
    const { port, isFull } = await startFullBacklog();
    if (!isFull) skip('this system lets every connect through');

    const { failure, ms } = await callUntilDeadline(startClientOf(`http://127.0.0.1:${port}`));

    expect(failure).toMatchObject(TIMEOUT);
    expect(ms).toBeLessThan(DEADLINE_MS + 200);
  });

  test('ends a wait for the rate limit', async () => {
    const service = await startRawService(
      { asked: (socket) => socket.end('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n') },
      { rateLimit: 0.01 },
    );
    await callUntilDeadline(service.client);

    const { failure, ms, timersLeft } = await callUntilDeadline(service.client);

    expect(failure).toMatchObject(TIMEOUT);
    expect(ms).toBeLessThan(DEADLINE_MS + 200);
    expect(service.requests).toBe(1);
    expect(timersLeft()).toBeLessThanOrEqual(0);
  });

  test('does not keep the next call from being answered', async () => {
    let isWell = false;
    const service = await startRawService({
      asked: (socket) => {
        const body = '{"Response":{"TotalCount":0,"List":[],"RequestId":"r-1"}}';
        if (isWell) socket.write(HEAD.replace('99999', String(body.length)) + body);
      },
    });
    expect((await callUntilDeadline(service.client, 50)).failure.fault).toBe('timeout');

    isWell = true;

    expect(await askRisks(service, 1)).toMatchObject({ TotalCount: 0 });
  });
});
