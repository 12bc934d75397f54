/** One deadline for a whole call, all its requests and waits included. */
import { setMaxListeners } from 'node:events';
import { TransportError } from '../errors.ts';

/** How long a call may still take. */
export interface Deadline {
  /** Aborts when the time is over, when the caller cancels, or when the work has ended. */
  readonly signal: AbortSignal;
  /** Ms until the time is over. */
  remainingMs(): number;
}

/** Why a signal aborts when its work ended first. */
const ENDED = new Error('the call has ended');

/**
 * Runs `work` with a deadline whose signal aborts when `signal` does, or after `ms` with a TransportError of
 * fault `timeout`, or when the work ends. No timer and no listener is left then.
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  ms: number,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  // Every page in flight listens; that many are meant, so Node need not warn of a leak.
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
    // Requests of which the answer needed no more must not outlive it.
    controller.abort(ENDED);
  }
}
