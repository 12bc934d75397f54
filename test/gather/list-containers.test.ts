import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DemoContainer, makeContainer } from '../../src/demo/containers.ts';
import { sha256 } from '../../src/demo/made-up.ts';
import { TransportError } from '../../src/errors.ts';
import {
  type ContainerRow,
  isRoot,
  listContainers,
  withoutAddresses,
} from '../../src/gather/list-containers.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import { describeAssetContainerList } from '../../src/tcss/container.ts';
import { endless } from '../endless.ts';

const redaction = createRedaction([]);
const everything = { runAsRoot: false, runningOnly: false, offset: 0, limit: 20 };

interface Asked {
  readonly Offset: number;
  readonly Limit: number;
  readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[];
}

/** How the service may compare the filters for image and user: only that a filter exists is documented. */
const COMPARISONS = {
  part: (text: string, value: string) => text.includes(value),
  whole: (text: string, value: string) => text === value,
  ignored: () => true,
  never: () => false,
};

function fakeContainers(
  containers: readonly DemoContainer[],
  fits: (text: string, value: string) => boolean,
  onRequest: (asked: Asked, number: number) => void = () => undefined,
) {
  const requests: Asked[] = [];
  const call = async (_action: unknown, asked: Asked) => {
    requests.push(asked);
    onRequest(asked, requests.length);
    const rows = containers.filter((one) =>
      (asked.Filters ?? []).every(({ Name, Values }) => {
        if (Name === 'Status') return one.Status === 'RUNNING';
        const text = Name === 'ImageName' ? one.ImageName : one.RunAs;
        return Values.some((value) => fits(text, value));
      }),
    );
    const List = rows.slice(asked.Offset, asked.Offset + asked.Limit);
    return describeAssetContainerList.response.parse({ List, TotalCount: rows.length, RequestId: 'request' });
  };
  return { client: { call, close: async () => undefined } as unknown as TcssClient, requests };
}

const gather = (
  client: TcssClient,
  question: Partial<Parameters<typeof listContainers>[0]>,
  deadline = endless(),
) => listContainers({ ...everything, ...question }, { client, redaction, deadline, onProgress: undefined });

const shown = ({ rows }: { readonly rows: readonly ContainerRow[] }) =>
  rows.flatMap(({ container }) => container ?? []);

const image = (name: string) => ({ id: sha256(name), name });
const NAMES = ['ccr.ccs.tencentyun.com/a/api:1', 'ccr.ccs.tencentyun.com/a/api:12', 'b/api:1', 'api:1'];
const USERS = ['root:root\n', 'root', '0', '0:0', 'root:wheel', 'paas', '1000:1000', 'rooty', ''];

