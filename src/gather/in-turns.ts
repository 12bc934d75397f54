/** Work over many values that leaves room for everything else the process does. */
import { setImmediate } from 'node:timers/promises';

/** Work runs this long before timers, cancellations and other calls get their turn. */
const TURN_MS = 20;

/**
 * Maps each value in order; other work gets its turn every 20 ms.
 * @throws the signal's reason when it aborts between two values.
 */
export async function mapInTurns<From, To>(
  values: readonly From[],
  map: (value: From) => To,
  signal: AbortSignal,
): Promise<To[]> {
  const mapped: To[] = [];
  let turnMs = performance.now();
  for (const value of values) {
    if (performance.now() - turnMs > TURN_MS) {
      await setImmediate();
      signal.throwIfAborted();
      turnMs = performance.now();
    }
    mapped.push(map(value));
  }
  return mapped;
}
