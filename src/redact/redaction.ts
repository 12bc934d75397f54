/** The way of every upstream text: its secrets are taken out, and the server's own. No setting turns it off. */
import { hash } from 'node:crypto';
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
  /** Texts that hold no secret, each as it is shown, once it was. */
  const settled = new Map<string, string | undefined>();
  /** What came out, by the SHA-256 of what went in: that may have held a secret, and is not kept. */
  const redacted = new Map<string, string>();
  let length = 0;
  let secretsThen = ownSecrets.length;

  /** Forgets everything when there is more, or when an own secret became known that texts may hold. */
  function makeRoom(needed: number): void {
    if (ownSecrets.length === secretsThen && length + needed <= REMEMBERED_LENGTH) return;
    secretsThen = ownSecrets.length;
    settled.clear();
    redacted.clear();
    length = 0;
  }

  function redact(text: string): string {
    makeRoom(0);
    if (settled.has(text)) return text;
    const digest = hash('sha256', text, 'base64');
    const before = redacted.get(digest);
    if (before !== undefined) return before;
    const result = scrub(redactSecrets(text));
    if (result.length > REMEMBERED_LENGTH) return result;
    makeRoom(result.length);
    if (!settled.has(result)) settled.set(result, undefined);
    if (result !== text) redacted.set(digest, result);
    length += result.length;
    return result;
  }

  function display(text: string): string {
    makeRoom(0);
    const before = settled.get(text);
    if (before !== undefined) return before;
    const shown = toDisplay(text, redact);
    if (settled.has(text)) settled.set(text, shown);
    return shown;
  }
  return { redact, display };
}
