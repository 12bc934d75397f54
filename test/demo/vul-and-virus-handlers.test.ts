import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Account, DEMO_IMAGE_IDS, demoAccount, handlers } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { startSimulator } from '../../src/demo/simulator.ts';
import { makeVirus } from '../../src/demo/viruses.ts';
import { generatedVuls, makeVul, osPackage } from '../../src/demo/vulnerabilities.ts';
import { generatedViruses } from '../simulator/generated-viruses.ts';
import { ask as askOverHttp, VIRUSES, VULS } from './signed-post.ts';

const levels = ['2', '4', null, '1', '4', '9', '3'];
const tags = [['SYS'], ['SYS', 'CanBeFixed'], null, [], ['CanBeFixed'], ['APP'], ['APP', 'SYS']];
const vuls = levels.map((level, n) =>
  makeVul(n, level, [osPackage('demo', '1.0', '1.1')], { Name: `row ${n}`, Tag: tags[n] ?? null }),
);
const viruses = ['2', 4, null, '1', '4', '9', 3].map((level, n) => makeVirus(`tmp/${n}`, `row ${n}`, level));
const account: Account = {
  images: [
    makeImage(1, 'team/app:1', [], {}, { vuls, viruses }),
    makeImage(
      2,
      'team/app:2',
      [],
      { InstanceName: 'tcr-1' },
      { vuls: vuls.slice(1, 2), viruses: viruses.slice(1, 2) },
    ),
  ],
};

interface Page {
  List: Record<string, unknown>[];
  TotalCount: number;
}

const ask = (action: string, request: Record<string, unknown>, over = account) =>
  handlers.get(action)?.(request, over) as Page;

function refusal(action: string, request: Record<string, unknown>): string {
  try {
    ask(action, request);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const filter = (Name: string, ...Values: string[]) => ({ Name, Values });
const EVERY = [0, 1, 2, 3, 4, 5, 6];

describe.each([
  [VULS, 'Name'],
  [VIRUSES, 'VirusName'],
] as const)('%s', (action, nameMember) => {
  const numbers = (request: Record<string, unknown>) =>
    ask(action, { Id: 1, ...request }).List.map((row) => Number(String(row[nameMember]).slice(4)));

  test.each([
    [{}, EVERY],
    [{ Limit: 3 }, [0, 1, 2]],
    [{ Limit: 3, Offset: 5 }, [5, 6]],
    [{ Limit: 100, Offset: 7 }, []],
    [{ Limit: 0 }, []],
  ])('%j gives rows %j of all seven', (page, expected) => {
    expect(numbers(page)).toEqual(expected);
    expect(ask(action, { Id: 1, ...page }).TotalCount).toBe(7);
  });

  test.each<[ReturnType<typeof filter>[], number[]]>([
    [[filter('Level', 'all')], EVERY],
    [[filter('Level', '4')], [1, 4]],
    [[filter('Level', '4', '3')], [1, 4, 6]],
    [[filter('Level', '4', 'all')], EVERY],
    [[filter('Level', '4'), filter('Level', '2')], []],
    [[filter('Name', 'its effect is not documented')], EVERY],
    [
      [filter('Name', 'row 1'), filter('Level', '4')],
      [1, 4],
    ],
  ])('%j keeps rows %j, and counts them', (Filters, expected) => {
    expect(numbers({ Filters })).toEqual(expected);
    expect(ask(action, { Id: 1, Filters, Limit: 1 }).TotalCount).toBe(expected.length);
  });

  const info = { InstanceName: 'tcr-1', Namespace: 'team', ImageName: 'app', ImageTag: '2', Force: 'true' };

  test('finds the image by a full ImageInfo as well', () => {
    expect(ask(action, { ImageInfo: info }).TotalCount).toBe(1);
  });

  test.each([
    ['InvalidParameter.InvalidFormat', { Id: 1, Limit: 101 }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Limit: '10' }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Offset: -1 }],
    ['InvalidParameter.InvalidFormat', { Id: '1' }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Filters: [filter('Level', '5')] }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Filters: [filter('Level', 'HIGH')] }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Filters: [filter('Level')] }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Filters: [{ Name: 'Level', Values: [4] }] }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Filters: [filter('Behavior', '1')] }],
    ['InvalidParameter.InvalidFormat', { Id: 1, Filters: [filter('constructor', '1')] }],
    ['InvalidParameter.MissingParameter', {}],
    ['InvalidParameter.MissingParameter', { ImageInfo: { ...info, Force: undefined } }],
    ['ResourceNotFound', { Id: 3 }],
    ['ResourceNotFound', { ImageInfo: { ...info, ImageTag: '9' } }],
    ['UnknownParameter', { Id: 1, By: 'Level' }],
    ['UnknownParameter', { Id: 1, Order: '-' }],
    ['UnknownParameter', { Id: 1, Filters: [{ ...filter('Level', '4'), Op: 'eq' }] }],
  ])('gives %s for %j', (code, request) => {
    expect(refusal(action, request)).toBe(code);
  });

  test('any walk by pages shows each matching row once, in one order', () => {
    const made = { vuls: generatedVuls(60), viruses: generatedViruses(60) };
    const over = { images: [makeImage(1, 'team/app:1', [], {}, made)] };
    const someLevels = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1 });

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), someLevels, (Limit, asked) => {
        const request = { Id: 1, Filters: [filter('Level', ...asked)] };
        const whole = ask(action, { ...request, Limit: 100 }, over);
        const pages = Array.from(
          { length: Math.ceil(whole.TotalCount / Limit) },
          (_, n) => ask(action, { ...request, Limit, Offset: n * Limit }, over).List,
        );
        expect(pages.flat()).toEqual(whole.List);
        expect(whole.List).toHaveLength(whole.TotalCount);
      }),
      { numRuns: 25 },
    );
  });

  test('is answered at the wire, with the rate and the envelope of every Action', async () => {
    const simulator = await startSimulator({ requestsPerSecond: 1 });

    const [first, second] = await Promise.all(
      [1, 2].map(() => askOverHttp(simulator, action, { Id: DEMO_IMAGE_IDS.mixed, Limit: 100 })),
    );
    await simulator.close();

    const [answered, refused] = first?.Error ? [second, first] : [first, second];
    expect(answered?.List).toHaveLength(action === VULS ? 100 : 3);
    expect(answered?.TotalCount).toBe(action === VULS ? 128 : 3);
    expect(refused?.Error?.Code).toBe('RequestLimitExceeded');
  });
});

