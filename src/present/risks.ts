/** Words and numbers of an answer about one image's risks: one set of facts, two views. Pure. */
import type { EmptyFacts, RiskFacts } from '../gather/image-risks.ts';
import type { EmptyBecause } from '../gather/scan-state.ts';
import type { AssetFilter } from '../tcss/image-risk.ts';
import { ADVICE, behaviorMeaning, LEVELS } from '../tcss/vocabulary.ts';
import type { Presentation } from '../tool.ts';
import { cutToBytes } from './bytes.ts';
import { toDisplay } from './clean.ts';
import { countLevels, type Finding, groupRows } from './findings.ts';
import { type Digest, type Fit, renderText, UNTRUSTED_TEXT, type View } from './view.ts';

/** How much of the facts the caller wants to see. */
export interface RiskViewOptions {
  readonly detail: 'summary' | 'concise' | 'full';
  readonly limit: number;
}

/** Bytes of a description or of evidence in `concise`: about two lines of a terminal. */
const CONCISE_FIELD_BYTES = 320;

/** Bytes of an image's reference, which may be as long as its builder liked. */
const REFERENCE_BYTES = 300;

/** How many layer times `full` lists for a finding of several rows. */
const SAMPLES = 3;

const DEMO_NOTE = 'Demo: this account, its images and findings are made up.';
const NAME_NOTE = 'The name filter was sent; the API documents it, but its effect is unverified.';
const SHOWN_NOTE = 'Secret values are shown: the operator set TCSS_SHOW_SECRETS.';

/** The answer's facts in order, ready to be fitted. */
export function digestRisks(facts: RiskFacts, options: RiskViewOptions, presentation: Presentation): Digest {
  const { query, read } = facts;
  const show = (text: string) => toDisplay(text, presentation.redaction.show);
  const findings = groupRows(read.rows, query.order, show);
  const image = describeImage(facts, presentation.nowMs, show);
  const notes = listNotes(facts, presentation, image.scanAgeDays);
  const answer: Answer = {
    facts,
    options,
    presentation,
    findings,
    image,
    notes,
    counts: countLevels(read.rows),
  };
  return {
    items: options.detail === 'summary' ? 0 : Math.min(options.limit, findings.length),
    fieldBytes: options.detail === 'full' ? Number.POSITIVE_INFINITY : CONCISE_FIELD_BYTES,
    view: (fit) => viewRisks(answer, fit),
  };
}

interface Answer {
  readonly facts: RiskFacts;
  readonly options: RiskViewOptions;
  readonly presentation: Presentation;
  readonly findings: readonly Finding[];
  readonly image: ImageWords;
  readonly notes: readonly string[];
  readonly counts: ReturnType<typeof countLevels>;
}

interface ImageWords {
  readonly reference: string | undefined;
  readonly scannedAt: string | undefined;
  readonly scanAgeDays: number | undefined;
}

function viewRisks(answer: Answer, fit: Fit): View {
  const { facts, findings, image, notes, presentation } = answer;
  const shown = findings.slice(0, fit.shown);
  const coverage = coverageOf(answer, shown, fit);
  const items = shown.map((finding) => itemOf(finding, answer.options.detail, fit.fieldBytes));
  const behaviors = [...new Set(shown.flatMap(({ behavior }) => behavior ?? []))].sort((a, b) => a - b);
  const advice = behaviors.flatMap((behavior) => {
    const text = ADVICE.get(behavior);
    return text === undefined ? [] : [{ behavior, text }];
  });
  const hasCounts = facts.empty === undefined || ['clean', 'filtered_out'].includes(facts.empty.because);
  const isUntrusted = items.length > 0 || image.reference !== undefined;
  const { source, redaction } = presentation;

  const structured = compact({
    source,
    request_id: facts.read.requestId,
    image: compact({ id: facts.image.id, reference: image.reference, scanned_at: image.scannedAt }),
    coverage,
    counts: hasCounts ? { ...answer.counts, cover: countsCover(facts) } : undefined,
    findings: items,
    advice: advice.length > 0 ? advice : undefined,
    empty_because: facts.empty?.because,
    notes: notes.length > 0 ? notes : undefined,
    untrusted_text: isUntrusted ? UNTRUSTED_TEXT : undefined,
    secrets_shown: redaction.secretsShown ? true : undefined,
  });
  const ours = [
    headline(answer, shown.length, fit),
    ...(hasCounts ? [countsLine(answer)] : []),
    ...(facts.empty === undefined ? continuation(answer, coverage, fit) : [nextStep(facts.empty)]),
    ...notes,
    ...behaviors.map(adviceLine),
  ];
  const data = [
    ...(image.reference === undefined ? [] : [`image: ${image.reference}`]),
    ...items.map((item, index) => itemLine(item, index + 1)),
  ];
  return { text: renderText(ours, data, presentation.nonce), structured };
}

interface Coverage {
  readonly total?: number;
  readonly fetched: number;
  readonly shown: number;
  readonly complete: boolean;
  readonly why_partial: readonly string[];
  readonly next_offset?: number;
}

