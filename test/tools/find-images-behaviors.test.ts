/** Which images have risks of a Behavior, over HTTP; the judging itself is tested in test/gather/behaviors.test.ts. */
import { afterEach, describe, expect, test } from 'vitest';
import { demoAccount, DEMO_IMAGE_IDS as IDS } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { NODE_IMAGE_IDS } from '../../src/demo/node-images.ts';
import type { DemoRisk } from '../../src/demo/risks.ts';
import { type House, type HouseOptions, startHouse } from '../setup.ts';
import { answerAtDeadline } from './house.ts';

const RISKS = 'DescribeAssetImageRegistryRiskInfoList';
const NODE_RISKS = 'DescribeAssetImageRiskList';

let house: House;
afterEach(() => house.close());

async function open(options: HouseOptions = {}) {
  house = await startHouse({ source: 'live', ...options });
}

const find = (args: Record<string, unknown>) => house.callTool('find_images', args);
const asked = (action: string) => house.simulator.requests.filter((request) => request.action === action);
const idsOf = (structured: { images: { id?: number; node_image_id?: string }[] }) =>
  structured.images.map(({ id, node_image_id }) => id ?? node_image_id);

const risk = (Behavior: number): DemoRisk => ({
  Behavior,
  Type: 2,
  Level: '3',
  Desc: 'd',
  InstructionContent: 'ENV A_TOKEN=FAKE',
});

/** Images with one to `count` risks, every third of them a credential. */
function registry(count: number) {
  const images = Array.from({ length: count }, (_, at) => {
    const risks = Array.from({ length: 1 + (at % 4) }, (_, n) => risk(n === 0 && at % 3 === 0 ? 3 : 4));
    return makeImage(at + 1, `team/app:${at}`, risks);
  });
  return { ...demoAccount(), images };
}

