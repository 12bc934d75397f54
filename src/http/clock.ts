/** Time as a port, so that tests of waits and timestamps take no real time. */
import { setTimeout } from 'node:timers/promises';

/** Tells the time and lets it pass. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`. @throws the signal's reason as soon as it aborts; no timer is left then. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, { signal });
    } catch {
      // Node's own error only has the reason as its cause.
      throw signal.reason;
    }
  },
};
