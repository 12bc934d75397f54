/** Fits an answer into its budget: whole items go from the end, never half; then fields get shorter. */
import { byteLength } from './bytes.ts';
import type { Digest, Fit, View } from './view.ts';

/** A field is never cut below this, so that at least its beginning can be read. */
const SHORTEST_FIELD_BYTES = 40;

/**
 * The views with the most items of which text and `JSON.stringify(structured)` are each at most
 * `maxBytes` long. While there are items, at least one is shown: its fields are cut as needed, and at
 * last everything that can be left out is.
 */
export function fitToBudget(digest: Digest, maxBytes: number): View {
  const { items, fieldBytes } = digest;
  const whole = viewIfFits(digest, { shown: items, fieldBytes, cutByBudget: false, terse: false }, maxBytes);
  if (whole !== undefined) return whole;

  let best: View | undefined;
  for (let low = 1, high = items - 1; low <= high; ) {
    const shown = (low + high) >> 1;
    const view = viewIfFits(digest, { shown, fieldBytes, cutByBudget: true, terse: false }, maxBytes);
    if (view === undefined) {
      high = shown - 1;
    } else {
      best = view;
      low = shown + 1;
    }
  }
  if (best !== undefined) return best;

  const fit: Fit = { shown: Math.min(1, items), fieldBytes, cutByBudget: true, terse: false };
  for (const terse of [false, true]) {
    for (let bytes = Math.min(fieldBytes, maxBytes) >> 1; bytes >= SHORTEST_FIELD_BYTES; bytes >>= 1) {
      const view = viewIfFits(digest, { ...fit, fieldBytes: bytes, terse }, maxBytes);
      if (view !== undefined) return view;
    }
  }
  return digest.view({ ...fit, fieldBytes: SHORTEST_FIELD_BYTES, terse: true });
}

function viewIfFits(digest: Digest, fit: Fit, maxBytes: number): View | undefined {
  const view = digest.view(fit);
  const isShort =
    byteLength(view.text) <= maxBytes && byteLength(JSON.stringify(view.structured)) <= maxBytes;
  return isShort ? view : undefined;
}
