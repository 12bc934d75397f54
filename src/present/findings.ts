/** From rows to findings: equal rows are one finding, and nothing is lost in the count. */
import { createHash } from 'node:crypto';
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';

/** A group of equal rows. */
export interface Finding<Row extends ImageRow = ImageRow> {
  /** The first of its rows; the others differ in their time alone. */
  readonly row: Row;
  /** Positions of its rows in the window, rising. */
  readonly positions: readonly number[];
}

/**
 * Groups equal rows and puts the findings in order: most severe first (`asc`: least severe first),
 * unknown levels last in both, then by the position of the first row. Rows that are lost are in none.
 */
export function groupRows<Row extends ImageRow>(rows: readonly Row[], order: 'desc' | 'asc'): Finding<Row>[] {
  const groups = new Map<string, { row: Row; positions: number[] }>();
  rows.forEach((row, position) => {
    if (row.isLost) return;
    const group = groups.get(row.identity);
    if (group === undefined) groups.set(row.identity, { row, positions: [position] });
    else group.positions.push(position);
  });
  // A stable sort keeps the order of first rows within a level.
  return [...groups.values()].sort((a, b) => rank(a.row.level, order) - rank(b.row.level, order));
}

/** `prefix`, `-` and 12 hex digits of SHA-256 over a row's identity: the same across tags, pages and days. */
export function findingId(prefix: string, { identity }: ImageRow): string {
  return `${prefix}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/** Rows that a list of findings stands for. */
export function countRowsOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { positions }) => sum + positions.length, 0);
}

/** Whether rows came in level order; the service is asked for it, and not known to keep it. */
export function isInLevelOrder(rows: readonly ImageRow[], order: 'desc' | 'asc'): boolean {
  const known = rows.filter(({ isLost }) => !isLost);
  return known.every(
    (row, at) => at === 0 || rank(known[at - 1]?.level ?? row.level, order) <= rank(row.level, order),
  );
}

function rank(level: Level, order: 'desc' | 'asc'): number {
  const index = LEVELS.indexOf(level);
  return level === 'unknown' || order === 'desc' ? index : -index;
}
