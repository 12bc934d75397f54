/** An answer about one image's rows, whatever their kind: one set of facts, two views. Pure. */
import { ApiError } from '../errors.ts';
import { nameOf } from '../gather/image-reference.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import type { AmbiguousImage } from '../gather/resolve-image.ts';
import { type ImageRow, writeCursor } from '../gather/row-kind.ts';
import { whyUnfinished } from '../gather/scan-state.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { isFaulty, SCAN_STATUSES } from '../tcss/vocabulary.ts';
import { presentCandidates } from './images.ts';
import { type Bound, boundOf, type Coverage, type WhyPartial } from './list.ts';
import { countRowsOf, cutItem, groupRows, itemOf, linesOf, type RowPresentation } from './row-item.ts';
import {
  countsLine,
  largerScanCount,
  nextSteps,
  readingNotes,
  rowsSummary,
  type Shown,
  unreadableCount,
} from './row-words.ts';
import {
  CUT_MARK,
  compact,
  cutToBytes,
  displayed,
  given,
  isDenied,
  readScanTime,
  scanAgeDays,
} from './text.ts';
import {
  CONCISE_FIELD_BYTES,
  cutName,
  type Draft,
  type Extras,
  type Fit,
  type Presentation,
  renderAnswer,
} from './view.ts';

/** How much the caller wants to see. */
interface RowViewOptions {
  readonly detail: 'summary' | 'concise' | 'full';
  readonly limit: number;
}

/** Most bytes of a code that is in no table of ours. */
const CODE_BYTES = 60;

/** The image's rows, or the images that its name matches, ready to be fitted. */
export function presentRows<Row extends ImageRow, Fields extends object>(
  kind: RowPresentation<Row, Fields>,
  facts: ImageFacts<Row> | AmbiguousImage,
  { detail, limit }: RowViewOptions,
  presentation: Presentation,
): Draft {
  if ('candidates' in facts) return presentCandidates(facts, presentation);
  const { redaction, nowMs } = presentation;
  const { window, query, entry, alreadyShown, empty } = facts;
  const isFull = detail === 'full';
  const findings = groupRows(window.rows, query.order);
  const wholeItems = findings
    .slice(alreadyShown, alreadyShown + (detail === 'summary' ? 0 : limit))
    .map((finding) => itemOf(kind, finding, isFull));
  const windowExtras = kind.windowExtras?.(findings) ?? {};
  const notes = readingNotes(facts, kind.words, scanAgeDays(entry?.ScanTime, nowMs));
  const wholeReference = displayed(nameOf(entry ?? {}), redaction);
  const codes = unknownCodes(facts).map((code) => cutToBytes(redaction.display(code), CODE_BYTES));
  const requestId = displayed(window.requestId, redaction);
  const hasCounts = isKnown(facts);

  const view = (fit: Fit) => {
    const hasMore = alreadyShown + fit.shown < findings.length;
    const bound: Bound | undefined = hasMore && detail === 'summary' ? 'summary' : boundOf(hasMore, fit);
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
      next: nextSteps(shown, coverage, isCut),
      notes: { ...notes, optional: [...notes.optional, ...extras.flatMap((one) => one.notes ?? [])] },
      advice: extras.flatMap((one) => one.advice ?? []),
      data: given(
        reference && `image: ${reference}`,
        codes.map((code) => `code given: ${code}`),
        extras.flatMap((one) => one.data ?? []),
        linesOf(kind, items, (index) => `${alreadyShown + index + 1}.`),
      ),
      keys: {
        findings: items,
        ...Object.assign({}, ...extras.map((one) => one.keys)),
        empty_because: empty,
        unreadable: unreadableCount(window.rows),
        codes_given: codes.length > 0 ? codes : undefined,
      },
      requestId,
    };
    return renderAnswer(answer, fit, presentation);
  };
  return {
    items: wholeItems.length,
    fieldBytes: isFull ? Number.POSITIVE_INFINITY : CONCISE_FIELD_BYTES,
    view,
  };
}

/**
 * What is known about the image. `scan_status` is a documented word; any other word is in `codes_given`. `scan_count`
 * is set only if the scan counts more rows than the list has.
 */
