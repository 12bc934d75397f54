/** Time: the clock as a port, one deadline for a whole call, and the race of work with its abort. */
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { TransportError } from '../errors.ts';

/** How long a call may still take. */
export interface Deadline {
  /** Aborts at the deadline, when the caller cancels, or when the call has ended. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline. */
  remainingMs(): number;
}

const ENDED = new Error('the call has ended');

/**
 * Runs `work` with a deadline whose signal aborts when `signal` does, or after `ms` with a TransportError of
 * fault `timeout`, or when the work ends. Leaves no timer and no listener behind.
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  ms: number,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  // Every page in flight listens to it, so many listeners are no leak that Node should warn of.
  setMaxListeners(0, controller.signal);
  const endMs = performance.now() + ms;
  const cancel = () => controller.abort(signal.reason);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const timer = setTimeout(
    () =>
      controller.abort(new TransportError('timeout', `the deadline of ${ms} ms for the whole call passed`)),
    ms,
  );
  try {
    return await work({ signal: controller.signal, remainingMs: () => endMs - performance.now() });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    // Requests whose result is no longer needed must not outlive the call.
    controller.abort(ENDED);
  }
}

/** Runs `work` in half of the time that is left: work that never ends leaves the rest of the call the other half. */
export function withinHalf<Result>(
  { signal, remainingMs }: Deadline,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  return withDeadline(signal, Math.ceil(remainingMs() / 2), work);
}

/** Tells the time and waits; tests replace it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`. @throws the signal's reason as soon as it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, { signal });
    } catch {
      // Node throws an error of its own, with the reason as its cause.
      throw signal.reason;
    }
  },
};

/**
 * Settles with `promise`, or rejects with the signal's reason as soon as it aborts: for work that cannot be stopped
 * at once. Its result is then ignored. Leaves no listener behind.
 */
export function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