describe('behaviors', () => {
  test('give the images that have them, most risks first, and how many rows', async () => {
    await open();
    const { text, structured } = await find({ behaviors: [3] });

    expect(structured.coverage).toEqual({ total: 8, fetched: 8, shown: 8, complete: true, why_partial: [] });
    expect(idsOf(structured).slice(0, 3)).toEqual([IDS.large, IDS.leaky, IDS.mixed]);
    expect(structured.images.map(({ matches }: { matches: number }) => matches).slice(0, 2)).toEqual([
      1247, 658,
    ]);
    expect(structured.notes.join(' ')).toContain('Not asked, although it may have it: 4 images');
    for (const { matches } of structured.images) expect(text).toContain(`| ${matches} row`);
    // One request an image, but for the one of whose rows all are of the Behavior.
    expect(asked(RISKS)).toHaveLength(8 + 6);
  });

  test('narrow what a query finds, and may be several', async () => {
    await open();

    expect(idsOf((await find({ behaviors: [1], query: 'payments' })).structured)).toEqual([
      IDS.apiNew,
      IDS.apiOld,
    ]);
    expect((await find({ behaviors: ['1', 2], query: 'api:1.4.2' })).structured.images[0].matches).toBe(3);
    expect((await find({ behaviors: [9], query: 'payments' })).structured).toMatchObject({
      images: [],
      coverage: { total: 2, fetched: 2, complete: true },
    });
  });

  test('of images on nodes are asked with their ids', async () => {
    await open();
    const { structured } = await find({ where: 'nodes', behaviors: [1], limit: 2 });

    expect(idsOf(structured)).toEqual([NODE_IMAGE_IDS.toolbox, NODE_IMAGE_IDS.hostile]);
    // Of three that were scanned for something the service counts 0, which need not be risks.
    expect(structured.notes.join()).toContain('Not asked, although it may have it: 4 images');
    expect(asked(NODE_RISKS)[0]?.body).toMatchObject({
      ImageID: NODE_IMAGE_IDS.toolbox,
      Filters: [{ Name: 'Behavior', Values: ['1'] }],
    });
    expect(structured.next.at(-1)).toBe(
      'Next: list_image_risks with where nodes and the node_image_id of one as image and behaviors [1].',
    );
  });

  test('are walked by offset, each image once, whatever the limit and the budget', async () => {
    await open({ account: registry(30) });
    for (const more of [{ limit: 4 }, { max_bytes: 2000 }]) {
      const seen: unknown[] = [];
      let offset: number | undefined = 0;
      while (offset !== undefined) {
        const { structured } = await find({ behaviors: [3], offset, ...more });
        expect(structured.coverage.total).toBe(30);
        seen.push(...idsOf(structured));
        offset = structured.coverage.next_offset;
      }
      expect(new Set(seen).size).toBe(10);
      expect(seen).toHaveLength(10);
    }
  });

  test('end when enough match: the rest is not asked', async () => {
    await open({ account: registry(30) });
    const { structured } = await find({ behaviors: [3], limit: 2 });

    expect(asked(RISKS)).toHaveLength(20);
    expect(structured.coverage).toMatchObject({
      total: 30,
      fetched: 20,
      shown: 2,
      complete: false,
      why_partial: ['limit', 'not_asked'],
    });
  });

  test('end at the deadline, with what was not asked and a way on', async () => {
    await open({ account: registry(60) });
    house.simulator.failNext({ hang: 'headers' }, { action: RISKS, after: 25, times: 60 });
    const { text, structured } = await answerAtDeadline(house, () => find({ behaviors: [3], limit: 100 }));

    expect(structured.coverage).toMatchObject({
      total: 60,
      complete: false,
      why_partial: ['not_asked', 'deadline'],
    });
    expect(structured.coverage.next_offset).toBe(structured.coverage.fetched);
    expect(text).toContain('The deadline passed before all images were asked.');
  });

  test('of an image that cannot be asked are not known, and the others are told', async () => {
    await open();
    house.simulator.failNext({ code: 'ResourceNotFound' }, { action: RISKS, times: 1 });
    const { structured } = await find({ behaviors: [3] });

    expect(structured.coverage).toMatchObject({
      total: 8,
      shown: 7,
      complete: false,
      why_partial: ['page_failed'],
    });
    expect(structured.notes.join(' ')).toContain('Not known of 1 image that was asked: ResourceNotFound.');
  });

  test('of an image with a row that cannot be read are not known to be absent', async () => {
    await open({ account: { images: [makeImage(1, 'a/b:1', [risk(1), risk(1), risk(1)])] } });
    const List = [{ Behavior: {}, Level: '3' }, { Behavior: 1 }, { Behavior: 1 }];
    house.simulator.failNext(
      { respond: (answer) => ({ ...answer, List, TotalCount: 3 }) },
      { action: RISKS, times: 4 },
    );
    const none = (await find({ behaviors: [3] })).structured;
    const some = (await find({ behaviors: [1] })).structured;

    expect(none.summary).toMatch(/: none is known to have it\.$/);
    expect(none.coverage).toMatchObject({ complete: false, why_partial: ['window'] });
    expect(none.notes.join()).toContain('Not known of 1 image that was asked: not all rows could be read.');
    expect(some.images).toMatchObject([{ matches: 2, matches_at_least: true }]);
  });

  test('count by the rows that came where the total says fewer', async () => {
    await open({ account: { images: [makeImage(1, 'a/b:1', [risk(3), risk(3), risk(1)])] } });
    house.simulator.failNext({ respond: (answer) => ({ ...answer, TotalCount: 0 }) }, { action: RISKS });

    expect((await find({ behaviors: [3] })).structured.images).toMatchObject([{ matches: 2 }]);
  });

  test('of a list with a field that could not be read are not complete', async () => {
    await open();
    const respond = (answer: object) => {
      const { List, ...rest } = answer as { List: object[] };
      return { ...rest, List: List.map((row, at) => (at === 0 ? { ...row, OsName: {} } : row)) };
    };
    house.simulator.failNext({ respond }, { action: 'DescribeAssetImageRegistryList' });

    expect((await find({ behaviors: [3] })).structured.coverage).toMatchObject({
      shown: 8,
      complete: false,
      why_partial: ['unreadable'],
    });
  });

  test('fail when the key may not ask, with the permission that is missing', async () => {
    await open();
    house.simulator.failNext({ code: 'UnauthorizedOperation' }, { action: RISKS, times: 50 });
    const { text, isError } = await find({ behaviors: [3] });

    expect(isError).toBe(true);
    expect(text).toContain(RISKS);
  });

  test('past the last image say so, and sort and they exclude each other', async () => {
    await open();

    expect((await find({ behaviors: [3], offset: 30 })).structured).toMatchObject({
      images: [],
      next: ['Next: the same call with a smaller offset.'],
    });
    const before = house.simulator.requests.length;
    expect((await find({ behaviors: [3], sort: 'risks' })).text).toContain(
      'sort cannot be used with behaviors',
    );
    expect(house.simulator.requests).toHaveLength(before);
  });
});

