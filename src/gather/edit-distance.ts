/** How many single edits lie between two texts. Pure. */

/**
 * Insertions, deletions and replacements of UTF-16 units that make one text the other, when they are at
 * most `most`; else Infinity. Time grows with the product of the lengths: cut texts first.
 */
export function editDistance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) return Number.POSITIVE_INFINITY;
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const cost = Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    // Costs never fall from row to row.
    if (least > most) return Number.POSITIVE_INFINITY;
    above = current;
  }
  const distance = above[to.length] ?? 0;
  return distance <= most ? distance : Number.POSITIVE_INFINITY;
}
