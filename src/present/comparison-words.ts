/** The sentences of a comparison: only numbers and our own words. Pure. */
import type { ComparedImage, Comparison } from '../gather/comparison.ts';
import { isFaulty, LEVELS, type Level } from '../tcss/vocabulary.ts';
import type { Difference } from './difference.ts';
import { EMPTY_WORDS } from './empty-words.ts';
import type { Finding } from './findings.ts';
import { riskPresentation } from './risk-item.ts';
import { rowsRead } from './row-words.ts';
import { failureWord, plural, statusWord } from './words.ts';

/** Whether anything is known of an image's risks: rows came, or a scan that succeeded found none. */
export function isKnown({ empty }: ComparedImage): boolean {
  return empty === undefined || empty.because === 'clean' || empty.because === 'filtered_out';
}

/** Whether all risks of an image are known: licensed, scanned, no scan under way, and every row was read. */
export function isWhole(facts: ComparedImage): boolean {
  const { read, empty, changed, filterIgnored, scanChanged, scanStatus, image } = facts;
  if (empty !== undefined) return isKnown(facts);
  const isRead = read.rows.length === read.total && !changed && !filterIgnored && !read.rows.some(isFaulty);
  return isRead && !scanChanged && scanStatus === 'SCANNED' && image.isLicensed !== false;
}

/** Reasons, of those that coverage knows, why the rows of an image were not all read. */
export function whySideIsPartial({ read, changed, scanChanged }: ComparedImage) {
  const isMissing = read.rows.length !== read.total;
  return [
    ...(isMissing && read.endedBy === undefined && read.rows.length > 0 ? ['window' as const] : []),
    ...(read.endedBy === 'deadline' ? ['deadline' as const] : []),
    ...(read.endedBy !== undefined && read.endedBy !== 'deadline' ? ['page_failed' as const] : []),
    ...(changed || scanChanged ? ['changed' as const] : []),
    ...(read.rows.some(isFaulty) ? ['unreadable' as const] : []),
  ];
}

/** Stands where an incomplete base makes findings look new. */
export const MAYBE_OLD_NOTE = 'The base is not fully known, so these findings need not be new.';

/** What differs, by level, how much of it is shown, and what may not be claimed. */
export function comparisonLines(
  { base, target }: Comparison,
  { introduced, fixed, rerated, unchanged }: Difference,
  shown: { readonly from: number; readonly to: number; readonly count: number },
): string[] {
  const sides = `Target image ${target.image.id} against base image ${base.image.id}`;
  const unknown = [...sideLine('Base', base), ...sideLine('Target', target)];
  if (introduced === undefined) return [`${sides}: they cannot be compared.`, ...unknown];

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
    ...(rerated.length > 0 ? ['Rated anew: the same finding with another level; it is not fixed.'] : []),
    `Rows by level: base ${levelWords(base)}; target ${levelWords(target)}.`,
    ...unknown,
    ...(shown.from > 0
      ? ['Both images were read anew: if they changed meanwhile, differences may be missed.']
      : []),
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
    const { sentence, next } = EMPTY_WORDS[facts.empty.because];
    const { words } = riskPresentation;
    return [`${name}: ${sentence(facts, words)} ${next(words)}`];
  }
  const { read, filterIgnored } = facts;
  const known = [rowsRead(facts), ...stateWords(facts)];
  const hint =
    read.rows.length === read.total || filterIgnored
      ? ''
      : ' To compare it whole, ask with levels: each level has fewer rows.';
  return [`${name}: ${known.join('; ')}.${hint}`];
}

/** What of a scan's state keeps its rows from being all there are. */
function stateWords({ scanStatus, stateFailure, scanChanged, image }: ComparedImage): string[] {
  if (stateFailure !== undefined) {
    return [`the state of its risk scan could not be read (${failureWord(stateFailure)})`];
  }
  return [
    ...(scanStatus === 'SCANNED' ? [] : [`the state of its risk scan: ${statusWord(scanStatus)}`]),
    ...(scanChanged ? ['a scan began or ended while the rows were read'] : []),
    ...(image.isLicensed === false ? ['no scan licence, so the rows may be old'] : []),
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