function coverageOf({ facts, options, findings }: Answer, shown: readonly Finding[], fit: Fit): Coverage {
  const { rows, total, offset } = facts.read;
  const shownRows = shown.reduce((sum, finding) => sum + finding.positions.length, 0);
  const unshown = shown.length < findings.length;
  const readTo = offset + rows.length;
  const why = [
    ...(options.detail === 'summary' && unshown ? ['summary'] : []),
    ...(unshown && fit.cutByBudget ? ['max_bytes'] : []),
    ...(unshown && !fit.cutByBudget && options.detail !== 'summary' ? ['limit'] : []),
    ...(total !== undefined && rows.length > 0 && readTo < total ? ['window'] : []),
    ...(offset > 0 ? ['offset'] : []),
    ...(facts.empty !== undefined && (total === undefined || offset < total) && total !== 0
      ? ['page_failed']
      : []),
  ];
  const nextOffset = offset + shownRows;
  const canGoOn = shownRows > 0 && isPrefix(shown, shownRows) && total !== undefined && nextOffset < total;
  return {
    ...(total === undefined ? {} : { total }),
    fetched: rows.length,
    shown: shownRows,
    complete: total !== undefined && shownRows === total,
    why_partial: why,
    ...(canGoOn ? { next_offset: nextOffset } : {}),
  };
}

/** Whether the rows of these findings are exactly the window's first `count`: then an offset can go on. */
function isPrefix(shown: readonly Finding[], count: number): boolean {
  return shown.every(({ positions }) => positions.every((position) => position < count));
}

function headline({ facts, findings, options }: Answer, shown: number, fit: Fit): string {
  const { rows, total, offset } = facts.read;
  const image = `Image ${facts.image.id}`;
  if (facts.empty !== undefined)
    return `${image}: ${EMPTY_WORDS[facts.empty.because].sentence(facts.empty, facts)}`;

  const read =
    total === undefined
      ? `${plural(rows.length, 'row')} read, the service gave no total`
      : offset === 0 && rows.length === total
        ? `all ${plural(total, 'matching row')} read`
        : `${plural(rows.length, 'row')} of ${total} read (from row ${offset})`;
  const found = plural(findings.length, 'finding');
  if (shown === findings.length) return `${image}: ${read}: ${found}.`;

  const bound =
    options.detail === 'summary'
      ? 'detail summary'
      : fit.cutByBudget
        ? 'the max_bytes budget'
        : `limit ${options.limit}`;
  const hidden = findings.slice(shown).filter(({ level }) => level === 'critical' || level === 'high').length;
  const severe = hidden > 0 ? `; ${hidden} of those not shown are critical or high` : '';
  const which = facts.query.order === 'asc' ? 'the least severe' : 'the most severe';
  const howMany = shown === 0 ? 'none shown' : `${shown} shown, ${which}`;
  return `${image}: ${read}: ${found}, ${howMany} (${bound})${severe}.`;
}

function countsCover({ read }: RiskFacts): 'all_rows' | 'rows_read' {
  return read.offset === 0 && read.total === read.rows.length ? 'all_rows' : 'rows_read';
}

function countsLine({ facts, counts }: Answer): string {
  const cover =
    countsCover(facts) === 'all_rows'
      ? 'all matching rows'
      : `only the ${plural(facts.read.rows.length, 'row')} read`;
  const words = LEVELS.filter((level) => level !== 'unknown' || counts.unknown > 0).map(
    (level) => `${level} ${counts[level]}`,
  );
  return `Rows by level (${cover}): ${words.join(', ')}.`;
}

/** What to ask for next, with the limit that applied. */
function continuation({ facts, findings, options }: Answer, coverage: Coverage, fit: Fit): string[] {
  const { rows, total, offset } = facts.read;
  const lines: string[] = [];
  const unshown = findings.length > fit.shown;
  if (coverage.next_offset !== undefined)
    lines.push(`To go on: the same call with offset ${coverage.next_offset}.`);
  if (unshown && options.detail === 'summary') lines.push('To see findings: detail concise.');
  else if (unshown && fit.cutByBudget)
    lines.push('To see more in one answer: a larger max_bytes (up to 40000).');
  else if (unshown && options.limit < 100)
    lines.push('To see more in one answer: a larger limit (up to 100).');
  if (total !== undefined && offset + rows.length < total) {
    lines.push(
      `Rows from ${offset + rows.length} on were not read and may be of any level: narrow with levels, or read them with offset ${offset + rows.length}.`,
    );
  }
  return lines;
}

interface EmptyWords {
  readonly sentence: (empty: EmptyFacts, facts: RiskFacts) => string;
  readonly next: string;
}

