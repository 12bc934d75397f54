/**
 * Keeps the sends of one action under the service's limit. A sliding window, not a bucket: a bucket
 * of 20 refilled at 20 a second lets 39 through in one second. What counts is when a request arrives,
 * which is some time between its grant and its end: a slow connection may bring a whole window late.
 * So a slot is free again a window after its request, and all before it, ended.
 */
import type { Clock } from './clock.ts';

/** Grants sends; one instance per process, since the limit is the account's. */
export interface RateLimiter {
  /**
   * Resolves when a send of `key` is allowed, first come, first served; call what it gives when the
   * request has ended. @throws the signal's reason at once on abort.
   */
  take(key: string, signal: AbortSignal): Promise<() => void>;
  /** Told that the service refused a send of `key` as one too many: another process shares the account. */
  slowDown(key: string): void;
}

/** A little longer than the service's second, so that the network cannot squeeze two windows together. */
const WINDOW_MS = 1050;

/** A request that has not ended by then has arrived long ago, and holds nobody up. */
const LONGEST_ARRIVAL_MS = 2000;

/** How long a lowered rate is kept before it is doubled again. */
const RECOVERY_MS = 10_000;

interface Grant {
  readonly grantedMs: number;
  /** When this request and all before it had ended; undefined until then. */
  allEndedMs: number | undefined;
  /** Resolves then. */
  allEnded: Promise<void>;
}

interface Line {
  /** The latest grants, oldest first, at most as many as the window holds. */
  readonly grants: Grant[];
  /** Settles when the last in the line has had its turn. */
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
      line = { grants: [], last: Promise.resolve(), capacity: fullCapacity, loweredMs: 0 };
      lines.set(key, line);
    }
    return line;
  }

  function recover(line: Line): void {
    if (line.capacity >= fullCapacity || clock.now() - line.loweredMs < RECOVERY_MS) return;
    line.capacity = Math.min(fullCapacity, line.capacity * 2);
    line.loweredMs = clock.now();
  }

  async function grant(line: Line, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    recover(line);
    const before = line.grants[line.grants.length - line.capacity];
    if (before !== undefined && (await windowAfter(before, signal)) === 'clock set back')
      line.grants.length = 0;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const granted: Grant = { grantedMs: clock.now(), allEndedMs: undefined, allEnded: ended };
    granted.allEnded = Promise.all([line.grants.at(-1)?.allEnded, ended]).then(() => {
      granted.allEndedMs = clock.now();
    });
    line.grants.push(granted);
    if (line.grants.length > fullCapacity) line.grants.shift();
    return end;
  }

  /** Waits until a whole window lies behind the end of a request and of all before it. */
  async function windowAfter(before: Grant, signal: AbortSignal): Promise<'clock set back' | undefined> {
    const latestMs = before.grantedMs + LONGEST_ARRIVAL_MS;
    if (before.allEndedMs === undefined) await settledOrLate(before.allEnded, latestMs, signal);
    const endedMs = Math.min(before.allEndedMs ?? latestMs, latestMs);
    const waitMs = endedMs + windowMs - clock.now();
    if (waitMs > 0) await clock.sleep(Math.min(waitMs, windowMs), signal);
    // Then every grant lies in the future, and by now more than a window behind.
    return waitMs > windowMs ? 'clock set back' : undefined;
  }

  /** Resolves with `ended`, or when the clock says `latestMs`; leaves neither timer nor listener behind. */
  async function settledOrLate(ended: Promise<void>, latestMs: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const stop = () => over.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const lateMs = Math.max(0, latestMs - clock.now());
      await Promise.race([ended, clock.sleep(Math.min(lateMs, LONGEST_ARRIVAL_MS), over.signal)]);
    } finally {
      signal.removeEventListener('abort', stop);
      over.abort();
    }
    signal.throwIfAborted();
  }

  return {
    take(key, signal) {
      if (fullCapacity === Number.POSITIVE_INFINITY) return Promise.resolve(() => {});
      const line = lineOf(key);
      const turn = line.last.then(() => grant(line, signal));
      // One that gives up must not break the line behind it.
      line.last = turn.then(
        (end) => {
          // Granted to one that had just given up: nobody else will end it.
          if (signal.aborted) end();
        },
        () => undefined,
      );
      return rejectOnAbort(turn, signal);
    },
    slowDown(key) {
      const line = lineOf(key);
      line.capacity = Math.max(1, Math.floor(line.capacity / 2));
      line.loweredMs = clock.now();
    },
  };
}

/** Settles with `promise`, or rejects as soon as the signal aborts; leaves no listener behind. */
function rejectOnAbort<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
