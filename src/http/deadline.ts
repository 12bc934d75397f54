/** One deadline for a whole call, all its requests and waits included. */
import { setMaxListeners } from 'node:events';
import { TransportError } from '../errors.ts';

/** Why a signal aborts when its work ended first. */
const ENDED = new Error('the call has ended');

/** When each bounded signal aborts, in ms of the monotonic clock. */
const deadlines = new WeakMap<AbortSignal, number>();

/** Ms until a signal of `withDeadline` aborts; Infinity for any other. */
export function remainingMs(signal: AbortSignal): number {
  return (deadlines.get(signal) ?? Number.POSITIVE_INFINITY) - performance.now();
}

/**
 * Runs `work` with a signal that aborts when `signal` does, or after `ms` with a TransportError of
 * fault `timeout`, or when the work ends. No timer and no listener is left then.
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  // Every page in flight listens; that many are meant, so Node need not warn of a leak.
  setMaxListeners(0, controller.signal);
  deadlines.set(controller.signal, performance.now() + ms);
  const cancel = () => controller.abort(signal.reason);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const timer = setTimeout(
    () =>
      controller.abort(new TransportError('timeout', `the deadline of ${ms} ms for the whole call passed`)),
    ms,
  );
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    // Requests of which the answer needed no more must not outlive it.
    controller.abort(ENDED);
  }
}
