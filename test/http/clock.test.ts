import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import { type Deadline, systemClock, withDeadline } from '../../src/http/time.ts';

/** What the signal and the clock still hold. */
const left = (signal: AbortSignal) => getEventListeners(signal, 'abort').length + vi.getTimerCount();

/** Work that ends only when its signal aborts, with the signal's reason. */
const untilAborted = ({ signal }: Deadline) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const CANCELLED = new Error('cancelled');

describe('systemClock.sleep', () => {
  // Its timer is Node's own, which no test holds still.
  test('takes its time and leaves nothing behind', async () => {
    const { signal } = new AbortController();
    const begunMs = performance.now();

    await systemClock.sleep(40, signal);

    expect(performance.now() - begunMs).toBeGreaterThanOrEqual(39);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('ends with the reason as soon as the signal aborts', async () => {
    const controller = new AbortController();
    const slept = systemClock.sleep(60_000, controller.signal);

    controller.abort(CANCELLED);

    await expect(slept).rejects.toBe(CANCELLED);
    await expect(systemClock.sleep(0, controller.signal)).rejects.toBe(CANCELLED);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});

describe('withDeadline', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('gives what the work gives', async () => {
    const { signal } = new AbortController();

    await expect(withDeadline(signal, 1000, async () => 7)).resolves.toBe(7);
    expect(left(signal)).toBe(0);
  });

  test('lets a failure through as it is, thrown at once or later', async () => {
    const { signal } = new AbortController();
    const fail = () => {
      throw CANCELLED;
    };

    await expect(withDeadline(signal, 1000, fail)).rejects.toBe(CANCELLED);
    await expect(withDeadline(signal, 1000, async () => fail())).rejects.toBe(CANCELLED);
    expect(left(signal)).toBe(0);
  });

  test('ends the work with a timeout that names the deadline', async () => {
    const { signal } = new AbortController();
    const failure = withDeadline(signal, 25_000, untilAborted).catch((error) => error);

    await vi.advanceTimersByTimeAsync(25_000);

    const error = await failure;
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ fault: 'timeout', retryable: true });
    expect(error.message).toBe('the deadline of 25000 ms for the whole call passed');
    expect(left(signal)).toBe(0);
  });

  test("passes the caller's cancellation on, also one that came before", async () => {
    const controller = new AbortController();
    const failure = withDeadline(controller.signal, 1000, untilAborted);
    controller.abort(CANCELLED);

    await expect(failure).rejects.toBe(CANCELLED);
    await expect(
      withDeadline(controller.signal, 1000, async ({ signal }) => signal.throwIfAborted()),
    ).rejects.toBe(CANCELLED);
    expect(left(controller.signal)).toBe(0);
  });
});
