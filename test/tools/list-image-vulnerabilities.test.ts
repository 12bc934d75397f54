import { describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS, demoAccount } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { makeVul, osPackage } from '../../src/demo/vulnerabilities.ts';
import { NOW_MS, startHouse } from '../setup.ts';
import { sharedHouse } from './house.ts';

const BROKEN = 7_000_001;
const LONE = 7_000_002;
const vul = makeVul(1, '4', [osPackage('zlib', '1.2.11', '1.2.13')]);
const odd = {
  ...makeVul(2, null, []),
  CVEID: '',
  POCID: '',
  Name: '漏洞',
  Component: null,
  Components: null,
};
const account = demoAccount(NOW_MS);
const shared = sharedHouse({
  images: [
    ...account.images,
    makeImage(BROKEN, 'a/b:1', [], { CveStatus: 'SCAN_ERR' }),
    makeImage(LONE, 'a/c:1', [], {}, { vuls: [vul, { ...vul }, odd] }),
  ],
});

const ask = (args: Record<string, unknown>) => shared.house.callTool('list_image_vulnerabilities', args);

describe('the vulnerabilities of an image', () => {
  test('are told by component, with what each upgrade fixes', async () => {
    const { text, structured } = await ask({ image: 'payments/api:1.4.2', limit: 3 });

    expect(structured.counts).toMatchObject({ critical: 1, high: 4, medium: 4, low: 2, cover: 'all_rows' });
    expect(structured.components[0]).toEqual({
      component: 'openssl-libs',
      version: '1.1.1k-9.el8',
      fixed_version: '1:1.1.1k-14.el8',
      fixes: 6,
      worst: 'critical',
    });
    expect(structured.findings[0]).toMatchObject({
      level: 'critical',
      cve: 'CVE-2099-00101',
      cvss: 9.8,
      component: 'openssl-libs',
      version: '1.1.1k-9.el8',
      fixed_version: '1:1.1.1k-12.el8',
      path: '/var/lib/rpm/openssl-libs/',
      occurrences: 1,
    });
    expect(text).toContain(
      '\nupgrade, 6 found, worst critical: openssl-libs 1.1.1k-9.el8 -> 1:1.1.1k-14.el8\n',
    );
    expect(text).toMatch(
      /\ncritical:\nA = openssl-libs 1\.1\.1k-9\.el8 \| \/var\/lib\/rpm\/openssl-libs\/\n1\. A, v-[0-9a-f]{12}, CVSS 9\.8, fix advised: CVE-2099-00101 \| fixed in /,
    );
  });

  test('are told with tags, solution, time and layer when asked in full, without the secrets of the layer', async () => {
    const { text, structured } = await ask({ image_id: DEMO_IMAGE_IDS.hostile, detail: 'full', limit: 1 });
    const [finding] = structured.findings;

    expect(finding).toMatchObject({
      poc_id: 'pcmgr-9900401',
      tags: ['network', 'fixable'],
      suggested: true,
      solution: expect.stringMatching(/./),
      published: '2024-03-11 09:15:00',
      layer: '/bin/sh -c #(nop)  ENV MIRROR_TOKEN=<redacted> LOG_LEVEL=info',
    });
    for (const value of [
      finding.poc_id,
      finding.published,
      finding.layer,
      'fix advised',
      'network, fixable',
    ]) {
      expect(text).toContain(value);
    }
    const brief = await ask({ image_id: DEMO_IMAGE_IDS.hostile, limit: 1 });
    expect(brief.structured.findings[0]).not.toHaveProperty('layer');
    expect(brief.structured.findings[0].tags).toEqual(finding.tags);
  });

  test('have tags in words where these are known, and no time that means unknown', async () => {
    const odd = makeVul(9, '4', [osPackage('zlib', '1', '2')], {
      Tag: ['CanBeFixed', 'DynamicLevelPoc', 'EXP', 'NETWORK', 'KNOWN_EXPLOITED', ''],
      SubmitTime: '1970-01-01 00:00:01',
      IsSuggest: 'false',
      CvssScore: '9.800000190734863',
    });
    const house = await startHouse({
      account: { images: [makeImage(1, 'a/b:1', [], {}, { vuls: [odd] })] },
      source: 'live',
    });
    const { structured } = await house.callTool('list_image_vulnerabilities', {
      image_id: 1,
      detail: 'full',
    });
    await house.close();

    expect(structured.findings[0]).toMatchObject({
      tags: ['fixable', 'poc', 'exploit', 'network', 'KNOWN_EXPLOITED'],
      cvss: 9.8,
    });
    for (const key of ['published', 'suggested']) expect(structured.findings[0]).not.toHaveProperty(key);
  });

  test('are filtered by tags, each by a filter of its own', async () => {
    const before = shared.house.simulator.requests.length;
    const image_id = DEMO_IMAGE_IDS.apiNew;
    const both = await ask({ image_id, fixable: true, exploit: true });
    const [rows] = shared.house.simulator.requests
      .slice(before)
      .filter(({ action = '' }) => action.endsWith('VulList'));

    expect(rows?.body).toMatchObject({
      Filters: [
        { Name: 'Tag', Values: ['CanBeFixed'] },
        { Name: 'Tag', Values: ['DynamicLevelExp'] },
      ],
    });
    expect(both.structured.empty_because).toBe('filtered_out');
    expect((await ask({ image_id, fixable: true })).structured).toMatchObject({
      coverage: { total: 9 },
      notes: expect.arrayContaining([expect.stringContaining('its effect is unverified')]),
    });
    expect((await ask({ image_id, fixable: false })).structured.coverage.total).toBe(11);
  });

  test('that lack a tag that was asked for are told: the service does not obey', async () => {
    const house = await startHouse({ source: 'live' });
    const respond = (answer: object) => ({
      ...answer,
      List: [{ CVEID: 'CVE-2099-00001', Level: '4', Tag: ['NETWORK'] }],
      TotalCount: 1,
    });
    house.simulator.failNext({ respond }, { action: 'DescribeAssetImageRegistryVulList' });
    const { structured } = await house.callTool('list_image_vulnerabilities', {
      image_id: DEMO_IMAGE_IDS.apiNew,
      fixable: true,
    });
    await house.close();

    expect(structured.notes.join(' ')).toContain('does not seem to apply the filter for fixable and exploit');
  });

  test('are asked for without an order, which their list does not know, and filtered by level', async () => {
    const before = shared.house.simulator.requests.length;
    const { structured } = await ask({ image_id: DEMO_IMAGE_IDS.apiNew, levels: ['high'], name: 'openssl' });
    const rows = shared.house.simulator.requests
      .slice(before)
      .filter(({ action = '' }) => action.endsWith('VulList'));

    expect(rows.map(({ action, body }) => [action, body])).toEqual([
      [
        'DescribeAssetImageRegistryVulList',
        {
          Id: DEMO_IMAGE_IDS.apiNew,
          Limit: 100,
          Offset: 0,
          Filters: [
            { Name: 'Level', Values: ['3'] },
            { Name: 'Name', Values: ['openssl'] },
          ],
        },
      ],
    ]);
    expect(structured.findings.every(({ level }: { level: string }) => level === 'high')).toBe(true);
  });

  test('of 2,500 rows cost 15 requests, with exact counts, and say what the first 1,000 lack', async () => {
    const before = shared.house.simulator.requests.length;
    const { text, structured } = await ask({ image_id: DEMO_IMAGE_IDS.large });

    expect(shared.house.simulator.requests.length - before).toBe(15);
    const { critical, high, medium, low } = structured.counts;
    expect(critical + high + medium + low).toBe(2500);
    expect(text).toContain('The service did not send the rows in level order.');
    expect(text).toMatch(/Not among the rows read: \d+ critical/);
  });

  test('that are equal are one finding, and one without a CVE or component is still told', async () => {
    const { structured } = await ask({ image_id: LONE });

    expect(structured.findings).toMatchObject([
      { occurrences: 2, component: 'zlib' },
      { level: 'unknown', cve: '漏洞' },
    ]);
    expect(structured.components).toMatchObject([{ component: 'zlib', fixed_version: '1.2.13', fixes: 1 }]);
  });
});

