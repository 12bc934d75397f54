import { describe, expect, test } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import { type Page, readWindow } from '../../src/gather/window.ts';
import { apiError } from '../../src/tcss/api-error.ts';

const ROWS = Array.from({ length: 450 }, (_, at) => at);

/** Pages over ROWS; `change` may replace the page of one offset, by the number of times it was asked for. */
function pages(
  change: (offset: number, times: number, page: Page<number>) => Page<number> = (_o, _t, page) => page,
) {
  const asked: [number, number][] = [];
  const fetchPage = async (offset: number, limit: number) => {
    asked.push([offset, limit]);
    const page = { List: ROWS.slice(offset, offset + limit), TotalCount: 450, RequestId: `r${asked.length}` };
    return change(offset, asked.filter(([other]) => other === offset).length, page);
  };
  return { asked, fetchPage };
}

function read(fetchPage: (offset: number, limit: number) => Promise<Page<number>>, options: object = {}) {
  return readWindow(fetchPage, { start: 0, size: 1000, signal: new AbortController().signal, ...options });
}

describe('readWindow', () => {
  test('reads the first page alone and the rest at once, none twice', async () => {
    const { asked, fetchPage } = pages();

    const window = await read(fetchPage);

    expect(window.rows).toEqual(ROWS);
    expect(asked).toEqual([
      [0, 100],
      [100, 100],
      [200, 100],
      [300, 100],
      [400, 50],
    ]);
    expect(window).toMatchObject({ total: 450, requestId: 'r1', totalChanged: false });
    expect(window.endedBy).toBeUndefined();
  });

  test('stops at its size and starts where it is told', async () => {
    const { fetchPage } = pages();

    const window = await read(fetchPage, { start: 130, size: 150 });

    expect(window.rows).toEqual(ROWS.slice(130, 280));
  });

  test('asks once more for the rest of a short page, from where it ended', async () => {
    const { asked, fetchPage } = pages((offset, _times, page) =>
      offset === 200 ? { ...page, List: page.List?.slice(0, 30) ?? [] } : page,
    );

    const window = await read(fetchPage);

    expect(window.rows).toEqual(ROWS);
    expect(asked).toContainEqual([230, 70]);
  });

  test('ends where a page stays short, and says so', async () => {
    const { fetchPage } = pages((offset, _times, page) =>
      offset === 200 || offset === 230 ? { ...page, List: page.List?.slice(0, 30) ?? [] } : page,
    );

    const window = await read(fetchPage);

    expect(window.rows).toEqual(ROWS.slice(0, 260));
    expect(window.endedBy).toBe('short_page');
  });

  test('keeps the rows before a page that fails', async () => {
    const { fetchPage } = pages((offset, _times, page) => {
      if (offset === 300) throw apiError('Describe', 'InternalError', '', undefined);
      return page;
    });

    const window = await read(fetchPage);

    expect(window.rows).toEqual(ROWS.slice(0, 300));
    expect(window.endedBy).toBe('page_failed');
    expect(window.failure).toMatchObject({ code: 'InternalError' });
  });

  test('keeps equal rows: they are no repeated page', async () => {
    const equal = pages((_offset, _times, page) => ({ ...page, List: page.List?.map(() => 7) ?? [] }));

    expect((await read(equal.fetchPage)).rows).toHaveLength(450);
  });

  test('says that the total changed on the way', async () => {
    const { fetchPage } = pages((offset, _times, page) =>
      offset === 400 ? { ...page, TotalCount: 460 } : page,
    );

    expect((await read(fetchPage)).totalChanged).toBe(true);
  });

  test('gives the rows that are there when the total is absent or too small', async () => {
    const none = pages((_o, _t, page) => ({ ...page, TotalCount: null }));
    const small = pages((_o, _t, page) => ({ ...page, TotalCount: 3 }));

    expect(await read(none.fetchPage)).toMatchObject({ rows: ROWS.slice(0, 100), total: undefined });
    expect(await read(small.fetchPage)).toMatchObject({
      rows: ROWS.slice(0, 100),
      total: undefined,
      totalChanged: true,
    });
  });

  test('tells an absent list from an empty one', async () => {
    for (const List of [null, undefined]) {
      expect(await read(async () => ({ List, TotalCount: 0 }))).toMatchObject({
        listMissing: true,
        rows: [],
      });
    }
    expect(await read(async () => ({ List: [], TotalCount: 0 }))).toMatchObject({
      listMissing: false,
      rows: [],
    });
  });

  test('reports progress in rising steps up to the rows to read', async () => {
    const { fetchPage } = pages();
    const steps: [number, number][] = [];

    await read(fetchPage, { onProgress: (done: number, total: number) => steps.push([done, total]) });

    expect(steps.at(-1)).toEqual([450, 450]);
    expect(steps.every(([done], at) => at === 0 || done > (steps[at - 1]?.[0] ?? 0))).toBe(true);
  });

  test('a deadline ends the window, a cancellation the call', async () => {
    for (const reason of [new TransportError('timeout', 'late'), new Error('cancelled by the client')]) {
      const controller = new AbortController();
      const { fetchPage } = pages((offset, _times, page) => {
        if (offset === 0) return page;
        controller.abort(reason);
        throw reason;
      });
      const reading = read(fetchPage, { signal: controller.signal });

      if (reason instanceof TransportError) {
        expect(await reading).toMatchObject({ rows: ROWS.slice(0, 100), endedBy: 'deadline' });
      } else {
        await expect(reading).rejects.toBe(reason);
      }
    }
  });
});
