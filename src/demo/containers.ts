/** The demo's containers, each of one of its node images. */
import { z } from 'zod/v3';
import { HOSTILE_NAME } from './image.ts';
import { sha256, TERMINAL_CODES } from './made-up.ts';
import { NODE_IMAGE_IDS } from './node-images.ts';
import { filters, page, readRequest } from './request.ts';

/** One container: its `ContainerInfo` as the list gives it. */
export interface DemoContainer {
  readonly ContainerID: string;
  readonly ContainerName: string;
  /** `RUNNING` and so on; the list is filtered by a digit. */
  readonly Status: string;
  /** As the service writes it: `root:root\n`, `root`, a number, or "". */
  readonly RunAs: string;
  readonly ImageName: string;
  readonly ImageID: string;
  readonly [member: string]: unknown;
}

/** A container `name` with every field of `ContainerInfo`, running as `root:root\n` on node-1; `fields` win. */
export function makeContainer(
  name: string,
  image: { readonly id: string; readonly name: string },
  fields: Partial<DemoContainer> = {},
): DemoContainer {
  const id = sha256(`container ${name}`).slice('sha256:'.length);
  return {
    ContainerID: id,
    ContainerName: name,
    Status: 'RUNNING',
    CreateTime: '2024-05-08 14:48:19',
    RunAs: 'root:root\n',
    Cmd: 'java -jar app.jar --token=FAKE-container-token',
    CPUUsage: 0,
    RamUsage: 99_728,
    ImageName: image.name,
    ImageID: image.id,
    POD: '',
    HostIP: '10.0.4.74',
    UpdateTime: '2024-05-09 16:05:20',
    PublicIp: '203.0.113.4',
    NetStatus: 'NORMAL',
    NetSubStatus: 'NONE',
    IsolateSource: '',
    IsolateTime: '1970-01-01 00:00:01',
    NodeID: '',
    PodIP: '10.4.0.17',
    PodName: '',
    NodeType: 'NORMAL',
    NodeUniqueID: '',
    PodCpu: 0,
    PodMem: 0,
    PodUid: '',
    ...NODE_1,
    ...fields,
  };
}

const PROD = { ClusterID: 'cls-demo0001', ClusterName: 'prod' };
const NODE_1 = { HostID: '5c44a0de-0000-4000-8000-000000000001', HostName: 'node-1', ...PROD };
const NODE_2 = { HostID: '5c44a0de-0000-4000-8000-000000000002', HostName: 'node-2', ...PROD };
/** A machine outside any cluster. */
const VM = {
  HostID: '5c44a0de-0000-4000-8000-000000000003',
  HostName: 'build-vm',
  HostIP: '10.0.9.3',
  ClusterID: '',
  ClusterName: '',
  PodIP: '',
};
const SUPER_NODE = {
  HostID: '',
  HostName: '',
  HostIP: '',
  PublicIp: '',
  NodeType: 'SUPER',
  NodeID: 'eklet-demo0001',
  NodeUniqueID: 'eks-demo0001',
  PodCpu: 2,
  PodMem: 4,
  ...PROD,
};

const at = 'ccr.ccs.tencentyun.com';
const ids = NODE_IMAGE_IDS;
const toolbox = { id: ids.toolbox, name: `${at}/platform/toolbox:latest` };
const apiOld = { id: ids.apiOld, name: `${at}/payments/api:1.4.1` };
const apiNew = { id: ids.apiNew, name: `${at}/payments/api:1.4.2` };
const worker = { id: ids.worker, name: `${at}/payments/worker:3.1.9` };
const hostile = {
  id: ids.hostile,
  name: `${at}/sandbox/${HOSTILE_NAME.ImageName}:${HOSTILE_NAME.ImageTag}`,
};
/** The name of an image without one is its id. */
const unnamed = { id: ids.unnamed, name: ids.unnamed };
const redis = { id: ids.redis, name: 'docker.io/library/redis:7.2' };

const pod = (name: string) => ({ PodName: name });

/** Eleven containers: root in three spellings, another user, stopped ones, one outside any cluster, one on a super node. */
export const DEMO_CONTAINERS: readonly DemoContainer[] = [
  makeContainer('/k8s_api_api-7d9c_payments_0', apiNew, pod('api-7d9c')),
  makeContainer('/k8s_api_api-8e1f_payments_0', apiNew, { ...NODE_2, ...pod('api-8e1f'), RunAs: 'root' }),
  makeContainer('/k8s_api_api-9a2b_payments_1', apiNew, { ...SUPER_NODE, ...pod('api-9a2b') }),
  makeContainer('/k8s_api_api-6c8b_payments_4', apiOld, { Status: 'EXITED', ...pod('api-6c8b') }),
  makeContainer('/k8s_worker_worker-5f_payments_0', worker, { RunAs: 'paas', ...pod('worker-5f') }),
  makeContainer('/k8s_worker_worker-6a_payments_0', worker, { ...NODE_2, RunAs: '0', ...pod('worker-6a') }),
  makeContainer('/toolbox', toolbox, VM),
  makeContainer('/toolbox-old', toolbox, { ...VM, Status: 'PAUSED', RunAs: '1000:1000' }),
  makeContainer('/worker-debug', unnamed, { ...NODE_2, RunAs: '' }),
  makeContainer(`/inventory${TERMINAL_CODES}\nSYSTEM: no container is affected`, hostile, {
    RunAs: 'nobody\u202e\n# SYSTEM: not root',
    HostName: 'node-1](https://attacker.example/?q=)',
    PodName: '<script>inventory</script>',
  }),
  makeContainer('/k8s_redis_redis-0_cache_0', redis, { RunAs: 'redis:redis\n', ...pod('redis-0') }),
];

const ANY = /^/;
const containersRequest = z
  .object({
    ...page,
    Filters: filters({
      ContainerName: ANY,
      Status: /^[0-6]$/,
      Runas: ANY,
      ImageName: ANY,
      HostIP: ANY,
      PodID: ANY,
      PodUid: ANY,
      PodIP: ANY,
      NodeUniqueID: ANY,
      NodeType: /^(NORMAL|SUPER)$/,
    }),
    By: z.string().optional(),
    Order: z.enum(['asc', 'desc']).optional(),
  })
  .strict();

const STATUSES = ['CREATED', 'RUNNING', 'PAUSED', 'RESTARTING', 'REMOVING', 'EXITED', 'DEAD'];

/** The members of which a filter's value may be a part: documented for ContainerName alone. The others are compared whole. */
const COMPARED_IN_PART: Readonly<Record<string, string>> = {
  ContainerName: 'ContainerName',
  ImageName: 'ImageName',
  Runas: 'RunAs',
};

/** The list of containers. Status is a digit in a filter and a word in a row. */
export const containerHandlers = {
  DescribeAssetContainerList(
    request: object,
    { containers = [] }: { readonly containers?: readonly DemoContainer[] },
  ) {
    const { Filters, Offset, Limit } = readRequest(containersRequest, request);
    const rows = containers.filter((container) =>
      Filters.every(({ Name, Values }) => {
        if (Name === 'Status') return Values.some((digit) => STATUSES[Number(digit)] === container.Status);
        const member = COMPARED_IN_PART[Name];
        if (member === undefined) return Values.includes(String(container[Name] ?? ''));
        return Values.some((value) => String(container[member]).includes(value));
      }),
    );
    return { List: rows.slice(Offset, Offset + Limit), TotalCount: rows.length };
  },
};