describe('components', () => {
  const numbered = (number: number, level: string, ...used: ReturnType<typeof osPackage>[]) =>
    makeVul(number, level, used);
  const ask15 = async (vuls: ReturnType<typeof makeVul>[], args: Record<string, unknown> = {}) => {
    const house = await startHouse({ account: { images: [makeImage(1, 'a/b:1', [], {}, { vuls })] } });
    const answer = await house.callTool('list_image_vulnerabilities', { image_id: 1, ...args });
    await house.close();
    return answer;
  };

  test('are those with the most severe findings first, and those left out are counted', async () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      numbered(n, '1', osPackage(`low-${n % 12}`, '1.0', '1.1')),
    );
    const { text, structured } = await ask15([...many, numbered(99, '4', osPackage('worst', '1.0', '2.0'))]);

    expect(structured.components).toHaveLength(10);
    expect(structured.components[0]).toMatchObject({ component: 'worst', worst: 'critical' });
    expect(text).toContain('3 more components with a fixed version are not listed.');
  });

  test('of two installed versions have an upgrade each', async () => {
    const { structured } = await ask15([
      numbered(1, '3', osPackage('lib', '1.4.0', '1.4.9')),
      numbered(2, '3', osPackage('lib', '2.1.0', '2.1.5')),
    ]);

    expect(
      structured.components.map(({ version, fixed_version: fixed }: Record<string, unknown>) => [
        version,
        fixed,
      ]),
    ).toEqual([
      ['1.4.0', '1.4.9'],
      ['2.1.0', '2.1.5'],
    ]);
  });

  test.each<[string, string, string[], object]>([
    ['a higher upstream', '251-1', ['252-2', '252.4-1'], { fixed_version: '252.4-1', fixes: 2 }],
    ['a letter', '1:1.1.1-1.el8', ['1:1.1.1c-2.el8', '1:1.1.1-8.el8'], { fixed_version: '1:1.1.1c-2.el8' }],
    ['repacked sources', '1.1-1', ['1.2-1', '1.2+dfsg-1'], { fixed_version: '1.2+dfsg-1', fixes: 2 }],
    ['a release', '5.9', ['6.0.0-M1', '6.0.0', '6.0.0-rc1'], { fixed_version: '6.0.0', fixes: 3 }],
    ['a name', 'v4.2.0', ['v4.3.0', 'v4.2.9'], { fixed_version: 'v4.3.0', fixes: 2 }],
    ['its own line', '2.12.1', ['2.3.2, 2.12.4, 2.17.1'], { fixed_version: '2.12.4', fixes: 1 }],
    [
      'what fixes both, though each alone needs less',
      '2.3.0',
      ['2.3.2, 2.12.4, 2.17.1', '2.12.1'],
      { fixed_version: '2.12.4', fixes: 2 },
    ],
    [
      'what fixes all of several lists',
      '2.11.0',
      ['2.3.1, 2.12.2, 2.15.0', '2.3.1, 2.12.2, 2.16.0', '2.3.2, 2.12.4, 2.17.1', '2.13.2'],
      { fixed_version: '2.17.1', fixes: 4 },
    ],
    [
      'the release line that fixes all',
      '5.3.0',
      ['5.2.20, 5.3.18', '5.3.27, 6.0.8', '6.0.0'],
      { fixed_version: '6.0.8', fixes: 3 },
    ],
    ['no version', '1.0', ['暂无', '1.1', 'N/A', '-'], { fixed_version: '1.1', fixes: 1 }],
    ['a version that is older', '2.0', ['1.9', '2.1'], { fixed_version: '2.1', fixes: 1 }],
  ])('are raised to %s', async (_name, installed, fixed, expected) => {
    const vuls = fixed.map((version, n) => numbered(n, '3', osPackage('lib', installed, version)));
    const { structured } = await ask15(vuls);

    expect(structured.components).toHaveLength(1);
    expect(structured.components[0]).toMatchObject(expected);
    expect(structured.components[0]).not.toHaveProperty('note');
  });

  test('whose versions have another order for rpm say so', async () => {
    const { text, structured } = await ask15([
      numbered(1, '3', osPackage('lib', '1.0', '1.0.a')),
      numbered(2, '3', osPackage('lib', '1.0', '1.0.1')),
    ]);

    expect(structured.components).toMatchObject([
      { fixed_version: '1.0.a', fixes: 2, note: "in rpm's order of versions it is 1.0.1" },
    ]);
    expect(text).toContain("lib 1.0 -> 1.0.a (in rpm's order of versions it is 1.0.1)");
  });

  test('of which no finding names a version above the installed one have no upgrade', async () => {
    const { structured } = await ask15([
      numbered(1, '3', osPackage('lib', '2.0', '1.9')),
      numbered(2, '3', osPackage('lib', '2.0', '无')),
    ]);

    expect(structured.findings).toHaveLength(2);
    expect(structured).not.toHaveProperty('components');
  });

  test('of one row are told by name, the own one first, the others with what fixes them', async () => {
    const components = [osPackage('libcrypto', '1.0', '3.0'), osPackage('openssl', '1.1', '2.0')];
    const row = {
      ...makeVul(1, '4', components),
      Component: 'openssl',
      Version: '1.1',
      FixedVersions: '2.0',
    };
    const { structured } = await ask15([row], { detail: 'full' });

    expect(structured.findings[0]).toMatchObject({
      component: 'openssl',
      path: '/var/lib/rpm/openssl/',
      other_components: 1,
      also_in: ['libcrypto 1.0 (fixed in 3.0) /var/lib/rpm/libcrypto/'],
    });
    expect(structured.components).toHaveLength(2);
  });

  test('whose texts look like ours stand in quotes', async () => {
    const { text } = await ask15([numbered(1, '4', osPackage('evil', '1 | fixed in 1', '9'))]);

    expect(text).toContain('"evil 1 | fixed in 1" | /var/lib/rpm/evil/');
    expect(text).toContain('upgrade, 1 found, worst critical: evil 1 | fixed in 1 -> 9');
  });

  test('a brief description is marked as cut, with the way to see it whole', async () => {
    const { text } = await ask15([
      { ...numbered(1, '4', osPackage('a', '1', '2')), Des: 'long '.repeat(99) },
    ]);

    expect(text).toContain('… [cut]');
    expect(text).toContain('To see cut fields in full: detail full.');
  });
});