test.each<[ReturnType<typeof filter>[], number[]]>([
  [[filter('Tag', 'all')], EVERY],
  [[filter('Tag', 'CanBeFixed')], [1, 4]],
  [[filter('Tag', 'APP', 'CanBeFixed')], [1, 4, 5, 6]],
  [[filter('Tag', 'SYS'), filter('Level', '4')], [1]],
  [[filter('Tag', 'null')], []],
  [[filter('Tag', 'SYS,CanBeFixed')], []],
])('vulnerabilities are also filtered by any of their tags: %j keeps rows %j', (Filters, expected) => {
  expect(ask(VULS, { Id: 1, Filters }).List).toEqual(expected.map((n) => vuls[n]));
});

test.each<[ReturnType<typeof filter>[], number[]]>([
  [[filter('RiskLevel', 'all')], EVERY],
  [[filter('RiskLevel', '4')], [1, 4]],
  [[filter('RiskLevel', '3', '2')], [0, 6]],
  [
    [filter('RiskLevel', '4'), filter('Level', '4')],
    [1, 4],
  ],
  [[filter('RiskLevel', '4'), filter('Level', '3')], []],
])(
  'viruses are filtered by either name of the level, be it a string or a number: %j keeps rows %j',
  (Filters, expected) => {
    expect(ask(VIRUSES, { Id: 1, Filters }).List).toEqual(expected.map((n) => viruses[n]));
  },
);

test.each([
  [VULS, 'RiskLevel'],
  [VIRUSES, 'Tag'],
  [VIRUSES, 'Category'],
])('%s knows no filter %s', (action, name) => {
  expect(refusal(action, { Id: 1, Filters: [filter(name, '4')] })).toBe('InvalidParameter.InvalidFormat');
});

test('an image that no scan found anything in has empty lists', () => {
  const clean = { Id: DEMO_IMAGE_IDS.clean };

  expect(ask(VULS, clean, demoAccount())).toEqual({ List: [], TotalCount: 0 });
  expect(ask(VIRUSES, clean, demoAccount())).toEqual({ List: [], TotalCount: 0 });
});