const EMPTY_WORDS: Readonly<Record<EmptyBecause, EmptyWords>> = {
  past_end: {
    sentence: (_, { read }) =>
      `no row from offset ${read.offset} on: only ${plural(read.total ?? 0, 'row')} match, so this is past the end.`,
    next: 'Next: the same call with a smaller offset.',
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
    sentence: () => 'no rows yet, because a scan is running or waiting.',
    next: 'Next: ask again when the scan has ended.',
  },
  scan_failed: {
    sentence: ({ status }) =>
      `no rows, because the last risk scan did not succeed (${codeWord(status)}): its risks are not known.`,
    next: 'Next: start the scan again in the TCSS console, then ask again.',
  },
  filtered_out: {
    sentence: ({ riskCount }) =>
      `no row matches the filters${riskCount === undefined ? '' : `; without them the scan counts ${plural(riskCount, 'row')}`}.`,
    next: 'Next: the same call without filters.',
  },
  clean: {
    sentence: () => 'scanned, and the scan found no high-risk behaviour: 0 rows.',
    next: 'This covers neither CVEs nor malware.',
  },
  unverified: {
    sentence: ({ status, failure }) =>
      `no rows came, but that could not be verified (${codeWord(failure ?? status)}): do not read it as a clean result.`,
    next: 'Next: ask again, and look at the image in the TCSS console.',
  },
};

function nextStep(empty: EmptyFacts): string {
  return EMPTY_WORDS[empty.because].next;
}

/** A code of upstream's among our words: only if it looks like one. */
function codeWord(code: string | undefined): string {
  if (code === undefined || code === '') return 'no status given';
  return /^[A-Za-z_][\w.]{0,60}$/.test(code) ? code : 'a status that is not a code';
}

function listNotes(
  facts: RiskFacts,
  { source, redaction }: Presentation,
  scanAgeDays: number | undefined,
): string[] {
  const { riskStatus } = facts.image;
  const isStale = facts.empty === undefined && riskStatus !== undefined && riskStatus !== 'SCANNED';
  return [
    ...(source === 'demo' ? [DEMO_NOTE] : []),
    ...(scanAgeDays === undefined ? [] : [`Last scanned ${plural(scanAgeDays, 'day')} ago.`]),
    ...(isStale ? [`The rows may be stale: the state of the risk scan is ${codeWord(riskStatus)}.`] : []),
    ...(facts.query.filters.some(({ Name }: AssetFilter) => Name === 'Name') ? [NAME_NOTE] : []),
    ...(redaction.secretsShown ? [SHOWN_NOTE] : []),
  ];
}

const DAY_MS = 86_400_000;

function describeImage({ image }: RiskFacts, nowMs: number, show: (text: string) => string): ImageWords {
  const shown = (text: string | undefined) =>
    text === undefined ? undefined : cutToBytes(show(text), REFERENCE_BYTES);
  const scannedMs = Date.parse(image.scannedAt?.replace(/ \+0000 UTC$/, 'Z') ?? '');
  const days = Math.floor((nowMs - scannedMs) / DAY_MS);
  return {
    reference: shown(image.reference),
    scannedAt: shown(image.scannedAt),
    scanAgeDays: Number.isNaN(days) ? undefined : Math.max(0, days),
  };
}

type Item = ReturnType<typeof itemOf>;

/** A finding with the pinned names of the output schema; fields without a value are left out. */
function itemOf(finding: Finding, detail: RiskViewOptions['detail'], fieldBytes: number) {
  const { behavior, positions, times } = finding;
  const cut: string[] = [];
  const fitted = (name: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const short = cutToBytes(text, fieldBytes);
    if (short !== text) cut.push(name);
    return short;
  };
  const first = times[0];
  const last = times.at(-1);
  return compact({
    id: finding.id,
    level: finding.level,
    level_raw: fitted('level_raw', finding.levelRaw),
    behavior,
    behavior_meaning: behavior === undefined ? undefined : behaviorMeaning(behavior),
    type: finding.type,
    description: fitted('description', finding.description),
    evidence: fitted('evidence', finding.evidence),
    occurrences: positions.length,
    first_time: first,
    last_time: last === first ? undefined : last,
    samples: detail === 'full' && times.length > 2 ? times.slice(0, SAMPLES) : undefined,
    cut: cut.length > 0 ? cut : undefined,
  });
}

function itemLine(item: Item, number: number): string {
  const facts = [
    item.level_raw === undefined ? item.level : `${item.level} "${item.level_raw}"`,
    item.behavior === undefined ? 'no behavior code' : `behavior ${item.behavior}`,
    ...(item.type === undefined ? [] : [`type ${item.type}`]),
    ...((item.occurrences ?? 1) > 1 ? [`${item.occurrences} times`] : []),
    ...(item.first_time === undefined
      ? []
      : [[item.first_time, item.last_time].filter(Boolean).join(' to ')]),
    item.id,
  ];
  const words = [item.description, item.evidence].filter((text) => text !== undefined && text !== '');
  return `${number}. ${facts.join(', ')}: ${words.join(' | ') || 'no description and no evidence given'}`;
}

function adviceLine(behavior: number): string {
  const advice = ADVICE.get(behavior);
  const meaning = `Behavior ${behavior}: ${behaviorMeaning(behavior)}.`;
  return advice === undefined ? meaning : `${meaning} Advice of this server, not of the API: ${advice}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The object without its undefined members: no value means no key. */
function compact<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
