/** From rows to findings: equal rows are one finding, and nothing is lost in the count. */
import { createHash } from 'node:crypto';
import type { RiskRow } from '../gather/risk-rows.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';

/** A group of equal rows, in the words of the answer; texts are cleaned, not yet cut. */
export interface Finding {
  /** `r-` and 12 hex digits of SHA-256 over the rows' identity: the same across tags, pages and days. */
  readonly id: string;
  readonly level: Level;
  readonly levelRaw: string | undefined;
  readonly behavior: number | undefined;
  readonly type: number | undefined;
  readonly description: string | undefined;
  readonly evidence: string | undefined;
  /** Positions of its rows in the window, rising. */
  readonly positions: readonly number[];
  /** Layer times as the service gives them, sorted as text, none twice. */
  readonly times: readonly string[];
}

/** Rows by level; keys are the five levels, every row counted once. */
export type LevelCounts = Readonly<Record<Level, number>>;

/**
 * Groups equal rows and puts the findings in order: most severe first (`asc`: least severe first),
 * unknown levels last in both, then by the position of the first row. `show` makes a text fit to be shown.
 */
export function groupRows(
  rows: readonly RiskRow[],
  order: 'desc' | 'asc',
  show: (text: string) => string,
): Finding[] {
  const groups = new Map<string, { row: RiskRow; positions: number[] }>();
  rows.forEach((row, position) => {
    const group = groups.get(row.identity);
    if (group === undefined) groups.set(row.identity, { row, positions: [position] });
    else group.positions.push(position);
  });
  const findings = [...groups.values()].map(({ row, positions }): Finding => {
    const shown = (text: string | undefined) => (text === undefined ? undefined : show(text));
    const times = positions.flatMap((position) => rows[position]?.time ?? []);
    return {
      id: `r-${createHash('sha256').update(row.identity).digest('hex').slice(0, 12)}`,
      level: row.level,
      levelRaw: shown(row.levelRaw),
      behavior: row.behavior,
      type: row.type,
      description: shown(row.description),
      evidence: shown(row.evidence),
      positions,
      times: [...new Set(times)].sort(),
    };
  });
  // A stable sort keeps the order of first rows within a level.
  return findings.sort((a, b) => rank(a.level, order) - rank(b.level, order));
}

/** Counts rows by level. */
export function countLevels(rows: readonly RiskRow[]): LevelCounts {
  const counts = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<Level, number>;
  for (const { level } of rows) counts[level] += 1;
  return counts;
}

function rank(level: Level, order: 'desc' | 'asc'): number {
  const index = LEVELS.indexOf(level);
  return level === 'unknown' || order === 'desc' ? index : -index;
}
