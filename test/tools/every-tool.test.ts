import { afterEach, describe, expect, test } from 'vitest';
import { tools } from '../../src/tools/index.ts';
import { type House, startHouse } from '../setup.ts';
import { withTexts } from '../simulator/altered.ts';
import { everythingOf } from './every-tool.ts';

let house: House;
afterEach(() => house.close());

describe.each(tools)('$name', (tool) => {
  test('closes its request at the service when the client cancels', async () => {
    house = await startHouse({ alter: withTexts(['text']) });
    house.simulator.failNext({ hang: 'headers' }, { times: 99 });
    const controller = new AbortController();
    const asking = house.callTool(tool.name, everythingOf(tool), { signal: controller.signal });
    await expect.poll(() => house.simulator.requests.length).toBeGreaterThan(0);
    controller.abort();

    await expect(asking).rejects.toThrow();
    await expect.poll(() => house.simulator.requests.every(({ closedEarly }) => closedEarly)).toBe(true);
  });

  test('keeps to any budget in both views, however long the texts are', async () => {
    const long = ['漏洞'.repeat(400), '"\\'.repeat(500), 'word '.repeat(300), 'x'.repeat(2000)];
    house = await startHouse({ alter: withTexts(long), source: 'live' });
    const views = ['concise', 'full', 'summary'].map((detail) => ({ detail }));
    for (const max_bytes of [2000, 2001, 3333, 8000]) {
      for (const view of 'detail' in tool.input.shape ? views : [{}]) {
        const asked = { ...everythingOf(tool), ...view, max_bytes };
        const { text, structured, isError } = await house.callTool(tool.name, asked);

        expect(isError, text).toBe(false);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(max_bytes);
        expect(Buffer.byteLength(JSON.stringify(structured))).toBeLessThanOrEqual(max_bytes);
      }
    }
  });

  test('tells its progress to a client that asks for it', async () => {
    house = await startHouse({ alter: withTexts(Array.from({ length: 120 }, (_, at) => `text ${at}`)) });
    const steps: number[] = [];
    await house.callTool(tool.name, everythingOf(tool), {
      onprogress: ({ progress }) => steps.push(progress),
    });

    for (const [at, step] of steps.entries()) expect(step).toBeGreaterThan(steps[at - 1] ?? 0);
    expect(steps.length).toBeGreaterThan(0);
  });
});