describe('containers', () => {
  test('that are asked for are found, whatever the filters of the service compare', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...USERS), fc.boolean()), {
          maxLength: 250,
        }),
        fc.constantFrom('part', 'ignored', 'never'),
        fc.constantFrom(undefined, ...NAMES.slice(0, 2)),
        fc.boolean(),
        fc.boolean(),
        async (made, comparison, asked, runAsRoot, runningOnly) => {
          const containers = made.map(([name, RunAs, isRunning], at) =>
            makeContainer(`/c-${at}`, image(name), { RunAs, Status: isRunning ? 'RUNNING' : 'EXITED' }),
          );
          const { client } = fakeContainers(containers, COMPARISONS[comparison]);

          const { window, isNarrowed } = await gather(client, { image: asked, runAsRoot, runningOnly });
          const names = shown(window).map(({ name }) => name);

          const wanted = containers.filter(
            (one) =>
              (asked === undefined || one.ImageName === asked) &&
              (!runAsRoot || ['root', '0'].includes(one.RunAs.trim().split(':')[0] ?? '')) &&
              (!runningOnly || one.Status === 'RUNNING'),
          );
          const read = isNarrowed ? wanted : wanted.slice(0, 20);
          expect(names).toEqual(read.map(({ ContainerName }) => ContainerName));
        },
      ),
    );
  });

  test('that run as root are asked for in every recorded spelling, for filters that compare whole texts', async () => {
    const containers = USERS.map((RunAs) => makeContainer(`/${RunAs}`, image('a/b:1'), { RunAs }));
    const { client, requests } = fakeContainers(containers, COMPARISONS.whole);

    const { window } = await gather(client, { runAsRoot: true });

    expect(shown(window).map(({ run_as }) => run_as)).toEqual(['root:root', 'root', '0', '0:0']);
    expect(requests).toHaveLength(1);
  });

  test('of an image are found by its id, for which there is no filter', async () => {
    const containers = NAMES.map((name) => makeContainer(`/${name}`, image(name)));
    const { client, requests } = fakeContainers(containers, COMPARISONS.part);

    const { window, isUnfiltered } = await gather(client, { image: sha256('b/api:1').toUpperCase() });

    expect(shown(window).map(({ image }) => image)).toEqual(['b/api:1']);
    expect([isUnfiltered, window.total]).toEqual([true, 4]);
    expect(requests.map(({ Filters = [] }) => Filters.map(({ Name }) => Name))).toEqual([['ImageName'], []]);
  });

  test.each([
    ['payments/api', ['payments/api:1', 'registry.example.com:5000/payments/api:2']],
    ['payments/api:2', ['registry.example.com:5000/payments/api:2']],
    [
      'docker-pullable://REGISTRY.example.com:5000/payments/api:2',
      ['registry.example.com:5000/payments/api:2'],
    ],
    ['other/payments-api', []],
    ['api', ['payments/api:1', 'registry.example.com:5000/payments/api:2']],
    [`payments/api:9@${sha256('payments/api:1')}`, ['payments/api:1']],
    ['nginx', ['nginx', 'docker.io/library/nginx:1.25']],
    ['docker.io/library/nginx', ['docker.io/library/nginx:1.25']],
  ])('of the image %j are those of %j', async (asked, names) => {
    const all = [
      'payments/api:1',
      'registry.example.com:5000/payments/api:2',
      'payments/api-gateway:1',
      'nginx',
      'docker.io/library/nginx:1.25',
    ];
    const { client } = fakeContainers(
      all.map((name) => makeContainer(`/${name}`, image(name))),
      COMPARISONS.ignored,
    );

    const { window } = await gather(client, { image: asked });
    const found = shown(window).map(({ image }) => image);

    expect(found).toEqual(names);
  });

  test('of a million are read as many as are shown, or a window of ten, and never all', async () => {
    const containers = Array.from({ length: 5000 }, (_, at) => makeContainer(`/c-${at}`, image('a/b:1')));
    const all = fakeContainers(containers, COMPARISONS.part);
    const some = fakeContainers(containers, COMPARISONS.part);

    const page = await gather(all.client, {});
    const window = await gather(some.client, { image: 'a/b', offset: 100 });

    expect([page.window.rows.length, page.window.total, all.requests.length]).toEqual([20, 5000, 1]);
    expect([window.window.rows.length, window.window.total, some.requests.length]).toEqual([1000, 5000, 10]);
  });

  test('keep what the filters say when reading without them fails', async () => {
    const { client } = fakeContainers(
      [makeContainer('/c', image('a/b:1'))],
      COMPARISONS.never,
      ({ Filters }) => {
        if (Filters === undefined)
          throw apiError('DescribeAssetContainerList', 'InternalError', 'made up', 'r');
      },
    );

    const { window, isUnfiltered, unfilteredFailure } = await gather(client, { image: 'a/b:1' });

    expect([window.total, isUnfiltered, unfilteredFailure?.kind]).toEqual([0, false, 'api']);
  });

  test('end with the call when the client cancels', async () => {
    const controller = new AbortController();
    const { client } = fakeContainers([], COMPARISONS.never, (_, number) => {
      if (number < 2) return;
      controller.abort(new Error('cancelled'));
      throw new TransportError('connection', 'closed');
    });

    await expect(gather(client, { image: 'a/b:1' }, endless(controller.signal))).rejects.toThrow('closed');
  });

  test('are refused for what is no reference, and nothing is sent', async () => {
    const { client, requests } = fakeContainers([], COMPARISONS.part);

    await expect(gather(client, { image: 'sha256:12' })).rejects.toThrow('image must be');
    expect(requests).toEqual([]);
  });

  test('hold no secret, no command and no address', async () => {
    const secretive = makeContainer(
      '/k8s_10.0.4.74_0',
      image('https://u:FAKE-pass@registry.example.com/a:1'),
      {
        HostName: '10.0.4.74',
        NodeID: 'eklet-1',
        PodName: 'web-10.0.4.75',
        ClusterName: 'PASSWORD=FAKE-cluster',
      },
    );
    const { client } = fakeContainers([secretive], COMPARISONS.part);

    const { window } = await gather(client, {});
    const text = JSON.stringify(window.rows);

    expect(shown(window)[0]).toMatchObject({
      node: 'eklet-1',
      pod: 'web-{address}',
      name: '/k8s_{address}_0',
    });
    expect(text).not.toMatch(/FAKE|10\.0\.4|203\.0\.113/);
  });
});

test.each([
  ['root', true],
  ['root:root\n', true],
  [' root ', true],
  ['0', true],
  ['0:0\n', true],
  ['rooty', false],
  ['paas', false],
  ['1000:0', false],
  ['', undefined],
  [':root', undefined],
  [undefined, undefined],
])('%j is root: %j', (runAs, expected) => {
  expect(isRoot(runAs)).toBe(expected);
});

test.each([
  ['node-1', 'node-1'],
  ['10.0.4.74', undefined],
  ['node 10.0.4.74.', 'node {address}.'],
  ['10.0.4.74.example.com', '{address}.example.com'],
  ['ip-10-0-4-74.ec2.internal', 'ip-{address}.ec2.internal'],
  ['fe80::1', undefined],
  ['node ::1', 'node {address}'],
  ['node-2001:db8:0:0:0:0:0:1', 'node-{address}'],
  [undefined, undefined],
  ['k8s_api_1.2.3_0', 'k8s_api_1.2.3_0'],
  ['1.2.3.4.5', '1.2.3.4.5'],
  ['a:b:c', 'a:b:c'],
  ['10:30:05', '10:30:05'],
  ['worker-1-2-3-4', 'worker-1-2-3-4'],
])('%j without addresses is %j', (name, expected) => {
  expect(withoutAddresses(name)).toBe(expected);
});
