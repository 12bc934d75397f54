/** Orders of package versions as distributions write them: `[epoch:]upstream[-release]`. Pure. */

/** Both order by epoch, then upstream version, then release, and differ in how they compare the last two. */
export type VersionOrder = 'debian' | 'rpm';

/** Words for what comes before a release; the M of a milestone only counts between a separator and a number. */
const BEFORE_RELEASE =
  /(?:(?<=[a-z\d])[-._~]|(?<=\d))(alpha|beta|rc|cr|pre(?:view|release)?|dev|snapshot|milestone)(?![a-z])|(?<=[a-z\d])[-._~](m)(?=\d)/gi;

/** A name before the digits says no more than they do: `v4.3.0`, `go1.27`. */
const NAMED = /^(?:v|ver|version|go|r|rel|release|jdk)[-._]?(?=\d)/i;

/**
 * Below 0 when `a` is the lower one. `~` comes before everything, and so does, in every scheme, a word for what
 * comes before a release: `2.0-rc1`, `2.0rc1` and `2.0.M1` are lower than 2.0. An absent epoch is 0.
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function compareVersions(a: string, b: string, order: VersionOrder = 'debian'): number {
  return compareParts(partsOf(a), partsOf(b), order);
}

/** A version taken apart, so that one that is compared often is so only once. */
export interface VersionParts {
  readonly epoch: string;
  readonly upstream: string;
  readonly release: string;
}

/** @see compareVersions */
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

/** The parts of any text; a name before the digits is no part. */
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

/** Text and numbers in turn; an absent number is 0, and in text `~` is first, then its end, letters, the rest. */
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

/** As rpmvercmp: runs of digits and of letters, which other characters only tell apart, but for `~` and `^`. */
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

/** `~` before the end, then `^`, letters, digits. */
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
