/** What a target image has that its base has not, and vice versa: one set of facts, two views. Pure. */

import { type AmbiguousSide, type ComparedImage, type Comparison, SIDES } from '../gather/comparison.ts';
import { nameOf } from '../gather/image-reference.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { whyUnfinished } from '../gather/scan-state.ts';
import { isFaulty } from '../tcss/vocabulary.ts';
import { presentCandidates } from './images.ts';
import { boundOf, continueAt, type WhyPartial } from './list.ts';
import {
  countRowsOf,
  cutItem,
  type Finding,
  groupRows,
  itemOf,
  type KindWords,
  levelWords,
  linesOf,
  type RowPresentation,
} from './row-item.ts';
import {
  EMPTY_WORDS,
  idWords,
  readingNotes,
  rowsRead,
  unfinishedWords,
  unreadableCount,
} from './row-words.ts';
import { countsOf, imageKeys, isKnown, whyUnread } from './rows.ts';
import { compact, displayed, given, plural, scanAgeDays } from './text.ts';
import {
  CONCISE_FIELD_BYTES,
  cutName,
  type Draft,
  type Extras,
  type Fit,
  type Presentation,
  renderAnswer,
} from './view.ts';

/** Begin the notes on a side. */
const SIDE_NAMES = { base: 'Base', target: 'Target' } as const;

/** Which differences the caller wants to see. */
interface ComparisonOptions {
  /** Differences to skip. */
  readonly offset: number;
  readonly limit: number;
}

/** The differences, introduced ones first, ready to be fitted; or the images that one reference matches. */
export function presentComparison<Row extends ImageRow, Fields extends object>(
  kind: RowPresentation<Row, Fields>,
  facts: Comparison<Row> | AmbiguousSide,
  { offset, limit }: ComparisonOptions,
  presentation: Presentation,
): Draft {
  if ('side' in facts) return presentCandidates(facts.image, presentation, facts.side);
  const { base, target } = facts;
  const difference = differenceOf(facts);
  const { introduced, fixed, rerated } = difference;
  const differences = [
    ...(introduced ?? []).map((finding) => ({ finding, sign: '+' })),
    ...rerated.map((finding) => ({ finding, sign: '~' })),
    ...(fixed ?? []).map((finding) => ({ finding, sign: '-' })),
  ];
  const wholeItems = differences
    .slice(offset, offset + limit)
    .map(({ finding, sign }) => ({ sign, item: itemOf(kind, finding, false) }));
  const references = {
    base: displayed(nameOf(base.entry ?? {}), presentation.redaction),
    target: displayed(nameOf(target.entry ?? {}), presentation.redaction),
  };
  const requestId = displayed(base.window.requestId, presentation.redaction);

  const view = (fit: Fit) => {
    const items = wholeItems
      .slice(0, fit.shown)
      .map(({ sign, item }) => ({ sign, item: cutItem(kind, item, fit, false) }));
    const withSign = (wanted: string) => items.filter(({ sign }) => sign === wanted).map(({ item }) => item);
    const ofTarget = [...withSign('+'), ...withSign('~')];
    const extras: Extras = fit.terse ? {} : (kind.shownExtras?.(ofTarget) ?? {});
    const shownTo = offset + items.length;
    const coverage = comparisonCoverage(facts, differences, { offset, shownTo, fit });
    const sides = {
      base: sideKeys(base, cutName(references.base, fit), fit, presentation.nowMs),
      target: sideKeys(target, cutName(references.target, fit), fit, presentation.nowMs),
    };
    const answer = {
      summary: comparisonSummary(facts, difference, {
        from: offset,
        to: shownTo,
        count: differences.length,
      }),
      coverage,
      next: given(
        coverage.next_offset !== undefined && continueAt(coverage.next_offset),
        comparisonNext(facts, kind.words),
      ),
      notes: {
        essential: [
          ...comparisonNotes(facts, difference, offset, kind.words),
          ...sidesNotes(facts, kind.words, fit, presentation.nowMs),
        ],
        optional: extras.notes ?? [],
      },
      advice: extras.advice,
      data: [
        ...SIDES.flatMap((side) => {
          const reference = sides[side].image?.reference;
          return reference === undefined ? [] : `${side}: ${reference}`;
        }),
        ...linesOf(
          kind,
          items.map(({ item }) => item),
          (index) => items[index]?.sign ?? '',
        ),
      ],
      keys: {
        introduced_count: introduced?.length,
        fixed_count: fixed?.length,
        unchanged_count: introduced === undefined ? undefined : difference.unchanged,
        ...sides,
        introduced: introduced === undefined ? undefined : withSign('+'),
        rerated: rerated.length > 0 ? withSign('~') : undefined,
        fixed: fixed === undefined ? undefined : withSign('-'),
        unreadable: unreadableCount([...base.window.rows, ...target.window.rows]),
      },
      requestId,
    };
    return renderAnswer(answer, fit, presentation);
  };
  return { items: wholeItems.length, fieldBytes: CONCISE_FIELD_BYTES, view };
}

