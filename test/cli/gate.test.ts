import { describe, expect, test } from 'vitest';
import { type Account, DEMO_IMAGE_IDS, demoAccount } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { type DemoRisk, generatedRisks } from '../../src/demo/risks.ts';
import { makeVirus } from '../../src/demo/viruses.ts';
import { makeVul } from '../../src/demo/vulnerabilities.ts';
import { listTools } from '../../src/lists.ts';
import { tools } from '../../src/tools/index.ts';
import { service, typed } from './typed.ts';

const IDS = DEMO_IMAGE_IDS;
const JUDGED = tools.filter(({ judgedBy }) => judgedBy !== undefined).map(({ name }) => name);

/** One row of each level given. */
const ofLevels = (...levels: (string | null)[]): DemoRisk[] =>
  levels.map((Level, at) => ({
    Behavior: 3,
    Type: 2,
    Level,
    Desc: `risk ${at}`,
    InstructionContent: `RUN ${at}`,
  }));

const ACCOUNT: Account = {
  images: [
    makeImage(1, 'a/low:1', ofLevels('1', '2')),
    makeImage(2, 'a/high:1', ofLevels('3', '1', '3')),
    makeImage(3, 'a/unknown:1', ofLevels('1', null, '9')),
    makeImage(4, 'a/scanning:1', ofLevels('1'), { RiskStatus: 'SCANNING' }),
    makeImage(5, 'a/unlicensed:1', ofLevels('1'), { IsAuthorized: 0 }),
    makeImage(6, 'a/strange:1', ofLevels('1'), { RiskStatus: 'AKIDlooksLikeAKey1234' }),
    makeImage(7, 'a/others:1', [], {}, { vuls: [makeVul(1, '3', [])], viruses: [makeVirus('x', 'y', '4')] }),
    makeImage(
      8,
      'a/others:2',
      [],
      { CveStatus: 'SCAN_ERR', VirusStatus: 'SCANNING' },
      {
        vuls: [makeVul(1, '1', [])],
        viruses: [makeVirus('x', 'y', '1')],
      },
    ),
    makeImage(9, 'a/many:1', generatedRisks(1200)),
  ],
};

async function gate(tool: string, args: object, level = 'high', options: Parameters<typeof service>[0] = {}) {
  const { env, simulator } = await service({ account: ACCOUNT, ...options });
  const answer = await typed(['call', tool, JSON.stringify(args), '--fail-on', level], env);
  return {
    ...answer,
    said: answer.stderr.replace(/^tcss-mcp-server: --fail-on \w+: /, '').trim(),
    simulator,
  };
}

