/** Lengths in UTF-8 bytes, which is what a budget counts. */

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Ends a text that was cut. */
export const CUT_MARK = '… [cut]';

/**
 * At most `maxBytes` of a text, cut between code points, with the cut marked; the mark is inside the
 * bound. A text that fits is given back as it is.
 */
export function cutToBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || byteLength(text) <= maxBytes) return text;
  let room = maxBytes - byteLength(CUT_MARK);
  let end = 0;
  for (const character of text) {
    room -= byteLength(character);
    if (room < 0) break;
    end += character.length;
  }
  return text.slice(0, end) + CUT_MARK;
}
