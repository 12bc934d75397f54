/** What is special about images on nodes: how they are named, and what zero rows of theirs mean. */
import { afterEach, describe, expect, test } from 'vitest';
import { demoAccount } from '../../src/demo/data-set.ts';
import { type DemoNodeImage, makeNodeImage, NO_NAME, NODE_IMAGE_IDS } from '../../src/demo/node-images.ts';
import { generatedRisks } from '../../src/demo/risks.ts';
import { makeVirus } from '../../src/demo/viruses.ts';
import { makeVul } from '../../src/demo/vulnerabilities.ts';
import { type House, NOW_MS, startHouse } from '../setup.ts';

const LIST_TOOLS = ['list_image_risks', 'list_image_vulnerabilities', 'list_image_malware'] as const;
const HOST = 'ccr.ccs.tencentyun.com';
const ids = NODE_IMAGE_IDS;
const demo = demoAccount(NOW_MS);

let house: House;
afterEach(() => house.close());

async function open(nodeImages: readonly DemoNodeImage[] = demo.nodeImages) {
  house = await startHouse({ account: { ...demo, nodeImages }, source: 'live' });
}

const ask = (tool: string, image: string, more: Record<string, unknown> = {}) =>
  house.callTool(tool, { where: 'nodes', image, ...more });

const asked = (action: string) => house.simulator.requests.filter((request) => request.action === action);

describe('an image on nodes', () => {
  test.each(LIST_TOOLS)('is found by its exact name and by its id: %s', async (tool) => {
    await open();
    const byName = await ask(tool, `${HOST}/platform/toolbox:latest`);
    const byId = await ask(tool, ids.toolbox);
    const byBareId = await ask(tool, `containerd://${ids.toolbox.slice('sha256:'.length)}`);

    expect(byId.structured.coverage.total).toBeGreaterThan(0);
    for (const { text, structured } of [byName, byBareId]) {
      expect(structured.summary).toBe(byId.structured.summary);
      expect(structured.findings).toEqual(byId.structured.findings);
      expect(text).toContain(`image: ${HOST}/platform/toolbox:latest`);
    }
    expect(byId.structured.image).toMatchObject({
      node_image_id: ids.toolbox,
      reference: `${HOST}/platform/toolbox:latest`,
      scan_status: 'SCANNED',
    });
    expect(byId.structured.image).not.toHaveProperty('id');
    expect(byId.structured.summary).toContain(`Image ${ids.toolbox.slice(0, 19)}: `);
  });

  test.each(LIST_TOOLS)('has findings of the same ids as in the registry: %s', async (tool) => {
    await open();
    for (const { info } of demo.images) {
      const node = demo.nodeImages.find((image) => image.info.ImageID === info['ImageId']);
      if (node === undefined) continue;
      const registry = await house.callTool(tool, { image_id: info.Id, limit: 100, max_bytes: 40_000 });
      const nodes = await ask(tool, node.info.ImageID, { limit: 100, max_bytes: 40_000 });
      const shown = Math.min(registry.structured.findings.length, nodes.structured.findings.length);
      const idsOf = ({ structured }: typeof nodes) =>
        structured.findings.slice(0, shown).map(({ id }: { id: string }) => id);

      // Rows without a CVE number are known by another text where the scanner's own number is not given.
      expect(idsOf(nodes).filter((id: string) => !idsOf(registry).includes(id)).length).toBeLessThanOrEqual(
        1,
      );
      if (shown > 0) expect(nodes.structured.counts).toEqual(registry.structured.counts);
    }
  });

  test('is one of several without a name: candidates with their ids', async () => {
    const other = `sha256:${'1'.repeat(64)}`;
    await open([...demo.nodeImages, makeNodeImage(other, NO_NAME)]);
    const { text, structured } = await ask('list_image_risks', NO_NAME);

    expect(structured.coverage.why_partial).toEqual(['image_ambiguous']);
    expect(structured.candidates.map((one: Record<string, string>) => one['node_image_id']).sort()).toEqual(
      [ids.unnamed, other].sort(),
    );
    expect(text).toContain('call again with its node_image_id as image');
    expect(text).toContain(`id ${other}: no name given`);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['list_image_risks', { image: 'payments/api:1.4.2' }, /called exactly payments\/api:1\.4\.2/],
    [
      'list_image_risks',
      { image_id: 6947412, image: undefined },
      /image_id is the number of a registry image/,
    ],
    ['list_image_risks', { image: `a/b@sha256:${'0'.repeat(64)}` }, /holds no digests/],
    [
      'list_image_risks',
      { image: 'sha256:12' },
      /exact name of an image on nodes[\s\S]*Next: find_images with where nodes/,
    ],
    ['list_image_risks', { image: ids.apiNew, name: 'x' }, /name cannot be used with where nodes/],
    ['list_image_vulnerabilities', { image: ids.apiNew, fixable: true }, /fixable cannot be used/],
    ['list_image_vulnerabilities', { image: ids.apiNew, exploit: true }, /exploit cannot be used/],
    ['list_image_risks', { image: `sha256:${'0'.repeat(64)}` }, /ResourceNotFound/],
  ])('%s refuses %j with the reason', async (tool, args, reason) => {
    await open();
    const { text, isError } = await house.callTool(tool, { where: 'nodes', ...args });

    expect(isError).toBe(true);
    expect(text).toMatch(reason);
  });

  test('whose name is close to another is told with the names that the service finds', async () => {
    await open();
    const { text } = await ask('list_image_risks', 'payments/api');

    for (const id of [ids.apiOld, ids.apiNew]) expect(text).toContain(id);
  });

  test('whose list cannot be read in full is not said to be missing', async () => {
    await open();
    house.simulator.failNext({ code: 'FailedOperation' }, { action: 'DescribeAssetImageList', times: 5 });
    expect((await ask('list_image_risks', 'a/b:1')).text).toContain('FailedOperation');
    expect((await ask('list_image_risks', ids.apiNew)).isError).toBe(false);
  });
});

