import { describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { sharedHouse } from './house.ts';

const shared = sharedHouse();

describe('a walk over HTTP', () => {
  const large = { image_id: DEMO_IMAGE_IDS.large, limit: 100, max_bytes: 40_000 };
  const mixed = { image_id: DEMO_IMAGE_IDS.mixed, limit: 7, max_bytes: 2000 };
  const walks: [string, Record<string, unknown>, 'cursor' | 'offset', number][] = [
    ['by cursor through several windows', large, 'cursor', 5000],
    ['by cursor in small steps', { ...mixed, detail: 'full' }, 'cursor', 37],
    ['by cursor, least severe first', { ...mixed, order: 'asc' }, 'cursor', 37],
    ['by cursor over a filter', { ...large, levels: ['critical'] }, 'cursor', 206],
    ['by cursor from an offset', { ...mixed, offset: 10 }, 'cursor', 27],
    ['by next_offset, where rows come in order', { image_id: DEMO_IMAGE_IDS.apiNew, limit: 3 }, 'offset', 10],
  ];

  test.each(walks)('%s reaches every row once', async (_name, args, key, rows) => {
    let shown = 0;
    let next: Record<string, unknown> | undefined = args;
    while (next !== undefined) {
      const { structured, isError } = await shared.house.callTool(next);
      expect(isError).toBe(false);
      shown += structured.coverage.shown;
      const value: unknown = structured.coverage[`next_${key}`];
      const { offset: _, ...others }: Record<string, unknown> = args;
      next = value === undefined ? undefined : { ...others, [key]: value };
    }

    expect(shown).toBe(rows);
  });

  test('goes on after a page that failed part-way', async () => {
    shared.house.simulator.failNext({ code: 'OperationDenied' }, { after: 7, times: 1 });
    const first = await shared.house.callTool(large);
    expect(first.structured.coverage.why_partial).toContain('page_failed');

    let shown = first.structured.coverage.shown;
    let cursor = first.structured.coverage.next_cursor;
    while (cursor !== undefined) {
      const { structured } = await shared.house.callTool({ ...large, cursor });
      shown += structured.coverage.shown;
      cursor = structured.coverage.next_cursor;
    }

    expect(shown).toBe(5000);
  });
});

describe('cursor', () => {
  test('of another question, cut or with an offset is refused before any request', async () => {
    const { structured } = await shared.house.callTool({ image_id: DEMO_IMAGE_IDS.mixed });
    const cursor = structured.coverage.next_cursor;

    for (const [args, reason] of [
      [{ image_id: DEMO_IMAGE_IDS.large, cursor }, /another question/],
      [{ image_id: DEMO_IMAGE_IDS.mixed, levels: ['high'], cursor }, /another question/],
      [{ image_id: DEMO_IMAGE_IDS.mixed, order: 'asc', cursor }, /another question/],
      [{ image_id: DEMO_IMAGE_IDS.mixed, cursor: cursor.slice(0, -4) }, /not one that an answer gave/],
      [{ image_id: DEMO_IMAGE_IDS.mixed, cursor: 'bWFkZSB1cA' }, /not one that an answer gave/],
      [{ image_id: DEMO_IMAGE_IDS.mixed, cursor, offset: 20 }, /offset/],
    ] as const) {
      const refused = await shared.counted(args);

      expect(refused.isError).toBe(true);
      expect(refused.text).toMatch(reason);
      expect(refused.requests).toHaveLength(0);
    }
  });

  test('goes on with another limit, detail and budget, from rows read lately', async () => {
    const { structured } = await shared.house.callTool({ image_id: DEMO_IMAGE_IDS.mixed });
    const args = { image_id: DEMO_IMAGE_IDS.mixed, cursor: structured.coverage.next_cursor };
    const next = await shared.counted({ ...args, limit: 100, detail: 'full', max_bytes: 40_000 });

    expect(next.requests).toHaveLength(0);
    expect(next.text).toMatch(/21 to 37 shown/);
    expect(next.text).toContain('Rows and counts were read 0 s ago.');
    expect(next.structured.coverage.why_partial).toEqual(['cursor']);
  });
});
