/** What the service's text of fixed versions says: often a list, one version for each line of releases. Pure. */
import { compareParts, partsOf, type VersionOrder, type VersionParts } from './version-order.ts';

/** One version of such a text. */
export interface FixedVersion {
  /** As the service writes it, `>` and the like included. */
  readonly spelling: string;
  readonly version: VersionParts;
  /** `>1.2`: only what is above it is fixed. */
  readonly isExclusive: boolean;
}

/** Versions of one text, in rising order. */
export type FixedVersions = readonly FixedVersion[];

/** Separators of a list, after the blank between an operator and its version is gone. */
const SEPARATORS = /[\s,;|/，；、｜或]+/;

/** A number with what may follow it; `<1.2` is no fix, and words such as none, N/A and 暂无 are no versions. */
const VERSION =
  /^(>=?|≥|={1,2})?((?:\d+:)?(?:(?:v|ver|version|go|r|rel|release|jdk)[-._]?)?\d[\w.+~^:-]{0,127})$/i;

/** The versions that a text lists, each once; none where it names no version. */
export function readFixedVersions(text: string): FixedVersions {
  const words = new Set(text.replace(/([<>=≥≤])\s+/g, '$1').split(SEPARATORS));
  return [...words]
    .flatMap((spelling) => {
      const [, operator, version] = VERSION.exec(spelling) ?? [];
      return version === undefined
        ? []
        : [{ spelling, version: partsOf(version), isExclusive: operator === '>' }];
    })
    .sort((a, b) => compareFixes(a, b));
}

/** The order of their versions; where those are equal, what only a higher one fixes is the higher. */
export function compareFixes(a: FixedVersion, b: FixedVersion, order?: VersionOrder): number {
  return compareParts(a.version, b.version, order) || Number(a.isExclusive) - Number(b.isExclusive);
}

/** The lowest version above the installed one. Where that is not known the highest, which fixes in any case. */
export function nextFix(fixes: FixedVersions, installed: string | undefined): FixedVersion | undefined {
  const [own] = readFixedVersions(installed ?? '');
  if (own === undefined) return fixes.at(-1);
  return fixes.find((fix) => compareFixes(fix, own) > 0);
}

/**
 * Whether a version at or above the lowest of the list is fixed: between two of its versions only one that
 * belongs to the line of the lower one, since 2.12.1 is above 2.3.2 and still lacks what came with 2.12.4.
 */
export function isFixedBy(fixes: FixedVersions, upgrade: FixedVersion): boolean {
  const above = fixes.findIndex((fix) => compareFixes(fix, upgrade) > 0);
  if (above < 0) return fixes.length > 0;
  const [below, next] = [fixes[above - 1], fixes[above]];
  if (below === undefined || next === undefined) return false;
  return commonNumbers(below, upgrade) > commonNumbers(next, upgrade);
}

/** How many leading numbers two versions share. */
function commonNumbers(a: FixedVersion, b: FixedVersion): number {
  const numbers = ({ version }: FixedVersion): string[] => version.upstream.match(/\d+/g) ?? [];
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((number, index) => number !== right[index]);
  return at < 0 ? left.length : at;
}
