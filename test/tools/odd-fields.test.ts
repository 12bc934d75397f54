/** Rows of another shape than documented, over HTTP, in every tool: they cost no more than what cannot be read. */
import { beforeAll, describe, expect, test } from 'vitest';
import { makeImage } from '../../src/demo/image.ts';
import { makeVul, osPackage } from '../../src/demo/vulnerabilities.ts';
import { tools } from '../../src/tools/index.ts';
import { type Answer, startHouse } from '../setup.ts';
import { sampleAnswers } from '../simulator/sample-answers.ts';
import { sharedHouse } from './house.ts';

type Row = Record<string, unknown>;

const samples = sampleAnswers(tools);

/** The lists over one image: their Action, and a row of it with a known level. */
const LISTS = tools.flatMap((tool) => {
  const action = tool.actions.needs[0]?.[0]?.name ?? '';
  const [sample] = samples.get(action)?.List ?? [];
  if (tool.judgedBy !== 'counts' || sample === undefined) return [];
  const row = Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [name, /Level$/.test(name) ? '4' : value]),
  );
  return [{ tool: tool.name, action, make: (more: Row = {}): Row => ({ ...row, ...more }) }];
});
const RISKS = 'DescribeAssetImageRegistryRiskInfoList';
const VULS = 'DescribeAssetImageRegistryVulList';
const risk = (more: Row = {}): Row => ({ ...samples.get(RISKS)?.List?.[0], ...more });
const vul = (more: Row = {}): Row => ({
  ...makeVul(1, '4', [osPackage('zlib', '1.2.11', '1.2.13')]),
  ...more,
});

/** A text of a row, and the key of its finding under which it is shown. */
async function shownText(ask: (rows: Row[]) => Promise<Answer>, row: Row) {
  const marked = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'string' && !/Level$/.test(name) ? `mark of ${name}` : value,
  ]);
  const { structured } = await ask([Object.fromEntries(marked)]);
  const shown = Object.entries<unknown>(structured.findings[0]);
  const [key = '', mark = ''] = shown.find(([, value]) => String(value).startsWith('mark of ')) ?? [];
  return { field: String(mark).replace('mark of ', ''), key };
}

const images = [makeImage(1, 'a/b:1'), makeImage(2, 'a/b:2')];
const shared = sharedHouse({ images });

/** The next answer of an action holds these rows. */
const answerWith = (action: string, List: readonly unknown[], more: object = {}) =>
  shared.house.simulator.failNext(
    { respond: (answer: object) => ({ ...answer, List, TotalCount: List.length, ...more }) },
    { action },
  );

