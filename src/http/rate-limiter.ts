/**
 * Keeps the sends of one action under the service's limit. A sliding window, not a bucket: a bucket
 * of 20 refilled at 20 a second lets 39 through in one second.
 */
import type { Clock } from './clock.ts';

/** Grants sends; one instance per process, since the limit is the account's. */
export interface RateLimiter {
  /** Resolves when a send of `key` is allowed, first come, first served. @throws the signal's reason at once on abort. */
  take(key: string, signal: AbortSignal): Promise<void>;
}

/** A little longer than the service's second, so that the network cannot squeeze two windows together. */
const WINDOW_MS = 1050;

interface Line {
  /** Times of the latest grants, oldest first, at most as many as the window holds. */
  readonly granted: number[];
  /** Settles when the last in the line has had its turn. */
  last: Promise<unknown>;
}

/**
 * At most `perSecond` grants of a key in any 1.05 s, so of 2.5 at most 2. Below 1 it is a spacing: one grant
 * in `1.05 / perSecond` s.
 */
export function createRateLimiter(perSecond: number, clock: Clock): RateLimiter {
  const capacity = Math.max(1, Math.floor(perSecond));
  const windowMs = WINDOW_MS / Math.min(1, perSecond);
  const lines = new Map<string, Line>();

  async function grant(line: Line, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const oldest = line.granted[line.granted.length - capacity];
    if (oldest !== undefined) {
      const waitMs = oldest + windowMs - clock.now();
      if (waitMs > 0) await clock.sleep(Math.min(waitMs, windowMs), signal);
      // Longer than a window only when the clock was set back: every grant is older than that now.
      if (waitMs > windowMs) line.granted.length = 0;
    }
    line.granted.push(clock.now());
    if (line.granted.length > capacity) line.granted.shift();
  }

  return {
    take(key, signal) {
      let line = lines.get(key);
      if (line === undefined) {
        line = { granted: [], last: Promise.resolve() };
        lines.set(key, line);
      }
      const turn = line.last.then(() => grant(line, signal));
      // One that gives up must not break the line behind it.
      line.last = turn.catch(() => undefined);
      return rejectOnAbort(turn, signal);
    },
  };
}

/** Settles with `promise`, or rejects as soon as the signal aborts; leaves no listener behind. */
function rejectOnAbort(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
