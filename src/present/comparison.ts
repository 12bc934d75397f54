/** What a target image has that its base has not, and the other way round: one set of facts, two views. Pure. */
import type { AmbiguousSide, ComparedImage, Comparison } from '../gather/comparison.ts';
import { SIDES } from '../gather/comparison.ts';
import type { Presentation } from '../tool.ts';
import { cutToBytes } from './bytes.ts';
import { digestCandidates } from './candidates.ts';
import { toDisplay } from './clean.ts';
import { comparisonLines, isKnown, isWhole, MAYBE_OLD_NOTE, whySideIsPartial } from './comparison-words.ts';
import { differ } from './difference.ts';
import { countRowsOf, type Finding } from './findings.ts';
import { riskPresentation } from './risk-item.ts';
import { itemOf, linesOf, showFinding } from './row-item.ts';
import { readingNotes } from './row-words.ts';
import { CONCISE_FIELD_BYTES, countsOf, REFERENCE_BYTES, TERSE_NOTE } from './rows.ts';
import { readScanTime, scanAgeDays } from './scan-time.ts';
import { lastKeys, sourceNotes } from './source-notes.ts';
import { unreadableCount } from './unreadable.ts';
import { type Digest, type Fit, renderText, type View } from './view.ts';
import { compact, statusWord } from './words.ts';

/** Which differences the caller wants to see. */
export interface ComparisonOptions {
  /** Differences to skip. */
  readonly offset: number;
  readonly limit: number;
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
  const { introduced: come, fixed: gone, rerated, unchanged } = difference;
  const ofTarget = facts.target.read.rows;
  const all = [
    ...(come ?? []).map((finding) => ({ finding, sign: '+', rows: ofTarget })),
    ...rerated.map((finding) => ({ finding, sign: '~', rows: ofTarget })),
    ...(gone ?? []).map((finding) => ({ finding, sign: '-', rows: facts.base.read.rows })),
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
    const signed = (wanted: string) => items.filter(({ sign }) => sign === wanted).map(({ item }) => item);
    const said = extras([...signed('+'), ...signed('~')], how);
    const shownTo = options.offset + items.length;
    const coverage = coverageOf(facts, all, { ...options, shownTo, fit });
    const notes = [
      ...sourceNotes(presentation),
      ...SIDES.flatMap((side) => sideNotes(facts[side], side, fit, presentation)),
      ...(come === undefined || come.length === 0 || isWhole(facts.base) ? [] : [MAYBE_OLD_NOTE]),
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
      ...linesOf(
        riskPresentation,
        items.map(({ item }) => item),
        (at) => items[at]?.sign ?? '',
      ),
    ];
    const structured = compact({
      source: presentation.source,
      request_id: show(facts.base.read.requestId),
      ...sides,
      coverage,
      introduced: come === undefined ? undefined : signed('+'),
      introduced_count: come?.length,
      rerated: rerated.length > 0 ? signed('~') : undefined,
      fixed: gone === undefined ? undefined : signed('-'),
      fixed_count: gone?.length,
      unchanged_count: come === undefined ? undefined : unchanged,
      ...said.structured,
      unreadable: unreadableCount([...facts.base.read.rows, ...facts.target.read.rows]),
      ...lastKeys(presentation, notes, data),
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
  facts: ComparedImage,
  show: (text: string | undefined) => string | undefined,
  fit: Fit,
  { nowMs }: Presentation,
) {
  const { image, read, empty } = facts;
  const reference = show(image.reference);
  const bytes = fit.terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual;
  return compact({
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
    counts: isKnown(facts) ? countsOf(read.counts) : undefined,
    scan_status: isWhole(facts) ? undefined : statusWord(facts.scanStatus),
    empty_because: empty?.because,
  });
}

function sideNotes(
  facts: ComparedImage,
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
