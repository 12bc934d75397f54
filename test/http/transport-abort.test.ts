import { getEventListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createTransport } from '../../src/http/transport.ts';
import { closeAll, failureOf, send, startPair } from './loopback.ts';

afterEach(closeAll);

const text = async (sending: ReturnType<typeof send>) => Buffer.from((await sending).body).toString();

// Bounds of time are promised: a machine that is busy with other things gets another try.
describe('an abort', { retry: 2 }, () => {
  const REASON = new Error('cancelled');
  const large = Buffer.alloc(9 * 1024 * 1024, 'x');

  test.each<[string, Parameters<typeof startPair>, Uint8Array | undefined]>([
    // A socket that is not read from does not see its end: this one is read again after the abort.
    [
      'while sending',
      [(_outgoing, _socket, incoming) => setTimeout(() => incoming.resume(), 60), 'at-headers'],
      large,
    ],
    ['before the answer', [() => {}], undefined],
    ['in the body', [(outgoing) => outgoing.writeHead(200, { 'content-length': 99 }).write('{')], undefined],
    [
      'in a compressed body',
      [
        (outgoing) =>
          outgoing.writeHead(200, { 'content-encoding': 'gzip' }).write(gzipSync('{}').subarray(0, 12)),
      ],
      undefined,
    ],
  ])('%s rejects with its reason and closes the socket within 100 ms', async (_name, answer, body) => {
    const pair = await startPair(...answer);
    const controller = new AbortController();
    const sending = send(pair, controller.signal, body);
    setTimeout(() => controller.abort(REASON), 30);

    await expect(sending).rejects.toBe(REASON);
    expect(pair.sockets).toHaveLength(1);
    expect(await pair.closedWithin(100)).toBe(true);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('before the start opens no socket', async () => {
    const pair = await startPair((outgoing) => outgoing.end('{}'));

    await expect(send(pair, AbortSignal.abort(REASON))).rejects.toBe(REASON);
    expect(pair.sockets).toHaveLength(0);
  });

  test('of one request leaves the others alone, also one that waits for a socket', async () => {
    const pair = await startPair((outgoing) => setTimeout(() => outgoing.end('{}'), 50));
    const controllers = Array.from({ length: 40 }, () => new AbortController());
    const sendings = controllers.map(({ signal }) => text(send(pair, signal)));
    setTimeout(() => {
      for (const [n, controller] of controllers.entries()) if (n % 2 === 1) controller.abort(REASON);
    }, 10);

    const ends = await Promise.allSettled(sendings);

    expect(ends.map(({ status }) => status)).toEqual(
      controllers.map((_, n) => (n % 2 === 1 ? 'rejected' : 'fulfilled')),
    );
  });

  test('does not matter after the answer, and no listener is left', async () => {
    const pair = await startPair((outgoing) => outgoing.end('{}'));
    const controller = new AbortController();

    expect(await text(send(pair, controller.signal))).toBe('{}');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    controller.abort(REASON);
    expect(await text(send(pair))).toBe('{}');
    expect(pair.sockets).toHaveLength(1);
  });
});

test('close() ends every socket and fails what is under way', async () => {
  const pair = await startPair(() => {});
  const sending = failureOf(send(pair));
  while (pair.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));

  await pair.transport.close();

  expect((await sending).message).toBe('this server is ending (UND_ERR_DESTROYED)');
  expect(await pair.closedWithin(100)).toBe(true);
});

test('a transport opens nothing until it sends', async () => {
  const { url, sockets } = await startPair(() => {});

  await createTransport({ endpoint: url }).close();

  expect(sockets).toHaveLength(0);
});
