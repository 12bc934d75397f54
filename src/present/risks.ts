/** An answer about one image's risks: one set of facts, two views. Pure. */

import { ApiError } from '../errors.ts';
import type { RiskFacts } from '../gather/image-risks.ts';
import { ERROR_CODES } from '../tcss/api-error.ts';
import { ADVICE, ADVICE_MARK, SCAN_STATUSES } from '../tcss/vocabulary.ts';
import type { Presentation } from '../tool.ts';
import { cutToBytes } from './bytes.ts';
import { toDisplay } from './clean.ts';
import { coverageOf } from './coverage.ts';
import { groupRows } from './findings.ts';
import { type DisplayFinding, displayFinding, itemOf, lineOf } from './risk-item.ts';
import {
  behaviorLines,
  countsLine,
  headline,
  type Notes,
  nextSteps,
  readingNotes,
  type Shown,
} from './risk-words.ts';
import { type Digest, type Fit, renderText, UNTRUSTED_TEXT, type View } from './view.ts';
import { compact } from './words.ts';

/** How much of the facts the caller wants to see. */
export interface RiskViewOptions {
  readonly detail: 'summary' | 'concise' | 'full';
  readonly limit: number;
}

/** Bytes of a description or of evidence in `concise`: about two lines of a terminal. */
const CONCISE_FIELD_BYTES = 320;

/** Bytes of an image's reference, which may be as long as its builder liked; and when room is short. */
const REFERENCE_BYTES = { usual: 300, terse: 60 };

/** Bytes of a code that no table holds. */
const CODE_BYTES = 60;

/** In place of notes that a small budget has no room for. */
const TERSE_NOTE = 'Notes and advice were left out to fit max_bytes.';
const DEMO_NOTE = 'Demo: this account, its images and findings are made up.';
const SHOWN_NOTE = 'Secret values are shown: the operator set TCSS_SHOW_SECRETS.';

interface Answer {
  readonly facts: RiskFacts;
  readonly options: RiskViewOptions;
  readonly presentation: Presentation;
  readonly findings: Shown['findings'];
  /** The findings that may be shown, from the first not shown before. */
  readonly displayed: readonly DisplayFinding[];
  readonly reference: string | undefined;
  readonly scannedAt: string | undefined;
  readonly requestId: string | undefined;
  /** Upstream's codes that are in no table: shown as data only. */
  readonly codes: readonly string[];
  readonly notes: Notes;
}

/** The answer's facts in order, ready to be fitted. */
export function digestRisks(facts: RiskFacts, options: RiskViewOptions, presentation: Presentation): Digest {
  const { read, query, image, alreadyShown } = facts;
  const { source, redaction, nowMs } = presentation;
  const show = (text: string) => toDisplay(text, redaction.show);
  const findings = groupRows(read.rows, query.order);
  const most = options.detail === 'summary' ? 0 : options.limit;
  const displayed = findings
    .slice(alreadyShown, alreadyShown + most)
    .map((finding) => displayFinding(finding, read.rows, show));
  const scannedMs = readScanTime(image.scannedAt, nowMs);
  const notes = readingNotes(
    facts,
    scannedMs === undefined ? undefined : Math.floor((nowMs - scannedMs) / DAY_MS),
  );
  const answer: Answer = {
    facts,
    options,
    presentation,
    findings,
    displayed,
    reference: image.reference === undefined ? undefined : show(image.reference),
    scannedAt: scannedMs === undefined ? undefined : image.scannedAt,
    requestId: read.requestId === undefined ? undefined : show(read.requestId),
    codes: unknownCodes(facts).map((code) => cutToBytes(show(code), CODE_BYTES)),
    notes: {
      essential: [
        ...(source === 'demo' ? [DEMO_NOTE] : []),
        ...(redaction.secretsShown ? [SHOWN_NOTE] : []),
        ...notes.essential,
      ],
      others: notes.others,
    },
  };
  return {
    items: displayed.length,
    fieldBytes: options.detail === 'full' ? Number.POSITIVE_INFINITY : CONCISE_FIELD_BYTES,
    view: (fit) => viewRisks(answer, fit),
  };
}

