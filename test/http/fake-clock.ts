import type { Clock } from '../../src/http/time.ts';

/** Lets everything that waits for nothing but promises run to its next real wait. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that moves only when told, and wakes each sleeper at the sleeper's own time. */
export class FakeClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<{ wakeAtMs: number; wake: () => void }>();

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  now = () => this.#nowMs;

  sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal.throwIfAborted();
      const done = (end: () => void) => () => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', stop);
        end();
      };
      const sleeper = { wakeAtMs: this.#nowMs + ms, wake: done(resolve) };
      const stop = done(() => reject(signal.reason));
      signal.addEventListener('abort', stop, { once: true });
      this.#sleepers.add(sleeper);
    });

  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Sets the time of day, as a correction by NTP does: sleeps go on for as long as they were to last. */
  set(nowMs: number): void {
    const step = nowMs - this.#nowMs;
    this.#nowMs = nowMs;
    for (const sleeper of this.#sleepers) sleeper.wakeAtMs += step;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(); next !== undefined && next.wakeAtMs <= end; next = this.#next()) {
      this.#nowMs = Math.max(this.#nowMs, next.wakeAtMs);
      next.wake();
      await settle();
    }
    this.#nowMs = end;
  }

  #next() {
    return [...this.#sleepers].sort((a, b) => a.wakeAtMs - b.wakeAtMs)[0];
  }
}

/** A clock whose sleeps take no time and move it on. */
export function instantClock(nowMs = 1_700_000_000_000): Clock {
  let time = nowMs;
  return {
    now: () => time,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      time += ms;
    },
  };
}
