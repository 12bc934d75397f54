import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import { FakeClock, settle } from './fake-clock.ts';

const { signal } = new AbortController();
setMaxListeners(0, signal);

/** Sends `count` requests at once; each arrives after `arrivesMs` and ends after `endsMs` from its grant. */
async function send(
  clock: FakeClock,
  limiter: ReturnType<typeof createRateLimiter>,
  requests: readonly { arrivesMs: number; endsMs: number }[],
): Promise<number[]> {
  const arrivals: number[] = [];
  for (const { arrivesMs, endsMs } of requests) {
    void limiter.take('action', signal).then(async (end) => {
      await clock.sleep(arrivesMs, signal);
      arrivals.push(clock.now());
      await clock.sleep(endsMs - arrivesMs, signal);
      end();
    });
  }
  await clock.advance(requests.length * 4000);
  return arrivals;
}

const mostInOneSecond = (arrivals: readonly number[]) =>
  Math.max(0, ...arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + 1000).length));

describe('what the service sees', () => {
  test('is never more than the rate in any second, however late requests arrive', async () => {
    const requests = fc.array(
      fc
        .tuple(fc.nat(900), fc.nat(900))
        .map(([a, b]) => ({ arrivesMs: Math.min(a, b), endsMs: Math.max(a, b) })),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 20 }), async (queue, rate) => {
        const clock = new FakeClock(0);
        const arrivals = await send(clock, createRateLimiter(rate, clock), queue);

        expect(arrivals).toHaveLength(queue.length);
        expect(mostInOneSecond(arrivals)).toBeLessThanOrEqual(rate);
      }),
      { numRuns: 30 },
    );
  });

  test('60 at once all go out, 20 a second', async () => {
    const clock = new FakeClock(0);
    const queue = Array.from({ length: 60 }, () => ({ arrivesMs: 40, endsMs: 100 }));

    const arrivals = await send(clock, createRateLimiter(20, clock), queue);

    expect(mostInOneSecond(arrivals)).toBe(20);
    expect(arrivals.at(-1)).toBeLessThan(3000);
  });

  test('a request that hangs holds the others up for three seconds at most', async () => {
    const clock = new FakeClock(0);
    const limiter = createRateLimiter(1, clock);
    await limiter.take('action', signal);
    let granted = false;
    void limiter.take('action', signal).then(() => {
      granted = true;
    });

    await clock.advance(2900);
    expect(granted).toBe(false);
    await clock.advance(200);
    expect(granted).toBe(true);
  });

  test('a turn that comes to one who just gave up is not lost', async () => {
    const clock = new FakeClock(0);
    const limiter = createRateLimiter(1, clock);
    const controller = new AbortController();
    const first = limiter.take('action', controller.signal);
    controller.abort(new Error('gave up'));
    await expect(first).rejects.toThrow('gave up');
    let granted = false;
    void limiter.take('action', signal).then(() => {
      granted = true;
    });

    await clock.advance(1100);
    expect(granted).toBe(true);
    expect(clock.sleeping).toBe(0);
  });
});

describe('slowDown', () => {
  /** Grants in the next window. */
  async function grantsIn(clock: FakeClock, limiter: ReturnType<typeof createRateLimiter>): Promise<number> {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    let granted = 0;
    for (let n = 0; n < 20; n += 1) {
      limiter.take('action', controller.signal).then(
        (end) => {
          granted += 1;
          end();
        },
        () => undefined,
      );
    }
    await clock.advance(1040);
    controller.abort();
    await settle();
    await clock.advance(1100);
    return granted;
  }

  test('halves the rate, down to one, and it comes back step by step', async () => {
    const clock = new FakeClock(0);
    const limiter = createRateLimiter(8, clock);

    expect(await grantsIn(clock, limiter)).toBe(8);
    limiter.slowDown('action');
    expect(await grantsIn(clock, limiter)).toBe(4);
    for (let n = 0; n < 5; n += 1) limiter.slowDown('action');
    expect(await grantsIn(clock, limiter)).toBe(1);
    await clock.advance(10_000);
    expect(await grantsIn(clock, limiter)).toBe(2);
    await clock.advance(10_000);
    expect(await grantsIn(clock, limiter)).toBe(4);
    await clock.advance(10_000);
    expect(await grantsIn(clock, limiter)).toBe(8);
    await clock.advance(60_000);
    expect(await grantsIn(clock, limiter)).toBe(8);
  });
});