describe('zero', () => {
  test.each([
    ['clean', DEMO_IMAGE_IDS.clean, 'clean', /scanned, and the scan found no vulnerability: 0 rows/],
    ['never scanned', DEMO_IMAGE_IDS.neverScanned, 'not_scanned', /never scanned for vulnerabilities/],
    ['a scan that failed, whatever the others say', BROKEN, 'scan_failed', /last vulnerability scan did not/],
    ['no licence', DEMO_IMAGE_IDS.unlicensed, 'not_licensed', /its vulnerabilities are not known/],
  ])('means %s', async (_name, id, because, sentence) => {
    const { text, structured } = await ask({ image_id: id });

    expect(structured.empty_because).toBe(because);
    expect(text).toMatch(sentence);
  });
});

test('a cursor of another list is refused before any request', async () => {
  const first = await shared.house.callTool('list_image_risks', { image_id: DEMO_IMAGE_IDS.mixed, limit: 2 });
  const before = shared.house.simulator.requests.length;
  const { text, isError } = await ask({
    image_id: DEMO_IMAGE_IDS.mixed,
    cursor: first.structured.coverage.next_cursor,
  });

  expect(isError).toBe(true);
  expect(text).toContain('cursor belongs to another question: use it with the same tool');
  expect(shared.house.simulator.requests).toHaveLength(before);
});

test('a filter that the service does not apply is said', async () => {
  shared.house.simulator.failNext({
    respond: (answer: object) => ({ ...answer, List: [vul], TotalCount: 1 }),
  });
  const { structured } = await ask({ image_id: LONE, levels: ['low'] });

  expect(structured.notes).toContain(
    'Rows of levels that were not asked for came too: the service does not seem to apply the level filter.',
  );
});
