/** The reference of levels and codes: what is known of them, and what is not. Made from the tables that answers use. */
import { SCAN_KINDS, whyUnknown } from '../gather/match-images.ts';
import { EMPTY_BECAUSE, type EmptyBecause } from '../gather/scan-state.ts';
import { ADVICE, behaviorMeaning, KNOWN_LEVELS, levelCode, SCAN_STATUSES } from '../tcss/vocabulary.ts';

/** The codes that TCSS documents, if only for images on nodes. */
const DOCUMENTED = { behaviors: [1, 2, 3, 4], types: [1, 2] };

const EMPTY_MEANS: Readonly<Record<EmptyBecause, string>> = {
  past_end: 'the question starts behind the last row',
  no_answer: 'the service sent neither rows nor a total: nothing is known',
  not_licensed: 'no scan licence is assigned to the image: nothing is known',
  not_scanned: 'the image was never scanned for this: nothing is known',
  scanning: 'a scan is running or waiting: nothing is known yet',
  scan_failed: 'the last scan did not succeed: nothing is known',
  filtered_out: 'there are rows, but none fits the filters',
  clean: 'the scan succeeded and found nothing of the kind that was asked for',
  unverified: 'why no row came could not be verified: not to be read as clean',
};

/** The document, in Markdown. */
export function levelsAndCodes(): string {
  return [
    '# Levels and codes of TCSS',
    '',
    'What is known of the words and codes in answers. A code without a published meaning keeps its number; none is guessed.',
    '',
    '## Level',
    '',
    'Rising severity, as published samples show (inferred, not documented). Any other value is `unknown`, and `level_raw` keeps it.',
    '',
    ...table(
      ['Code', 'Level'],
      KNOWN_LEVELS.map((level) => [levelCode(level), level]),
    ),
    '',
    '## Behavior',
    '',
    "Codes that TCSS documents, for images on nodes; others may come. Meanings as published samples show them. The advice is this server's, not the API's.",
    '',
    ...table(
      ['Code', 'Meaning', 'Advice'],
      DOCUMENTED.behaviors.map((code) => [String(code), behaviorMeaning(code), ADVICE.get(code) ?? '']),
    ),
    '',
    '## Type',
    '',
    `Codes that TCSS documents, for images on nodes: ${DOCUMENTED.types.join(', ')}. No meaning of any is published.`,
    '',
    '## Scan statuses',
    '',
    'Each kind of scan of an image has its own. What no rows mean then, `empty_because`, when the image is licensed and the scan counts none:',
    '',
    ...table(
      ['Status', 'No rows mean'],
      [...SCAN_STATUSES].map((status) => [
        status,
        whyUnknown({ RiskStatus: status }, SCAN_KINDS.risks) ?? 'clean',
      ]),
    ),
    '',
    'Any other status is `unverified`.',
    '',
    '## empty_because',
    '',
    ...table(
      ['Value', 'No rows came, because'],
      EMPTY_BECAUSE.map((because) => [because, EMPTY_MEANS[because]]),
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
