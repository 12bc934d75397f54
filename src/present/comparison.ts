/** What a target image has that its base has not, and the other way round: one set of facts, two views. Pure. */
import { type AmbiguousSide, type ComparedImage, type Comparison, SIDES } from '../gather/comparison.ts';
import { referenceOf } from '../gather/image-reference.ts';
import { describeAssetImageRegistryDetail } from '../tcss/registry-image.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import { digestCandidates } from './candidates.ts';
import { countsOf, unreadableCount } from './coverage.ts';
import { type Difference, differ, isKnown, isWhole, whySideIsPartial } from './difference.ts';
import { EMPTY_WORDS } from './empty-words.ts';
import { sourceNotes } from './notes.ts';
import { riskPresentation } from './risk-item.ts';
import { countRowsOf, cutItem, type Finding, itemOf, linesOf, NO_EXTRAS } from './row-item.ts';
import { readingNotes, rowsRead } from './row-words.ts';
import { imageKeys } from './rows.ts';
import { compact, cutToBytes, deniedBy, failureWord, plural, scanAgeDays, statusWord } from './text.ts';
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
    text === undefined ? undefined : presentation.redaction.display(text);
  const { introduced: come, fixed: gone, rerated, unchanged } = difference;
  const ofTarget = facts.target.read.rows;
  const all = [
    ...(come ?? []).map((finding) => ({ finding, sign: '+', rows: ofTarget })),
    ...rerated.map((finding) => ({ finding, sign: '~', rows: ofTarget })),
    ...(gone ?? []).map((finding) => ({ finding, sign: '-', rows: facts.base.read.rows })),
  ];
  const displayed = all
    .slice(options.offset, options.offset + options.limit)
    .map(({ finding, sign, rows }) => ({ sign, item: itemOf(riskPresentation, finding, rows, false) }));

  const view = (fit: Fit): View => {
    const how = { fieldBytes: fit.fieldBytes, isFull: false, isTerse: fit.terse };
    const items = displayed
      .slice(0, fit.shown)
      .map(({ sign, item }) => ({ sign, item: cutItem(riskPresentation, item, how) }));
    const signed = (wanted: string) => items.filter(({ sign }) => sign === wanted).map(({ item }) => item);
    const told = [...signed('+'), ...signed('~')];
    const said = fit.terse ? NO_EXTRAS : (riskPresentation.ofShown?.(told) ?? NO_EXTRAS);
    const shownTo = options.offset + items.length;
    const coverage = coverageOf(facts, all, { ...options, shownTo, fit });
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
    return renderAnswer(
      {
        source: presentation.source,
        summary: comparisonSummary(facts, difference, {
          from: options.offset,
          to: shownTo,
          count: all.length,
        }),
        coverage,
        next: [
          ...(coverage.next_offset === undefined
            ? []
            : [`To go on: the same call with offset ${coverage.next_offset}.`]),
          ...comparisonNext(facts),
        ],
        notes: [
          ...sourceNotes(presentation.source),
          ...comparisonNotes(facts, difference, options.offset),
          ...SIDES.flatMap((side) => sideNotes(facts[side], side, fit, presentation)),
          ...(fit.terse ? [TERSE_NOTE] : []),
          ...said.notes,
        ],
        advice: said.advice,
        data,
        keys: {
          introduced_count: come?.length,
          fixed_count: gone?.length,
          unchanged_count: come === undefined ? undefined : unchanged,
          ...sides,
          introduced: come === undefined ? undefined : signed('+'),
          rerated: rerated.length > 0 ? signed('~') : undefined,
          fixed: gone === undefined ? undefined : signed('-'),
          ...said.keys,
          unreadable: unreadableCount([...facts.base.read.rows, ...facts.target.read.rows]),
        },
        requestId: show(facts.base.read.requestId),
      },
      presentation.nonce,
    );
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
  const { read, empty, entry } = facts;
  const reference = show(referenceOf(entry ?? {}));
  const bytes = fit.terse ? REFERENCE_BYTES.terse : REFERENCE_BYTES.usual;
  return compact({
    image: imageKeys(facts, reference === undefined ? undefined : cutToBytes(reference, bytes), nowMs),
    coverage: compact({
      total: read.total,
      fetched: read.rows.length,
      complete: isWhole(facts),
      why_partial: whySideIsPartial(facts),
    }),
    counts: isKnown(facts) ? countsOf(read.counts) : undefined,
    empty_because: empty,
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
  const toldElsewhere = {
    ...facts,
    scanStatus: 'SCANNED',
    entryFailure: undefined,
    image: { ...facts.image, listAgeMs },
  };
  const ageDays = scanAgeDays(facts.entry?.ScanTime, nowMs);
  const notes = readingNotes(toldElsewhere, riskPresentation.words, ageDays);
  return [...notes.essential, ...(fit.terse ? [] : notes.others)].map((note) => `Of the ${side}: ${note}`);
}

/** What differs, by level, and how much of it is shown. */
export function comparisonSummary(
  { base, target }: Comparison,
  { introduced, fixed, rerated, unchanged }: Difference,
  shown: { readonly from: number; readonly to: number; readonly count: number },
): string {
  const sides = `Target image ${target.image.id} against base image ${base.image.id}`;
  if (introduced === undefined) return `${sides}: they cannot be compared.`;

  const gone = fixed === undefined ? 'what was fixed cannot be told' : `${fixed.length} fixed`;
  const rated = rerated.length === 0 ? '' : `, ${rerated.length} rated anew`;
  const isBaseWhole = isWhole(base);
  const come = isBaseWhole ? 'introduced' : "not among the base's rows";
  const atLeast = isWhole(target) || introduced.length === 0 ? '' : 'at least ';
  return [
    `${sides}: ${atLeast}${plural(introduced.length, 'finding')} ${come}, ${gone}${rated}, ${unchanged} unchanged${rangeWords(shown)}.`,
    ...(introduced.length > 0
      ? [`${isBaseWhole ? 'Introduced' : 'Not in the base'}: ${findingsByLevel(introduced)}.`]
      : []),
    ...(fixed !== undefined && fixed.length > 0 ? [`Fixed: ${findingsByLevel(fixed)}.`] : []),
    `Rows by level: base ${levelWords(base)}; target ${levelWords(target)}.`,
  ].join(' ');
}

/** What may not be claimed, and why. */
export function comparisonNotes(
  { base, target }: Comparison,
  { introduced, rerated }: Difference,
  offset: number,
): string[] {
  return [
    ...(rerated.length > 0 ? ['Rated anew: the same finding with another level; it is not fixed.'] : []),
    ...sideLine('Base', base),
    ...sideLine('Target', target),
    ...(introduced !== undefined && introduced.length > 0 && !isWhole(base)
      ? ['The base is not fully known, so these findings need not be new.']
      : []),
    ...(offset > 0
      ? ['Both images were read anew: if they changed meanwhile, differences may be missed.']
      : []),
  ];
}

/** What would make more of the comparison known. */
export function comparisonNext({ base, target }: Comparison): string[] {
  const isShort = ({ empty, read, filterIgnored }: ComparedImage) =>
    empty === undefined && read.rows.length !== read.total && !filterIgnored;
  const { words } = riskPresentation;
  return [
    ...(isShort(base) || isShort(target)
      ? ['To compare both whole: ask with levels, since each level has fewer rows.']
      : []),
    ...[base, target].flatMap((facts) =>
      facts.empty === undefined || isWhole(facts)
        ? []
        : [`Image ${facts.image.id}: ${EMPTY_WORDS[facts.empty].next(words)}`],
    ),
  ];
}

function rangeWords({ from, to, count }: { from: number; to: number; count: number }): string {
  if (to - from === count) return '';
  if (to > from) return `; differences ${from + 1} to ${to} of ${count} shown`;
  return `; none of ${plural(count, 'difference')} shown`;
}

/** What is not known of a side. */
function sideLine(name: string, facts: ComparedImage): string[] {
  if (isWhole(facts)) return [];
  if (facts.empty !== undefined) {
    return [`${name}: ${EMPTY_WORDS[facts.empty].sentence(facts, riskPresentation.words)}`];
  }
  return [`${name}: ${[rowsRead(facts), ...stateWords(facts)].join('; ')}.`];
}

/** What of a scan's state keeps its rows from being all there are. */
function stateWords({ scanStatus, entryFailure, scanChanged }: ComparedImage): string[] {
  if (entryFailure !== undefined) {
    return [
      deniedBy(entryFailure)
        ? `the state of its risk scan was not read: the key lacks tcss:${describeAssetImageRegistryDetail.name}`
        : `the state of its risk scan could not be read (${failureWord(entryFailure)})`,
    ];
  }
  return [
    ...(scanStatus === 'SCANNED' ? [] : [`the state of its risk scan: ${statusWord(scanStatus)}`]),
    ...(scanChanged ? ['a scan began or ended while the rows were read'] : []),
  ];
}

/** Rows of a side by level, and what they cover when that is not all. */
function levelWords({ read: { counts } }: ComparedImage): string {
  const rows = byLevel((level) => counts.byLevel[level]);
  return counts.cover === 'all_rows' ? rows : `${rows} (of the rows read)`;
}

function findingsByLevel(findings: readonly Finding[]): string {
  return byLevel((level) => findings.filter(({ row }) => row.level === level).length);
}

function byLevel(countOf: (level: Level) => number): string {
  return LEVELS.map((level) => [level, countOf(level)] as const)
    .filter(([level, count]) => level !== 'unknown' || count > 0)
    .map(([level, count]) => `${level} ${count}`)
    .join(', ');
}
