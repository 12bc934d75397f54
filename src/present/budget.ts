/** Fits an answer into its budget: whole items go from the end, never half; then fields get shorter. */
import { byteLength } from './bytes.ts';
import type { Digest, View } from './view.ts';

/** A field is never cut below this, so that at least its beginning can be read. */
const SHORTEST_FIELD_BYTES = 40;

/**
 * The views with the most items of which text and `JSON.stringify(structured)` are each at most
 * `maxBytes` long. While there are items, at least one is shown, its fields cut as needed.
 */
export function fitToBudget(digest: Digest, maxBytes: number): View {
  const { items, fieldBytes } = digest;
  const whole = digest.view({ shown: items, fieldBytes, cutByBudget: false });
  if (fits(whole, maxBytes)) return whole;

  let best: View | undefined;
  for (let low = 1, high = items - 1; low <= high; ) {
    const shown = (low + high) >> 1;
    const view = digest.view({ shown, fieldBytes, cutByBudget: true });
    if (fits(view, maxBytes)) {
      best = view;
      low = shown + 1;
    } else {
      high = shown - 1;
    }
  }
  if (best !== undefined) return best;

  for (let shorter = Math.min(fieldBytes, maxBytes) / 2; ; shorter /= 2) {
    const bytes = Math.max(SHORTEST_FIELD_BYTES, Math.floor(shorter));
    const view = digest.view({ shown: Math.min(1, items), fieldBytes: bytes, cutByBudget: true });
    if (fits(view, maxBytes) || bytes === SHORTEST_FIELD_BYTES) return view;
  }
}

function fits({ text, structured }: View, maxBytes: number): boolean {
  return byteLength(text) <= maxBytes && byteLength(JSON.stringify(structured)) <= maxBytes;
}
