/** Containers on nodes and super nodes. Their command line is never read, since it may hold secrets, nor their addresses. */
import { type AssetFilter, defineAction } from './action.ts';
import { pageOf, rowOf, type WireRow, wireText } from './vocabulary.ts';

const container = rowOf({
  ContainerID: wireText,
  ContainerName: wireText,
  Status: wireText,
  /** The user and its group, such as `root:root\n`. */
  RunAs: wireText,
  ImageName: wireText,
  ImageID: wireText,
  HostName: wireText,
  NodeID: wireText,
  PodName: wireText,
  ClusterName: wireText,
  ClusterID: wireText,
});

/** One container as the list gives it: every member may be absent, and "" is usual. */
export type Container = WireRow<typeof container>;

/** The filters that are documented and used are Status, ImageName and Runas; how the last two compare is not. */
interface ContainersRequest {
  readonly Limit: number;
  readonly Offset: number;
  readonly Filters?: readonly AssetFilter[];
}

/** A page of the account's containers. */
export const describeAssetContainerList = defineAction<ContainersRequest>()(
  'DescribeAssetContainerList',
  pageOf(container),
  { request: () => ({ Limit: 1, Offset: 0 }) },
);

/** The states of a container by their digit, which is what the list is filtered by; rows show words. */
export const CONTAINER_STATUSES = [
  'CREATED',
  'RUNNING',
  'PAUSED',
  'RESTARTING',
  'REMOVING',
  'EXITED',
  'DEAD',
] as const;