function comparisonCoverage(
  { base, target }: Comparison,
  differences: readonly { readonly finding: Finding }[],
  { offset, shownTo, fit }: { readonly offset: number; readonly shownTo: number; readonly fit: Fit },
) {
  const hasMore = shownTo < differences.length;
  const why = given<WhyPartial>(
    boundOf(hasMore, fit),
    offset > 0 && 'offset',
    whySideUnread(base),
    whySideUnread(target),
  );
  return compact({
    fetched: base.window.rows.length + target.window.rows.length,
    shown: countRowsOf(differences.slice(offset, shownTo).map(({ finding }) => finding)),
    complete: isWhole(base) && isWhole(target) && !hasMore && offset === 0,
    why_partial: [...new Set(why)],
    next_offset: hasMore ? shownTo : undefined,
  });
}

function whySideUnread(facts: ComparedImage): WhyPartial[] {
  return whyUnread(facts.scanChanged ? { ...facts, changed: true } : facts);
}

/** `fit.terse` leaves out the counts, which the summary gives too. */
function sideKeys(facts: ComparedImage, reference: string | undefined, fit: Fit, nowMs: number) {
  const { window, empty } = facts;
  return compact({
    image: imageKeys(facts, reference, nowMs),
    coverage: compact({
      total: window.total,
      fetched: window.rows.length,
      complete: isWhole(facts),
      why_partial: whySideUnread(facts),
    }),
    counts: isKnown(facts) && !fit.terse ? countsOf(window.counts) : undefined,
    empty_because: empty,
  });
}

/** Notes on each side; what is true of both is said once. */
function sidesNotes({ base, target }: Comparison, words: KindWords, fit: Fit, nowMs: number): string[] {
  const ofBase = sideNotes(base, 'base', words, fit, nowMs);
  const ofTarget = sideNotes(target, 'target', words, fit, nowMs);
  const ofBoth = new Set(ofBase.filter((note) => ofTarget.includes(note)));
  return [
    ...ofBase.map((note) => `${ofBoth.has(note) ? 'Both' : SIDE_NAMES.base}: ${note}`),
    ...ofTarget.filter((note) => !ofBoth.has(note)).map((note) => `${SIDE_NAMES.target}: ${note}`),
  ];
}

function sideNotes(
  { image, ...facts }: ComparedImage,
  side: (typeof SIDES)[number],
  words: KindWords,
  fit: Fit,
  nowMs: number,
): string[] {
  // Both sides were looked up in one list, so its age is given once.
  const listAgeMs = side === 'base' ? 0 : (image.listAgeMs ?? 0);
  const ageDays = scanAgeDays(facts.entry?.ScanTime, nowMs);
  const notes = readingNotes({ ...facts, image: { ...image, listAgeMs } }, words, ageDays);
  return [...notes.essential, ...(fit.terse ? [] : notes.optional)];
}

/** What differs, by level, and how much of it is shown. */
function comparisonSummary(
  { base, target }: Comparison,
  { introduced, fixed, rerated, unchanged }: Difference,
  shown: { readonly from: number; readonly to: number; readonly count: number },
): string {
  const images = `Target image ${idWords(target.image.id)} against base image ${idWords(base.image.id)}`;
  if (introduced === undefined) return `${images}: they cannot be compared.`;

  const isBaseWhole = isWhole(base);
  const atLeast = isWhole(target) || introduced.length === 0 ? '' : 'at least ';
  const counts = given(
    `${atLeast}${plural(introduced.length, 'finding')} ${isBaseWhole ? 'introduced' : "not among the base's rows"}`,
    fixed === undefined ? 'what was fixed is not known' : `${fixed.length} fixed`,
    rerated.length > 0 && `${rerated.length} at another level`,
    `${unchanged} unchanged${rangeWords(shown)}`,
  );
  return given(
    `${images}: ${counts.join(', ')}.`,
    introduced.length > 0 &&
      `${isBaseWhole ? 'Introduced' : 'Not in the base'}: ${findingsByLevel(introduced)}.`,
    fixed !== undefined && fixed.length > 0 && `Fixed: ${findingsByLevel(fixed)}.`,
    `Rows by level: base ${rowsByLevel(base)}; target ${rowsByLevel(target)}.`,
  ).join(' ');
}

