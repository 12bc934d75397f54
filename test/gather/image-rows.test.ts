import { describe, expect, test } from 'vitest';
import { askLevelTotals, countRows, countTotals } from '../../src/gather/image-rows.ts';
import { riskRows } from '../../src/tools/list-image-risks.ts';
import { endless } from '../endless.ts';
import { fakeTcss } from './fake-tcss.ts';

const rows = ['4', '3', '3', '1', '9', '9'].map((Level) => ({
  Behavior: 1,
  Type: 1,
  Level,
  Desc: undefined,
  InstructionContent: undefined,
}));
const deadline = endless();
const ALL = { id: 1, filters: [], order: 'desc' as const };

describe('askLevelTotals', () => {
  test('asks for one row of each level that passes the filter', async () => {
    const client = fakeTcss(rows);

    expect(await askLevelTotals(riskRows, ALL, 6, { client, deadline })).toEqual({
      critical: 1,
      high: 2,
      medium: 0,
      low: 1,
    });
    expect(client.requests.map(({ Limit, Filters }) => [Limit, Filters?.[0]?.Values])).toEqual([
      [1, ['4']],
      [1, ['3']],
      [1, ['2']],
      [1, ['1']],
    ]);
  });

  test('keeps the other filters and asks nothing for a single level', async () => {
    const client = fakeTcss(rows);
    const behavior = { Name: 'Behavior', Values: ['1'] };
    const levels = (...Values: string[]) => ({
      ...ALL,
      filters: [{ Name: 'Level', Values }, behavior],
    });

    expect(await askLevelTotals(riskRows, levels('3'), 2, { client, deadline })).toEqual({ high: 2 });
    expect(client.requests).toHaveLength(0);
    await askLevelTotals(riskRows, levels('3', '4'), 3, { client, deadline });
    expect(client.requests.map(({ Filters }) => Filters?.[0])).toEqual([behavior, behavior]);
  });

  test('gives nothing rather than a part when one cannot be had', async () => {
    const client = fakeTcss(rows, (number) => (number === 2 ? 'fail' : undefined));

    expect(await askLevelTotals(riskRows, ALL, 6, { client, deadline })).toBeUndefined();
  });
});

describe('countTotals', () => {
  test('leaves what does not add up unaccounted, never guessed', () => {
    const counts = countTotals({ critical: 1, high: 2, medium: 0, low: 1 }, 1, 6);

    expect(counts).toEqual({
      byLevel: { critical: 1, high: 2, medium: 0, low: 1, unknown: 1 },
      unaccounted: 1,
      cover: 'all_rows',
    });
  });

  test('gives nothing when the levels add up to more than the total', () => {
    expect(countTotals({ critical: 9 }, 0, 6)).toBeUndefined();
  });
});

test('countRows counts what was read', () => {
  const levels = (['high', 'high', 'unknown'] as const).map((level) => ({ level }));

  expect(countRows(levels, 'rows_read')).toMatchObject({
    byLevel: { critical: 0, high: 2, medium: 0, low: 0, unknown: 1 },
    cover: 'rows_read',
  });
});
