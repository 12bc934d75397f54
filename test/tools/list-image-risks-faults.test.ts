import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { type House, startHouse } from '../setup.ts';
import { answerAtDeadline } from './house.ts';

const LIST = 'DescribeAssetImageRegistryRiskInfoList';
type Rows = { List: object[]; TotalCount: number; RequestId: string };
const change = (how: (answer: Rows) => object) => ({ respond: (answer: object) => how(answer as Rows) });

let house: House;
beforeEach(async () => {
  house = await startHouse();
});
afterEach(() => house.close());

/** The leaky image: 658 rows in seven pages, asked for in order on loopback. */
const ASK = { image_id: DEMO_IMAGE_IDS.leaky };

describe('a window over HTTP', () => {
  test('keeps the rows before a page that fails late, and says so', async () => {
    house.simulator.failNext(
      { code: 'InternalError' },
      { action: LIST, after: 3, times: Number.POSITIVE_INFINITY },
    );

    const { text, structured } = await house.callTool(ASK);

    expect(structured.coverage).toMatchObject({ total: 658, complete: false, why_partial: ['page_failed'] });
    expect(structured.coverage.fetched).toBe(300);
    expect(structured.coverage.next_offset).toBe(300);
    expect(text).toContain('Reading failed at row 300 (InternalError); the rows before it are complete.');
    expect(structured.counts.cover).toBe('rows_read');
    expect(text).toContain('only the 300 rows read');
  });

  test('answers at the deadline with what was read', async () => {
    house.simulator.failNext({ hang: 'body' }, { action: LIST, after: 2, times: 20 });

    const { text, structured, isError } = await answerAtDeadline(house, () => house.callTool(ASK));

    expect(isError).toBe(false);
    expect(structured.coverage).toMatchObject({ fetched: 200, shown: 200, why_partial: ['deadline'] });
    expect(text).toContain('The deadline passed before row 200');
  });

  test('asks once more for a short page, and ends where it stays short', async () => {
    const short = change((answer) => ({ ...answer, List: answer.List.slice(0, 30) }));
    house.simulator.failNext(short, { action: LIST, times: 1 });
    const mended = await house.callTool(ASK);
    house.simulator.failNext(short, { action: LIST, times: 20 });
    const broken = await house.callTool(ASK);

    expect(mended.structured.coverage).toMatchObject({ fetched: 658, complete: true });
    expect(broken.structured.coverage.why_partial).toContain('page_failed');
    expect(broken.text).toContain('fewer rows than the total it gave');
  });

  test('says that the total changed on the way', async () => {
    house.simulator.failNext(
      change((answer) => ({ ...answer, TotalCount: 700 })),
      { action: LIST, after: 1, times: 1 },
    );

    const { text, structured } = await house.callTool(ASK);

    expect(structured.coverage.why_partial).toEqual(['changed']);
    expect(text).toMatch(/^Image \d+: 658 rows read while their number changed: 1 finding\. Rows/);
  });

  test('claims no total that the service did not give', async () => {
    house.simulator.failNext(
      change(({ TotalCount: _, ...answer }) => ({ ...answer, TotalCount: null })),
      { action: LIST },
    );

    const { text, structured } = await house.callTool(ASK);

    expect(structured.coverage).toMatchObject({
      fetched: 100,
      shown: 100,
      complete: false,
      why_partial: ['window'],
    });
    expect(structured.coverage).not.toHaveProperty('total');
    expect(text).toContain('100 rows read (the service gave no total)');
    expect(structured.coverage.next_offset).toBe(100);
  });

  test('says when the service did not keep the order it was asked for', async () => {
    house.simulator.failNext(
      change((answer) => ({ ...answer, List: [...answer.List].reverse() })),
      { action: LIST, times: 10 },
    );

    const { text } = await house.callTool({ image_id: DEMO_IMAGE_IDS.large });

    expect(text).toContain('The service did not send the rows in level order.');
    expect(text).toMatch(/Not among the rows read: .*Ask with levels/);
  });

  test('a failure of the first page is an error that names its code and RequestId', async () => {
    house.simulator.failNext({ code: 'InternalError', requestId: 'abc-123' }, { action: LIST, times: 20 });

    const { text, isError, raw } = await house.callTool(ASK);

    expect(isError).toBe(true);
    expect(raw.structuredContent).toBeUndefined();
    expect(text).toContain('InternalError');
    expect(text).toContain('RequestId: abc-123');
    expect(text).toContain('Trying again later can help.');
  });

  test('claims no count that the service refutes itself', async () => {
    const all = change((answer) => ({ ...answer, TotalCount: 5000 }));
    house.simulator.failNext(all, { times: Number.POSITIVE_INFINITY });
    const { structured } = await house.callTool({ image_id: DEMO_IMAGE_IDS.large });

    expect(structured.counts.cover).toBe('rows_read');
  });

  test('takes a total that is smaller than its own page for none, and goes on behind it', async () => {
    house.simulator.failNext(change((answer) => ({ ...answer, TotalCount: 3 })));

    const { text, structured } = await house.callTool(ASK);

    expect(structured.coverage).not.toHaveProperty('total');
    expect(structured.coverage).toMatchObject({ fetched: 100, complete: false, next_offset: 100 });
    expect(text).not.toContain('all 100');
  });

  test('leaves no request open when the answer is out', async () => {
    house.simulator.failNext({ code: 'UnauthorizedOperation' }, { action: LIST, after: 1 });
    house.simulator.failNext({ hang: 'headers' }, { action: LIST, times: 3 });

    await house.callTool({ image_id: DEMO_IMAGE_IDS.large, offset: 4950 });

    await expect
      .poll(() => house.simulator.requests.filter(({ closedEarly }) => closedEarly === true).length)
      .toBe(3);
  });
});
