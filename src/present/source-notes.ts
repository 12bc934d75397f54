/** What must be known of an answer's source before anything else of it. Pure. */
import type { Presentation } from './view.ts';

const DEMO_NOTE = 'Demo: this account, its images and findings are made up.';
const SHOWN_NOTE = 'Secret values are shown: the operator set TCSS_SHOW_SECRETS.';

/** Never left out of an answer. */
export function sourceNotes({ source, redaction }: Presentation): string[] {
  return [...(source === 'demo' ? [DEMO_NOTE] : []), ...(redaction.secretsShown ? [SHOWN_NOTE] : [])];
}
