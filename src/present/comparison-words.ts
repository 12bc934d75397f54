/** The sentences of a comparison: only numbers and our own words. Pure. */
import type { Comparison } from '../gather/comparison.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import type { RiskRow } from '../gather/risk-rows.ts';
import { LEVELS } from '../tcss/vocabulary.ts';
import { EMPTY_WORDS } from './empty-words.ts';
import type { Finding } from './findings.ts';
import { riskPresentation } from './risk-item.ts';
import { rowsRead } from './row-words.ts';
import { plural, statusWord } from './words.ts';

/** What was found to differ; `fixed` is undefined when it may not be claimed. */
interface Difference {
  readonly introduced: readonly Finding[];
  readonly fixed: readonly Finding[] | undefined;
  readonly unchanged: number;
}

/** Whether all risks of an image are known: it was scanned, the scan is over, and every row was read. */
export function isWhole(facts: ImageFacts<RiskRow>): boolean {
  const { read, empty, changed, scanStatus } = facts;
  if (empty !== undefined) return empty.because === 'clean' || empty.because === 'filtered_out';
  return read.rows.length === read.total && !changed && scanStatus === 'SCANNED';
}

/** Reasons, of those that coverage knows, why the rows of an image were not all read. */
export function whySideIsPartial({ read, changed }: ImageFacts<RiskRow>) {
  const isMissing = read.rows.length !== read.total;
  return [
    ...(isMissing && read.endedBy === undefined && read.rows.length > 0 ? ['window' as const] : []),
    ...(read.endedBy === 'deadline' ? ['deadline' as const] : []),
    ...(read.endedBy !== undefined && read.endedBy !== 'deadline' ? ['page_failed' as const] : []),
    ...(changed ? ['changed' as const] : []),
  ];
}

/** What differs, by level, how much of it is shown, and what may not be claimed. */
export function comparisonLines(
  { base, target }: Comparison,
  { introduced, fixed, unchanged }: Difference,
  shown: { readonly from: number; readonly to: number; readonly count: number },
): string[] {
  const sides = `Target image ${target.image.id} against base image ${base.image.id}`;
  const isBaseWhole = isWhole(base);
  const gone = fixed === undefined ? 'what was fixed cannot be told' : `${fixed.length} fixed`;
  const range =
    shown.to - shown.from === shown.count
      ? ''
      : shown.to > shown.from
        ? `; differences ${shown.from + 1} to ${shown.to} of ${shown.count} shown`
        : `; none of ${plural(shown.count, 'difference')} shown`;
  const come = comeWords(base, target, introduced.length);
  return [
    `${sides}: ${come}, ${gone}, ${unchanged} unchanged${range}.`,
    ...(introduced.length > 0
      ? [`${isBaseWhole ? 'Introduced' : 'Not in the base'}: ${byLevel(introduced)}.`]
      : []),
    ...(fixed !== undefined && fixed.length > 0 ? [`Fixed: ${byLevel(fixed)}.`] : []),
    ...sideLine('Base', base),
    ...sideLine('Target', target),
    ...(isBaseWhole || introduced.length === 0
      ? []
      : ['The base is not fully known, so these findings need not be new.']),
  ];
}

/** How many findings are new, and how much of that may be claimed. */
function comeWords(base: ImageFacts<RiskRow>, target: ImageFacts<RiskRow>, count: number): string {
  if (target.empty !== undefined && !isWhole(target)) return 'what was introduced cannot be told';
  const atLeast = isWhole(target) ? '' : 'at least ';
  const findings = plural(count, 'finding');
  return isWhole(base)
    ? `${atLeast}${findings} introduced`
    : `${atLeast}${findings} not among the base's rows`;
}

/** What is not known of a side. */
function sideLine(name: string, facts: ImageFacts<RiskRow>): string[] {
  if (isWhole(facts)) return [];
  if (facts.empty !== undefined) {
    const { sentence, next } = EMPTY_WORDS[facts.empty.because];
    const { words } = riskPresentation;
    return [`${name}: ${sentence(facts, words)} ${next(words)}`];
  }
  const { read, scanStatus } = facts;
  const scan = scanStatus === 'SCANNED' ? '' : `; the state of its risk scan: ${statusWord(scanStatus)}`;
  const hint = read.rows.length === read.total ? '' : ' To compare it whole: fewer rows, by levels.';
  return [`${name}: ${rowsRead(facts)}${scan}.${hint}`];
}

function byLevel(findings: readonly Finding[]): string {
  return LEVELS.map((level) => [level, findings.filter(({ row }) => row.level === level).length] as const)
    .filter(([level, count]) => level !== 'unknown' || count > 0)
    .map(([level, count]) => `${level} ${count}`)
    .join(', ');
}
