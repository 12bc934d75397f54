/**
 * Keeps the requests of each Action under the service's limit. A sliding window: a bucket of 20 that is refilled at 20
 * a second would let 39 through in one second.
 */

import { abortable, type Clock } from './time.ts';

/** Grants requests; one instance per process, since the limit is the account's. */
export interface RateLimiter {
  /** Resolves when a request of `key` may be sent: first come, first served. @throws the signal's reason at once on abort. */
  take(key: string, signal: AbortSignal): Promise<void>;
  /**
   * To be called when the service refused a request of `key` as one too many: it arrived late, or another process uses
   * the same account. Refusals within one window count once.
   */
  slowDown(key: string): void;
}

/** A little longer than the service's second, since the network delays requests unevenly. */
const WINDOW_MS = 1050;

/** How long a lowered rate is kept before it is doubled. */
const RECOVERY_MS = 10_000;

interface Line {
  /** When the latest requests were granted, oldest first, at most as many as the window allows. */
  readonly grantedMs: number[];
  /** Settles when the last in the line has had its turn; never rejects. */
  last: Promise<unknown>;
  /** Requests in a window; lowered after a refusal. */
  capacity: number;
  loweredMs: number;
}

/**
 * At most `perSecond` requests of a key in any 1.05 s, rounded down; below 1, one in `1.05 / perSecond` s. `slowDown`
 * halves the rate, which doubles again after every 10 s without another refusal.
 */
export function createRateLimiter(perSecond: number, clock: Clock): RateLimiter {
  const fullCapacity = Math.max(1, Math.floor(perSecond));
  const windowMs = WINDOW_MS / Math.min(1, perSecond);
  const lines = new Map<string, Line>();

  function lineOf(key: string): Line {
    let line = lines.get(key);
    if (line === undefined) {
      line = {
        grantedMs: [],
        last: Promise.resolve(),
        capacity: fullCapacity,
        loweredMs: Number.NEGATIVE_INFINITY,
      };
      lines.set(key, line);
    }
    return line;
  }

  async function grant(line: Line, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (line.capacity < fullCapacity && clock.now() - line.loweredMs >= RECOVERY_MS) {
      line.capacity = Math.min(fullCapacity, line.capacity * 2);
      line.loweredMs = clock.now();
    }
    const { grantedMs, capacity } = line;
    const before = grantedMs.at(-capacity) ?? Number.NEGATIVE_INFINITY;
    // Never longer than a window, even when the clock was set back.
    const waitMs = Math.min(windowMs, before + windowMs - clock.now());
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    grantedMs.push(clock.now());
    if (grantedMs.length > fullCapacity) grantedMs.shift();
  }

  return {
    take(key, signal) {
      const line = lineOf(key);
      const turn = line.last.then(() => grant(line, signal));
      // One that gives up must not stop those behind it.
      line.last = turn.catch(() => undefined);
      return abortable(turn, signal);
    },
    slowDown(key) {
      const line = lineOf(key);
      if (clock.now() - line.loweredMs < windowMs) return;
      line.capacity = Math.max(1, Math.floor(line.capacity / 2));
      line.loweredMs = clock.now();
    },
  };
}