/** What may not be claimed, and why. */
function comparisonNotes(
  { base, target }: Comparison,
  { introduced, rerated }: Difference,
  offset: number,
  words: KindWords,
): string[] {
  return given(
    rerated.length > 0 && 'A finding at another level is still the same finding: it is not fixed.',
    sideLine('base', base, words),
    sideLine('target', target, words),
    introduced !== undefined &&
      introduced.length > 0 &&
      !isWhole(base) &&
      'The base is not fully known, so these findings may not be new.',
    offset > 0 && 'Both images were read again: if they changed in between, differences may be missed.',
  );
}

/** How to learn more about the differences. */
function comparisonNext({ base, target }: Comparison, words: KindWords): string[] {
  const isShort = ({ empty, window, ignored }: ComparedImage) =>
    empty === undefined && window.rows.length !== window.total && ignored.length === 0;
  return given(
    (isShort(base) || isShort(target)) &&
      'To compare all rows: ask with levels, since each level has fewer rows.',
    [base, target].flatMap((facts) => {
      const { empty = whyUnfinished(facts.scanStatus) } = facts;
      if (empty === undefined || isWhole(facts)) return [];
      return `Image ${idWords(facts.image.id)}: ${EMPTY_WORDS[empty].next(facts, words)}`;
    }),
  );
}

function rangeWords({ from, to, count }: { from: number; to: number; count: number }): string {
  if (to - from === count) return '';
  if (to > from) return `; differences ${from + 1} to ${to} of ${count} shown`;
  return `; none of ${plural(count, 'difference')} shown`;
}

/** What is known about a side that is not fully known. */
function sideLine(side: keyof typeof SIDE_NAMES, facts: ComparedImage, words: KindWords): string | undefined {
  if (isWhole(facts)) return undefined;
  const name = SIDE_NAMES[side];
  if (facts.empty !== undefined) return `${name}: ${EMPTY_WORDS[facts.empty].sentence(facts, words)}`;
  const changed = facts.scanChanged ? '; a scan started or finished while the rows were read' : '';
  return `${name}: ${rowsRead(facts)}${unfinishedWords(facts, words)}${changed}.`;
}

/** A side's rows by level, and what they cover unless that is all. */
function rowsByLevel({ window: { counts } }: ComparedImage): string {
  const rows = levelWords((level) => counts.byLevel[level]);
  return counts.cover === 'all_rows' ? rows : `${rows} (of the rows read)`;
}

function findingsByLevel(findings: readonly Finding[]): string {
  return levelWords((level) => findings.filter(([row]) => row.level === level).length);
}

/** Whether all rows of an image are known: the scan has finished and every row was read. */
function isWhole(facts: ComparedImage): boolean {
  const { window, empty, changed, ignored, scanChanged, scanStatus } = facts;
  if (empty !== undefined) return isKnown(facts);
  const isRead =
    window.rows.length === window.total && !changed && ignored.length === 0 && !window.rows.some(isFaulty);
  return isRead && !scanChanged && scanStatus === 'SCANNED';
}

/** The findings of both sides, matched by their identity. */
interface Difference<Row extends ImageRow = ImageRow> {
  /** Undefined if nothing is known about one side. */
  readonly introduced: readonly Finding<Row>[] | undefined;
  /** Undefined unless both sides are fully known. */
  readonly fixed: readonly Finding<Row>[] | undefined;
  /** Findings of the target that the base has at another level: neither new nor fixed. */
  readonly rerated: readonly Finding<Row>[];
  readonly unchanged: number;
}

/** What may be claimed about the differences between two images. */
function differenceOf<Row extends ImageRow>({ base, target }: Comparison<Row>): Difference<Row> {
  if (!isKnown(base) || !isKnown(target)) {
    return { introduced: undefined, fixed: undefined, rerated: [], unchanged: 0 };
  }
  const before = groupRows(base.window.rows, 'desc');
  const after = groupRows(target.window.rows, 'desc');
  const keysBefore = keysOf(before);
  const keysAfter = keysOf(after);
  const added = after.filter(([row]) => !keysBefore.has(row.key));
  const removed = before.filter(([row]) => !keysAfter.has(row.key));
  const addedAtAnyLevel = new Set(added.map(withoutLevel));
  const removedAtAnyLevel = new Set(removed.map(withoutLevel));
  return {
    introduced: added.filter((finding) => !removedAtAnyLevel.has(withoutLevel(finding))),
    fixed:
      isWhole(base) && isWhole(target)
        ? removed.filter((finding) => !addedAtAnyLevel.has(withoutLevel(finding)))
        : undefined,
    rerated: added.filter((finding) => removedAtAnyLevel.has(withoutLevel(finding))),
    unchanged: after.length - added.length,
  };
}

function keysOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(([row]) => row.key));
}

/** A finding's identity without its level, which another scan may rate differently. */
function withoutLevel([{ identity }]: Finding): string {
  const { level: _, ...rest } = identity;
  return JSON.stringify(rest);
}
