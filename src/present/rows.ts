/** An answer about one image's rows, whatever their kind: one set of facts, two views. Pure. */

import { ApiError } from '../errors.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';
import type { Presentation } from '../tool.ts';
import { CUT_MARK, cutToBytes } from './bytes.ts';
import { toDisplay } from './clean.ts';
import { coverageOf } from './coverage.ts';
import { type Finding, groupRows } from './findings.ts';
import type { Notes } from './look-up-notes.ts';
import {
  itemOf,
  linesOf,
  type RowItem,
  type RowPresentation,
  type ShownFinding,
  showFinding,
} from './row-item.ts';
import { countsLine, headline, nextSteps, type Shown as RowsShown, readingNotes } from './row-words.ts';
import { scanAgeDays } from './scan-time.ts';
import { lastKeys, sourceNotes } from './source-notes.ts';
import { unreadableCount } from './unreadable.ts';
import { type Digest, type Fit, renderText, type View } from './view.ts';
import { compact } from './words.ts';

/** How much of the facts the caller wants to see. */
export interface RowViewOptions {
  readonly detail: 'summary' | 'concise' | 'full';
  readonly limit: number;
}

/** Bytes of a text of a finding in `concise`: about two lines of a terminal. */
export const CONCISE_FIELD_BYTES = 320;

/** Bytes of an image's reference, which may be as long as its builder liked; and when room is short. */
export const REFERENCE_BYTES = { usual: 300, terse: 60 };

/** Bytes of a code that no table holds. */
const CODE_BYTES = 60;

/** In place of notes that a small budget has no room for. */
export const TERSE_NOTE = 'Notes and advice were left out to fit max_bytes.';

interface Answer<Shown, Fields extends object> {
  readonly kind: RowPresentation<never, Shown, Fields>;
  readonly facts: ImageFacts<ImageRow>;
  readonly options: RowViewOptions;
  readonly presentation: Presentation;
  readonly findings: readonly Finding[];
  /** The findings that may be shown, from the first not shown before. */
  readonly displayed: readonly ShownFinding<Shown>[];
  readonly extras: ReturnType<RowPresentation<never, Shown, Fields>['extras']>;
  /** Set when the resource holds the rows that were asked for. */
  readonly uri: RowsUri | undefined;
  readonly reference: string | undefined;
  readonly scannedAt: string | undefined;
  readonly requestId: string | undefined;
  /** Upstream's codes that are in no table: shown as data only. */
  readonly codes: readonly string[];
  readonly notes: Notes;
}

/** The resource that goes on over all rows of an image, most severe first, from a cursor on. */
export type RowsUri = (imageId: number, cursor?: string) => string;

/** The answer's facts in order, ready to be fitted; `uri` where the rows are a resource too. */
export function digestRows<Row extends ImageRow, Shown, Fields extends object>(
  kind: RowPresentation<Row, Shown, Fields>,
  facts: ImageFacts<Row>,
  options: RowViewOptions,
  presentation: Presentation,
  uri?: RowsUri,
): Digest {
  const { read, query, image, alreadyShown } = facts;
  const { redaction, nowMs } = presentation;
  const show = (text: string) => toDisplay(text, redaction.show);
  const showText = (text: string | undefined) => (text === undefined ? undefined : show(text));
  const findings = groupRows(read.rows, query.order);
  const most = options.detail === 'summary' ? 0 : options.limit;
  const displayed = findings
    .slice(alreadyShown, alreadyShown + most)
    .map((finding) => showFinding(kind, finding, read.rows, showText));
  const ageDays = scanAgeDays(image.scannedAt, nowMs);
  const notes = readingNotes(facts, kind.words, ageDays);
  const answer: Answer<Shown, Fields> = {
    kind,
    facts,
    options,
    presentation,
    findings,
    displayed,
    extras: kind.extras(findings, showText),
    uri: query.filters.length === 0 && query.order === 'desc' ? uri : undefined,
    reference: showText(image.reference),
    scannedAt: ageDays === undefined ? undefined : image.scannedAt,
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
  const notes = [...essential, ...(fit.terse ? [TERSE_NOTE] : others)];
  const { counts } = facts.read;
  const hasCounts = facts.empty === undefined || ['clean', 'filtered_out'].includes(facts.empty.because);
  const data = [
    ...(reference === undefined ? [] : [`image: ${reference}`]),
    ...codes.map((code) => `code given: ${code}`),
    ...extras.data,
    ...linesOf(kind, items, (index) => `${facts.alreadyShown + index + 1}.`),
  ];

  const structured = compact({
    source: presentation.source,
    request_id: answer.requestId,
    image: compact({ id: facts.image.id, reference, scanned_at: answer.scannedAt }),
    coverage,
    counts: hasCounts ? countsOf(counts) : undefined,
    findings: items,
    ...extras.structured,
    empty_because: facts.empty?.because,
    unreadable: unreadableCount(facts.read.rows),
    codes_given: codes.length > 0 ? codes : undefined,
    ...lastKeys(presentation, notes, data),
  });
  const isCut = options.detail === 'concise' && items.some(isShortened);
  const ours = [
    headline(shown),
    ...(hasCounts ? [countsLine(facts)] : []),
    ...nextSteps(shown, coverage, isCut),
    ...notes,
    ...extras.ours,
  ];
  const hasMore = shown.bound === 'summary' || coverage.next_cursor !== undefined;
  const readOn = hasMore ? answer.uri?.(facts.image.id, coverage.next_cursor) : undefined;
  return { text: renderText(ours, data, presentation.nonce), structured, readOn };
}

/** Whether any text of a finding was cut, be it for its room or to be brief. */
function isShortened(item: object): boolean {
  return Object.values(item).some((value) => typeof value === 'string' && value.endsWith(CUT_MARK));
}

/** Counts with the pinned names. */
export function countsOf({ byLevel, unaccounted, cover }: ImageFacts<ImageRow>['read']['counts']) {
  return { ...byLevel, ...(unaccounted > 0 ? { unaccounted } : {}), cover };
}

/** Upstream's words that no table holds: a scan state, an error code. */
function unknownCodes({ empty }: ImageFacts<ImageRow>): string[] {
  const { status, failure } = empty ?? {};
  const code =
    failure instanceof ApiError && !Object.hasOwn(ERROR_CODES, failure.code) ? failure.code : undefined;
  return [
    status !== undefined && status !== '' && !SCAN_STATUSES.has(status) ? status : [],
    code ?? [],
  ].flat();
}

function boundOf(
  { facts, options, findings }: Pick<Answer<unknown, object>, 'facts' | 'options' | 'findings'>,
  fit: Fit,
): RowsShown['bound'] {
  if (facts.alreadyShown + fit.shown >= findings.length) return undefined;
  if (options.detail === 'summary') return 'summary';
  return fit.cutByBudget ? 'max_bytes' : 'limit';
}
