/** What zero rows mean, each case with its own sentence and next step. Pure. */
import type { ImageFacts } from '../gather/image-rows.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import type { EmptyBecause } from '../gather/scan-state.ts';
import { failureWord, plural, statusWord } from './text.ts';

/** How one kind of row is spoken of. */
export interface KindWords {
  /** What a scan looks for: stands after "never scanned for". */
  readonly soughtFor: string;
  /** Names the scan: stands before "scan". */
  readonly scan: string;
  /** A clause for an image that was not looked at. */
  readonly notKnown: string;
  /** What a clean scan did not find. */
  readonly nothing: string;
  /** What a clean result does not cover. */
  readonly notCovered: string;
  /** What must be known of a filter that was sent, by its name. */
  readonly filterNotes?: Readonly<Record<string, string>>;
}

interface Words {
  readonly sentence: (facts: ImageFacts<ImageRow>, kind: KindWords) => string;
  readonly next: (kind: KindWords) => string;
}

/** By meaning: what the first sentence says after the image's id, and the line that follows it. */
export const EMPTY_WORDS: Readonly<Record<EmptyBecause, Words>> = {
  past_end: {
    sentence: ({ read }) =>
      read.total === undefined
        ? `no row from row ${read.start} on; the service gave no total.`
        : `no row from row ${read.start} on: only ${plural(read.total, 'row')} match, so this is past the end.`,
    next: () => 'Next: the same call with a smaller offset and no cursor.',
  },
  no_answer: {
    sentence: () => 'the service sent neither a list nor a total: this says nothing about the image.',
    next: () => 'Next: ask again; if it stays so, report the RequestId to Tencent Cloud.',
  },
  not_licensed: {
    sentence: (_, { notKnown }) => `no rows, because the image has no scan licence: ${notKnown}.`,
    next: () => 'Next: assign a licence to the image in the TCSS console, have it scanned, then ask again.',
  },
  not_scanned: {
    sentence: (_, { soughtFor, notKnown }) =>
      `no rows, because the image was never scanned for ${soughtFor}: ${notKnown}.`,
    next: () => 'Next: start a scan of the image in the TCSS console, then ask again.',
  },
  scanning: {
    sentence: (_, { notKnown }) => `no rows yet, because a scan is running or waiting: ${notKnown}.`,
    next: () => 'Next: ask again when the scan has ended.',
  },
  scan_failed: {
    sentence: ({ scanStatus }, { scan, notKnown }) =>
      `no rows, because the last ${scan} scan did not succeed (${statusWord(scanStatus)}): ${notKnown}.`,
    next: () => 'Next: start the scan again in the TCSS console, then ask again.',
  },
  filtered_out: {
    sentence: ({ scanCount: all }) =>
      `no row matches the filters${all === undefined ? '' : `; without them the scan counts ${plural(all, 'row')}`}.`,
    next: () => 'Next: the same call without filters.',
  },
  clean: {
    sentence: (_, { nothing }) => `scanned, and the scan found ${nothing}: 0 rows.`,
    next: ({ notCovered }) => `This covers ${notCovered}.`,
  },
  unverified: {
    sentence: ({ scanStatus, entryFailure }) => {
      const why = entryFailure === undefined ? statusWord(scanStatus) : failureWord(entryFailure);
      return `no rows came, and why could not be verified (${why}): do not read it as a clean result.`;
    },
    next: () => 'Next: ask again, and look at the image in the TCSS console.',
  },
};
