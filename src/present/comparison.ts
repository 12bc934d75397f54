/** What a target image has that its base has not, and the other way round: one set of facts, two views. Pure. */
import type { AmbiguousSide, Comparison } from '../gather/comparison.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import type { RiskRow } from '../gather/risk-rows.ts';
import type { Presentation } from '../tool.ts';
import { cutToBytes } from './bytes.ts';
import { digestCandidates } from './candidates.ts';
import { toDisplay } from './clean.ts';
import { comparisonLines, isWhole, whySideIsPartial } from './comparison-words.ts';
import { countRowsOf, type Finding, groupRows } from './findings.ts';
import { riskPresentation } from './risk-item.ts';
import { itemOf, linesOf, showFinding } from './row-item.ts';
import { readingNotes } from './row-words.ts';
import { CONCISE_FIELD_BYTES, countsOf, REFERENCE_BYTES, TERSE_NOTE } from './rows.ts';
import { readScanTime, scanAgeDays } from './scan-time.ts';
import { sourceNotes } from './source-notes.ts';
import { type Digest, type Fit, renderText, UNTRUSTED_TEXT, type View } from './view.ts';
import { compact } from './words.ts';

/** Which differences the caller wants to see. */
export interface ComparisonOptions {
  /** Differences to skip. */
  readonly offset: number;
  readonly limit: number;
}

/** The findings of both sides, told apart by their identity. */
interface Difference {
  readonly introduced: readonly Finding<RiskRow>[];
  /** Undefined when it may not be claimed: one side is not fully known. */
  readonly fixed: readonly Finding<RiskRow>[] | undefined;
  readonly unchanged: number;
}

/** The differences, introduced ones first, ready to be fitted; or the images that one reference fits. */
export function digestComparison(
  facts: Comparison | AmbiguousSide,
  options: ComparisonOptions,
  presentation: Presentation,
): Digest {
  if ('side' in facts) {
    const asked = { given: `The reference of ${facts.side}`, next: `its id as ${facts.side}` };
    return digestCandidates(facts.image, presentation, asked);
  }
  const difference = differ(facts);
  const show = (text: string | undefined) =>
    text === undefined ? undefined : toDisplay(text, presentation.redaction.show);
  const all = [
    ...difference.introduced.map((finding) => ({ finding, sign: '+', rows: facts.target.read.rows })),
    ...(difference.fixed ?? []).map((finding) => ({ finding, sign: '-', rows: facts.base.read.rows })),
  ];
  const displayed = all
    .slice(options.offset, options.offset + options.limit)
    .map(({ finding, sign, rows }) => ({
      sign,
      finding: showFinding(riskPresentation, finding, rows, show),
    }));
  const extras = riskPresentation.extras([], show);

  const view = (fit: Fit): View => {
    const how = { fieldBytes: fit.fieldBytes, isFull: false, isTerse: fit.terse };
    const items = displayed
      .slice(0, fit.shown)
      .map(({ sign, finding }) => ({ sign, item: itemOf(riskPresentation, finding, how) }));
    const introduced = items.filter(({ sign }) => sign === '+').map(({ item }) => item);
    const fixed = items.filter(({ sign }) => sign === '-').map(({ item }) => item);
    const said = extras(introduced, how);
    const shownTo = options.offset + items.length;
    const coverage = coverageOf(facts, all, { ...options, shownTo, fit });
    const notes = [
      ...sourceNotes(presentation),
      ...(['base', 'target'] as const).flatMap((side) => sideNotes(facts[side], side, fit, presentation)),
      ...(fit.terse ? [TERSE_NOTE] : []),
    ];
    const sides = {
      base: sideOf(facts.base, show, fit, presentation),
      target: sideOf(facts.target, show, fit, presentation),
    };
    const references = Object.entries(sides).flatMap(([side, { image }]) =>
      image?.reference === undefined ? [] : [`${side}: ${image.reference}`],
    );
    const data = [
      ...references,
      ...linesOf(riskPresentation, [...introduced, ...fixed], (at) => (at < introduced.length ? '+' : '-')),
    ];
    const structured = compact({
      source: presentation.source,
      request_id: show(facts.base.read.requestId),
      ...sides,
      coverage,
      introduced,
      fixed: difference.fixed === undefined ? undefined : fixed,
      unchanged_count: difference.unchanged,
      ...said.structured,
      notes: notes.length > 0 ? notes : undefined,
      untrusted_text: data.length > 0 ? UNTRUSTED_TEXT : undefined,
      secrets_shown: presentation.redaction.secretsShown ? true : undefined,
    });
    const ours = [
      ...comparisonLines(facts, difference, { from: options.offset, to: shownTo, count: all.length }),
      ...(coverage.next_offset === undefined
        ? []
        : [`To go on: the same call with offset ${coverage.next_offset}.`]),
      ...notes,
      ...said.ours,
    ];
    return { text: renderText(ours, data, presentation.nonce), structured };
  };
  return { items: displayed.length, fieldBytes: CONCISE_FIELD_BYTES, view };
}

