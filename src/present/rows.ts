/** An answer about one image's rows, whatever their kind: one set of facts, two views. Pure. */
import { ApiError } from '../errors.ts';
import { referenceOf } from '../gather/image-reference.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import { type AmbiguousImage, isAmbiguous } from '../gather/resolve-image.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';
import { type Bound, countsOf, coverageOf, isKnown, unreadableCount } from './coverage.ts';
import { presentCandidates } from './look-up.ts';
import { cutItem, type Extras, groupRows, itemOf, linesOf, type RowPresentation } from './row-item.ts';
import { countsLine, largerScanCount, nextSteps, readingNotes, rowsSummary } from './row-words.ts';
import { CUT_MARK, compact, cutToBytes, displayed, readScanTime, scanAgeDays } from './text.ts';
import {
  CONCISE_FIELD_BYTES,
  type Draft,
  type Fit,
  type Presentation,
  REFERENCE_BYTES,
  renderAnswer,
  TERSE_NOTE,
  type View,
} from './view.ts';

/** How much the caller wants to see. */
interface RowViewOptions {
  readonly detail: 'summary' | 'concise' | 'full';
  readonly limit: number;
}

/** Most bytes of a code that is in no table of ours. */
const CODE_BYTES = 60;

/** Notes for which even the smallest budget has room; `why_partial` still names the rest. */
const TERSE_NOTES = 2;

/** The image's rows, or the images that its name matches, ready to be fitted. */
export function presentRows<Row extends ImageRow, Fields extends object>(
  kind: RowPresentation<Row, Fields>,
  facts: ImageFacts<Row> | AmbiguousImage,
  { detail, limit }: RowViewOptions,
  presentation: Presentation,
): Draft {
  if (isAmbiguous(facts)) return presentCandidates(facts, presentation);
  const { redaction, nowMs } = presentation;
  const { window, query, entry, alreadyShown, empty } = facts;
  const isFull = detail === 'full';
  const findings = groupRows(window.rows, query.order);
  const wholeItems = findings
    .slice(alreadyShown, alreadyShown + (detail === 'summary' ? 0 : limit))
    .map((finding) => itemOf(kind, finding, window.rows, isFull));
  const windowExtras = kind.windowExtras?.(findings) ?? {};
  const notes = readingNotes(facts, kind.words, scanAgeDays(entry?.ScanTime, nowMs));
  const wholeReference = displayed(referenceOf(entry ?? {}), redaction);
  const codes = unknownCodes(facts).map((code) => cutToBytes(redaction.display(code), CODE_BYTES));
  const requestId = displayed(window.requestId, redaction);
  const hasCounts = isKnown(facts);

  const view = (fit: Fit): View => {
    const bound = boundOf(detail, alreadyShown + fit.shown < findings.length, fit.cutByBudget);
    const shown = { facts, kind: kind.words, findings, count: fit.shown, bound, limit };
    const coverage = coverageOf(shown);
    const items = wholeItems.slice(0, fit.shown).map((item) => cutItem(kind, item, fit, isFull));
    const isCut = detail === 'concise' && items.some(hasCutText);
    const reference = cutName(wholeReference, fit);
    const extras: readonly Extras[] = fit.terse ? [] : [windowExtras, kind.shownExtras?.(items) ?? {}];
    const answer = {
      summary: hasCounts && !fit.terse ? `${rowsSummary(shown)} ${countsLine(facts)}` : rowsSummary(shown),
      coverage,
      counts: hasCounts ? countsOf(window.counts) : undefined,
      image: imageKeys(facts, reference, nowMs),
      next: nextSteps(shown, coverage, isCut).slice(0, fit.terse ? 1 : undefined),
      notes: fit.terse
        ? [...notes.essential.slice(0, TERSE_NOTES), TERSE_NOTE]
        : [...notes.essential, ...notes.optional, ...extras.flatMap((one) => one.notes ?? [])],
      advice: extras.flatMap((one) => one.advice ?? []),
      data: [
        ...(reference === undefined ? [] : [`image: ${reference}`]),
        ...codes.map((code) => `code given: ${code}`),
        ...extras.flatMap((one) => one.data ?? []),
        ...linesOf(kind, items, (index) => `${alreadyShown + index + 1}.`),
      ],
      keys: {
        findings: items,
        ...Object.assign({}, ...extras.map((one) => one.keys)),
        empty_because: empty,
        unreadable: unreadableCount(window.rows),
        codes_given: codes.length > 0 ? codes : undefined,
      },
      requestId,
    };
    return renderAnswer(answer, presentation);
  };
  return {
    items: wholeItems.length,
    fieldBytes: isFull ? Number.POSITIVE_INFINITY : CONCISE_FIELD_BYTES,
    view,
  };
}

/** An image's reference as short as a fit wants it. */
export function cutName(reference: string | undefined, { terse }: Fit): string | undefined {
  const bytes = terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual;
  return reference === undefined ? undefined : cutToBytes(reference, bytes);
}

/**
 * What is known about the image. `scan_status` is a documented word; any other word is in `codes_given`. `scan_count`
 * is set only if the scan counts more rows than the list has.
 */
export function imageKeys(facts: ImageFacts<ImageRow>, reference: string | undefined, nowMs: number) {
  const { image, entry, scanStatus = '' } = facts;
  return compact({
    id: image.id,
    reference,
    scanned_at: readScanTime(entry?.ScanTime, nowMs) === undefined ? undefined : entry?.ScanTime,
    scan_status: SCAN_STATUSES.has(scanStatus) ? scanStatus : undefined,
    scan_count: largerScanCount(facts),
  });
}

/** Whether any text of a finding was cut, whatever the reason. */
function hasCutText(item: object): boolean {
  return Object.values(item).some((value) => typeof value === 'string' && value.endsWith(CUT_MARK));
}

/** Upstream's words that are in no table of ours: a scan state, an error code. */
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
