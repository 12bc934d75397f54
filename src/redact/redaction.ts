/** The way of every upstream text: its secrets are taken out, and the server's own. No setting turns it off. */
import { toDisplay } from './clean.ts';
import { createScrubber } from './own-secrets.ts';
import { redactSecrets } from './redact.ts';

/** What every upstream text goes through. */
export interface Redaction {
  /** Takes every secret out. */
  readonly redact: (text: string) => string;
  /** The same, and fit to be shown: on one line, nothing hidden in it, nothing that anyone acts on. */
  readonly display: (text: string) => string;
}

/** UTF-16 units of texts that are remembered, the rows of a window; when there are more, all are forgotten. */
const REMEMBERED_LENGTH = 500_000;

/** `ownSecrets`: the server's credentials, a list that may grow. */
export function createRedaction(ownSecrets: readonly string[]): Redaction {
  const scrub = createScrubber(ownSecrets);
  const redact = withoutRepeating((text) => scrub(redactSecrets(text)), ownSecrets);
  return { redact, display: (text) => toDisplay(text, redact) };
}

/**
 * A text goes through once for what it is and once more for what can be seen of it, and the two are most
 * often equal. Only what came out is remembered, never what went in: it may have held a secret.
 */
function withoutRepeating(redact: (text: string) => string, ownSecrets: readonly string[]) {
  const settled = new Set<string>();
  let length = 0;
  let secretsThen = ownSecrets.length;
  return (text: string): string => {
    if (ownSecrets.length !== secretsThen) {
      secretsThen = ownSecrets.length;
      settled.clear();
      length = 0;
    }
    if (settled.has(text)) return text;
    const redacted = redact(text);
    if (redacted.length <= REMEMBERED_LENGTH && !settled.has(redacted)) {
      if (length + redacted.length > REMEMBERED_LENGTH) {
        settled.clear();
        length = 0;
      }
      settled.add(redacted);
      length += redacted.length;
    }
    return redacted;
  };
}
