/** An answer about one image's rows, whatever their kind: one set of facts, two views. Pure. */
import { ApiError } from '../errors.ts';
import { referenceOf } from '../gather/image-reference.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import { type AmbiguousImage, isAmbiguous } from '../gather/resolve-image.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';
import { digestCandidates } from './candidates.ts';
import { countsOf, coverageOf, type Shown as RowsShown, unreadableCount } from './coverage.ts';
import { type Notes, sourceNotes } from './notes.ts';
import {
  type Finding,
  groupRows,
  itemOf,
  linesOf,
  type RowItem,
  type RowPresentation,
  type ShownFinding,
  showFinding,
} from './row-item.ts';
import { countsLine, headline, nextSteps, readingNotes, uncountedBy } from './row-words.ts';
import { CUT_MARK, compact, cutToBytes, readScanTime, scanAgeDays, toDisplay } from './text.ts';
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

interface Answer<Shown, Fields extends object> {
  readonly kind: RowPresentation<never, Shown, Fields>;
  readonly facts: ImageFacts<ImageRow>;
  readonly options: RowViewOptions;
  readonly presentation: Presentation;
  readonly findings: readonly Finding[];
  /** The findings that may be shown, from the first not shown before. */
  readonly displayed: readonly ShownFinding<Shown>[];
  readonly extras: ReturnType<RowPresentation<never, Shown, Fields>['extras']>;
  readonly reference: string | undefined;
  readonly requestId: string | undefined;
  /** Upstream's codes that are in no table: shown as data only. */
  readonly codes: readonly string[];
  readonly notes: Notes;
}

/** The answer's facts in order, ready to be fitted. */
export function digestRows<Row extends ImageRow, Shown, Fields extends object>(
  kind: RowPresentation<Row, Shown, Fields>,
  facts: ImageFacts<Row>,
  options: RowViewOptions,
  presentation: Presentation,
): Digest {
  const { read, query, entry, alreadyShown } = facts;
  const { redaction, nowMs } = presentation;
  const show = (text: string) => toDisplay(text, redaction.redact);
  const showText = (text: string | undefined) => (text === undefined ? undefined : show(text));
  const findings = groupRows(read.rows, query.order);
  const most = options.detail === 'summary' ? 0 : options.limit;
  const displayed = findings
    .slice(alreadyShown, alreadyShown + most)
    .map((finding) => showFinding(kind, finding, read.rows, showText));
  const ageDays = scanAgeDays(entry?.ScanTime, nowMs);
  const notes = readingNotes(facts, kind.words, ageDays);
  const answer: Answer<Shown, Fields> = {
    kind,
    facts,
    options,
    presentation,
    findings,
    displayed,
    extras: kind.extras(findings, showText),
    reference: showText(referenceOf(entry ?? {})),
    requestId: showText(read.requestId),
    codes: unknownCodes(facts).map((code) => cutToBytes(show(code), CODE_BYTES)),
    notes: { essential: [...sourceNotes(presentation), ...notes.essential], others: notes.others },
  };
  return {
    items: displayed.length,
    fieldBytes: options.detail === 'full' ? Number.POSITIVE_INFINITY : CONCISE_FIELD_BYTES,
    view: (fit) => viewRows(answer, fit),
  };
}

function viewRows<Shown, Fields extends object>(answer: Answer<Shown, Fields>, fit: Fit): View {
  const { kind, facts, options, presentation, findings, codes } = answer;
  const shown: RowsShown = {
    facts,
    kind: kind.words,
    findings,
    count: fit.shown,
    bound: boundOf(answer, fit),
    limit: options.limit,
  };
  const coverage = coverageOf(shown);
  const how = { fieldBytes: fit.fieldBytes, isFull: options.detail === 'full', isTerse: fit.terse };
  const items: readonly RowItem<Fields>[] = answer.displayed
    .slice(0, fit.shown)
    .map((finding) => itemOf(kind, finding, how));
  const extras = answer.extras(items, how);
  const reference =
    answer.reference === undefined
      ? undefined
      : cutToBytes(answer.reference, fit.terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual);
  const { essential, others } = answer.notes;
  const hasCounts = facts.empty === undefined || facts.empty === 'clean' || facts.empty === 'filtered_out';
  const isCut = options.detail === 'concise' && items.some(isShortened);
  return renderAnswer(
    {
      source: presentation.source,
      summary: hasCounts && !fit.terse ? `${headline(shown)} ${countsLine(facts)}` : headline(shown),
      coverage,
      counts: hasCounts ? countsOf(facts.read.counts) : undefined,
      image: imageKeys(facts, reference, presentation.nowMs),
      next: nextSteps(shown, coverage, isCut).slice(0, fit.terse ? 1 : undefined),
      notes: fit.terse
        ? [...essential.slice(0, TERSE_NOTES), TERSE_NOTE]
        : [...essential, ...others, ...extras.notes],
      advice: extras.advice,
      data: [
        ...(reference === undefined ? [] : [`image: ${reference}`]),
        ...codes.map((code) => `code given: ${code}`),
        ...extras.data,
        ...linesOf(kind, items, (index) => `${facts.alreadyShown + index + 1}.`),
      ],
      keys: {
        findings: items,
        ...extras.keys,
        empty_because: facts.empty,
        unreadable: unreadableCount(facts.read.rows),
        codes_given: codes.length > 0 ? codes : undefined,
      },
      requestId: answer.requestId,
    },
    presentation.nonce,
  );
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
  { facts, options, findings }: Pick<Answer<unknown, object>, 'facts' | 'options' | 'findings'>,
  fit: Fit,
): RowsShown['bound'] {
  if (facts.alreadyShown + fit.shown >= findings.length) return undefined;
  if (options.detail === 'summary') return 'summary';
  return fit.cutByBudget ? 'max_bytes' : 'limit';
}

/** The image's rows, or the images that the name fits. */
export function digestNamed<Row extends ImageRow, Shown, Fields extends object>(
  kind: RowPresentation<Row, Shown, Fields>,
  facts: ImageFacts<Row> | AmbiguousImage,
  options: RowViewOptions,
  presentation: Presentation,
): Digest {
  return isAmbiguous(facts)
    ? digestCandidates(facts, presentation)
    : digestRows(kind, facts, options, presentation);
}
