import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demoAccount, DEMO_IMAGE_IDS as IDS } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { type DemoRisk, generatedRisks } from '../../src/demo/risks.ts';
import { NOW_MS, startHouse } from '../setup.ts';
import { sharedHouse } from './house.ts';

const STALE = 7_000_001;
const UNLICENSED = 7_000_002;
const account = demoAccount(NOW_MS);
const stale = makeImage(STALE, 'payments/api:1.4.0', generatedRisks(3), { RiskStatus: 'SCANNING' });
const unlicensed = makeImage(UNLICENSED, 'payments/api:1.3', generatedRisks(3), { IsAuthorized: 0 });
const shared = sharedHouse({ images: [...account.images, stale, unlicensed] });

const compare = (base: string | number, target: string | number, more: Record<string, unknown> = {}) =>
  shared.house.callTool('compare_image_risks', { base, target, ...more });

const ids = (findings: { id: string }[] = []) => findings.map(({ id }) => id);

describe('two tags that were scanned and read whole', () => {
  test('are told apart by finding, in both views', async () => {
    const { text, structured } = await compare('payments/api:1.4.1', 'payments/api:1.4.2');

    expect(text).toMatch(
      /^Target image 6947419 against base image 6947418: 2 findings introduced, 1 fixed, 8 unchanged\. Introduced: critical 1, high 0, medium 1, low 0\./,
    );
    expect(structured).toMatchObject({
      base: { image: { id: IDS.apiOld }, coverage: { total: 9, complete: true }, counts: { critical: 2 } },
      target: { image: { id: IDS.apiNew }, coverage: { total: 10, complete: true } },
      coverage: { fetched: 19, shown: 3, complete: true, why_partial: [] },
      unchanged_count: 8,
    });
    for (const id of [...ids(structured.introduced), ...ids(structured.fixed)]) expect(text).toContain(id);
    expect(text).toContain(`\n+ A, ${ids(structured.introduced)[0]}`);
    expect(text).toContain(`\n- A, ${ids(structured.fixed)[0]}`);
  });

  test('are walked by offset, none twice', async () => {
    const seen: string[] = [];
    let offset: number | undefined = 0;
    while (offset !== undefined) {
      const { structured } = await compare(String(IDS.apiOld), IDS.apiNew, { offset, limit: 1 });
      seen.push(...ids(structured.introduced), ...ids(structured.fixed));
      offset = structured.coverage.next_offset;
    }

    expect(new Set(seen).size).toBe(3);
    expect(seen).toHaveLength(3);
  });

  test('for any rows: introduced, fixed and unchanged are the differences of the sets', async () => {
    const row = fc.nat(12).map(
      (n): DemoRisk => ({
        Behavior: n % 5,
        Type: 2,
        Level: String(1 + (n % 4)),
        Desc: `d${n}`,
        InstructionContent: null,
      }),
    );
    const rows = fc.array(row, { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(rows, rows, async (before, after) => {
        const images = [makeImage(1, 'a/b:1', before), makeImage(2, 'a/b:2', after)];
        const house = await startHouse({ account: { images } });
        const { structured } = await house.callTool('compare_image_risks', {
          base: '1',
          target: '2',
          limit: 100,
        });
        await house.close();
        const names = (list: readonly DemoRisk[]) => new Set(list.map(({ Desc }) => Desc));
        const [old, now] = [names(before), names(after)];
        const said = (list: { description: string }[]) => list.map(({ description }) => description).sort();

        expect(said(structured.introduced)).toEqual([...now].filter((name) => !old.has(name)).sort());
        expect(said(structured.fixed)).toEqual([...old].filter((name) => !now.has(name)).sort());
        expect(structured.unchanged_count).toBe([...now].filter((name) => old.has(name)).length);
      }),
      { numRuns: 15 },
    );
  });
});

describe('images of which one side is not known at all', () => {
  test.each<[string, number, number, RegExp]>([
    [
      'the target was never scanned',
      IDS.apiOld,
      IDS.neverScanned,
      /Target: no rows, because the image was never/,
    ],
    [
      'the base was never scanned',
      IDS.neverScanned,
      IDS.apiNew,
      /Base: no rows, because the image was never/,
    ],
    ['the scan of the target failed', IDS.apiOld, IDS.scanFailed, /did not succeed \(SCAN_ERR\)/],
    ['the target has no licence', IDS.apiOld, IDS.unlicensed, /Target: .*no scan licence/],
  ])('are not compared: %s', async (_name, base, target, expected) => {
    const { text, structured } = await compare(base, target);

    expect(text).toMatch(/^Target image \d+ against base image \d+: they cannot be compared\.$/m);
    expect(text).toMatch(expected);
    for (const claim of ['introduced', 'fixed', 'unchanged_count', 'introduced_count'])
      expect(structured).not.toHaveProperty(claim);
    const unknown = structured.base.empty_because === undefined ? structured.target : structured.base;
    expect(unknown).not.toHaveProperty('counts');
    expect(structured.coverage.complete).toBe(false);
  });
});

describe('a finding at another level', () => {
  test('is neither introduced nor fixed', async () => {
    const row = (Level: string): DemoRisk => ({
      Behavior: 3,
      Type: 2,
      Level,
      Desc: 'd',
      InstructionContent: 'ENV A_TOKEN=FAKE',
    });
    const images = [makeImage(1, 'a/b:1', [row('4')]), makeImage(2, 'a/b:2', [row('2')])];
    const house = await startHouse({ account: { images } });
    const { text, structured } = await house.callTool('compare_image_risks', { base: '1', target: '2' });
    await house.close();

    expect(structured).toMatchObject({ introduced_count: 0, fixed_count: 0, rerated: [{ level: 'medium' }] });
    expect(text).toContain('0 findings introduced, 0 fixed, 1 at another level, 0 unchanged');
    expect(text).toContain('A finding at another level is still the same finding: it is not fixed.');
  });
});

describe('what was fixed is not claimed', () => {
  test.each<[string, number, number, RegExp]>([
    ['the target was read in part', IDS.apiOld, IDS.large, /Target: rows 0 to 999 of 5000 read\./],
    ['the base was read in part', IDS.large, IDS.apiNew, /Base: rows 0 to 999 of 5000 read\./],
    [
      'a scan of the target is running over old rows',
      IDS.apiOld,
      STALE,
      /Target: all 3 matching rows read, but a scan is running or waiting\./,
    ],
  ])('when %s', async (_name, base, target, expected) => {
    const { text, structured } = await compare(base, target);

    expect(text).toMatch(expected);
    expect(text).toContain('what was fixed is not known');
    expect(structured).not.toHaveProperty('fixed');
    expect(structured.coverage.complete).toBe(false);
  });

  test('but a scan that finished counts without a licence, and that it was the last one is said', async () => {
    const { text, structured } = await compare(IDS.apiOld, UNLICENSED);

    expect(structured).toMatchObject({ coverage: { complete: true }, fixed_count: 9 });
    expect(text).toContain('Target: The image has no scan licence: it will not be scanned again.');
  });

  test('and findings that an unread base may hold are not called new', async () => {
    const { text } = await compare(IDS.large, IDS.apiNew);

    expect(text).toContain("10 findings not among the base's rows");
    expect(text).toContain('The base is not fully known, so these findings may not be new.');
  });

  test('when the state of the scan cannot be read', async () => {
    shared.house.simulator.failNext(
      { code: 'OperationDenied', message: '' },
      { action: 'DescribeAssetImageRegistryDetail', times: 2 },
    );
    const { text, structured } = await compare(IDS.apiOld, IDS.apiNew);

    expect(text).toContain('Both: The state of the risk scan could not be read (OperationDenied).');
    expect(structured).not.toHaveProperty('fixed');
  });
});

describe('the state of a scan', () => {
  const images = () => [
    makeImage(1, 'a/b:1', generatedRisks(3)),
    makeImage(2, 'a/b:2', generatedRisks(1), { RiskStatus: 'SCANNED' }),
  ];

  test('is read again even if the list of images is kept', async () => {
    const house = await startHouse({ account: { images: images() } });
    await house.callTool('find_images', {});
    const scanning = (answer: object) => ({ ...answer, RiskStatus: 'SCANNING' });
    const detail = { action: 'DescribeAssetImageRegistryDetail', times: 4 };
    house.simulator.failNext({ respond: scanning }, detail);
    const { structured } = await house.callTool('compare_image_risks', { base: 'a/b:1', target: 'a/b:2' });
    await house.close();

    expect(structured).not.toHaveProperty('fixed');
    expect(structured.target.image.scan_status).toBe('SCANNING');
    expect(structured.target.coverage.why_partial).toContain('scanning');
  });

  test('that changes while the rows are read makes them unreliable', async () => {
    const house = await startHouse({ account: { images: images() } });
    let asked = 0;
    const ending = (answer: object) => ({ ...answer, RiskStatus: asked++ < 2 ? 'SCANNING' : 'SCANNED' });
    house.simulator.failNext({ respond: ending }, { action: 'DescribeAssetImageRegistryDetail', times: 4 });
    const { text, structured } = await house.callTool('compare_image_risks', { base: '1', target: '2' });
    await house.close();

    expect(structured).not.toHaveProperty('fixed');
    expect(structured.coverage.why_partial).toContain('changed');
    expect(text).toContain('a scan started or finished while the rows were read');
  });

  test('a level filter that the service ignores claims nothing', async () => {
    const { structured } = await compare(IDS.apiOld, IDS.apiNew);
    const row = { Behavior: 3, Type: 2, Level: '1', Desc: 'd', InstructionContent: null };
    const all = { respond: (answer: object) => ({ ...answer, List: [row], TotalCount: 1 }) };
    shared.house.simulator.failNext(all, { action: 'DescribeAssetImageRegistryRiskInfoList' });
    const filtered = await compare(IDS.apiOld, IDS.apiNew, { levels: ['critical'] });

    expect(structured).toHaveProperty('fixed');
    expect(filtered.structured).not.toHaveProperty('fixed');
  });
});

describe('references', () => {
  test('that fit several images are asked about, by side', async () => {
    const { text, structured, isError } = await compare('payments/api:1.4.1', 'nginx:1.25');

    expect(isError).toBe(false);
    expect(text).toMatch(
      /^The reference of target matches 3 images\.\nAsk the person .* with its id as target\.$/m,
    );
    expect(structured.candidates).toHaveLength(3);
    expect(structured.coverage.why_partial).toEqual(['image_ambiguous']);
  });

  test.each([
    ['base', 'no/such', 'payments/api:1.4.2', 'base: no image fits no/such: all'],
    ['target', 'payments/api:1.4.1', '1234567', 'target: the service has no image 1234567'],
    ['target', 'payments/api:1.4.1', 1.5, 'target'],
  ])('that fit none name their side: %s', async (_side, base, target, expected) => {
    const { text, isError } = await compare(base, target);

    expect(isError).toBe(true);
    expect(text).toContain(expected);
  });

  test('of one image on both sides are refused', async () => {
    const { text, isError } = await compare(IDS.apiOld, 'payments/api:1.4.1');

    expect(isError).toBe(true);
    expect(text).toContain('base and target are the same image');
  });

  test('cost the list once', async () => {
    const house = await startHouse();
    await house.callTool('compare_image_risks', { base: 'payments/api:1.4.1', target: 'payments/api:1.4.2' });
    const lists = house.simulator.requests.filter(({ action }) => action?.endsWith('RegistryList'));
    await house.close();

    expect(lists).toHaveLength(1);
  });
});

test('progress counts the rows of both sides', async () => {
  const steps: [number, number | undefined][] = [];
  await shared.house.callTool(
    'compare_image_risks',
    { base: IDS.large, target: IDS.leaky },
    { onprogress: ({ progress, total }) => steps.push([progress, total]) },
  );

  expect(steps.at(-1)).toEqual([1658, 1658]);
  expect(new Set(steps.map(([, total]) => total)).size).toBe(1);
  for (const [at, [progress]] of steps.entries()) expect(progress).toBeGreaterThan(steps[at - 1]?.[0] ?? 0);
});

test('digits that are an id and a name are told apart by what the answer says to give', async () => {
  const images = [makeImage(77, 'a/z:1'), makeImage(5, 'a/77:1'), makeImage(1, 'a/b:1')];
  const house = await startHouse({ account: { images }, source: 'live' });
  const first = await house.callTool('compare_image_risks', { base: '77', target: 'a/b:1' });
  const candidates: { reference: string }[] = first.structured.candidates;

  expect(first.structured.next.join()).toContain('its reference as base');
  for (const { reference } of candidates) {
    const { structured } = await house.callTool('compare_image_risks', { base: reference, target: 'a/b:1' });
    expect(structured).not.toHaveProperty('candidates');
  }
  await house.close();
});
