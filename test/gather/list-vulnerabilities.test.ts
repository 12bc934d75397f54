import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Account, demoAccount } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { jar, makeVul, osPackage } from '../../src/demo/vulnerabilities.ts';
import {
  gatherVulnerabilities,
  mergeByPocId,
  PAGES_READ,
  shareOut,
  type VulnerabilityQuestion,
} from '../../src/gather/list-vulnerabilities.ts';
import { type AskedRequest, accountService, DENIED } from './account-service.ts';

const demo = demoAccount(Date.UTC(2026, 10, 24, 12));
const LISTS = ['DescribeSystemVulList', 'DescribeWebVulList', 'DescribeEmergencyVulList'];

async function list(
  question: VulnerabilityQuestion = {},
  {
    account = demo,
    refuse,
  }: { account?: Account; refuse?: (asked: AskedRequest) => string | undefined } = {},
) {
  const { requests, context } = accountService(account, refuse);
  return { ...(await gatherVulnerabilities(question, false, context)), requests };
}

const filtersSent = (requests: readonly AskedRequest[]) => requests.map(({ request }) => request['Filters']);
const refusing = (code: string, isSo: (asked: AskedRequest) => boolean) => ({
  refuse: (asked: AskedRequest) => (isSo(asked) ? code : undefined),
});

test('all pages of the three lists are one list of each vulnerability once', async () => {
  const { vulnerabilities, requests, notFound, lists } = await list();
  const rows = lists.map(({ window }) => window?.rows.length ?? 0);
  const pocIds = vulnerabilities.map(({ pocId }) => pocId);

  expect(rows.map((count) => Math.ceil(count / 100)).reduce((a, b) => a + b)).toBe(requests.length);
  expect(new Set(pocIds).size).toBe(pocIds.length);
  expect(lists.map(({ window }) => window?.total)).toEqual(rows);
  // Of the three announced ones one is in an image.
  expect(vulnerabilities.length).toBe(rows.reduce((a, b) => a + b) - 3);
  expect(notFound).toEqual({ SCANNED_NOT_RISK: 1, NOT_SCAN: 1 });
});

test('a vulnerability of two lists has the counts of the one and the status of the other', async () => {
  const { vulnerabilities } = await list({ component: 'log4j' });

  expect(vulnerabilities).toMatchObject([
    {
      cve: 'CVE-2021-44228',
      counts: { registry_images: 2, node_images: 3, containers: 5 },
      status: 'SCANNED_RISK',
      isFound: true,
    },
  ]);
});

describe('filters', () => {
  test('are sent as the lists spell them', async () => {
    const { requests } = await list({
      levels: ['medium', 'critical'],
      fixable: true,
      component: 'openssl-libs',
      version: '1.1.1k-9.el8',
    });

    expect(
      [...new Set(filtersSent(requests).map((one) => JSON.stringify(one)))].map((one) => JSON.parse(one)),
    ).toEqual([
      [
        { Name: 'Level', Values: ['MIDDLE', 'CRITICAL'] },
        { Name: 'CanBeFixed', Values: ['true'] },
        { Name: 'ComponentName', Values: ['openssl-libs'] },
        { Name: 'ComponentVersion', Values: ['1.1.1k-9.el8'] },
      ],
    ]);
    expect(new Set(requests.map(({ action }) => action))).toEqual(new Set(LISTS));
  });

  test.each<[VulnerabilityQuestion, object]>([
    [{ focus: 'remote_exploit' }, { Name: 'FocusOnType', Values: ['NETWORK_EXP'] }],
    [{ focus: 'serious' }, { Name: 'FocusOnType', Values: ['SERIOUS_LEVEL'] }],
    [{ focus: 'suggested' }, { Name: 'FocusOnType', Values: ['IS_SUGGEST'] }],
    [{ focus: 'exploit' }, { Name: 'FocusOnType', Values: ['POC_EXP'] }],
    [{ runningOnly: true }, { Name: 'OnlyAffectedContainer', Values: ['true'] }],
    [{ latestOnly: true }, { Name: 'OnlyAffectedNewestImage', Values: ['true'] }],
  ])('%j is not asked of the emergency list, which has no such filter', async (question, filter) => {
    const { requests, lists } = await list(question);

    expect(filtersSent(requests)[0]).toEqual([filter]);
    expect(lists.map((one) => one.list)).toEqual(['system', 'web']);
  });

  test.each<[keyof VulnerabilityQuestion, VulnerabilityQuestion]>([
    ['levels', { levels: ['low'] }],
    ['runningOnly', { runningOnly: true }],
  ])('of %s hold whether or not the service obeys', async (filter, question) => {
    const { context } = accountService({ images: [imageWith(5)] });
    const { call } = context.client;
    const client = {
      ...context.client,
      call: (...[action, request, deadline]: Parameters<typeof call>) =>
        call(action, { ...request, Filters: undefined }, deadline),
    } as typeof context.client;
    const { vulnerabilities, ignored } = await gatherVulnerabilities(question, false, { ...context, client });

    expect(vulnerabilities).toEqual([]);
    expect(ignored).toEqual([filter]);
  });
});

