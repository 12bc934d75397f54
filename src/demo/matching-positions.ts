import type { Rows } from './rows.ts';

/** One filter of a list, already checked. Several = AND, its Values = OR. */
export interface RowFilter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** The row's member that each filter of a list looks at; `Level` is also what an order goes by. */
export interface FilteredBy<Row> {
  readonly Level: keyof Row;
  readonly [filterName: string]: keyof Row;
}

/** Rows alike in all members that filters and order look at. */
interface Group<Row> {
  readonly row: Row;
  readonly positions: number[];
}
interface Index<Row> {
  readonly length: number;
  readonly groups: readonly Group<Row>[];
  readonly answers: Map<string, number[]>;
}
const indexes = new WeakMap<Rows<unknown>, Index<unknown>>();

/**
 * Row positions in the order of the answer: by level in either direction, else by position; undefined =
 * every row as it stands, at no cost. Rows may be added between calls, not changed. A filter that
 * `filteredBy` does not name has no effect.
 */
export function matchingPositions<Row extends object>(
  rows: Rows<Row>,
  filteredBy: FilteredBy<Row>,
  filters: readonly RowFilter[],
  order?: '+' | '-',
): readonly number[] | undefined {
  const active = filters.filter(
    ({ Name, Values }) => Object.hasOwn(filteredBy, Name) && !Values.includes('all'),
  );
  if (active.length === 0 && order === undefined) return undefined;
  const { groups, answers } = indexOf(rows, filteredBy);
  const key = JSON.stringify([active, order]);
  const positions =
    answers.get(key) ??
    ordered(
      groups.filter(({ row }) => active.every((one) => matches(row[filteredBy[one.Name] as keyof Row], one))),
      filteredBy.Level,
      order,
    );
  answers.set(key, positions);
  return positions;
}

/** Made once, because a million rows take a second, and again when rows were added. */
function indexOf<Row>(rows: Rows<Row>, filteredBy: FilteredBy<Row>): Index<Row> {
  const { length } = rows;
  const index = indexes.get(rows) as Index<Row> | undefined;
  if (index?.length === length) return index;
  const fresh: Index<Row> = { length, groups: grouped(rows, Object.values(filteredBy)), answers: new Map() };
  indexes.set(rows, fresh);
  return fresh;
}

function grouped<Row>(rows: Rows<Row>, members: readonly (keyof Row)[]): Group<Row>[] {
  const groups = new Map<string, Group<Row>>();
  for (let position = 0; position < rows.length; position++) {
    const row = rows.at(position) as Row;
    let key = '';
    for (const member of members) key += `${keyPart(row[member])} `;
    const group = groups.get(key);
    if (group) group.positions.push(position);
    else groups.set(key, { row, positions: [position] });
  }
  return [...groups.values()];
}

/** Of a list too, whose values may hold the comma that would join them. */
function keyPart(value: unknown): unknown {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

/** By level, rows of one level by position in either direction; without an order by position alone. */
function ordered<Row>(groups: readonly Group<Row>[], level: keyof Row, order: '+' | '-' | undefined) {
  const direction = order === '-' ? -1 : 1;
  const rank = ({ row }: Group<Row>) => (order === undefined ? 0 : direction * (Number(row[level]) || 0));
  const ranks = [...new Set(groups.map(rank))].sort((a, b) => a - b);
  return ranks.flatMap((one) =>
    groups
      .filter((group) => rank(group) === one)
      .flatMap(({ positions }) => positions)
      .sort((a, b) => a - b),
  );
}

/** A member that is a list, as Tag is, matches by any of its values; null matches nothing. */
function matches(member: unknown, { Values }: RowFilter): boolean {
  return [member ?? []].flat().some((one) => Values.includes(String(one)));
}
