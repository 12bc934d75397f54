import { expect, test } from 'vitest';
import { DEMO_CONTAINERS } from '../../src/demo/containers.ts';
import { demoAccount, handlers } from '../../src/demo/data-set.ts';

const account = demoAccount(Date.UTC(2026, 10, 24, 12));
const ask = (request: Record<string, unknown>) =>
  handlers.get('DescribeAssetContainerList')?.(request, account) as {
    List: { ContainerName: string; Status: string; RunAs: string; ImageName: string }[];
    TotalCount: number;
  };
const filtered = (...Filters: { Name: string; Values: string[] }[]) => ask({ Limit: 100, Filters }).List;

test('containers come in pages of ten, with the number of all', () => {
  expect(ask({})).toEqual({ List: DEMO_CONTAINERS.slice(0, 10), TotalCount: 11 });
  expect(ask({ Limit: 2, Offset: 10 })).toEqual({ List: DEMO_CONTAINERS.slice(10), TotalCount: 11 });
});

test('containers are filtered by a digit for their state, and by parts of names', () => {
  const stopped = filtered({ Name: 'Status', Values: ['2', '5'] });
  const rootOfApi = filtered(
    { Name: 'Runas', Values: ['root'] },
    { Name: 'ImageName', Values: ['payments/api'] },
    { Name: 'Status', Values: ['1'] },
  );

  expect(stopped.map(({ Status }) => Status)).toEqual(['EXITED', 'PAUSED']);
  expect(rootOfApi).toHaveLength(3);
  for (const row of rootOfApi) {
    expect(row).toMatchObject({ Status: 'RUNNING', RunAs: expect.stringContaining('root') });
    expect(row.ImageName).toMatch('payments/api');
  }
});

test.each([
  ['a word for a state', { Filters: [{ Name: 'Status', Values: ['RUNNING'] }] }],
  ['a filter that is not documented', { Filters: [{ Name: 'ImageID', Values: ['sha256:1'] }] }],
  ['more than a page', { Limit: 101 }],
])('%s is refused', (_, request) => {
  expect(() => ask(request)).toThrow();
});
