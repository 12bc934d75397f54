/** The one race between work and an abort. */

/**
 * Settles with `promise`, or rejects with the signal's reason as soon as it aborts: for work that cannot be
 * stopped, or not at once. What the work comes to after that is ignored. No listener is left behind.
 */
export function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
