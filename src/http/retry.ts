/** Repeats a failed attempt, with full jitter. Safe for every Action used here, since all of them only read. */
import { ApiError, TcssMcpError, TransportError } from '../errors.ts';
import type { Clock, Deadline } from './time.ts';

/** The longest first wait; it doubles with each attempt. */
const BASE_MS = 250;

/** The longest computed wait. */
const CAP_MS = 5000;

/** The shortest wait after the service said that there were too many requests. */
const RATE_LIMIT_MS = 1000;

/** What a retry needs from outside; `random` gives numbers from 0 up to 1. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** A wait longer than what remains is not begun. */
  readonly deadline: Deadline;
}

/** The wait after attempt number `attempt` (from 1) failed, in ms. Pure but for `random`. */
export function delayFor(error: TcssMcpError, attempt: number, random: () => number): number {
  if (error instanceof TransportError && error.retryAfterMs !== undefined) return error.retryAfterMs;
  const jitter = random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  const isRateLimit = error instanceof ApiError && error.category === 'rate-limit';
  return isRateLimit ? RATE_LIMIT_MS + jitter : jitter;
}

/**
 * Runs `attempt` until it succeeds, or has failed as often as its failure allows.
 * @throws the last failure, even when the deadline passes during a wait, since it says more than "too late".
 * @throws the signal's reason when the client cancels.
 */
export async function retry<Result>(attempt: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { clock, random, deadline } = options;
  const { signal } = deadline;
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !(error instanceof TcssMcpError) || number >= error.attempts) throw error;
      const waitMs = delayFor(error, number, random);
      if (waitMs >= deadline.remainingMs()) throw error;
      try {
        await clock.sleep(waitMs, signal);
      } catch (aborted) {
        throw aborted instanceof TransportError ? error : aborted;
      }
    }
  }
}
