import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock, withDeadline } from '../../src/http/time.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import { endless } from '../endless.ts';
import { closedWithin } from '../http/tls-front.ts';
import { closeAll, drip, HEAD, startRawService } from './raw-service.ts';
import { askRisks } from './start-client.ts';

afterEach(closeAll);

const REASON = new Error('the user pressed escape');
const ANSWER = '{"Response":{"TotalCount":0,"List":[],"RequestId":"r-1"}}';
const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${ANSWER.length}\r\n\r\n${ANSWER}`;
const busy = 'HTTP/1.1 503 Busy\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n';

/** Ten times as fast, so that a second of waiting passes in 100 ms. */
const quickClock: Clock = {
  now: () => performance.now() * 10,
  sleep: (ms, signal) => systemClock.sleep(ms / 10, signal),
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls, cancels after 40 ms and once it is ready, and says how the call ended and how long after. */
async function callAndCancel(client: TcssClient, isReady: () => boolean = () => true) {
  const controller = new AbortController();
  const call = withDeadline(controller.signal, 5000, (deadline) => askRisks({ client }, 1, deadline)).catch(
    (error) => error,
  );
  await pause(40);
  while (!isReady()) await pause(5);
  const cancelledAt = performance.now();
  controller.abort(REASON);
  const end = await call;
  return { end, afterMs: performance.now() - cancelledAt };
}

// Bounds of time are promised: a machine that is busy with other things gets another try.
describe("the client's cancellation", { retry: 2 }, () => {
  test.each<[string, Parameters<typeof startRawService>[0]]>([
    ['before the headers', {}],
    ['in the headers', { asked: (socket) => socket.write(HEAD.slice(0, 30)) }],
    ['before the body', { asked: (socket) => socket.write(HEAD) }],
    ['in the body', { asked: (socket) => socket.write(`${HEAD}{"Response":`) }],
    ['in a body that drips', { asked: (socket) => drip(socket, ' ', HEAD) }],
  ])('%s ends the call at once and closes its socket within 100 ms', async (_name, serve) => {
    const service = await startRawService(serve);

    const { end, afterMs } = await callAndCancel(service.client, () => service.requests === 1);

    expect(end).toBe(REASON);
    expect(afterMs).toBeLessThan(100);
    // undici opens another one after an abort, for the next call.
    expect(await closedWithin(service.sockets.slice(0, 1), 100)).toBe(true);
    await pause(20);
    expect(service.requests).toBe(1);
  });

  test('in the TLS handshake ends the call at once, and nothing is sent', async () => {
    const service = await startRawService({}, { scheme: 'https' });

    const { end, afterMs } = await callAndCancel(service.client, () => service.sockets.length > 0);

    expect(end).toBe(REASON);
    expect(afterMs).toBeLessThan(100);
    expect(service.requests).toBe(0);
  });

  test('in the wait for the rate limit ends the call at once, and nothing is sent', async () => {
    const service = await startRawService(
      { asked: (socket) => socket.write(answer) },
      { rateLimit: 1, clock: quickClock },
    );
    await askRisks(service, 1);

    const { end, afterMs } = await callAndCancel(service.client);
    await pause(250);

    expect(end).toBe(REASON);
    expect(afterMs).toBeLessThan(100);
    expect(service.requests).toBe(1);
    await askRisks(service, 1);
    expect(service.requests).toBe(2);
  });

  test('in a wait behind others ends the call at once, and the others are answered', async () => {
    const service = await startRawService(
      { asked: (socket) => socket.write(answer) },
      { rateLimit: 2, clock: quickClock },
    );
    const others = Array.from({ length: 3 }, () => askRisks(service, 1));

    const { end, afterMs } = await callAndCancel(service.client);

    expect(end).toBe(REASON);
    expect(afterMs).toBeLessThan(100);
    await Promise.all(others);
    await pause(250);
    expect(service.requests).toBe(3);
  });

  test('in a backoff ends the call at once, and nothing more is sent', async () => {
    const service = await startRawService({ asked: (socket) => socket.write(busy) }, { clock: quickClock });

    const { end, afterMs } = await callAndCancel(service.client, () => service.requests === 1);
    await pause(200);

    expect(end).toBe(REASON);
    expect(afterMs).toBeLessThan(100);
    expect(service.requests).toBe(1);
  });

  test('of one call leaves another alone', async () => {
    const service = await startRawService({
      asked: (socket) => setTimeout(() => socket.destroyed || socket.write(answer), 100),
    });
    const other = askRisks(service, 1);

    const { end } = await callAndCancel(service.client);

    expect(end).toBe(REASON);
    expect(await other).toMatchObject({ TotalCount: 0 });
  });

  test('before the start sends nothing', async () => {
    const service = await startRawService({});

    await expect(askRisks(service, 1, endless(AbortSignal.abort(REASON)))).rejects.toBe(REASON);
    expect(service.sockets).toHaveLength(0);
  });
});