describe('zero rows', () => {
  const id = `sha256:${'2'.repeat(64)}`;
  const imageOf = (info: object, virusScanStatus?: number) =>
    makeNodeImage(id, 'a/b:1', { ...info }, virusScanStatus === undefined ? {} : { virusScanStatus });

  test.each<[string, object, string]>([
    ['scanned', { ScanStatus: 'SCANNED' }, 'unverified'],
    ['scanned, without a licence', { ScanStatus: 'SCANNED', IsAuthorized: 0 }, 'unverified'],
    ['never scanned', { ScanStatus: 'NOT_SCAN' }, 'not_scanned'],
    ['no state, no licence', { ScanStatus: '', IsAuthorized: 0 }, 'not_licensed'],
    ['no state', { ScanStatus: '' }, 'unverified'],
    ['being scanned', { ScanStatus: 'SCANNING' }, 'scanning'],
    ['failed', { ScanStatus: 'SCAN_ERR' }, 'scan_failed'],
  ])('of risks and vulnerabilities are never called clean: %s', async (_name, info, because) => {
    await open([imageOf(info)]);
    for (const tool of LIST_TOOLS.slice(0, 2)) {
      for (const args of [{}, { levels: ['critical'] }]) {
        const { structured } = await ask(tool, id, args);
        expect(structured.empty_because, tool).toBe(because);
        expect(structured.coverage.complete).toBe(false);
        expect(structured).not.toHaveProperty('counts');
      }
    }
  });

  test.each<[number, string]>([
    [0, 'not_scanned'],
    [1, 'scanning'],
    [2, 'clean'],
    [3, 'scan_failed'],
    [4, 'scan_failed'],
    [9, 'unverified'],
  ])('of malware mean what the code %i of the scan says: %s', async (code, because) => {
    await open([imageOf({ ScanStatus: 'SCANNED' }, code)]);

    expect((await ask('list_image_malware', id)).structured.empty_because).toBe(because);
  });

  test('of malware lose to rows, which count whatever the code', async () => {
    const found = { viruses: [makeVirus('x', 'y', 3)], virusScanStatus: 0 };
    await open([makeNodeImage(id, 'a/b:1', {}, found)]);
    const { structured } = await ask('list_image_malware', id);

    expect(structured.coverage.total).toBe(1);
    expect(structured.findings).toHaveLength(1);
    expect(structured).not.toHaveProperty('empty_because');
  });
});

