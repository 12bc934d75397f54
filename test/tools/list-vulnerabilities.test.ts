import { describe, expect, onTestFinished, test } from 'vitest';
import { makeImage } from '../../src/demo/image.ts';
import { makeVul, osPackage } from '../../src/demo/vulnerabilities.ts';
import { listVulnerabilities } from '../../src/tools/list-vulnerabilities.ts';
import { type HouseOptions, startHouse } from '../setup.ts';
import { sharedHouse } from './house.ts';

const tools = [listVulnerabilities];
const demo = sharedHouse(undefined, tools);

async function openHouse(options: HouseOptions = {}) {
  const house = await startHouse({ tools, ...options });
  onTestFinished(() => house.close());
  return house;
}

interface Item {
  cve: string;
  poc_id: string;
  level: string;
  registry_images: number;
  node_images: number;
  last_found: string;
}

const LEVELS = ['critical', 'high', 'medium', 'low', 'unknown'];

test('lists first what is in the most images', async () => {
  const { structured, text } = await demo.house.callTool({ limit: 100, max_bytes: 40_000 });
  const items: Item[] = structured.vulnerabilities;
  const images = items.map((item) => item.registry_images + item.node_images);

  expect(items.length).toBeGreaterThan(50);
  expect(images).toEqual(images.toSorted((a, b) => b - a));
  expect(items.slice(0, 2).map(({ cve }) => cve)).toEqual(['CVE-2099-00108', 'CVE-2021-44228']);
  const { cover, ...counts } = structured.counts;
  expect(cover).toBe('all_rows');
  expect(Object.values(counts).reduce((sum: number, one) => sum + Number(one), 0)).toBe(
    structured.coverage.total,
  );
  for (const { cve } of items) expect(text).toContain(cve);
});

test.each([
  ['level', ({ level }: Item) => LEVELS.indexOf(level)],
  ['newest', ({ last_found }: Item) => -Date.parse(last_found)],
] as const)('sorts by %s', async (sort, keyOf) => {
  const { structured } = await demo.house.callTool({ sort, limit: 100, max_bytes: 40_000 });
  const keys = structured.vulnerabilities.map(keyOf);

  expect(keys).toEqual(keys.toSorted((a: number, b: number) => a - b));
});

describe('a walk', () => {
  test('shows each vulnerability once, and reads the lists once', async () => {
    const cves: string[] = [];
    const costs: number[] = [];
    let total = 0;
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const { structured, requests } = await demo.counted({
        levels: ['critical'],
        limit: 100,
        offset,
        max_bytes: 6000,
      });
      cves.push(...structured.vulnerabilities.map(({ cve }: Item) => cve));
      costs.push(requests.length);
      total = structured.coverage.total;
      offset = structured.coverage.next_offset;
    }

    expect(cves).toHaveLength(total);
    expect(new Set(cves).size).toBe(total);
    expect(costs.length).toBeGreaterThan(2);
    expect(costs.slice(1)).toEqual(costs.slice(1).map(() => 0));
  });
});

describe('a question that leaves some out', () => {
  test.each([
    [{ component: 'log4j' }, ['CVE-2021-44228']],
    [{ focus: 'remote_exploit', running_only: true }, ['CVE-2021-44228']],
    [{ component: 'expat', version: '2.2.5', levels: ['low'] }, ['CVE-2099-00302']],
    [{ component: 'no-such-library' }, []],
  ])('%j finds %j', async (args, cves) => {
    const { structured, text } = await demo.house.callTool(args);

    expect(structured.vulnerabilities.map(({ cve }: Item) => cve)).toEqual(cves);
    expect(text).not.toMatch(/\b(safe|secure|clean)\b/i);
  });

  test('of fixable ones takes no for an answer too', async () => {
    const [fixable, not] = await Promise.all(
      [true, false].map((yes) => demo.house.callTool({ component: 'sqlite-libs', fixable: yes })),
    );

    expect(fixable?.structured.coverage.total).toBeGreaterThan(0);
    expect(not?.structured.coverage.total).toBeGreaterThan(0);
  });
});

test('urgent ones that no scan found are counted in a note', async () => {
  const { structured } = await demo.house.callTool({ component: 'demo-print' });

  expect(structured.vulnerabilities).toEqual([]);
  expect(structured.notes.join()).toContain('1 not looked for yet');
});

describe('less than everything', () => {
  test.each(['DescribeSystemVulList', 'DescribeWebVulList', 'DescribeEmergencyVulList'])(
    'is told when %s is denied',
    async (action) => {
      const { simulator, callTool } = await openHouse();
      simulator.failNext({ code: 'AuthFailure.UnauthorizedOperation' }, { action, times: 9 });
      const { structured, isError } = await callTool({ levels: ['critical'] });

      expect(isError).toBe(false);
      expect(structured.coverage).toMatchObject({
        complete: false,
        why_partial: expect.arrayContaining(['denied']),
      });
      expect(structured.coverage).not.toHaveProperty('total');
      expect(structured.notes.join()).toContain(`tcss:${action}`);
      expect(structured.next[0]).toContain('the lists are read again for it');
      expect(structured.counts.cover).toBe('rows_read');
    },
  );

  test('is told after 60 pages', async () => {
    const vuls = Array.from({ length: 100 }, (_, n) => makeVul(n, '4', [osPackage('demo', '1', '2')]));
    const { callTool, simulator } = await openHouse({
      account: { images: [makeImage(1, 'a/b:1', [], {}, { vuls })] },
    });
    let first: object | undefined;
    const respond = (answer: object) => {
      first ??= answer;
      return { ...first, TotalCount: 6100 };
    };
    simulator.failNext({ respond }, { action: 'DescribeSystemVulList', times: 99 });
    const { structured } = await callTool({ limit: 1 });

    expect(simulator.requests).toHaveLength(60);
    expect(structured.coverage).toMatchObject({
      fetched: 100,
      why_partial: ['limit', 'window'],
      complete: false,
    });
    expect(structured.notes.join()).toContain('300 rows of the system list not read');
  });

  test('is nothing known when nothing came', async () => {
    const { simulator, callTool } = await openHouse({ account: { images: [] } });
    simulator.failNext({ code: 'FailedOperation' }, { action: 'DescribeWebVulList', times: 9 });
    const { structured } = await callTool({});

    expect(structured.summary).toContain('says nothing about the images');
    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['page_failed'] });
  });

  test('leaves the other lists the time to be read whole', async () => {
    const { simulator, callTool } = await openHouse({ timeoutMs: 3000 });
    simulator.failNext({ hang: 'headers' }, { action: 'DescribeWebVulList', times: 9 });
    const { structured } = await callTool({ limit: 1 });

    expect(structured.coverage.why_partial).toEqual(['limit', 'deadline']);
    expect(structured.coverage.fetched).toBeGreaterThan(1800);
    expect(structured.summary).toContain('rows of 2 lists');
  });
});
