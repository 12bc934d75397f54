import { describe, expect, test } from 'vitest';
import { type Account, DEMO_IMAGE_IDS, demoAccount, handlers } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { type DemoRisk, generatedRisks, makeRisk } from '../../src/demo/risks.ts';
import { RISKS } from './signed-post.ts';

const levels = ['2', '4', null, '1', '4', '2', '9', '3', '2'];
const rows = levels.map((level, n) =>
  makeRisk([(n % 4) + 1, (n % 2) + 1, level, `row ${n}`, 'USER root'], '2024-05-06 10:49:49'),
);
const account: Account = {
  images: [
    makeImage(1, 'team/app:1', rows),
    makeImage(2, 'team/app:2', rows.slice(0, 1), { InstanceName: 'tcr-1', RegistryType: 'tcr' }),
  ],
};

interface Page {
  List: DemoRisk[];
  TotalCount: number;
}

function ask(request: Record<string, unknown>, over: Account = account): Page {
  return handlers.get(RISKS)?.(request, over) as Page;
}

function refusal(request: Record<string, unknown>): string {
  try {
    ask(request);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function descriptions(request: Record<string, unknown>) {
  return ask({ Id: 1, ...request }).List.map(({ Desc }) => Number(Desc?.slice(4)));
}

const filter = (Name: string, ...Values: string[]) => ({ Name, Values });

describe('paging', () => {
  test('gives ten rows from the start when nothing else is said', () => {
    const { List, TotalCount } = ask({ Id: DEMO_IMAGE_IDS.leaky }, demoAccount());

    expect(List).toHaveLength(10);
    expect(TotalCount).toBe(658);
  });

  test.each([
    [{ Limit: 3, Offset: 0 }, [0, 1, 2]],
    [{ Limit: 3, Offset: 7 }, [7, 8]],
    [{ Limit: 100, Offset: 9 }, []],
    [{ Limit: 100, Offset: 5_000_000_000 }, []],
    [{ Limit: 0 }, []],
  ])('%j gives rows %j of all nine', (page, expected) => {
    expect(descriptions(page)).toEqual(expected);
    expect(ask({ Id: 1, ...page }).TotalCount).toBe(9);
  });

  test.each([
    { Limit: 101 },
    { Limit: -1 },
    { Limit: 1.5 },
    { Limit: '10' },
    { Offset: -1 },
    { Offset: 0.5 },
  ])('refuses %j', (page) => {
    expect(refusal({ Id: 1, ...page })).toBe('InvalidParameter.InvalidFormat');
  });
});

describe('filters', () => {
  test.each<[ReturnType<typeof filter>[], number[]]>([
    [[], [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [[filter('Level', 'all')], [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [[filter('Level', '4')], [1, 4]],
    [[filter('Level', '4', '9')], [1, 4, 6]],
    [[filter('Level', '4', 'all')], [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [[filter('Behavior', '1')], [0, 4, 8]],
    [[filter('Type', '2')], [1, 3, 5, 7]],
    [[filter('Level', '4'), filter('Behavior', '1')], [4]],
    [[filter('Level', '4'), filter('Level', '2')], []],
    [[filter('Name', 'no row has a name')], [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ])('%j keeps rows %j', (Filters, expected) => {
    expect(descriptions({ Filters })).toEqual(expected);
    expect(ask({ Id: 1, Filters, Limit: 1 }).TotalCount).toBe(expected.length);
  });

  test('takes ExactMatch', () => {
    expect(descriptions({ Filters: [{ ...filter('Level', '4'), ExactMatch: false }] })).toEqual([1, 4]);
  });

  test.each([
    [[{ Name: 'level', Values: ['4'] }]],
    [[{ Name: 'Level', Values: [4] }]],
    [[{ Name: 'Level', Values: [null] }]],
    [[{ Name: 'Level', Values: [] }]],
    [[{ Name: 'Level', Values: ['HIGH'] }]],
    [[{ Name: 'Level' }]],
    [{ Name: 'Level', Values: ['4'] }],
    [null],
  ])('refuses %j', (Filters) => {
    expect(refusal({ Id: 1, Filters })).toBe('InvalidParameter.InvalidFormat');
  });
});

describe('order', () => {
  test.each([
    [{}, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [{ By: 'Level', Order: '-' }, [6, 1, 4, 7, 0, 5, 8, 3, 2]],
    [{ By: 'Level', Order: '+' }, [2, 3, 0, 5, 8, 7, 1, 4, 6]],
    [{ By: 'Level', Order: '-', Filters: [filter('Type', '2')] }, [1, 7, 5, 3]],
    [{ By: 'Level', Order: '-', Limit: 2, Offset: 2 }, [4, 7]],
    [{ Order: '-' }, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ])('%j gives rows %j', (request, expected) => {
    expect(descriptions(request)).toEqual(expected);
  });

  test.each([{ By: 'Behavior' }, { By: 'level' }, { Order: 'desc' }, { Order: 'ASC' }, { Order: '' }])(
    'refuses %j',
    (order) => {
      expect(refusal({ Id: 1, ...order })).toBe('InvalidParameter.InvalidFormat');
    },
  );
});

describe('the image', () => {
  const info = {
    InstanceName: 'tcr-1',
    Namespace: 'team',
    ImageName: 'app',
    ImageTag: '2',
    Force: 'true',
  };

  test('is found by a full ImageInfo', () => {
    expect(ask({ ImageInfo: info }).TotalCount).toBe(1);
    expect(ask({ ImageInfo: { ...info, Force: true, RegistryType: 'tcr' } }).TotalCount).toBe(1);
  });

  test.each([
    ['InvalidParameter.MissingParameter', {}],
    ['InvalidParameter.MissingParameter', { ImageInfo: {} }],
    ['InvalidParameter.MissingParameter', { ImageInfo: { ...info, Force: undefined } }],
    ['InvalidParameter.InvalidFormat', { Id: '1' }],
    ['InvalidParameter.InvalidFormat', { Id: null }],
    ['InvalidParameter.InvalidFormat', { Id: -1 }],
    ['InvalidParameter.InvalidFormat', { ImageInfo: { ...info, ImageTag: 2 } }],
    ['ResourceNotFound', { Id: 3 }],
    ['ResourceNotFound', { ImageInfo: { ...info, ImageTag: '9' } }],
    ['UnknownParameter', { Id: 1, Region: 'ap-guangzhou' }],
    ['UnknownParameter', { Id: 1, Limit: 1000, limit: 10 }],
    ['UnknownParameter', { Id: 1, Filters: [{ Name: 'Level', Values: ['4'], Op: 'eq' }] }],
    ['UnknownParameter', { ImageInfo: { ...info, Tag: '2' } }],
  ])('gives %s for %j', (code, request) => {
    expect(refusal(request)).toBe(code);
  });
});

test('rows have the documented members and no other, Level as a string', () => {
  for (const { info } of demoAccount().images) {
    for (const row of ask({ Id: info.Id, Limit: 100 }, demoAccount()).List) {
      expect(Object.keys(row)).toEqual(['Behavior', 'Type', 'Level', 'Desc', 'InstructionContent']);
      expect(['string', 'object']).toContain(typeof row.Level);
    }
  }
});

test('rows added later are found', () => {
  const growing = [...rows];
  const over = { images: [makeImage(1, 'team/app:1', growing)] };
  const critical = { Id: 1, Filters: [filter('Level', '4')] };
  expect(ask(critical, over).TotalCount).toBe(2);

  growing.push(rows[1] as DemoRisk);

  expect(ask(critical, over).TotalCount).toBe(3);
});

test('many rows are counted by level and paged to the end', () => {
  const big = { images: [makeImage(1, 'team/big:1', generatedRisks(10_000))] };

  const counts = ['1', '2', '3', '4'].map(
    (level) => ask({ Id: 1, Limit: 1, Filters: [filter('Level', level)] }, big).TotalCount,
  );
  const page = ask({ Id: 1, Limit: 100, Offset: 9950, By: 'Level', Order: '-' }, big);

  expect(counts.reduce((sum, count) => sum + count)).toBe(10_000);
  expect(page.List).toHaveLength(50);
});
