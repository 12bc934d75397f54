/** What an answer says of the image's scan: the same by id and by name, and nothing is called whole that is not. */
import { afterEach, describe, expect, test } from 'vitest';
import { type DemoImage, makeImage } from '../../src/demo/image.ts';
import { makeVirus } from '../../src/demo/viruses.ts';
import { makeVul } from '../../src/demo/vulnerabilities.ts';
import { type House, startHouse } from '../setup.ts';

const DETAIL = 'DescribeAssetImageRegistryDetail';
const LIST_TOOLS = ['list_image_risks', 'list_image_vulnerabilities', 'list_image_malware'] as const;

const RISK = { Behavior: 3, Type: 2, Level: '3', Desc: 'd', InstructionContent: 'ENV A_TOKEN=FAKE' };
const rows = { risks: [RISK], vuls: [makeVul(1, '3', [])], viruses: [makeVirus('x', '/y', '3')] };

function imageIn(status: string | null, info: object = {}, of: Partial<typeof rows> = rows): DemoImage {
  const states = { RiskStatus: status, CveStatus: status, VirusStatus: status };
  return makeImage(1, 'a/b:1', of.risks, { ...states, ...info }, of);
}

let house: House;
afterEach(() => house.close());

async function askBoth(tool: string, image: DemoImage) {
  house = await startHouse({ account: { images: [image] }, source: 'live' });
  const byId = await house.callTool(tool, { image_id: 1 });
  const byName = await house.callTool(tool, { image: 'a/b:1' });
  return { byId, byName };
}

describe.each(LIST_TOOLS)('%s', (tool) => {
  test.each<[string, DemoImage, boolean, string[]]>([
    ['scanned', imageIn('SCANNED'), true, []],
    ['scanned, without a licence', imageIn('SCANNED', { IsAuthorized: 0 }), true, []],
    ['being scanned', imageIn('SCANNING'), false, ['scanning']],
    ['waiting for a scan', imageIn('WAIT_SCAN'), false, ['scanning']],
    ['of a failed scan', imageIn('SCAN_ERR'), false, ['scan_failed']],
    ['of a scan that ran out of time', imageIn('SCAN_TIMEOUT'), false, ['scan_failed']],
    ['of a cancelled scan', imageIn('CANCELED'), false, ['scan_failed']],
    ['being scanned, without a licence', imageIn('SCANNING', { IsAuthorized: 0 }), false, ['scanning']],
    ['being scanned, no row yet', imageIn('SCANNING', {}, {}), false, ['scanning']],
    ['of a failed scan, no row', imageIn('SCAN_ERR', {}, {}), false, ['scan_failed']],
    ['scanned, no row', imageIn('SCANNED', {}, {}), true, []],
    ['scanned, no row, without a licence', imageIn('SCANNED', { IsAuthorized: 0 }, {}), true, []],
  ])('an image %s: by id and by name the same is said', async (_name, image, complete, why) => {
    const { byId, byName } = await askBoth(tool, image);

    expect(byId.structured.coverage).toMatchObject({ complete, why_partial: why });
    for (const key of ['summary', 'coverage', 'image', 'notes', 'empty_because', 'findings']) {
      expect(byId.structured[key], key).toEqual(byName.structured[key]);
    }
  });

  test.each<[string, DemoImage, string]>([
    ['no licence, never scanned', imageIn('NOT_SCAN', { IsAuthorized: 0 }, {}), 'not_licensed'],
    ['no licence, no state', imageIn(null, { IsAuthorized: 0 }, {}), 'not_licensed'],
    ['no licence, scan running', imageIn('SCANNING', { IsAuthorized: 0 }, {}), 'scanning'],
    ['no licence, scan failed', imageIn('SCAN_ERR', { IsAuthorized: 0 }, {}), 'scan_failed'],
    ['no licence, scanned', imageIn('SCANNED', { IsAuthorized: 0 }, {}), 'clean'],
    ['no licence, a state that is new', imageIn('RESTING', { IsAuthorized: 0 }, {}), 'unverified'],
  ])('zero rows: %s', async (_name, image, because) => {
    const { byId, byName } = await askBoth(tool, image);

    expect([byId.structured.empty_because, byName.structured.empty_because]).toEqual([because, because]);
  });

  test('a finished scan of an image without a licence is told as the last one', async () => {
    const { byId } = await askBoth(tool, imageIn('SCANNED', { IsAuthorized: 0 }));

    expect(byId.structured.notes).toContain('The image has no scan licence: it will not be scanned again.');
  });

  test('an entry that may not be read is named, and nothing is called whole without it', async () => {
    house = await startHouse({ account: { images: [imageIn('SCANNED')] }, source: 'live' });
    house.simulator.failNext({ code: 'UnauthorizedOperation.CamNoAuth' }, { action: DETAIL });
    const denied = await house.callTool(tool, { image_id: 1 });
    const allowed = await house.callTool(tool, { image_id: 1 });

    expect(denied.isError).toBe(false);
    expect(denied.structured.findings).toHaveLength(1);
    expect(denied.structured.coverage).toMatchObject({ complete: false, why_partial: ['denied'] });
    expect(denied.text).toContain(`the key lacks tcss:${DETAIL}`);
    expect(allowed.structured.coverage.complete).toBe(true);
  });

  test('the entry is asked for with the first page, and not again within 60 s of a scan that succeeded', async () => {
    house = await startHouse({ account: { images: [imageIn('SCANNED')] } });
    for (const name of LIST_TOOLS) await house.callTool(name, { image_id: 1 });
    await house.callTool(tool, { image_id: 1 });

    expect(house.simulator.requests.filter(({ action }) => action === DETAIL)).toHaveLength(1);
  });

  test('the entry is asked for again while a scan runs, since its end is what is waited for', async () => {
    house = await startHouse({ account: { images: [imageIn('SCANNING')] } });
    await house.callTool(tool, { image_id: 1 });
    await house.callTool(tool, { image_id: 1 });

    expect(house.simulator.requests.filter(({ action }) => action === DETAIL)).toHaveLength(2);
  });
});
