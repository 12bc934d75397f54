import { getEventListeners, setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import { FakeClock, settle } from './fake-clock.ts';

const START_MS = 1000;
const WINDOW_MS = 1050;
const GAVE_UP = new Error('gave up');

interface Arrival {
  /** After the arrival before it. */
  readonly gapMs: number;
  /** How long it waits for its turn; half milliseconds, so that no turn comes at the same time. */
  readonly patienceMs: number | undefined;
}

/** What became of each arrival: the time, from the start, at which it got its turn or gave up. */
type Outcome = { end: 'granted' | 'gave up'; atMs: number };

async function play(perSecond: number, arrivals: readonly Arrival[]) {
  const clock = new FakeClock(START_MS);
  const limiter = createRateLimiter(perSecond, clock);
  const outcomes: Outcome[] = [];
  const order: number[] = [];
  const signals: AbortSignal[] = [];
  let elapsedMs = 0;
  const giveUps: { atMs: number; controller: AbortController }[] = [];
  const goTo = async (atMs: number) => {
    for (const { atMs: giveUpMs, controller } of giveUps.sort((a, b) => a.atMs - b.atMs)) {
      if (controller.signal.aborted || giveUpMs > atMs) continue;
      await clock.advance(giveUpMs - elapsedMs);
      elapsedMs = giveUpMs;
      controller.abort(GAVE_UP);
      await settle();
    }
    await clock.advance(atMs - elapsedMs);
    elapsedMs = atMs;
  };

  for (const [index, { gapMs, patienceMs }] of arrivals.entries()) {
    await goTo(elapsedMs + gapMs);
    const controller = new AbortController();
    signals.push(controller.signal);
    if (patienceMs !== undefined) giveUps.push({ atMs: elapsedMs + patienceMs, controller });
    void limiter.take('action', controller.signal).then(
      () => {
        outcomes[index] = { end: 'granted', atMs: clock.now() - START_MS };
        order.push(index);
      },
      (error) => {
        expect(error).toBe(GAVE_UP);
        outcomes[index] = { end: 'gave up', atMs: clock.now() - START_MS };
      },
    );
  }
  await goTo(elapsedMs + (arrivals.length + 1) * WINDOW_MS * Math.max(1, 1 / perSecond));
  return { outcomes, order, signals, clock };
}

/** The rule in plain arithmetic: a turn comes with its arrival, after the turn before, and a window after the n-th before. */
function expected(perSecond: number, arrivals: readonly Arrival[]): Outcome[] {
  const granted: number[] = [];
  const capacity = Math.max(1, Math.floor(perSecond));
  const windowMs = WINDOW_MS / Math.min(1, perSecond);
  let arrivedMs = 0;
  return arrivals.map(({ gapMs, patienceMs = Number.POSITIVE_INFINITY }) => {
    arrivedMs += gapMs;
    const turnMs = Math.max(arrivedMs, granted.at(-1) ?? 0, (granted.at(-capacity) ?? -windowMs) + windowMs);
    if (arrivedMs + patienceMs < turnMs) {
      return { end: 'gave up', atMs: arrivedMs + patienceMs };
    }
    granted.push(turnMs);
    return { end: 'granted', atMs: turnMs };
  });
}

const times = (outcomes: readonly Outcome[]) =>
  outcomes.filter(({ end }) => end === 'granted').map(({ atMs }) => atMs);

/** Most turns in any window of 1.05 s, its end left out. */
const busiest = (granted: readonly number[]) =>
  Math.max(
    0,
    ...granted.map((from) => granted.filter((at) => at >= from && at < from + WINDOW_MS - 1e-6).length),
  );

describe('createRateLimiter', () => {
  const rates = fc.oneof(
    fc.constantFrom(1, 2, 20, 0.5, 1.5, 2.5, 19.999),
    fc.integer({ min: 1, max: 30 }),
    fc.double({ min: 0.2, max: 30, noNaN: true }),
  );
  const arrivals = fc.array(
    fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.nat(30), fc.nat(1500)),
      patienceMs: fc.option(
        fc.nat(4000).map((ms) => ms + 0.5),
        { nil: undefined, freq: 3 },
      ),
    }),
    { maxLength: 60 },
  );

  test('gives turns in order, as early as the rate allows, whoever gives up', async () => {
    await fc.assert(
      fc.asyncProperty(rates, arrivals, async (perSecond, queue) => {
        const { outcomes, order, signals, clock } = await play(perSecond, queue);

        for (const [index, { end, atMs }] of expected(perSecond, queue).entries()) {
          expect(outcomes[index]).toEqual({ end, atMs: expect.closeTo(atMs, 3) });
        }
        expect(busiest(times(outcomes))).toBeLessThanOrEqual(Math.max(1, perSecond));
        expect(order).toEqual([...order].sort((a, b) => a - b));
        expect(clock.sleeping).toBe(0);
        for (const signal of signals) expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      }),
      { numRuns: 50 },
    );
  });

  test.each([0.2, 0.5, 0.999, 1.001, 1.5, 2.5, 19.9])(
    '%d a second is not exceeded over a long run',
    async (rate) => {
      const { outcomes } = await play(
        rate,
        Array.from({ length: 200 }, () => ({ gapMs: 0, patienceMs: undefined })),
      );
      const granted = times(outcomes);

      expect(granted).toHaveLength(200);
      expect((200 - Math.max(1, Math.floor(rate))) / ((granted.at(-1) ?? 0) / 1000)).toBeLessThan(rate);
    },
  );

  test('counts each action for itself', async () => {
    const clock = new FakeClock();
    const limiter = createRateLimiter(1, clock);
    const { signal } = new AbortController();
    const granted: string[] = [];
    for (const action of ['A', 'B', 'A', 'B', 'constructor']) {
      void limiter.take(action, signal).then(() => {
        granted.push(action);
      });
    }

    await clock.advance(0);
    expect(granted).toEqual(['A', 'B', 'constructor']);
    await clock.advance(WINDOW_MS);
    expect(granted).toEqual(['A', 'B', 'constructor', 'A', 'B']);
  });

  test('refuses an aborted signal at once and takes no turn for it', async () => {
    const limiter = createRateLimiter(1, new FakeClock());

    await expect(limiter.take('action', AbortSignal.abort(GAVE_UP))).rejects.toBe(GAVE_UP);
    await expect(limiter.take('action', new AbortController().signal)).resolves.toBeUndefined();
  });

  test.each([-3_600_000, -1, 3_600_000])(
    'goes on when the time of day is corrected by %d ms',
    async (stepMs) => {
      const clock = new FakeClock();
      const limiter = createRateLimiter(2, clock);
      const { signal } = new AbortController();
      let turns = 0;
      const take = () =>
        limiter.take('action', signal).then(() => {
          turns++;
        });
      for (let n = 0; n < 4; n++) void take();
      await clock.advance(100);

      clock.set(clock.now() + stepMs);
      await clock.advance(3 * WINDOW_MS);
      for (let n = 0; n < 4; n++) void take();
      await clock.advance(3 * WINDOW_MS);

      expect(turns).toBe(8);
    },
  );
});

describe('slowDown', () => {
  /** Grants in the next window. */
  async function grantsIn(clock: FakeClock, limiter: ReturnType<typeof createRateLimiter>): Promise<number> {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    let granted = 0;
    for (let n = 0; n < 20; n += 1) {
      limiter.take('action', controller.signal).then(
        () => {
          granted += 1;
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
    for (let n = 0; n < 5; n += 1) {
      limiter.slowDown('action');
      limiter.slowDown('action');
      await clock.advance(1050);
    }
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
