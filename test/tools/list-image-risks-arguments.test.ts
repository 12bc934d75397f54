import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../setup.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const ID = 6947411;
const ID_RANGE = 'integer 1 to 9007199254740991';

describe('bad arguments', () => {
  test.each<[Record<string, unknown>, ...string[]]>([
    [{ image_id: 'abc' }, 'image_id', ID_RANGE],
    [{ image_id: -1 }, 'image_id', ID_RANGE],
    [{ image_id: 1e30 }, 'image_id', ID_RANGE],
    [{ image_id: 0 }, 'image_id', ID_RANGE],
    [{ image_id: '9007199254740993' }, 'image_id', ID_RANGE],
    [{ image_id: '99999999999999999999999' }, 'image_id', ID_RANGE],
    [{ image_id: [7] }, 'image_id', ID_RANGE],
    [{ image_id: ID, limit: 0 }, 'limit', 'integer 1 to 100'],
    [{ image_id: ID, limit: 101 }, 'limit', 'integer 1 to 100'],
    [{ image_id: ID, limit: 2.5 }, 'limit', 'integer 1 to 100'],
    [{ image_id: ID, levels: ['huge'] }, 'levels', 'critical, high, medium, low'],
    [{ image_id: ID, levels: {} }, 'levels', 'array of 1 to 4'],
    [{ image_id: ID, levels: [['high']] }, 'levels', 'array of 1 to 4'],
    [{ image_id: ID, behaviors: ['x'] }, 'behaviors', 'integer 0 to 2147483647'],
    [{ image_id: ID, order: 'up' }, 'order', 'desc, asc'],
    [{ image_id: ID, offset: -1 }, 'offset', 'integer 0'],
    [{ image_id: ID, max_bytes: 100 }, 'max_bytes', 'integer 2000 to 40000'],
    [{ image_id: ID, detail: 'all' }, 'detail', 'summary, concise, full'],
    [{ image_id: ID, image: 'a/b' }, 'image_id and image', 'exactly one of them, got both'],
    [{}, 'image_id and image', 'exactly one of them, got neither'],
    [{ image_id: '', image: null }, 'image_id and image', 'exactly one of them, got neither'],
    [{ image_id: ID, colour: 1 }, '"colour"', 'image_id, image, where, levels'],
    [
      { image_id: 'abc', limit: 0, colour: 1, levels: ['huge'] },
      'image_id',
      'limit',
      'colour',
      'levels',
      'Example: {',
    ],
  ])('%j: names the field and what is allowed, and nothing is sent', async (args, ...expected) => {
    const { text, isError } = await house.callTool(args);

    expect(isError).toBe(true);
    for (const part of expected) expect(text).toContain(part);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
    expect(house.simulator.requests).toHaveLength(0);
  });

  test('no arguments at all are an empty object', async () => {
    const result = await house.client.callTool({ name: 'list_image_risks' });

    expect(result.isError).toBe(true);
    expect(result.content).toEqual([{ type: 'text', text: expect.stringContaining('got neither') }]);
  });

  test('null arguments are none', async () => {
    const result = await house.client.callTool({ name: 'list_image_risks', arguments: null as never });

    expect(result.content).toEqual([{ type: 'text', text: expect.stringContaining('got neither') }]);
  });

  test('an unknown tool is a protocol error that names it and the tools there are', async () => {
    await expect(house.client.callTool({ name: 'list_everything', arguments: {} })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/list_everything.*list_image_risks/),
    });
  });
});
