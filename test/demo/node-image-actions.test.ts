import { describe, expect, test } from 'vitest';
import { demoAccount } from '../../src/demo/data-set.ts';
import { NO_NAME, NODE_IMAGE_IDS, nodeImageHandlers } from '../../src/demo/node-images.ts';

const account = demoAccount(Date.UTC(2026, 10, 24, 12));
const ids = NODE_IMAGE_IDS;

interface Page {
  List: Record<string, unknown>[];
  TotalCount: number;
  VirusScanStatus?: number;
}

type NodeAction = keyof typeof nodeImageHandlers;

function ask(action: NodeAction, request: Record<string, unknown>): Page {
  return nodeImageHandlers[action](request, account) as Page;
}

function refusal(action: NodeAction, request: Record<string, unknown>): string {
  try {
    ask(action, request);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }], Limit: 100 });

describe('the list of images on nodes', () => {
  test.each<[string, string[], string[]]>([
    ['ImageName', ['payments/api:1.4.2'], [ids.apiNew]],
    ['ImageName', ['payments/api'], [ids.apiOld, ids.apiNew]],
    ['ImageName', [NO_NAME], [ids.unnamed]],
    ['ImageID', [ids.worker], [ids.worker]],
    ['ScanStatus', ['notScan'], [ids.redis]],
    ['ScanStatus', ['scanErr', 'scanning'], []],
    ['SecurityRisk', ['VirusCnt'], [ids.toolbox, ids.hostile]],
  ])('by %s %j', (name, values, expected) => {
    const page = ask('DescribeAssetImageList', by(name, ...values));

    expect(page.List.map(({ ImageID }) => ImageID)).toEqual(expected);
    expect(page.TotalCount).toBe(expected.length);
  });

  test.each<[Record<string, unknown>, string]>([
    [by('Keywords', 'api'), 'InvalidParameter.InvalidFormat'],
    [by('ScanStatus', 'SCANNED'), 'InvalidParameter.InvalidFormat'],
    [{ Limit: 101 }, 'InvalidParameter.InvalidFormat'],
    [{ Id: 7 }, 'UnknownParameter'],
  ])('refuses %j', (request, code) => {
    expect(refusal('DescribeAssetImageList', request)).toBe(code);
  });
});

describe('lists over one image on nodes', () => {
  const OF_ONE = [
    'DescribeAssetImageDetail',
    'DescribeAssetImageRiskList',
    'DescribeAssetImageVulList',
    'DescribeAssetImageVirusList',
  ] as const;

  test.each(OF_ONE)('%s needs the id of one that there is', (action) => {
    expect(refusal(action, {})).toBe('InvalidParameter.MissingParameter');
    expect(refusal(action, { ImageID: 'sha256:0' })).toBe('ResourceNotFound');
    expect(refusal(action, { ImageID: ids.toolbox, Id: 6947412 })).toBe('UnknownParameter');
    expect(refusal(action, { ImageID: ids.toolbox })).toBe('accepted');
  });

  test('give levels as numbers, evidence without a time, scores with the noise of 32 bits', () => {
    const [risk] = ask('DescribeAssetImageRiskList', { ImageID: ids.apiNew }).List;
    const [vul] = ask('DescribeAssetImageVulList', { ImageID: ids.apiNew, By: 'Level', Order: '-' }).List;
    const [virus] = ask('DescribeAssetImageVirusList', { ImageID: ids.toolbox }).List;

    expect(risk).toMatchObject({ Level: 4, InstructionContent: expect.stringMatching(/^\/bin\/sh -c #/) });
    expect(vul).toMatchObject({ Level: 4, CVSSV3Score: 9.800000190734863, IsSuggest: true });
    expect(vul).not.toHaveProperty('POCID');
    expect(vul).not.toHaveProperty('Components');
    expect(virus).toMatchObject({ RiskLevel: 4, Md5: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(virus).not.toHaveProperty('Category');
  });

  test.each<[NodeAction, Record<string, unknown>, number]>([
    ['DescribeAssetImageRiskList', by('Behavior', '3'), 5],
    ['DescribeAssetImageRiskList', by('Level', '4', '3'), 5],
    ['DescribeAssetImageVulList', by('Level', '4'), 1],
    ['DescribeAssetImageVirusList', by('RiskLevel', '4'), 0],
  ])('%s takes %j', (action, request, total) => {
    expect(ask(action, { ImageID: ids.apiNew, ...request }).TotalCount).toBe(total);
  });

  test.each<[NodeAction, Record<string, unknown>]>([
    ['DescribeAssetImageRiskList', by('Behavior', 'all')],
    ['DescribeAssetImageRiskList', by('Name', 'x')],
    ['DescribeAssetImageRiskList', { By: 'Level' }],
    ['DescribeAssetImageVulList', by('Level', 'HIGH')],
    ['DescribeAssetImageVulList', by('Tag', 'CanBeFixed')],
    ['DescribeAssetImageVulList', { By: 'Level', Order: 'desc' }],
    ['DescribeAssetImageVirusList', by('Level', '4')],
  ])('%s refuses %j', (action, request) => {
    expect(refusal(action, { ImageID: ids.apiNew, ...request })).not.toBe('accepted');
  });

  test('say of malware alone whether it was looked for', () => {
    const statusOf = (ImageID: string) => ask('DescribeAssetImageVirusList', { ImageID }).VirusScanStatus;

    expect([ids.pause, ids.worker, ids.redis].map(statusOf)).toEqual([2, 0, 0]);
  });
});