describe.each(LISTS)('$tool', ({ tool, action, make }) => {
  const ask = (List: readonly unknown[], args: object = {}, more: object = {}) => {
    answerWith(action, List, more);
    return shared.house.callTool(tool, { image_id: 1, ...args });
  };

  let field = '';
  let key = '';
  beforeAll(async () => {
    ({ field, key } = await shownText(ask, make()));
    expect(field).not.toBe('');
  });

  test('shows a row without the field that is an object, and says so', async () => {
    const { text, structured } = await ask([make({ [field]: { deep: 1 } }), make({ [field]: 'whole' })]);

    expect(structured.findings).toHaveLength(2);
    expect(structured.findings[1]).toMatchObject({ [key]: 'whole' });
    expect(structured.unreadable).toBe(1);
    expect(structured.coverage).toMatchObject({ total: 2, fetched: 2, shown: 2, complete: false });
    expect(structured.coverage.why_partial).toEqual(['unreadable']);
    expect(structured.notes).toContain('1 row has a field that could not be read; the field was left out.');
    expect(text).toContain('1 row has a field that could not be read; the field was left out.');
  });

  test('counts rows, not fields', async () => {
    const odd = make({ [field]: [], Level: {}, RiskLevel: {} });
    const { structured } = await ask([odd, odd, odd]);

    expect(structured.unreadable).toBe(3);
    expect(structured.notes).toContain('3 rows have a field that could not be read; the field was left out.');
  });

  test('loses only what is no object', async () => {
    const { text, structured } = await ask([null, make(), 7, 'x', [make()]]);

    expect(structured.findings).toMatchObject([{ occurrences: 1 }]);
    expect(structured.unreadable).toBe(4);
    expect(structured.coverage).toMatchObject({ total: 5, fetched: 5, shown: 1, complete: false });
    expect(structured.coverage.why_partial).toEqual(['unreadable']);
    expect(structured.counts).toMatchObject({ critical: 1, unknown: 0, unaccounted: 4, cover: 'all_rows' });
    expect(structured.notes).toContain('4 rows could not be read at all and are missing here.');
    expect(text).toContain('Image 1: 1 of the 5 rows received could be read: 1 finding.');
  });

  test('of which nothing can be read is no clean one', async () => {
    const { text, structured } = await ask([null, 7]);

    expect(structured.findings).toEqual([]);
    expect(structured.unreadable).toBe(2);
    expect(structured.coverage).toMatchObject({
      total: 2,
      shown: 0,
      complete: false,
      why_partial: ['unreadable'],
    });
    expect(structured).not.toHaveProperty('empty_because');
    expect(text).toContain('Image 1: 0 of the 2 rows received could be read');
  });

  test('shows numbers where text is documented, and takes a total in a string', async () => {
    const { structured } = await ask([make({ [field]: 20260101 })], {}, { TotalCount: '1' });

    expect(structured.findings).toMatchObject([{ [key]: '20260101' }]);
    expect(structured.coverage).toMatchObject({ total: 1, complete: true, why_partial: [] });
    expect(structured).not.toHaveProperty('unreadable');
  });

  test('gives rows of the documented shape the ids that they had', async () => {
    const alone = await ask([make()]);
    const beside = await ask([make(), make({ [field]: {} }), null]);

    expect(beside.structured.findings[0].id).toBe(alone.structured.findings[0].id);
    expect(beside.structured.findings[0].occurrences).toBe(1);
  });

  test('walks past lost rows by cursor and shows each finding once', async () => {
    const rows = [null, ...[1, 2, 3, 4].map((n) => make({ [field]: `row ${n}` })), 3];
    answerWith(action, rows);
    const seen: unknown[] = [];
    let next: object | undefined = {};
    while (next !== undefined && seen.length < 9) {
      const answer: Answer = await shared.house.callTool(tool, { image_id: 1, limit: 1, ...next });
      seen.push(...answer.structured.findings.map((finding: Row) => finding[key]));
      expect(answer.structured.unreadable).toBe(2);
      const cursor: string | undefined = answer.structured.coverage.next_cursor;
      next = cursor === undefined ? undefined : { cursor };
    }

    expect(seen).toEqual(['row 1', 'row 2', 'row 3', 'row 4']);
  });
});

describe('a score', () => {
  test.each<[unknown, number | undefined]>([
    ['9.8', 9.8],
    [9.8, 9.8],
    ['9.800000190734863', 9.8],
    [9.800000190734863, 9.8],
    [7, 7],
    ['10.0', 10],
    ['0', 0],
    ['', undefined],
    ['x', undefined],
    ['11', undefined],
    [-1, undefined],
    [null, undefined],
  ])('of %j is %j', async (CvssScore, expected) => {
    answerWith(VULS, [vul({ CvssScore })]);
    const { text, structured } = await shared.house.callTool('list_image_vulnerabilities', { image_id: 1 });

    expect(structured.findings[0].cvss).toBe(expected);
    expect(structured).not.toHaveProperty('unreadable');
    expect(text.includes('CVSS')).toBe(expected !== undefined);
    if (expected !== undefined) expect(text).toContain(`CVSS ${expected.toFixed(1)}`);
  });
});

