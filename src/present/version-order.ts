/** Order of package versions as distributions write them: `[epoch:]version[-release]`. Pure. */

/**
 * Below 0 when `a` is the lower one. Runs of digits compare as numbers, the rest by character, `~` comes before
 * everything: the common core of the orders of dpkg and rpm. An absent epoch is 0.
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function compareVersions(a: string, b: string): number {
  const [epochA, restA] = splitEpoch(a);
  const [epochB, restB] = splitEpoch(b);
  return compareNumbers(epochA, epochB) || compareParts(partsOf(restA), partsOf(restB));
}

function splitEpoch(version: string): [epoch: string, rest: string] {
  const [, epoch = '0', rest = version] = /^(\d+):(.*)$/.exec(version) ?? [];
  return [epoch, rest];
}

/** Separators only tell parts apart, but for `~`. */
function partsOf(version: string): string[] {
  return version.match(/\d+|[a-z]+|~/gi) ?? [];
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = comparePart(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === '~' || b === '~') return a === '~' ? -1 : 1;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [isNumberA, isNumberB] = [/^\d/.test(a), /^\d/.test(b)];
  if (isNumberA !== isNumberB) return isNumberA ? 1 : -1;
  if (isNumberA) return compareNumbers(a, b);
  return a < b ? -1 : 1;
}

/** Numbers of any length, as text. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}
