import { describe, expect, onTestFinished, test } from 'vitest';
import { makeRegistry } from '../../src/demo/coverage.ts';
import { demoAccount } from '../../src/demo/data-set.ts';
import { COVERAGE_ACTIONS } from '../../src/gather/explain-coverage.ts';
import { explainCoverage } from '../../src/tools/explain-coverage.ts';
import { type House, type HouseOptions, NOW_MS, startHouse } from '../setup.ts';
import { answerAtDeadline } from './house.ts';

async function open(options: HouseOptions = {}): Promise<House> {
  const house = await startHouse({ tools: [explainCoverage], ...options });
  onTestFinished(() => house.close());
  return house;
}

const { coverage } = demoAccount(NOW_MS);
const covered = (fields: Partial<typeof coverage>) => ({
  account: { images: [], coverage: { ...coverage, ...fields } },
});

/** The parts of an answer, and the Action that each comes from. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  edition: ['DescribePurchaseStateInfo'],
  'registry.images': ['DescribeAssetImageRegistryList', 'DescribeTcssSummary'],
  'registry.unscanned': ['DescribeAssetImageRegistrySummary'],
  'registry.unlicensed': ['DescribeAssetImageRegistryList'],
  'registry.last_sync': ['DescribeAssetImageRegistryAssetStatus'],
  'nodes.images': ['DescribeTcssSummary'],
  'nodes.licensed_unscanned': ['DescribeVulScanAuthorizedImageSummary'],
  'nodes.scan_not_enabled': ['DescribeImageAuthorizedInfo'],
  licences: ['DescribeImageAuthorizedInfo'],
  registries: ['DescribeAssetImageRegistryRegistryList'],
  library_updated: ['DescribeVulImageSummary'],
};

const valueAt = (structured: object, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], structured);

describe('explain_coverage', () => {
  test('tells edition, licences, schedules with their last run, and the registries that fail first', async () => {
    const house = await open();

    const { text, structured } = await house.callTool({});

    expect(structured).toMatchObject({
      source: 'demo',
      coverage: { total: 3, fetched: 3, shown: 3, complete: true, why_partial: [] },
      edition: { state: 'pro', expires: '2027-06-12 20:00:00' },
      registry: { images: 14, unscanned: 2, unlicensed: 1 },
      nodes: { images: 8, scan_not_enabled: 1 },
      licences: { total: 15, used: 15 },
      schedules: [
        { where: 'registry', enabled: true, latest_only: true, last_result: 'InsufficientLicense' },
        { where: 'nodes', enabled: true, kinds: ['vulnerabilities', 'malware'], last_result: 'Success' },
      ],
      registries: [
        {
          name: 'harbor-lab',
          type: 'harbor',
          last_sync: '2026-11-15 20:00:00',
          failing_because: '仓库账号密码异常',
          solution: expect.stringContaining('密码'),
        },
        { name: 'ccr-default' },
        { name: 'harbor-office' },
      ],
    });
    expect(structured.registries[1]).not.toHaveProperty('failing_because');
    expect(text).toContain('ran short of licences');
    expect(text).not.toMatch(/FAKE|example\.com/);
  });

  test.each(COVERAGE_ACTIONS.map(({ name }) => name))('answers without %s, and names it', async (action) => {
    const { callTool, simulator } = await open();
    simulator.failNext({ code: 'UnauthorizedOperation.CamNoAuth' }, { action, times: 9 });

    const { isError, text, structured } = await callTool({});

    expect(isError).toBe(false);
    expect(text).toContain(`tcss:${action}`);
    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['denied'] });
    for (const [path, sources] of Object.entries(SOURCES)) {
      const isThere = sources.some((source) => source !== action);
      expect([path, valueAt(structured, path) !== undefined]).toEqual([path, isThere]);
    }
  });

  test('fails when no part is answered', async () => {
    const { callTool, simulator } = await open();
    simulator.failNext({ code: 'UnauthorizedOperation.CamNoAuth' }, { times: 99 });

    const { isError, text } = await callTool({});

    expect(isError).toBe(true);
    expect(text).toContain('tcss:DescribePurchaseStateInfo');
  });

  test('answers at the deadline with what has come', async () => {
    const house = await open();
    house.simulator.failNext({ hang: 'headers' }, { action: 'DescribeTcssSummary' });
    house.simulator.failNext({ hang: 'body' }, { action: 'DescribeAssetImageRegistryRegistryList' });

    const { structured } = await answerAtDeadline(house, () => house.callTool({}));

    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['deadline'] });
    expect(structured).toMatchObject({ edition: { state: 'pro' }, registry: { images: 14 } });
    expect(structured).not.toHaveProperty('registries');
  });

  test('claims no number of images without a licence where the filter was not obeyed', async () => {
    const { callTool, simulator } = await open();
    const licensed = (answer: object) => ({ ...answer, List: [{ Id: 1, IsAuthorized: 1 }], TotalCount: 14 });
    simulator.failNext({ respond: licensed }, { action: 'DescribeAssetImageRegistryList', times: 2 });

    const { structured } = await callTool({});

    expect(structured.registry).toMatchObject({ images: 14 });
    expect(structured.registry).not.toHaveProperty('unlicensed');
  });

  test('claims no number of images without a licence where none of them came', async () => {
    const { callTool, simulator } = await open();
    const listless = () => ({ List: null, TotalCount: 5, RequestId: 'r-1' });
    simulator.failNext({ respond: listless }, { action: 'DescribeAssetImageRegistryList', times: 2 });

    const { structured } = await callTool({});

    expect(structured.registry).not.toHaveProperty('unlicensed');
    expect(structured.notes).toContain('TCSS answered, but did not tell: how many of them have no licence.');
    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['page_failed'] });
  });

  test.each(COVERAGE_ACTIONS.map(({ name }) => name))('names what %s does not tell', async (action) => {
    const { callTool, simulator } = await open();
    simulator.failNext({ respond: () => ({ RequestId: 'r-1' }) }, { action, times: 9 });

    const { text, structured } = await callTool({});

    expect(structured.notes.filter((note: string) => note.includes('did not tell: '))).toHaveLength(1);
    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['page_failed'] });
    expect(text).not.toContain('0 of 0 connected registries');
  });

  test('tells why the lists of images are not up to date, without addresses', async () => {
    const { callTool, simulator } = await open();
    const answer = { Status: 'failed', Err: 'dial tcp 10.0.0.5:443: refused', RequestId: 'r-1' };
    simulator.failNext({ respond: () => answer }, { action: 'DescribeAssetImageRegistryAssetStatus' });

    const { text, structured } = await callTool({});

    expect(structured.notes.join()).toContain('The last update of the lists of registry images failed');
    expect(structured.registry.sync_error).toBe('dial tcp {address}:443: refused');
    expect(text).not.toContain('10.0.0.5');
  });

  test('tells that registries without a total may be more', async () => {
    const { callTool, simulator } = await open();
    const respond = (answer: object) => ({ ...answer, TotalCount: null });
    simulator.failNext({ respond }, { action: 'DescribeAssetImageRegistryRegistryList' });

    expect((await callTool({})).structured.coverage).toMatchObject({
      complete: false,
      why_partial: ['window'],
    });
  });

  test('claims nothing of registries of which none could be read', async () => {
    const { callTool, simulator } = await open();
    const action = 'DescribeAssetImageRegistryRegistryList';
    simulator.failNext({ respond: (answer: object) => ({ ...answer, List: [] }) }, { action, times: 2 });

    const { structured } = await callTool({});

    expect(structured.summary).not.toContain('connected registries');
    expect(structured.coverage).toMatchObject({ total: 3, complete: false, why_partial: ['page_failed'] });
  });

  test.each([
    [{ State: 4, SubState: 'ISOLATE' }, { state: 'pro_expired', sub_state: 'ISOLATE' }, 'has expired'],
    [{ State: 0, SubState: '' }, { state: 'trial_or_purchase_possible' }, ''],
    [{ State: 9 }, { state: 'code 9 (meaning not published)' }, ''],
    [{ State: '3', ExpirationTime: '0001-01-01 00:00:00' }, { state: 'pro' }, ''],
  ])('of the purchase %j tells %j', async (purchase, edition, words) => {
    const { callTool } = await open(covered({ purchase: purchase as never }));

    const { text, structured } = await callTool({});

    expect(structured.edition).toEqual(edition);
    expect(text).toContain(words);
  });

  test('tells schedules that are off, that leave out a kind, and ended in words that are not published', async () => {
    const { callTool } = await open(
      covered({
        registrySchedule: { ...coverage.registrySchedule, Enable: false },
        nodeSchedule: {
          ...coverage.nodeSchedule,
          ScanVirus: 'false' as never,
          ScanScope: 7,
          ScanResult: 'Odd',
        },
      }),
    );

    const { text, structured } = await callTool({});

    expect(structured.schedules).toMatchObject([
      { enabled: false },
      { kinds: ['vulnerabilities'], scope: 'code 7 (meaning not published)', last_result: 'Odd' },
    ]);
    expect(text).toContain('No scan of registry images is scheduled');
    expect(text).toContain('The schedule of node images leaves out malware and risks.');
    expect(text).not.toContain('The last scheduled scan of node images');
  });

  test('reads at most 1,000 registries, shows those that fail first, and counts the rest', async () => {
    const registries = Array.from({ length: 1200 }, (_, at) =>
      makeRegistry(at, `r-${at}`, 'harbor', '', at === 900 ? { SyncStatus: 'failed' } : {}),
    );
    const { callTool } = await open(covered({ registries }));

    const { text, structured } = await callTool({});

    expect(structured.registries[0]).toEqual({ name: 'r-900', type: 'harbor', failing_because: 'failed' });
    expect(structured.coverage).toMatchObject({
      total: 1200,
      fetched: 1000,
      complete: false,
      why_partial: ['max_bytes', 'window'],
    });
    expect(text).toContain('1 of the first 1000 of 1200 connected registries fails.');
  });

  test('of an account that has nothing says so', async () => {
    const { callTool } = await open({ account: { images: [] } });

    const { text, structured } = await callTool({});

    expect(structured).toMatchObject({ registries: [], licences: { total: 0, used: 0 } });
    expect(text).toContain('0 registry images');
  });
});
