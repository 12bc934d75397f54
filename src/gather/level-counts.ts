/** Rows by level: counted where all were read, asked for where they were not, never guessed. */

import { partOfAnswer } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import type { TcssClient } from '../tcss/client.ts';
import { type KnownLevel, LEVELS, type Level, levelCode } from '../tcss/vocabulary.ts';
import { levelsAsked, type RowKind, type RowQuery } from './row-kind.ts';

/** Rows by level and what the numbers cover. */
export interface LevelCounts {
  readonly byLevel: Readonly<Record<Level, number>>;
  /** Matching rows that no level accounts for; 0 when everything adds up. */
  readonly unaccounted: number;
  readonly cover: 'all_rows' | 'rows_read';
}

/** Counts rows that were read. */
export function countRows(
  rows: readonly { readonly level: Level }[],
  cover: LevelCounts['cover'],
): LevelCounts {
  const byLevel = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<Level, number>;
  for (const { level } of rows) byLevel[level] += 1;
  return { byLevel, unaccounted: 0, cover };
}

/**
 * Asks the service for the number of rows of each level that passes the filters: one request a level,
 * none when a single level is asked for. Undefined when one could not be had.
 * @throws the signal's reason when the caller cancels.
 */
export async function askLevelTotals(
  { action, levelFilter }: Pick<RowKind<never, unknown>, 'action' | 'levelFilter'>,
  query: RowQuery,
  total: number,
  { client, deadline }: { readonly client: TcssClient; readonly deadline: Deadline },
): Promise<Partial<Record<KnownLevel, number>> | undefined> {
  const levels = levelsAsked({ levelFilter }, query);
  const [only] = levels;
  if (only !== undefined && levels.length === 1) return { [only]: total };
  const others = query.filters.filter(({ Name }) => Name !== levelFilter);
  try {
    const totals = await Promise.all(
      levels.map(async (level) => {
        const Filters = [...others, { Name: levelFilter, Values: [levelCode(level)] }];
        const { TotalCount } = await client.call(
          action,
          { Id: query.id, Limit: 1, Offset: 0, Filters },
          deadline,
        );
        return [level, TotalCount ?? undefined] as const;
      }),
    );
    if (totals.some(([, count]) => count === undefined)) return undefined;
    return Object.fromEntries(totals);
  } catch (error) {
    partOfAnswer(error, deadline.signal);
    return undefined;
  }
}

/**
 * Puts the service's totals together with the rows read: rows of an unknown level can only be seen,
 * so those read are counted, and what is left over is unaccounted. Undefined when the levels add up
 * to more than the total: then they are not what they seem.
 */
export function countTotals(
  totals: Partial<Record<KnownLevel, number>>,
  unknownRead: number,
  total: number,
): LevelCounts | undefined {
  const byLevel = { critical: 0, high: 0, medium: 0, low: 0, ...totals, unknown: unknownRead };
  const rest = total - Object.values(byLevel).reduce((sum, count) => sum + count, 0);
  return rest < 0 ? undefined : { byLevel, unaccounted: rest, cover: 'all_rows' };
}
