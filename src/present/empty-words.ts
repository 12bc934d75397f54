/** What zero rows mean, each case with its own sentence and next step. Pure. */
import type { RiskFacts } from '../gather/image-risks.ts';
import type { EmptyBecause } from '../gather/scan-state.ts';
import { failureWord, plural, statusWord } from './words.ts';

interface Words {
  readonly sentence: (facts: RiskFacts) => string;
  readonly next: string;
}

/** By meaning: what the first sentence says after the image's id, and the line that follows it. */
export const EMPTY_WORDS: Readonly<Record<EmptyBecause, Words>> = {
  past_end: {
    sentence: ({ read }) =>
      read.total === undefined
        ? `no row from row ${read.start} on; the service gave no total.`
        : `no row from row ${read.start} on: only ${plural(read.total, 'row')} match, so this is past the end.`,
    next: 'Next: the same call with a smaller offset and no cursor.',
  },
  no_answer: {
    sentence: () => 'the service sent neither a list nor a total: this says nothing about the image.',
    next: 'Next: ask again; if it stays so, report the RequestId to Tencent Cloud.',
  },
  not_licensed: {
    sentence: () => 'no rows, because the image has no scan licence: its risks are not known.',
    next: 'Next: assign a licence to the image in the TCSS console, have it scanned, then ask again.',
  },
  not_scanned: {
    sentence: () => 'no rows, because the image was never scanned for risks: its risks are not known.',
    next: 'Next: start a scan of the image in the TCSS console, then ask again.',
  },
  scanning: {
    sentence: () => 'no rows yet, because a scan is running or waiting: its risks are not known.',
    next: 'Next: ask again when the scan has ended.',
  },
  scan_failed: {
    sentence: ({ empty }) =>
      `no rows, because the last risk scan did not succeed (${statusWord(empty?.status)}): its risks are not known.`,
    next: 'Next: start the scan again in the TCSS console, then ask again.',
  },
  filtered_out: {
    sentence: ({ empty }) => {
      const all = empty?.riskCount;
      return `no row matches the filters${all === undefined ? '' : `; without them the scan counts ${plural(all, 'row')}`}.`;
    },
    next: 'Next: the same call without filters.',
  },
  clean: {
    sentence: () => 'scanned, and the scan found no high-risk behaviour: 0 rows.',
    next: 'This covers neither CVEs nor malware.',
  },
  unverified: {
    sentence: ({ empty }) => {
      const why = empty?.failure === undefined ? statusWord(empty?.status) : failureWord(empty.failure);
      return `no rows came, and why could not be verified (${why}): do not read it as a clean result.`;
    },
    next: 'Next: ask again, and look at the image in the TCSS console.',
  },
};
