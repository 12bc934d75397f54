/** What may be shown of upstream text, decided once at the start from the settings. */
import { createScrubber } from './own-secrets.ts';
import { redactSecrets } from './redact.ts';

/** The functions that every upstream text goes through. */
export interface Redaction {
  /** Takes every secret out; what ids and groups are made of. */
  readonly redact: (text: string) => string;
  /** What is shown: the same, unless the operator asked to see secrets; own credentials never show. */
  readonly show: (text: string) => string;
  /** True under TCSS_SHOW_SECRETS. */
  readonly secretsShown: boolean;
}

/** `ownSecrets`: the server's credentials, a list that may grow; they are taken out in every mode. */
export function createRedaction(ownSecrets: readonly string[], secretsShown: boolean): Redaction {
  const scrub = createScrubber(ownSecrets);
  const redact = (text: string) => scrub(redactSecrets(text));
  return { redact, show: secretsShown ? scrub : redact, secretsShown };
}