describe('images on nodes', () => {
  test('are found with where they lie and what runs of them', async () => {
    await open();
    const { text, structured } = await find({ where: 'nodes', query: 'api', sort: 'containers' });

    expect(structured.images[0]).toMatchObject({
      node_image_id: NODE_IMAGE_IDS.apiNew,
      reference: 'ccr.ccs.tencentyun.com/payments/api:1.4.2',
      scan_status: 'SCANNED',
      vulnerability_levels: { critical: 1, high: 4, medium: 4, low: 2 },
      containers: 3,
      hosts: 2,
      running: true,
    });
    expect(structured.images[0]).not.toHaveProperty('id');
    expect(text).toContain('3 containers, on 2 nodes, running');
  });

  test('have no zero counts, since nothing says which scans have run', async () => {
    await open();
    const { text, structured } = await find({ where: 'nodes', query: 'pause' });

    for (const key of ['risks', 'vulnerabilities', 'malware'])
      expect(structured.images[0]).not.toHaveProperty(key);
    expect(text).toContain('risks, vulnerabilities, malware not known: the service does not say');
  });

  test('are not filtered by a type of registry', async () => {
    await open();

    expect((await find({ where: 'nodes', registry_type: 'ccr' })).text).toContain(
      'cannot be used with where nodes',
    );
    expect(house.simulator.requests).toHaveLength(0);
  });
});

describe('images of the registry', () => {
  test('are not said not to match where the service does not tell', async () => {
    const silent = makeImage(1, 'a/b:1', [], { IsRunning: null } as never);
    await open({ account: { images: [silent] } });

    for (const more of [{}, { behaviors: [3] }]) {
      const { structured } = await find({ running: true, ...more });
      expect(structured.coverage).toMatchObject({ total: 0, complete: false });
      expect(structured.notes.join()).toContain('although a match is possible: 1 image');
    }
    expect((await find({ running: true })).structured.summary).toMatch(/: none is known to match\.$/);
  });

  test('are found by what runs, and sorted by critical vulnerabilities', async () => {
    await open();

    expect(idsOf((await find({ running: true })).structured).sort()).toEqual([
      IDS.mixed,
      IDS.hostile,
      IDS.apiNew,
    ]);
    expect(idsOf((await find({ sort: 'critical_vulnerabilities', limit: 2 })).structured)).toEqual([
      IDS.large,
      IDS.mixed,
    ]);
  });

  test('whose scan failed say why in the words of the service, cut where room is short', async () => {
    await open();
    const { text, structured } = await find({ scan_state: 'scan_failed' });

    expect(structured.images[0].why_not_scanned).toMatch(/^连接失败; 扫描节点与仓库连接失败/);
    expect(text).toContain('| the service says: 连接失败;');
    expect((await find({ scan_state: 'scanned' })).text).not.toContain('the service says');
  });
});
