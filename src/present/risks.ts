/** An answer about one image's risks: one set of facts, two views. Pure. */
import type { RiskFacts } from '../gather/image-risks.ts';
import { ADVICE } from '../tcss/vocabulary.ts';
import type { Presentation } from '../tool.ts';
import { cutToBytes } from './bytes.ts';
import { toDisplay } from './clean.ts';
import { coverageOf } from './coverage.ts';
import { groupRows } from './findings.ts';
import { type DisplayFinding, displayFinding, itemOf, lineOf } from './risk-item.ts';
import { behaviorLines, countsLine, headline, nextSteps, readingNotes, type Shown } from './risk-words.ts';
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
  readonly notes: readonly string[];
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
  const answer: Answer = {
    facts,
    options,
    presentation,
    findings,
    displayed,
    reference: image.reference === undefined ? undefined : show(image.reference),
    scannedAt:
      image.scannedAt === undefined ? undefined : cutToBytes(show(image.scannedAt), REFERENCE_BYTES.terse),
    requestId: read.requestId === undefined ? undefined : show(read.requestId),
    notes: [
      ...(source === 'demo' ? [DEMO_NOTE] : []),
      ...(redaction.secretsShown ? [SHOWN_NOTE] : []),
      ...readingNotes(facts, ageInDays(image.scannedAt, nowMs)),
    ],
  };
  return {
    items: displayed.length,
    fieldBytes: options.detail === 'full' ? Number.POSITIVE_INFINITY : CONCISE_FIELD_BYTES,
    view: (fit) => viewRisks(answer, fit),
  };
}

function viewRisks(answer: Answer, fit: Fit): View {
  const { facts, options, presentation, findings, notes } = answer;
  const shown: Shown = {
    facts,
    findings,
    count: fit.shown,
    bound: boundOf(answer, fit),
    limit: options.limit,
  };
  const coverage = coverageOf(shown);
  const items = answer.displayed
    .slice(0, fit.shown)
    .map((finding) => itemOf(finding, fit.fieldBytes, options.detail === 'full'));
  const reference =
    answer.reference === undefined
      ? undefined
      : cutToBytes(answer.reference, fit.terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual);
  const behaviors = fit.terse
    ? []
    : [...new Set(items.flatMap(({ behavior }) => behavior ?? []))].sort((a, b) => a - b);
  const advice = behaviors.flatMap((behavior) => {
    const text = ADVICE.get(behavior);
    return text === undefined ? [] : [{ behavior, text }];
  });
  const { counts } = facts.read;
  const hasCounts = facts.empty === undefined || ['clean', 'filtered_out'].includes(facts.empty.because);

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
    notes: notes.length > 0 ? notes : undefined,
    untrusted_text: items.length > 0 || reference !== undefined ? UNTRUSTED_TEXT : undefined,
    secrets_shown: presentation.redaction.secretsShown ? true : undefined,
  });
  const ours = [
    headline(shown),
    ...(hasCounts ? [countsLine(facts)] : []),
    ...nextSteps(shown, coverage),
    ...notes,
    ...behaviorLines(behaviors),
  ];
  const data = [
    ...(reference === undefined ? [] : [`image: ${reference}`]),
    ...items.map((item, index) => lineOf(item, facts.alreadyShown + index + 1)),
  ];
  return { text: renderText(ours, data, presentation.nonce), structured };
}

function boundOf({ facts, options, findings }: Answer, fit: Fit): Shown['bound'] {
  if (facts.alreadyShown + fit.shown >= findings.length) return undefined;
  if (options.detail === 'summary') return 'summary';
  return fit.cutByBudget ? 'max_bytes' : 'limit';
}

const DAY_MS = 86_400_000;

/** Whole days since a scan; the service's times name no zone, so this may be off by one. */
function ageInDays(scannedAt: string | undefined, nowMs: number): number | undefined {
  const scannedMs = Date.parse(scannedAt?.replace(/ \+0000 UTC$/, 'Z') ?? '');
  return Number.isNaN(scannedMs) ? undefined : Math.max(0, Math.floor((nowMs - scannedMs) / DAY_MS));
}
