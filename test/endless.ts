import type { Deadline } from '../src/http/time.ts';

/** A deadline that never comes; its signal may be aborted all the same. */
export const endless = (signal = new AbortController().signal): Deadline => ({
  signal,
  remainingMs: () => Number.POSITIVE_INFINITY,
});
