/** What must be known of an answer's source before anything else of it. Pure. */
import type { Presentation } from '../tool.ts';
import { UNTRUSTED_TEXT } from './view.ts';

const DEMO_NOTE = 'Demo: this account, its images and findings are made up.';
const SHOWN_NOTE = 'Secret values are shown: the operator set TCSS_SHOW_SECRETS.';

/** Never left out of an answer. */
export function sourceNotes({ source, redaction }: Presentation): string[] {
  return [...(source === 'demo' ? [DEMO_NOTE] : []), ...(redaction.secretsShown ? [SHOWN_NOTE] : [])];
}

/** The keys that structuredContent of any answer ends with; no value where there is nothing to say. */
export function lastKeys(
  { redaction }: Presentation,
  notes: readonly string[],
  data: readonly string[],
): {
  readonly notes: readonly string[] | undefined;
  readonly untrusted_text: string | undefined;
  readonly secrets_shown: true | undefined;
} {
  return {
    notes: notes.length > 0 ? notes : undefined,
    untrusted_text: data.length > 0 ? UNTRUSTED_TEXT : undefined,
    secrets_shown: redaction.secretsShown ? true : undefined,
  };
}
