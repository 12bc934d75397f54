import type { ImageRisk, RiskRows } from './data-set.ts';

/** One filter of the risk list, already checked. Several = AND, its Values = OR. */
export interface RiskFilter {
  readonly Name: 'Level' | 'Behavior' | 'Type' | 'Name';
  readonly Values: readonly string[];
}

/** Rows alike in the three codes that filters and order look at. */
interface Group {
  readonly row: ImageRisk;
  readonly positions: number[];
}
interface Index {
  readonly length: number;
  readonly groups: readonly Group[];
  readonly answers: Map<string, number[]>;
}
const indexes = new WeakMap<RiskRows, Index>();

/**
 * Row positions in the order of the answer: by level in either direction, else by position; undefined =
 * every row as it stands, at no cost. Rows may be added between calls, not changed.
 */
export function matchingPositions(
  rows: RiskRows,
  filters: readonly RiskFilter[],
  order: '+' | '-' | undefined,
) {
  // The effect of the filter Name is not documented; an ImageRisk has no name, so it has none here.
  const active = filters.filter(({ Name, Values }) => Name !== 'Name' && !Values.includes('all'));
  if (active.length === 0 && order === undefined) return undefined;
  const { groups, answers } = indexOf(rows);
  const key = JSON.stringify([active, order]);
  const positions =
    answers.get(key) ??
    ordered(
      groups.filter(({ row }) => active.every((one) => matches(row, one))),
      order,
    );
  answers.set(key, positions);
  return positions;
}

/** Made once, because a million rows take a second, and again when rows were added. */
function indexOf(rows: RiskRows): Index {
  const { length } = rows;
  const index = indexes.get(rows);
  if (index?.length === length) return index;
  const fresh = { length, groups: grouped(rows), answers: new Map() };
  indexes.set(rows, fresh);
  return fresh;
}

function grouped(rows: RiskRows): Group[] {
  const groups = new Map<string, Group>();
  for (let position = 0; position < rows.length; position++) {
    const row = rows.at(position) as ImageRisk;
    const key = `${row.Behavior} ${row.Type} ${row.Level}`;
    const group = groups.get(key);
    if (group) group.positions.push(position);
    else groups.set(key, { row, positions: [position] });
  }
  return [...groups.values()];
}

/** By level, rows of one level by position in either direction; without an order by position alone. */
function ordered(groups: readonly Group[], order: '+' | '-' | undefined): number[] {
  const direction = order === '-' ? -1 : 1;
  const rank = ({ row }: Group) => (order === undefined ? 0 : direction * (Number(row.Level) || 0));
  const ranks = [...new Set(groups.map(rank))].sort((a, b) => a - b);
  return ranks.flatMap((level) =>
    groups
      .filter((group) => rank(group) === level)
      .flatMap(({ positions }) => positions)
      .sort((a, b) => a - b),
  );
}

function matches(row: ImageRisk, { Name, Values }: RiskFilter): boolean {
  return Name === 'Name' || Values.includes(String(row[Name]));
}