function viewRisks(answer: Answer, fit: Fit): View {
  const { facts, options, presentation, findings, codes } = answer;
  const shown: Shown = {
    facts,
    findings,
    count: fit.shown,
    bound: boundOf(answer, fit),
    limit: options.limit,
  };
  const coverage = coverageOf(shown);
  const items = answer.displayed.slice(0, fit.shown).map((finding) =>
    itemOf(finding, {
      fieldBytes: fit.fieldBytes,
      withSamples: options.detail === 'full' && !fit.terse,
      withMeaning: !fit.terse,
    }),
  );
  const reference =
    answer.reference === undefined
      ? undefined
      : cutToBytes(answer.reference, fit.terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual);
  const behaviors = fit.terse
    ? []
    : [...new Set(items.flatMap(({ behavior }) => behavior ?? []))].sort((a, b) => a - b);
  const advice = behaviors.flatMap((behavior) => {
    const text = ADVICE.get(behavior);
    return text === undefined ? [] : [{ behavior, text: `${ADVICE_MARK} ${text}` }];
  });
  const { essential, others } = answer.notes;
  const notes = [...essential, ...(fit.terse ? [TERSE_NOTE] : others)];
  const { counts } = facts.read;
  const hasCounts = facts.empty === undefined || ['clean', 'filtered_out'].includes(facts.empty.because);
  const data = [
    ...(reference === undefined ? [] : [`image: ${reference}`]),
    ...codes.map((code) => `code given: ${code}`),
    ...items.map((item, index) => lineOf(item, facts.alreadyShown + index + 1)),
  ];

  const structured = compact({
    source: presentation.source,
    request_id: answer.requestId,
    image: compact({ id: facts.image.id, reference, scanned_at: answer.scannedAt }),
    coverage,
    counts: hasCounts
      ? {
          ...counts.byLevel,
          ...(counts.unaccounted > 0 ? { unaccounted: counts.unaccounted } : {}),
          cover: counts.cover,
        }
      : undefined,
    findings: items,
    advice: advice.length > 0 ? advice : undefined,
    empty_because: facts.empty?.because,
    codes_given: codes.length > 0 ? codes : undefined,
    notes: notes.length > 0 ? notes : undefined,
    untrusted_text: data.length > 0 ? UNTRUSTED_TEXT : undefined,
    secrets_shown: presentation.redaction.secretsShown ? true : undefined,
  });
  const isCut = options.detail === 'concise' && items.some(({ cut }) => cut !== undefined);
  const ours = [
    headline(shown),
    ...(hasCounts ? [countsLine(facts)] : []),
    ...nextSteps(shown, coverage, isCut),
    ...notes,
    ...behaviorLines(behaviors),
  ];
  return { text: renderText(ours, data, presentation.nonce), structured };
}

/** Upstream's words that no table holds: a scan state, an error code. */
function unknownCodes({ empty }: RiskFacts): string[] {
  const { status, failure } = empty ?? {};
  const code =
    failure instanceof ApiError && !Object.hasOwn(ERROR_CODES, failure.code) ? failure.code : undefined;
  return [
    status !== undefined && status !== '' && !SCAN_STATUSES.has(status) ? status : [],
    code ?? [],
  ].flat();
}

function boundOf({ facts, options, findings }: Answer, fit: Fit): Shown['bound'] {
  if (facts.alreadyShown + fit.shown >= findings.length) return undefined;
  if (options.detail === 'summary') return 'summary';
  return fit.cutByBudget ? 'max_bytes' : 'limit';
}

const DAY_MS = 86_400_000;

/** Shapes in which the service gives times; those without a zone are read as UTC and may be a day off. */
const SCAN_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?: ?(Z|[+-]\d{2}:?\d{2})(?: UTC)?)?$/;

/** Older than the service itself. */
const OLDEST_SCAN_MS = Date.UTC(2015, 0);

/** Ms since the epoch; undefined for what is no time of a scan: an unusual shape, too old, or to come. */
function readScanTime(text: string | undefined, nowMs: number): number | undefined {
  const parts = SCAN_TIME.exec(text ?? '');
  if (parts === null) return undefined;
  const scannedMs = Date.parse(
    `${parts[1]}T${parts[2]}${(parts[3] ?? 'Z').replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2')}`,
  );
  return scannedMs >= OLDEST_SCAN_MS && scannedMs <= nowMs + DAY_MS ? Math.min(scannedMs, nowMs) : undefined;
}