describe('--fail-on over one image', () => {
  test.each([
    [1, 'high', 0, 'no row at or above it, 2 below'],
    [1, 'medium', 3, '1 row at or above it'],
    [1, 'low', 3, '2 rows at or above it'],
    [2, 'high', 3, '2 rows at or above it'],
    [2, 'critical', 0, 'no row at or above it, 3 below'],
  ])('image %i, %s: exit %i', async (id, level, code, said) => {
    expect(await gate('list_image_risks', { image_id: id }, level)).toMatchObject({ code, said });
  });

  test('judges all matching rows, not only those shown or read', async () => {
    const shownOne = await gate('list_image_risks', { image_id: 2, limit: 1, detail: 'summary' });
    const offset = await gate('list_image_risks', { image_id: 2, offset: 2 });
    const many = await gate('list_image_risks', { image_id: 9 });

    expect([shownOne, offset].map(({ code, said }) => [code, said])).toEqual([
      [3, '2 rows at or above it'],
      [3, '2 rows at or above it'],
    ]);
    expect(many.code).toBe(3);
  });

  test('the answer stands on stdout whatever the verdict', async () => {
    expect((await gate('list_image_risks', { image_id: 2 })).stdout).toContain(
      'Rows by level (all matching rows)',
    );
    expect((await gate('list_image_risks', { image_id: 4 })).stdout).toContain(
      'Rows by level (all matching rows)',
    );
  });

  test.each([
    [3, 'cannot be judged: 2 rows of an unknown level; look at the answer'],
    [4, 'cannot be judged: the scan is not complete (SCANNING)'],
    [6, 'cannot be judged: the state of the scan is not known'],
  ])('what is not known of image %i does not pass: exit 1', async (id, said) => {
    expect(await gate('list_image_risks', { image_id: id })).toMatchObject({ code: 1, said });
  });

  test('a scan that finished counts without a licence', async () => {
    expect(await gate('list_image_risks', { image_id: 5 })).toMatchObject({
      code: 0,
      said: 'no row at or above it, 1 below',
    });
  });

  test('a finding at or above the level fails it, whatever else is not known', async () => {
    expect(await gate('list_image_risks', { image_id: 3 }, 'low')).toMatchObject({ code: 3 });
    expect(await gate('list_image_risks', { image_id: 4 }, 'low')).toMatchObject({ code: 3 });
  });

  test.each([
    [IDS.clean, 0, 'no row at or above it, 0 below'],
    [IDS.neverScanned, 1, "cannot be judged: nothing is known about this image's findings (not_scanned)"],
    [IDS.scanning, 1, "cannot be judged: nothing is known about this image's findings (scanning)"],
    [IDS.scanFailed, 1, "cannot be judged: nothing is known about this image's findings (scan_failed)"],
    [IDS.unlicensed, 1, "cannot be judged: nothing is known about this image's findings (not_licensed)"],
  ])('an empty list passes only when it means none: image %i, exit %i', async (id, code, said) => {
    const demo = await typed([
      '--demo',
      'call',
      'list_image_risks',
      `{"image_id":${id}}`,
      '--fail-on',
      'low',
    ]);

    expect({ code: demo.code, stderr: demo.stderr }).toEqual({
      code,
      stderr: `tcss-mcp-server: --fail-on low: ${said}\n`,
    });
  });

  test('rows that filters leave out are not judged', async () => {
    const filtered = await gate('list_image_risks', { image_id: 2, behaviors: [1] });

    expect(filtered).toMatchObject({ code: 0, said: 'no row at or above it, 0 below' });
  });

  test('a name that fits several images, or a page past the end, is not judged', async () => {
    const several = await gate('list_image_risks', { image: 'others' });
    const pastEnd = await gate('list_image_risks', { image_id: 1, offset: 50 });

    expect(several).toMatchObject({
      code: 1,
      said: 'cannot be judged: a reference fits several images; give one id',
    });
    expect(pastEnd).toMatchObject({ code: 1, said: expect.stringContaining('(past_end)') });
  });

  test('counts that do not cover all rows do not pass', async () => {
    const { env, simulator } = await service({
      account: {
        images: [
          makeImage(
            9,
            'a/many:1',
            Array.from({ length: 1200 }, () => ofLevels('1')[0] as DemoRisk),
          ),
        ],
      },
    });
    // The first page comes; neither the others nor the counts by level do.
    simulator.failNext(
      { code: 'InvalidParameter' },
      { action: 'DescribeAssetImageRegistryRiskInfoList', after: 1, times: 100 },
    );

    const { code, stderr } = await typed(
      ['call', 'list_image_risks', '{"image_id":9}', '--fail-on', 'high'],
      env,
    );

    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be judged: not every row was read or counted by level/);
  });

  test("of vulnerabilities and malware their own scan's state counts", async () => {
    const verdicts = await Promise.all(
      ['list_image_vulnerabilities', 'list_image_malware'].flatMap((tool) => [
        gate(tool, { image_id: 7 }),
        gate(tool, { image_id: 8 }),
      ]),
    );

    expect(verdicts.map(({ code, said }) => [code, said])).toEqual([
      [3, '1 row at or above it'],
      [1, 'cannot be judged: the scan is not complete (SCAN_ERR)'],
      [3, '1 row at or above it'],
      [1, 'cannot be judged: the scan is not complete (SCANNING)'],
    ]);
  });

  test.each<[string, Record<string, unknown>, object, number, string]>([
    ['list_image_risks', { RiskCnt: 9 }, {}, 1, 'cannot be judged: the scan counts 9 rows, and 1 came'],
    [
      'list_image_risks',
      { RiskCnt: 9 },
      { levels: ['critical', 'high'] },
      0,
      'no row at or above it, 0 below',
    ],
    [
      'list_image_risks',
      { RiskCnt: 9 },
      { limit: 1, detail: 'full' },
      1,
      'the scan counts 9 rows, and 1 came',
    ],
    ['list_image_risks', { RiskCnt: null, VulCnt: 9 }, {}, 0, 'no row at or above it, 1 below'],
    ['list_image_vulnerabilities', { VulCnt: 9 }, {}, 1, 'the scan counts 9 rows, and 1 came'],
    ['list_image_malware', { VirusCnt: 9 }, {}, 1, 'the scan counts 9 rows, and 1 came'],
  ])('%s of an image with %j, asked with %j: exit %i', async (tool, info, args, code, said) => {
    const images = [
      makeImage(1, 'a/b:1', ofLevels('1'), info, {
        vuls: [makeVul(1, '1', [])],
        viruses: [makeVirus('x', 'y', '1')],
      }),
    ];

    const verdict = await gate(tool, { image_id: 1, ...args }, 'high', { account: { images } });

    expect(verdict).toMatchObject({ code, said: expect.stringContaining(said) });
  });

  test('a state that cannot be read does not pass, and the answer is all that is judged: nothing more is asked', async () => {
    const { env, simulator } = await service({ account: ACCOUNT });
    const action = 'DescribeAssetImageRegistryDetail';
    simulator.failNext({ code: 'UnauthorizedOperation' }, { action });
    const call = (id: number) =>
      typed(['call', 'list_image_risks', `{"image_id":${id}}`, '--fail-on=high'], env);

    const refused = await call(1);
    const hit = await call(2);

    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the state of the scan is not known'),
    });
    expect(hit.code).toBe(3);
    expect(simulator.requests.filter((request) => request.action === action)).toHaveLength(2);
  });

  test('a tool error is exit 1', async () => {
    expect(await gate('list_image_risks', { image_id: 4711 })).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('--fail-on over one vulnerability', () => {
  test.each([
    ['CVE-2021-44228', 'critical', 3, '10 affected at or above it'],
    ['CVE-2021-44228', 'low', 3, '10 affected at or above it'],
    ['CVE-2099-00302', 'high', 0, '6 affected by a vulnerability below it'],
    ['CVE-2099-90001', 'low', 0, 'no image and no container is affected'],
    [
      'CVE-2099-90002',
      'low',
      1,
      'cannot be judged: whether any image is affected is not known (not_looked_for)',
    ],
    ['CVE-2099-99999', 'low', 1, 'cannot be judged: whether any image is affected is not known (not_listed)'],
    [
      'CVE-2099-00209',
      'low',
      1,
      'cannot be judged: 4 affected, and the level of the vulnerability is not known',
    ],
  ])('%s at %s: exit %i', async (cve, level, code, said) => {
    expect(await gate('find_vulnerability', { cve }, level, { account: demoAccount() })).toMatchObject({
      code,
      said,
    });
  });

  test('a list that was denied proves nothing', async () => {
    const { env, simulator } = await service();
    simulator.failNext({ code: 'UnauthorizedOperation' }, { action: 'DescribeVulImageList' });
    const call = ['call', 'find_vulnerability', '{"cve":"CVE-2099-90001"}', '--fail-on=low'];

    expect((await typed(call, env)).code).toBe(1);
  });
});

describe('--fail-on is refused before anything is asked', () => {
  test.each([
    ['find_images', {}, `--fail-on judges the answers of ${JUDGED.join(', ')}`],
    [
      'list_image_risks',
      { image_id: 1, levels: ['critical', 'low'] },
      'levels leaves out high, which --fail-on high judges',
    ],
    [
      'list_image_risks',
      { image_id: 1, levels: 'CRITICAL, low' },
      'levels leaves out high, which --fail-on high judges',
    ],
    [
      'compare_image_risks',
      { base: '1', target: '2', offset: '3' },
      '--fail-on judges a comparison from its first difference: leave out offset',
    ],
  ])('%s %j', async (tool, args, message) => {
    const { code, stderr, simulator } = await gate(tool, args);

    expect({ code, stderr }).toEqual({ code: 2, stderr: `${message}\n` });
    expect(simulator.requests).toEqual([]);
  });

  test('of no tool whose answers hold findings, and what judges them is there', () => {
    for (const { name, outputSchema } of listTools(tools)) {
      const keys = Object.keys(outputSchema.properties ?? {});
      const judgedBy = tools.find((tool) => tool.name === name)?.judgedBy;

      const isJudged = ['findings', 'introduced', 'vulnerability'].some((key) => keys.includes(key));
      expect(judgedBy !== undefined, name).toBe(isJudged);
      if (judgedBy !== undefined) expect(keys).toContain(judgedBy);
    }
  });
});
