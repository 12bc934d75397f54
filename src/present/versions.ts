/** Orders of package versions, and what the service's text of fixed versions lists. Pure. */

/**
 * How versions of the form `[epoch:]upstream[-release]` are compared. Both orders go by epoch, then upstream version,
 * then release; they differ in how they compare the last two.
 */
export type VersionOrder = 'debian' | 'rpm';

/** Words for what precedes a release; the M of a milestone counts only between a separator and a number. */
const BEFORE_RELEASE =
  /(?:(?<=[a-z\d])[-._~]|(?<=\d))(alpha|beta|rc|cr|pre(?:view|release)?|dev|snapshot|milestone|nightly|canary|next|ea)(?![a-z])|(?<=[a-z\d])[-._~](m)(?=\d)/gi;

/** A name before the digits adds nothing to them: `v4.3.0`, `go1.27`. */
const NAMED = /^(?:v|ver|version|go|r|rel|release|jdk)[-._]?(?=\d)/i;

/** A version taken apart, so that comparing it often does so only once. */
export interface VersionParts {
  readonly epoch: string;
  readonly upstream: string;
  readonly release: string;
}

/**
 * Below 0 if `left` is the lower one. `~` precedes everything, and so does, in every scheme, a word for what precedes
 * a release: `2.0-rc1`, `2.0rc1` and `2.0.M1` are lower than 2.0. An absent epoch is 0.
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function compareParts(
  left: VersionParts,
  right: VersionParts,
  order: VersionOrder = 'debian',
): number {
  const compare = order === 'debian' ? compareAsDebian : compareAsRpm;
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compare(left.upstream, right.upstream) ||
    compare(left.release, right.release)
  );
}

/** Takes any text apart; a name before the digits is left out. */
export function partsOf(version: string): VersionParts {
  const [, epoch = '0', rest = version] = /^(\d+):(.*)$/s.exec(version) ?? [];
  const plain = rest
    .replace(NAMED, '')
    .replace(BEFORE_RELEASE, (_, word?: string, m?: string) => `~${(word ?? m ?? '').toLowerCase()}`);
  const hyphen = plain.lastIndexOf('-');
  return {
    epoch,
    upstream: hyphen < 0 ? plain : plain.slice(0, hyphen),
    release: hyphen < 0 ? '' : plain.slice(hyphen + 1),
  };
}

/** Text and numbers alternate; an absent number is 0. In text, `~` sorts before the end of the text, then letters, then the rest. */
function compareAsDebian(a: string, b: string): number {
  const runs = (text: string) => [...text.matchAll(/(\D*)(\d*)/g)];
  const [left, right] = [runs(a), runs(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [, textA = '', numberA = ''] = left[at] ?? [];
    const [, textB = '', numberB = ''] = right[at] ?? [];
    const order = compareText(textA, textB) || compareNumbers(numberA, numberB);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  const end = 0;
  const weights = (text: string, at: number) => {
    const character = text[at];
    if (character === undefined) return end;
    if (character === '~') return -1;
    return character.charCodeAt(0) + (/[a-z]/i.test(character) ? 0 : 65_536);
  };
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = weights(a, at) - weights(b, at);
    if (order !== 0) return order;
  }
  return 0;
}

/** As rpmvercmp does: runs of digits and of letters, which other characters only separate, except `~` and `^`. */
function compareAsRpm(a: string, b: string): number {
  const runs = (text: string): string[] => text.match(/\d+|[a-z]+|[~^]/gi) ?? [];
  const [left, right] = [runs(a), runs(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [runA = '', runB = ''] = [left[at], right[at]];
    const kind = rpmKind(runA) - rpmKind(runB);
    if (kind !== 0) return kind;
    const order = /^\d/.test(runA) ? compareNumbers(runA, runB) : runA === runB ? 0 : runA < runB ? -1 : 1;
    if (order !== 0) return order;
  }
  return 0;
}

/** `~` sorts before the end, then `^`, letters, digits. */
function rpmKind(run: string): number {
  if (run === '~') return -1;
  if (run === '') return 0;
  if (run === '^') return 1;
  return /^\d/.test(run) ? 3 : 2;
}

/** Numbers of any length, as text. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** One of the versions that fix a vulnerability. */
export interface FixedVersion {
  /** As the service writes it, with its operator. */
  readonly spelling: string;
  readonly version: VersionParts;
  /** `>1.2`: only higher versions are fixed. */
  readonly isExclusive: boolean;
}

/** Separate the versions of a list, once no blank follows an operator: `[1.5.0,)`, `1.2.3(LTS)`, `升级到1.5.0及以上`. */
const SEPARATORS = /[\s,;|/()[\]，；、｜（）。\p{Script=Han}]+|\.(?=[\s,;]|$)/u;

/** More versions of one list are not read; lists of release lines are short. */
const MAX_LISTED = 30;

/** Begins with a number: `<1.2` and `1.2.x` are no fixes, and words such as none, N/A and 暂无 are no versions. */
const VERSION =
  /^(?!.*\.x$)(>=?|≥|={1,2})?((?:\d+:)?(?:(?:v|ver|version|go|r|rel|release|jdk)[-._]?)?\d[\w.+~^:-]{0,127})$/i;

/** The versions that a text lists, each once and in rising order: often one for each line of releases. */
export function readFixedVersions(text: string): FixedVersion[] {
  const words = new Set(text.replace(/([<>=≥≤])\s+/g, '$1').split(SEPARATORS));
  return [...words]
    .slice(0, MAX_LISTED)
    .flatMap((spelling) => {
      const [, operator, version] = VERSION.exec(spelling) ?? [];
      return version === undefined
        ? []
        : [{ spelling, version: partsOf(version), isExclusive: operator === '>' }];
    })
    .sort((a, b) => compareFixes(a, b));
}

/** Orders them by version; of equal versions, the exclusive one is higher. */
export function compareFixes(a: FixedVersion, b: FixedVersion, order?: VersionOrder): number {
  return compareParts(a.version, b.version, order) || Number(a.isExclusive) - Number(b.isExclusive);
}

/** The versions above the installed one, in rising order. If that is not known, the highest, which fixes in any case. */
export function upgradesTo(fixes: readonly FixedVersion[], installed: string | undefined): FixedVersion[] {
  const [current] = readFixedVersions(installed ?? '');
  if (current === undefined) return fixes.slice(-1);
  return fixes.filter((fix) => compareFixes(fix, current) > 0);
}

/**
 * Whether the upgrade has the fix, given all fixed versions in the rising order of `compare`. An upgrade between two of
 * them has it only if it belongs to the release line of the lower one: 2.12.1 is above 2.3.2, but still lacks the fix
 * of 2.12.4.
 */
export function isFixedBy(
  fixes: readonly FixedVersion[],
  upgrade: FixedVersion,
  compare: (a: FixedVersion, b: FixedVersion) => number = compareFixes,
): boolean {
  const above = fixes.findIndex((fix) => compare(fix, upgrade) > 0);
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
