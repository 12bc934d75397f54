/** The sentences of a comparison: only numbers and our own words. Pure. */
import type { ComparedImage, Comparison } from '../gather/comparison.ts';
import { describeAssetImageRegistryDetail } from '../tcss/registry-image.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import { type Difference, isWhole } from './difference.ts';
import { EMPTY_WORDS } from './empty-words.ts';
import type { Finding } from './findings.ts';
import { riskPresentation } from './risk-item.ts';
import { rowsRead } from './row-words.ts';
import { deniedBy, failureWord, plural, statusWord } from './words.ts';

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