export function imageKeys(facts: ImageFacts<ImageRow>, reference: string | undefined, nowMs: number) {
  const { image, entry, scanStatus = '' } = facts;
  return compact({
    id: typeof image.id === 'number' ? image.id : undefined,
    node_image_id: typeof image.id === 'string' ? image.id : undefined,
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
  return given(!SCAN_STATUSES.has(scanStatus) && scanStatus, !isKnownCode && entryFailure.code);
}

/** The coverage of what is shown. */
export function coverageOf({ facts, findings, count, bound }: Shown): Coverage {
  const { window, cursor, alreadyShown } = facts;
  const shown = countRowsOf(findings.slice(alreadyShown, alreadyShown + count));
  const skipped: WhyPartial | undefined =
    cursor !== undefined ? 'cursor' : window.start > 0 ? 'offset' : undefined;
  return compact({
    total: window.total,
    fetched: window.rows.length,
    shown,
    complete: isComplete(facts, shown),
    why_partial: given(bound, skipped, whyUnread(facts)),
    ...(bound === 'summary' ? {} : continuation({ facts, findings, count })),
  });
}

/** Why rows after the start of the window may be missing, each reason once. */
export function whyUnread(facts: ImageFacts<ImageRow>): WhyPartial[] {
  const { rows, start, total, listMissing, endedBy } = facts.window;
  const isMissing = total === undefined ? rows.length > 0 || listMissing : start + rows.length < total;
  const hasFailed = rows.length === 0 || (endedBy !== undefined && endedBy !== 'deadline');
  const reasons = given(
    isMissing && rows.length > 0 && endedBy === undefined && 'window',
    endedBy === 'deadline' && 'deadline',
    isMissing && hasFailed && 'page_failed',
    facts.changed && 'changed',
    whyScanUncertain(facts),
    rows.some(isFaulty) && 'unreadable',
  );
  return [...new Set(reasons)];
}

/** Whether anything is known about an image's rows: some came, or a scan that succeeded found none. */
export function isKnown({ empty }: ImageFacts<ImageRow>): boolean {
  return empty === undefined || empty === 'clean' || empty === 'filtered_out';
}

function isComplete(facts: ImageFacts<ImageRow>, shown: number): boolean {
  const { empty, window } = facts;
  if (empty !== undefined) return isKnown(facts) && window.start === 0;
  return shown === window.total && whyUnread(facts).length === 0;
}

/** Why the scan may have more rows than the list: it has not finished, or its state is not known. */
function whyScanUncertain({ scanStatus, entry, entryFailure }: ImageFacts<ImageRow>): WhyPartial | undefined {
  if (entryFailure !== undefined) return isDenied(entryFailure) ? 'denied' : 'page_failed';
  if (entry !== undefined && isFaulty(entry)) return 'unreadable';
  return whyUnfinished(scanStatus);
}

function continuation({ facts, findings, count }: Pick<Shown, 'facts' | 'findings' | 'count'>): {
  next_offset?: number;
  next_cursor?: string;
} {
  const { rows, start, total } = facts.window;
  const readTo = start + rows.length;
  const shownTo = facts.alreadyShown + count;
  const isWindowShown = shownTo >= findings.length;
  // Without a total, there may be more after a full page.
  const hasMore = total === undefined ? rows.length % PAGE_LIMIT === 0 : readTo < total;
  if (rows.length === 0 || (isWindowShown && !hasMore)) return {};

  const shown = findings.slice(0, shownTo);
  const rowsShown = countRowsOf(shown);
  const keysShown = new Set(shown.map(([{ key }]) => key));
  const isPrefix = rows.slice(0, rowsShown).every(({ key, isLost }) => !isLost && keysShown.has(key));
  const next = isWindowShown ? { start: readTo, end: 0, shown: 0 } : { start, end: readTo, shown: shownTo };
  return {
    ...(isPrefix && rowsShown > 0 ? { next_offset: start + rowsShown } : {}),
    next_cursor: writeCursor({ ...next, total: total ?? -1 }, facts.question),
  };
}

/** Counts with the pinned names. */
export function countsOf({ byLevel, unaccounted, cover }: ImageFacts<ImageRow>['window']['counts']) {
  return { ...byLevel, ...(unaccounted > 0 ? { unaccounted } : {}), cover };
}
