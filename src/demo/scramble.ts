/** A number of 32 bits that looks like chance and is the same for the same `n`, a whole number from 0. */
export function scrambled(n: number): number {
  return Math.imul(n + 1, 2_654_435_761) >>> 0;
}

/** The level of a scrambled number as the API spells it: about 4 % critical, 16 % high, 40 % medium. */
export function levelOf(scrambledNumber: number): string {
  const share = scrambledNumber % 100;
  return share < 4 ? '4' : share < 20 ? '3' : share < 60 ? '2' : '1';
}