test('a component that cannot be read costs its row nothing else', async () => {
  const [component] = vul()['Components'] as Row[];
  const odd = vul({
    Component: 'zlib',
    Components: [{ ...component, Path: {} }, null, { ...component, Name: 'other' }],
  });
  answerWith(VULS, [odd, vul({ Components: 'none' })]);
  const { structured } = await shared.house.callTool('list_image_vulnerabilities', { image_id: 1 });

  expect(structured.findings).toMatchObject([
    { component: 'zlib', other_components: 1 },
    { cve: vul()['CVEID'] },
  ]);
  expect(structured.unreadable).toBe(2);
});

const IMAGE = { ImageRepoAddress: 'registry.example.com/a/b', Namespace: 'a', ImageName: 'b' };

describe('the registry list', () => {
  /** Entries by what of them differs, in a house of their own. */
  const open = async (...odd: Row[]) => {
    const images = [
      makeImage(1, 'a/b:1'),
      ...odd.map((more, n) => makeImage(10 + n, 'a/c:1', [], more as never)),
    ];
    const house = await startHouse({ account: { images } });
    return { house, find: (args: object = {}) => house.callTool('find_images', { ...args }) };
  };

  test('is read with digits for ids, numbers for text, and 0 or 1 for yes or no', async () => {
    const more = { ImageTag: 20260101, RiskCnt: '4', IsAuthorized: '1' };
    const { house, find } = await open(
      { Id: '31', IsLatestImage: 1, ...more },
      { Id: '32', IsLatestImage: '0', ...more, IsAuthorized: false },
    );
    const { structured } = await find({ query: '20260101' });
    const named = await house.callTool('list_image_risks', { image: 'a/b:1' });
    await house.close();

    expect(structured.images).toMatchObject([
      { id: 31, latest: true, risks: 4, licensed: true },
      { id: 32, latest: false, risks: 4, licensed: false },
    ]);
    expect(structured).not.toHaveProperty('unreadable');
    expect(structured.coverage).toMatchObject({ total: 2, complete: true, why_partial: [] });
    expect(named.structured.image).toMatchObject({ id: 1 });
  });

  test('keeps an image without the fields that are of another shape', async () => {
    const { house, find } = await open(
      { IsLatestImage: 'perhaps', VulCnt: {}, OsName: {} },
      { ScanTime: [] },
    );
    const { text, structured } = await find();
    const named = await house.callTool('list_image_risks', { image: 'a/b:1' });
    await house.close();

    expect(structured.images.map(({ id }: { id: number }) => id)).toEqual([1, 11, 10]);
    expect(structured.unreadable).toBe(2);
    expect(structured.coverage).toMatchObject({ total: 3, complete: false, why_partial: ['unreadable'] });
    expect(structured.notes.join()).toContain(
      '2 images have a field that could not be read; it was left out',
    );
    expect(text).toContain('2 images have a field that could not be read');
    expect(named.structured.image).toMatchObject({ id: 1 });
    expect(named.structured).not.toHaveProperty('unreadable');
  });

  test('looks a name up and says which images it could not compare', async () => {
    const { house } = await open({ ImageTag: {} });
    const found = await house.callTool('list_image_risks', { image: 'a/b:1' });
    const missing = await house.callTool('list_image_risks', { image: 'a/c:1' });
    await house.close();

    expect(found.isError).toBe(false);
    expect(found.structured.notes).toContain(
      'The name was not compared with 1 image whose name could not be read: there may be another match.',
    );
    expect(missing.isError).toBe(true);
    expect(missing.text).toContain('whose names could not be read: if so, give image_id');
  });

  test('loses an entry whose id cannot be read, or that is no object, and counts it', async () => {
    const { house } = await open();
    house.simulator.failNext(
      {
        respond: (answer: object) => ({
          ...answer,
          List: [null, 'x', { Id: {}, ...IMAGE }, { Id: 7, ...IMAGE, ImageTag: '1' }],
          TotalCount: '4',
        }),
      },
      { action: 'DescribeAssetImageRegistryList' },
    );
    const { structured } = await house.callTool('find_images', {});
    await house.close();

    expect(structured.images).toMatchObject([{ id: 7 }]);
    expect(structured.unreadable).toBe(3);
    expect(structured.coverage).toMatchObject({
      complete: false,
      why_partial: ['page_failed', 'unreadable'],
    });
    expect(structured.notes).toContain('3 entries of the list have no usable id and cannot be shown.');
  });
});

