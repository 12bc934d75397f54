/** An answer about one image's rows, whatever their kind: one set of facts, two views. Pure. */
import { ApiError } from '../errors.ts';
import { referenceOf } from '../gather/image-reference.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import { type AmbiguousImage, isAmbiguous } from '../gather/resolve-image.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';
import { digestCandidates } from './candidates.ts';
import { type Bound, countsOf, coverageOf, unreadableCount } from './coverage.ts';
import { sourceNotes } from './notes.ts';
import { cutItem, groupRows, itemOf, linesOf, NO_EXTRAS, type RowPresentation } from './row-item.ts';
import { countsLine, headline, nextSteps, readingNotes, uncountedBy } from './row-words.ts';
import { CUT_MARK, compact, cutToBytes, readScanTime, scanAgeDays } from './text.ts';
import {
  CONCISE_FIELD_BYTES,
  type Digest,
  type Fit,
  type Presentation,
  REFERENCE_BYTES,
  renderAnswer,
  TERSE_NOTE,
  type View,
} from './view.ts';

/** How much of the facts the caller wants to see. */
export interface RowViewOptions {
  readonly detail: 'summary' | 'concise' | 'full';
  readonly limit: number;
}

/** Bytes of a code that no table holds. */
const CODE_BYTES = 60;

/** Notes that even the smallest budget has room for, the demo's among them; `why_partial` has a word for each. */
const TERSE_NOTES = 2;

/** The answer's facts in order, ready to be fitted. */
export function digestRows<Row extends ImageRow, Own extends object>(
  kind: RowPresentation<Row, Own>,
  facts: ImageFacts<Row>,
  options: RowViewOptions,
  { source, redaction, nonce, nowMs }: Presentation,
): Digest {
  const { read, query, entry, alreadyShown, empty } = facts;
  const isFull = options.detail === 'full';
  const findings = groupRows(read.rows, query.order);
  const most = options.detail === 'summary' ? 0 : options.limit;
  const whole = findings
    .slice(alreadyShown, alreadyShown + most)
    .map((finding) => itemOf(kind, finding, read.rows, isFull));
  const ofWindow = kind.ofWindow?.(findings) ?? NO_EXTRAS;
  const notes = readingNotes(facts, kind.words, scanAgeDays(entry?.ScanTime, nowMs));
  const essential = [...sourceNotes(source), ...notes.essential];
  const name = referenceOf(entry ?? {});
  const wholeReference = name === undefined ? undefined : redaction.display(name);
  const codes = unknownCodes(facts).map((code) => cutToBytes(redaction.display(code), CODE_BYTES));
  const requestId = read.requestId === undefined ? undefined : redaction.display(read.requestId);
  const hasCounts = empty === undefined || empty === 'clean' || empty === 'filtered_out';

  const view = ({ shown: count, fieldBytes, cutByBudget, terse }: Fit): View => {
    const bound = boundOf(options.detail, alreadyShown + count < findings.length, cutByBudget);
    const shown = { facts, kind: kind.words, findings, count, bound, limit: options.limit };
    const coverage = coverageOf(shown);
    const items = whole
      .slice(0, count)
      .map((item) => cutItem(kind, item, { fieldBytes, isFull, isTerse: terse }));
    const isCut = options.detail === 'concise' && items.some(isShortened);
    const bytes = terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual;
    const reference = wholeReference === undefined ? undefined : cutToBytes(wholeReference, bytes);
    const said = terse ? [] : [ofWindow, kind.ofShown?.(items) ?? NO_EXTRAS];
    return renderAnswer(
      {
        source,
        summary: hasCounts && !terse ? `${headline(shown)} ${countsLine(facts)}` : headline(shown),
        coverage,
        counts: hasCounts ? countsOf(read.counts) : undefined,
        image: imageKeys(facts, reference, nowMs),
        next: nextSteps(shown, coverage, isCut).slice(0, terse ? 1 : undefined),
        notes: terse
          ? [...essential.slice(0, TERSE_NOTES), TERSE_NOTE]
          : [...essential, ...notes.others, ...said.flatMap((one) => one.notes)],
        advice: said.flatMap((one) => one.advice),
        data: [
          ...(reference === undefined ? [] : [`image: ${reference}`]),
          ...codes.map((code) => `code given: ${code}`),
          ...said.flatMap((one) => one.data),
          ...linesOf(kind, items, (index) => `${alreadyShown + index + 1}.`),
        ],
        keys: {
          findings: items,
          ...Object.assign({}, ...said.map((one) => one.keys)),
          empty_because: empty,
          unreadable: unreadableCount(read.rows),
          codes_given: codes.length > 0 ? codes : undefined,
        },
        requestId,
      },
      nonce,
    );
  };
  return { items: whole.length, fieldBytes: isFull ? Number.POSITIVE_INFINITY : CONCISE_FIELD_BYTES, view };
}

/**
 * What is known of the image. `scan_status` is one of the documented words, else the word stands in `codes_given`;
 * `scan_count` is there only where the scan counts more rows than the list has.
 */
export function imageKeys(facts: ImageFacts<ImageRow>, reference: string | undefined, nowMs: number) {
  const { image, entry, scanStatus = '' } = facts;
  return compact({
    id: image.id,
    reference,
    scanned_at: readScanTime(entry?.ScanTime, nowMs) === undefined ? undefined : entry?.ScanTime,
    scan_status: SCAN_STATUSES.has(scanStatus) ? scanStatus : undefined,
    scan_count: uncountedBy(facts),
  });
}

/** Whether any text of a finding was cut, be it for its room or to be brief. */
function isShortened(item: object): boolean {
  return Object.values(item).some((value) => typeof value === 'string' && value.endsWith(CUT_MARK));
}

/** Upstream's words that no table holds: a scan state, an error code. */
function unknownCodes({ scanStatus = '', entryFailure }: ImageFacts<ImageRow>): string[] {
  const isKnownCode = !(entryFailure instanceof ApiError) || Object.hasOwn(ERROR_CODES, entryFailure.code);
  return [
    ...(scanStatus === '' || SCAN_STATUSES.has(scanStatus) ? [] : [scanStatus]),
    ...(isKnownCode ? [] : [entryFailure.code]),
  ];
}

function boundOf(
  detail: RowViewOptions['detail'],
  hasMore: boolean,
  cutByBudget: boolean,
): Bound | undefined {
  if (!hasMore) return undefined;
  if (detail === 'summary') return 'summary';
  return cutByBudget ? 'max_bytes' : 'limit';
}

/** The image's rows, or the images that the name fits. */
export function digestNamed<Row extends ImageRow, Own extends object>(
  kind: RowPresentation<Row, Own>,
  facts: ImageFacts<Row> | AmbiguousImage,
  options: RowViewOptions,
  presentation: Presentation,
): Digest {
  return isAmbiguous(facts)
    ? digestCandidates(facts, presentation)
    : digestRows(kind, facts, options, presentation);
}
