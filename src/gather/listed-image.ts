/** Images as the lists of this server hold them, whether they lie in a registry or on nodes. */
import type { NodeImage } from '../tcss/node-image.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';

/** Where images lie. */
export const PLACES = ['registry', 'nodes'] as const;

/** One of them. */
export type Place = (typeof PLACES)[number];

/** An image's id: a number in the registry, `sha256:` and 64 hex digits on nodes. */
export type ImageId = number | string;

/** Where the image with this id lies. */
export function placeOf(id: ImageId): Place {
  return typeof id === 'number' ? 'registry' : 'nodes';
}

/** An image of a registry, or one on nodes, whose `Id` is 0. */
export interface ListedImage extends RegistryImage {
  /** Set for an image on nodes: its id. The states of its scans are then that of all kinds together. */
  readonly NodeImageID?: string | undefined;
  /** Nodes that have it. */
  readonly HostCnt?: number | undefined;
}

/** The id by which an image is asked for. */
export function idOf({ Id, NodeImageID }: Pick<ListedImage, 'Id' | 'NodeImageID'>): ImageId {
  return NodeImageID ?? Id;
}

/** An id as nodes have it. */
const NODE_IMAGE_ID = /^sha256:[0-9a-f]{64}$/;

/** A node image by the members of a registry image: its name is the whole reference. */
export function listedNodeImage({ ImageID = '', ImageName, ScanStatus, ...node }: NodeImage): ListedImage {
  const status = ScanStatus || undefined;
  return {
    ...node,
    Id: 0,
    NodeImageID: NODE_IMAGE_ID.test(ImageID) ? ImageID : undefined,
    ImageId: ImageID,
    ImageRepoAddress: ImageName,
    RiskStatus: status,
    CveStatus: status,
    VirusStatus: status,
    IsRunning: node.ContainerCnt === undefined ? undefined : node.ContainerCnt > 0,
  } as ListedImage;
}