describe('the state of a scan', () => {
  test.each<[Row, string]>([
    [{ ImageTag: {}, ScanTime: 5, IsAuthorized: true, RiskCnt: '0' }, 'clean'],
    [{ RiskStatus: 'NOT_SCAN', IsAuthorized: '0' }, 'not_licensed'],
    [{ RiskStatus: 'NOT_SCAN', IsAuthorized: {} }, 'not_scanned'],
    [{ IsAuthorized: {} }, 'clean'],
    [{ RiskStatus: {} }, 'unverified'],
  ])('with %j means %s', async (detail, because) => {
    const house = await startHouse({ account: { images } });
    house.simulator.failNext(
      { respond: (answer: object) => ({ ...answer, ...detail }) },
      { action: 'DescribeAssetImageRegistryDetail' },
    );
    const { structured } = await house.callTool('list_image_risks', { image_id: 1 });
    await house.close();

    expect(structured.empty_because).toBe(because);
  });
});

test('every list over one image is tried', () => {
  expect(LISTS).toHaveLength(tools.filter(({ judgedBy }) => judgedBy === 'counts').length);
});

test('a comparison claims nothing that an odd field may hide', async () => {
  answerWith(RISKS, [risk(), risk({ Desc: {} })]);
  const { text, structured } = await shared.house.callTool('compare_image_risks', { base: '1', target: '2' });

  expect(structured.unreadable).toBe(1);
  expect(structured).not.toHaveProperty('fixed');
  expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['unreadable'] });
  expect(text).toContain('1 row has a field that could not be read; the field was left out.');
});

describe('over the whole account', () => {
  test.each<[string, Row]>([
    ['find_vulnerability', { cve: 'CVE-2021-44228' }],
    ['find_vulnerability', { cve: 'CVE-2099-90001' }],
    ['list_vulnerabilities', { component: 'log4j' }],
    ['list_containers', { run_as_root: true }],
    ['list_containers', { image: 'payments/api' }],
    ['explain_coverage', {}],
  ])('%s %j is not complete without a member that cannot be read', async (tool, args) => {
    const members = new Map<string, Set<string>>();
    let odd: { action: string; name: string } | undefined;
    const house = await startHouse({
      alter(answer, { action }) {
        const { List, VulInfo, ...rest } = answer as { List?: Row[]; VulInfo?: Row };
        const names = members.get(action) ?? new Set();
        members.set(action, names);
        const broken = (row: Row): Row => {
          for (const name of Object.keys(row)) if (name !== 'RequestId') names.add(name);
          return odd?.action === action && odd.name in row ? { ...row, [odd.name]: { deep: 1 } } : row;
        };
        if (List !== undefined) return { ...rest, List: List.map(broken) };
        return VulInfo === undefined ? broken(rest) : { ...rest, VulInfo: broken(VulInfo) };
      },
    });
    const told = async () => {
      const { structured } = await house.callTool(tool, { ...args, max_bytes: 40_000 });
      const { coverage, notes: _, request_id: __, ...rest } = structured;
      return { isComplete: coverage.complete === true, rest: JSON.stringify(rest) };
    };
    const whole = await told();
    const silent: string[] = [];
    for (const [action, names] of [...members]) {
      for (const name of [...names]) {
        odd = { action, name };
        const { isComplete, rest } = await told();
        if (isComplete && rest !== whole.rest) silent.push(`${action}.${name}`);
      }
    }
    await house.close();

    expect(whole.isComplete).toBe(true);
    expect(members.size).toBeGreaterThan(0);
    expect(silent).toEqual([]);
  });
});
