/** Takes the server's own credentials out of text, wherever they come back from. */

/** Shortest run of a secret that counts as a leak, in UTF-16 units. */
const RUN = 8;

const MARK = '<redacted>';

/** For secrets that share letters with the usual mark, beside which that could make a new run. */
const FOREIGN_MARK = '\u2588';

/**
 * Gives a function that replaces every run of 8 or more characters of any of `secrets`, which are
 * printable ASCII, by `<redacted>`, in one pass over the text. Linear in its length.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const runs = new Set(
    secrets.flatMap((secret) =>
      Array.from({ length: Math.max(0, secret.length - RUN + 1) }, (_, at) => secret.slice(at, at + RUN)),
    ),
  );
  if (runs.size === 0) return (text) => text;
  const mark = secrets.some((secret) => /[<>]|redacted/.test(secret)) ? FOREIGN_MARK : MARK;

  return (text) => {
    let scrubbed = '';
    let kept = 0;
    for (let at = 0; at + RUN <= text.length; at += 1) {
      if (!runs.has(text.slice(at, at + RUN))) continue;
      let end = at + RUN;
      while (end < text.length && runs.has(text.slice(end - RUN + 1, end + 1))) end += 1;
      scrubbed += text.slice(kept, at) + mark;
      kept = end;
      at = end - 1;
    }
    return scrubbed + text.slice(kept);
  };
}
