/**
 * Keeps the sends of one action under the service's limit. A sliding window, not a bucket: a bucket
 * of 20 refilled at 20 a second lets 39 through in one second.
 */

import type { Clock } from './time.ts';
import { abortable } from './time.ts';

/** Grants sends; one instance per process, since the limit is the account's. */
export interface RateLimiter {
  /** Resolves when a send of `key` is allowed, first come, first served. @throws the signal's reason at once on abort. */
  take(key: string, signal: AbortSignal): Promise<void>;
  /**
   * Told that the service refused a send of `key` as one too many: it came late, or another process shares the
   * account. Refusals of one window count once.
   */
  slowDown(key: string): void;
}

/** A little longer than the service's second, so that the network cannot squeeze two windows together. */
const WINDOW_MS = 1050;

/** How long a lowered rate is kept before it is doubled again. */
const RECOVERY_MS = 10_000;

interface Line {
  /** When the latest sends were granted, oldest first, at most as many as the window holds. */
  readonly grantedMs: number[];
  /** Settles, and never with an error, when the last in the line has had its turn. */
  last: Promise<unknown>;
  /** Sends in a window; lowered while another process shares the account. */
  capacity: number;
  loweredMs: number;
}

/**
 * At most `perSecond` sends of a key in any 1.05 s, so of 2.5 at most 2. Below 1 it is a spacing: one
 * in `1.05 / perSecond` s. After `slowDown` half as many, doubled again every 10 s without another.
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
    // Never longer than a window, also when the clock was set back.
    const waitMs = Math.min(windowMs, before + windowMs - clock.now());
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    grantedMs.push(clock.now());
    if (grantedMs.length > fullCapacity) grantedMs.shift();
  }

  return {
    take(key, signal) {
      const line = lineOf(key);
      const turn = line.last.then(() => grant(line, signal));
      // One that gives up must not break the line behind it.
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