function differ({ base, target }: Comparison): Difference {
  const before = groupRows(base.read.rows, 'desc');
  const after = groupRows(target.read.rows, 'desc');
  const known = new Set(before.map(({ row }) => row.identity));
  const left = new Set(after.map(({ row }) => row.identity));
  return {
    introduced: after.filter(({ row }) => !known.has(row.identity)),
    fixed: isWhole(base) && isWhole(target) ? before.filter(({ row }) => !left.has(row.identity)) : undefined,
    unchanged: after.filter(({ row }) => known.has(row.identity)).length,
  };
}

function coverageOf(
  { base, target }: Comparison,
  all: readonly { readonly finding: Finding }[],
  { offset, shownTo, fit }: { readonly offset: number; readonly shownTo: number; readonly fit: Fit },
) {
  const hasMore = shownTo < all.length;
  const why = [
    ...(hasMore ? [fit.cutByBudget ? ('max_bytes' as const) : ('limit' as const)] : []),
    ...(offset > 0 ? ['offset' as const] : []),
    ...whySideIsPartial(base),
    ...whySideIsPartial(target),
  ];
  return compact({
    fetched: base.read.rows.length + target.read.rows.length,
    shown: countRowsOf(all.slice(offset, shownTo).map(({ finding }) => finding)),
    complete: isWhole(base) && isWhole(target) && !hasMore && offset === 0,
    why_partial: [...new Set(why)],
    next_offset: hasMore ? shownTo : undefined,
  });
}

function sideOf(
  facts: ImageFacts<RiskRow>,
  show: (text: string | undefined) => string | undefined,
  fit: Fit,
  { nowMs }: Presentation,
) {
  const { image, read, empty } = facts;
  const reference = show(image.reference);
  const bytes = fit.terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual;
  return {
    image: compact({
      id: image.id,
      reference: reference === undefined ? undefined : cutToBytes(reference, bytes),
      scanned_at: readScanTime(image.scannedAt, nowMs) === undefined ? undefined : image.scannedAt,
    }),
    coverage: compact({
      total: read.total,
      fetched: read.rows.length,
      complete: isWhole(facts),
      why_partial: whySideIsPartial(facts),
    }),
    counts: countsOf(read.counts),
    ...(empty === undefined ? {} : { empty_because: empty.because }),
  };
}

function sideNotes(
  facts: ImageFacts<RiskRow>,
  side: 'base' | 'target',
  fit: Fit,
  { nowMs }: Presentation,
): string[] {
  // The lines above the notes tell of the scan's state, and both sides were found in one list.
  const listAgeMs = side === 'base' ? 0 : (facts.image.listAgeMs ?? 0);
  const toldElsewhere = { ...facts, scanStatus: undefined, image: { ...facts.image, listAgeMs } };
  const ageDays = scanAgeDays(facts.image.scannedAt, nowMs);
  const notes = readingNotes(toldElsewhere, riskPresentation.words, ageDays);
  return [...notes.essential, ...(fit.terse ? [] : notes.others)].map((note) => `Of the ${side}: ${note}`);
}
