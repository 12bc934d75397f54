import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeRegistry } from '../../src/demo/coverage.ts';
import { type Account, demoAccount, handlers } from '../../src/demo/data-set.ts';
import { explainCoverage } from '../../src/gather/explain-coverage.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import type { Action } from '../../src/tcss/action.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import { endless } from '../endless.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const demo = demoAccount(NOW_MS);

/** What is asked, by its Action. */
const ACTIONS = [
  'DescribePurchaseStateInfo',
  'DescribeTcssSummary',
  'DescribeImageAuthorizedInfo',
  'DescribeAssetImageRegistryList',
  'DescribeAssetImageRegistrySummary',
  'DescribeVulScanAuthorizedImageSummary',
  'DescribeImageRegistryTimingScanTask',
  'DescribeAssetImageScanSetting',
  'DescribeAssetImageRegistryAssetStatus',
  'DescribeAssetImageRegistryRegistryList',
  'DescribeVulImageSummary',
];

/** The simulated service at the client port; `fail` gives the code of an Action that fails. */
function serviceOf(account: Account, fail: (action: string) => string | undefined = () => undefined) {
  const asked: string[] = [];
  const call = async (action: Action<object, unknown>, request: Record<string, unknown>) => {
    asked.push(action.name);
    const code = fail(action.name);
    if (code !== undefined) throw apiError(action.name, code, 'made up', 'request');
    return action.response.parse(handlers.get(action.name)?.(request, account));
  };
  return { client: { call, close: async () => undefined } as unknown as TcssClient, asked };
}

const gather = (client: TcssClient, onProgress?: (done: number, total: number) => void) =>
  explainCoverage({ client, redaction: createRedaction([]), deadline: endless(), onProgress });

const registries = (...rows: readonly object[]): Account => ({
  images: [],
  coverage: { ...(demo.coverage as NonNullable<Account['coverage']>), registries: rows },
});

const rowOf = async (fields: Record<string, unknown>) => {
  const { client } = serviceOf(registries(makeRegistry(1, 'lab', 'harbor', '2026-11-20 03:12:50', fields)));
  return (await gather(client)).registries.value?.rows[0];
};

describe('coverage', () => {
  test('is asked for all at once, each part by an Action of its own', async () => {
    const { client, asked } = serviceOf(demo);
    const steps: [number, number][] = [];

    const facts = await gather(client, (...step) => steps.push(step));

    expect(facts.edition.value).toMatchObject({ State: 3 });
    expect(facts.account.value).toMatchObject({ RepositoryImageCnt: 14, LocalImageCnt: 8 });
    expect(facts.licences.value).toMatchObject({ TotalAuthorizedCnt: 15, UsedAuthorizedCnt: 15 });
    expect(facts.registryImages.value?.TotalCount).toBe(14);
    expect(facts.unlicensedImages.value?.TotalCount).toBe(1);
    expect(facts.unscannedImages.value).toMatchObject({ UnScannedImageCnt: 2 });
    expect(facts.registrySchedule.value).toMatchObject({ ScanResult: 'InsufficientLicense' });
    expect(facts.nodeSchedule.value).toMatchObject({ ScanRisk: false, ScanVul: true });
    expect(facts.registries.value?.rows.map(({ failingBecause }) => failingBecause)).toEqual([
      undefined,
      undefined,
      '仓库账号密码异常',
    ]);
    expect(asked).toHaveLength(12);
    expect(steps.map(([done]) => done)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
    expect(steps.every(([, total]) => total === 12)).toBe(true);
  });

  test('comes without whatever part fails, and fails only when all do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(ACTIONS), async (denied) => {
        const { client } = serviceOf(demo, (action) =>
          denied.includes(action) ? 'UnauthorizedOperation' : undefined,
        );
        if (denied.length === ACTIONS.length) {
          await expect(gather(client)).rejects.toThrow('UnauthorizedOperation');
          return;
        }
        for (const { action, value, failure } of Object.values(await gather(client))) {
          expect([action, value === undefined, failure !== undefined]).toEqual([
            action,
            denied.includes(action),
            denied.includes(action),
          ]);
        }
      }),
    );
  });

  test('never asks for the detail of a registry, which holds its password', async () => {
    const { client, asked } = serviceOf(demo);

    const text = JSON.stringify(await gather(client));

    expect(asked).not.toContain('DescribeAssetImageRegistryRegistryDetail');
    expect(text).not.toMatch(/FAKE|example\.com/);
  });

  test('reads at most ten pages of registries', async () => {
    const many = Array.from({ length: 1200 }, (_, at) => makeRegistry(at, `r-${at}`, 'harbor', ''));
    const { client, asked } = serviceOf(registries(...many));

    const { value } = (await gather(client)).registries;

    expect([value?.rows.length, value?.total]).toEqual([1000, 1200]);
    expect(asked.filter((name) => name === 'DescribeAssetImageRegistryRegistryList')).toHaveLength(10);
  });
});

describe('a registry', () => {
  const connection = (ConnDetectStatus: string, fields = {}) => ({ ConnDetectStatus, ...fields });

  test.each<[Record<string, unknown>, string | undefined, string | undefined]>([
    [{}, undefined, undefined],
    [{ SyncStatus: 'doing' }, undefined, undefined],
    [{ SyncStatus: '', ConnDetectDetail: null }, undefined, undefined],
    // A reason of an earlier day.
    [{ SyncFailReason: 'offline', SyncSolution: 'restart it' }, undefined, undefined],
    [
      { SyncStatus: 'failed', SyncFailReason: 'offline', SyncSolution: 'restart it' },
      'offline',
      'restart it',
    ],
    [{ SyncStatus: 'failed', SyncMessage: 'offline' }, 'offline', undefined],
    [{ SyncStatus: 'failed', ConnectMsg: 'refused' }, 'refused', undefined],
    [{ SyncStatus: 'failed' }, 'failed', undefined],
    [{ SyncStatus: '', SyncFailReason: 'offline' }, 'offline', undefined],
    [
      {
        ConnDetectDetail: [
          connection('status_auth_failed', { FailReason: 'password', Solution: 'renew it' }),
        ],
      },
      'password',
      'renew it',
    ],
    [{ ConnDetectDetail: [connection('status_auth_failed')] }, 'status_auth_failed', undefined],
    [
      { ConnDetectDetail: [connection('', { FailReason: 'no route to 10.0.0.5' })] },
      'no route to {address}',
      undefined,
    ],
    [
      {
        SyncStatus: 'failed',
        SyncFailReason: 'offline',
        SyncSolution: 'restart it',
        ConnDetectDetail: [
          connection('status_auth_failed', { FailReason: 'password', Solution: 'restart it' }),
        ],
      },
      'offline; password',
      'restart it',
    ],
    [
      { ConnDetectDetail: [connection('status_auth_failed'), connection('status_connected')] },
      undefined,
      undefined,
    ],
    [
      { SyncStatus: 'failed', SyncFailReason: 'password=FAKE-reason\u001b[31m\nnext' },
      'password=<redacted> next',
      undefined,
    ],
  ])('with %j fails because of %j', async (fields, because, solution) => {
    expect(await rowOf(fields)).toMatchObject({
      name: 'lab',
      type: 'harbor',
      lastSync: '2026-11-20 03:12:50',
      failingBecause: because,
      solution,
    });
  });
});
