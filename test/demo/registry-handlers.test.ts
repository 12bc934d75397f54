import { describe, expect, test } from 'vitest';
import { type Account, demoAccount, handlers } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { DETAIL, IMAGES } from './signed-post.ts';

const account: Account = {
  images: [
    makeImage(1, 'team/app:1', [], { ScanTime: '2024-02-01T00:00:00+08:00', VirusCnt: 1, IsAuthorized: 0 }),
    makeImage(2, 'team/app:2', [], { ScanTime: '2024-03-01T00:00:00+08:00', VirusCnt: 0, IsRunning: true }),
    makeImage(3, 'team/app:3', [], { ScanTime: '', VirusCnt: 10, IsLatestImage: false }),
  ],
};

interface Images {
  List: { Id: number }[];
  TotalCount: number;
}

const ask = (action: string, request: Record<string, unknown>, over = account) =>
  handlers.get(action)?.(request, over);

function ids(request: Record<string, unknown>): number[] {
  return (ask(IMAGES, request) as Images).List.map(({ Id }) => Id);
}

function refusal(action: string, request: Record<string, unknown>): string {
  try {
    ask(action, request);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const authorized = (...Values: unknown[]) => ({ Filters: [{ Name: 'IsAuthorized', Values }] });

describe('the list of images', () => {
  test.each<[Record<string, unknown>, number[]]>([
    [{}, [1, 2, 3]],
    [{ Limit: 1, Offset: 1 }, [2]],
    [{ Offset: 3 }, []],
    [authorized('all'), [1, 2, 3]],
    [authorized('0'), [1]],
    [authorized('0', '1'), [1, 2, 3]],
    [
      {
        Filters: ['ScanStatus', 'RepoType', 'IsAuthorized', 'SecurityRisk'].map((Name) => ({
          Name,
          Values: ['all'],
        })),
      },
      [1, 2, 3],
    ],
    [{ OnlyShowLatest: true }, [1, 2]],
    [{ IsRunning: true }, [2]],
    [{ IsRunning: false }, [1, 3]],
    [{ By: 'ScanTime', Order: 'desc' }, [2, 1, 3]],
    [{ By: 'ScanTime', Order: 'asc' }, [3, 1, 2]],
    [{ By: 'VirusCount', Order: 'desc' }, [3, 1, 2]],
    [{ By: 'ContainerCount', Order: 'desc' }, [1, 2, 3]],
  ])('%j gives images %j', (request, expected) => {
    expect(ids(request)).toEqual(expected);
  });

  test('counts every matching image, not the page', () => {
    expect(ask(IMAGES, { Limit: 1 })).toMatchObject({ TotalCount: 3 });
    expect(ask(IMAGES, { Limit: 1, ...authorized('1') })).toMatchObject({ TotalCount: 2 });
  });

  test.each([
    ['InvalidParameter.InvalidFormat', { Limit: 101 }],
    ['InvalidParameter.InvalidFormat', { Order: '-' }],
    ['InvalidParameter.InvalidFormat', { By: 'RiskCnt' }],
    ['InvalidParameter.InvalidFormat', { OnlyShowLatest: '1' }],
    ['InvalidParameter.InvalidFormat', authorized(1)],
    ['InvalidParameter.InvalidFormat', authorized('yes')],
    ['InvalidParameter.InvalidFormat', { Filters: [{ Name: 'ScanStatus', Values: ['scanned'] }] }],
    ['InvalidParameter.InvalidFormat', { Filters: [{ Name: 'ImageName', Values: ['app'] }] }],
    ['UnknownParameter', { Id: 1 }],
  ])('gives %s for %j', (code, request) => {
    expect(refusal(IMAGES, request)).toBe(code);
  });
});

describe('the detail of an image', () => {
  test('is found by Id or by ImageId', () => {
    const byId = ask(DETAIL, { Id: 2 });

    expect(byId).toMatchObject({ Id: 2, ImageTag: '2', RiskStatus: 'SCANNED' });
    expect(ask(DETAIL, { ImageId: (byId as { ImageId: string }).ImageId })).toEqual(byId);
  });

  test('has the build history and leaves out what only the list has', () => {
    const [image] = demoAccount().images;
    const listed = Object.keys(image?.info ?? {});

    const detail = Object.keys(ask(DETAIL, { Id: image?.info.Id ?? 0 }, demoAccount()) ?? {});

    expect(detail.filter((field) => !listed.includes(field))).toEqual(['LayerInfo']);
    expect(listed.filter((field) => !detail.includes(field)).sort()).toEqual([
      'ComponentCnt',
      'ContainerCnt',
      'CriticalLevelVulCnt',
      'HasNeedFixVul',
      'HighLevelVulCnt',
      'IsLatestImage',
      'IsRunning',
      'IsTrustImage',
      'LowLevelVulCnt',
      'MediumLevelVulCnt',
      'RecommendedFix',
    ]);
  });

  test.each([
    ['ResourceNotFound', { Id: 9 }],
    ['ResourceNotFound', { ImageId: 'sha256:none' }],
    ['InvalidParameter.MissingParameter', {}],
    ['InvalidParameter.InvalidFormat', { Id: '2' }],
    ['InvalidParameter.InvalidFormat', { ImageId: 2 }],
    ['UnknownParameter', { Id: 2, Limit: 10 }],
  ])('gives %s for %j', (code, request) => {
    expect(refusal(DETAIL, request)).toBe(code);
  });
});