const imageWith = (count: number, library = false) =>
  makeImage(
    1,
    'team/app:1',
    [],
    {},
    {
      vuls: Array.from({ length: count }, (_, n) =>
        makeVul(10_000 + n, '4', [library ? jar('demo', '1', '2') : osPackage('demo', '1', '2')]),
      ),
    },
  );

describe('reading', () => {
  test('ends after 60 pages, and keeps what it has', async () => {
    const { vulnerabilities, requests, lists } = await list({}, { account: { images: [imageWith(6200)] } });

    expect(requests).toHaveLength(PAGES_READ);
    expect(vulnerabilities).toHaveLength(5800);
    expect(lists[0]?.window).toMatchObject({ total: 6200, endedBy: undefined });
  });

  test.each(LISTS)('without the permission for %s gives what the others hold', async (action) => {
    const { lists, vulnerabilities } = await list(
      {},
      refusing(DENIED, (asked) => asked.action === action),
    );

    expect(lists.filter(({ failure }) => failure !== undefined)).toHaveLength(1);
    expect(vulnerabilities.length).toBeGreaterThan(0);
  });

  test('fails when every list does', async () => {
    await expect(
      list(
        {},
        refusing(DENIED, () => true),
      ),
    ).rejects.toMatchObject({ code: DENIED });
  });

  test('goes as far as the pages go', async () => {
    const { lists, vulnerabilities } = await list(
      {},
      {
        account: { images: [imageWith(950)] },
        ...refusing('InternalError', ({ request }) => request['Offset'] === 300),
      },
    );

    expect(lists[0]?.window).toMatchObject({ endedBy: 'page_failed' });
    expect(vulnerabilities).toHaveLength(300);
  });

  test('reports progress that only grows, up to its total', async () => {
    const { context } = accountService({ images: [imageWith(950)] });
    const progress: number[][] = [];
    await gatherVulnerabilities({}, false, { ...context, onProgress: (...step) => progress.push(step) });

    expect(progress.at(-1)).toEqual([950, 950]);
    expect(progress.map(([done]) => done)).toEqual(
      [...progress.map(([done]) => done)].sort((a, b) => Number(a) - Number(b)),
    );
  });

  test('is done once for a walk', async () => {
    const { requests, context } = accountService(demo);
    const first = await gatherVulnerabilities({ component: 'curl' }, false, context);
    const cost = requests.length;
    const second = await gatherVulnerabilities({ component: 'curl' }, true, context);

    expect(second).toEqual({ ...first, ageMs: 0 });
    expect(requests).toHaveLength(cost);
    await gatherVulnerabilities({ component: 'bash' }, true, context);
    expect(requests).toHaveLength(2 * cost);
  });
});

describe('pages are shared out', () => {
  test('so that all are used, none is wasted, and nobody gets more than an equal share while another wants', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.array(fc.nat(100), { minLength: 1, maxLength: 3 }), (pages, wanted) => {
        const shares = shareOut(pages, wanted);
        const total = shares.reduce((a, b) => a + b, 0);
        const want = wanted.reduce((a, b) => a + b, 0);

        expect(total).toBeLessThanOrEqual(pages);
        expect(total).toBeGreaterThanOrEqual(Math.min(pages - wanted.length + 1, want));
        shares.forEach((share, at) => {
          expect(share).toBeLessThanOrEqual(wanted[at] ?? 0);
          if (share < (wanted[at] ?? 0)) expect(share + 1).toBeGreaterThanOrEqual(Math.max(...shares));
        });
      }),
    );
  });
});

test('rows are merged by their number, and lost ones say nothing', () => {
  const row = {
    cve: 'CVE-2099-1',
    pocId: 'pcmgr-1',
    name: undefined,
    level: 'unknown',
    levelRaw: '?',
    cvss: undefined,
    tags: ['POC'],
    counts: { registry_images: undefined, node_images: 0, containers: undefined },
    lastFound: undefined,
    status: 'SCANNED_RISK',
    isFound: false,
  } as const;
  const other = {
    ...row,
    level: 'high',
    levelRaw: undefined,
    tags: ['EXP', 'POC'],
    counts: { registry_images: 3, node_images: undefined, containers: undefined },
    isFound: true,
  } as const;

  expect(mergeByPocId([row, { ...row, isLost: true }, other])).toEqual([
    { ...other, tags: ['POC', 'EXP'], counts: { registry_images: 3, node_images: 0, containers: undefined } },
  ]);
});