describe('the rows of an image on nodes', () => {
  const id = `sha256:${'3'.repeat(64)}`;

  test('are walked by cursor, each once, and a cursor knows where', async () => {
    await open([makeNodeImage(id, 'a/b:1', {}, { risks: generatedRisks(1234) })]);
    let rows = 0;
    let cursor: string | undefined;
    do {
      const step = await ask('list_image_risks', id, {
        limit: 100,
        max_bytes: 40_000,
        ...(cursor && { cursor }),
      });
      rows += step.structured.coverage.shown;
      cursor = step.structured.coverage.next_cursor;
      if (cursor === undefined) continue;
      const elsewhere = await house.callTool('list_image_risks', { image_id: 6947412, cursor });
      expect(elsewhere.text).toContain('cursor was given with where nodes');
    } while (cursor !== undefined);

    expect(rows).toBe(1234);
  });

  test('are asked for by documented filters and orders alone', async () => {
    await open();
    for (const tool of LIST_TOOLS) await ask(tool, ids.toolbox, { levels: ['critical', 'low'] });

    expect(asked('DescribeAssetImageRiskList')[0]?.body).toMatchObject({
      ImageID: ids.toolbox,
      Filters: [{ Name: 'Level', Values: ['1', '4'] }],
    });
    expect(asked('DescribeAssetImageRiskList')[0]?.body).not.toHaveProperty('By');
    expect(asked('DescribeAssetImageVulList')[0]?.body).toMatchObject({ By: 'Level', Order: '-' });
    expect(asked('DescribeAssetImageVirusList')[0]?.body).toMatchObject({
      Filters: [{ Name: 'RiskLevel', Values: ['1', '4'] }],
    });
  });

  test('of levels that were not asked for are told: the documents spell the filter in two ways', async () => {
    await open([makeNodeImage(id, 'a/b:1', {}, { vuls: [makeVul(1, '4', []), makeVul(2, '1', [])] })]);
    house.simulator.failNext(
      {
        respond: (answer) => ({
          ...answer,
          List: [
            { CVEID: 'CVE-2099-00001', Level: 4 },
            { CVEID: 'CVE-2099-00002', Level: 1 },
          ],
          TotalCount: 2,
        }),
      },
      { action: 'DescribeAssetImageVulList' },
    );
    const { structured } = await ask('list_image_vulnerabilities', id, { levels: ['critical'] });

    expect(structured.notes.join(' ')).toContain('does not seem to apply the level filter');
  });

  test('come without the state of the scan when that is denied, which is told', async () => {
    await open();
    const denied = { code: 'UnauthorizedOperation' };
    house.simulator.failNext(denied, { action: 'DescribeAssetImageDetail', times: 9 });
    const { structured } = await ask('list_image_vulnerabilities', ids.apiNew);

    expect(structured.coverage).toMatchObject({ total: 11, complete: false, why_partial: ['denied'] });
    expect(structured.notes.join(' ')).toContain('the key lacks tcss:DescribeAssetImageDetail');
  });
});

describe('hostile text of images on nodes', () => {
  test.each<[string, Record<string, unknown>]>([
    ['find_images', {}],
    ['find_images', { behaviors: [1, 3] }],
    ...LIST_TOOLS.map((tool): [string, Record<string, unknown>] => [
      tool,
      { image: ids.hostile, detail: 'full' },
    ]),
    ['compare_image_risks', { base: ids.hostile, target: ids.toolbox }],
  ])('stays inside the fence and the budget, without secrets: %s %j', async (tool, args) => {
    await open();
    for (const max_bytes of [2000, 8000, 40_000]) {
      const { text, structured, isError } = await house.callTool(tool, {
        where: 'nodes',
        ...args,
        max_bytes,
      });
      const json = JSON.stringify(structured);

      expect(isError, text).toBe(false);
      for (const view of [text, json]) {
        expect(Buffer.byteLength(view)).toBeLessThanOrEqual(max_bytes);
        expect(view).not.toMatch(/[=:]FAKE|\p{Bidi_Control}|(?!\n)\p{Cc}/u);
      }
      const [before = ''] = text.split('<data ');
      expect(before).not.toContain('SYSTEM');
      expect(text.match(/^<\/?data [0-9a-f]{8}>$/gm)).toHaveLength(2);
    }
  });
});

describe('a comparison of images on nodes', () => {
  test('tells what is new, what was fixed and what stayed', async () => {
    await open();
    const registry = await house.callTool('compare_image_risks', {
      base: 'payments/api:1.4.1',
      target: 'payments/api:1.4.2',
    });
    const { structured } = await house.callTool('compare_image_risks', {
      where: 'nodes',
      base: `${HOST}/payments/api:1.4.1`,
      target: ids.apiNew,
    });

    expect(structured).toMatchObject({
      base: { image: { node_image_id: ids.apiOld } },
      target: { image: { node_image_id: ids.apiNew } },
      introduced_count: 2,
      fixed_count: 1,
      unchanged_count: 8,
    });
    for (const key of ['introduced', 'fixed']) expect(structured[key]).toEqual(registry.structured[key]);
  });

  test('claims nothing of a side without rows, of which nobody says what it was scanned for', async () => {
    await open();
    const { structured } = await house.callTool('compare_image_risks', {
      where: 'nodes',
      base: ids.apiNew,
      target: ids.pause,
    });

    expect(structured).not.toHaveProperty('fixed');
    expect(structured.target.empty_because).toBe('unverified');
  });

  test('refuses one image given twice, and names the side that is not found', async () => {
    await open();
    const compare = (base: string, target: string) =>
      house.callTool('compare_image_risks', { where: 'nodes', base, target });

    expect((await compare(ids.apiNew, `${HOST}/payments/api:1.4.2`)).text).toContain('the same image');
    expect((await compare(ids.apiNew, 'nobody/knows:1')).text).toMatch(
      /^target: no image on nodes is called/,
    );
  });
});
