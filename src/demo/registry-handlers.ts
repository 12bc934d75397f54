/** The Actions over the registry: the list of images and the detail of one. */
import { z } from 'zod/v3';
import type { Account } from './data-set.ts';
import { found } from './find-image.ts';
import { Refusal } from './refusal.ts';
import { filters, imageId, page, readRequest } from './request-shape.ts';

/** `By` of the image list, as the API description's example spells it, and the field it orders. */
const IMAGE_ORDER = {
  ScanTime: 'ScanTime',
  VirusCount: 'VirusCnt',
  SensitiveCount: 'SensitiveInfoCnt',
  ImageCreateTime: 'ImageCreateTime',
  ContainerCount: 'ContainerCnt',
} as const;

const ALL = /^all$/;

const imagesRequest = z
  .object({
    ...page,
    // Recordings send the last three with `all`; their other values are not documented.
    Filters: filters({ IsAuthorized: /^(all|0|1)$/, ScanStatus: ALL, RepoType: ALL, SecurityRisk: ALL }),
    By: z.enum(['ScanTime', 'VirusCount', 'SensitiveCount', 'ImageCreateTime', 'ContainerCount']).optional(),
    Order: z.enum(['asc', 'desc']).default('asc'), // the default is not documented
    OnlyShowLatest: z.boolean().default(false),
    IsRunning: z.boolean().optional(),
  })
  .strict();

/** `DescribeAssetImageRegistryList`: the images of the account, as `ImageRepoInfo`. */
export function listImages(request: Record<string, unknown>, account: Account): object {
  const { Filters, By, Order, OnlyShowLatest, IsRunning, Limit, Offset } = readRequest(
    imagesRequest,
    request,
  );
  const rows = account.images
    .map(({ info }) => info)
    .filter((info) => !OnlyShowLatest || info['IsLatestImage'] === true)
    .filter((info) => IsRunning === undefined || info['IsRunning'] === IsRunning)
    .filter((info) =>
      Filters.every(({ Values }) => Values.includes('all') || Values.includes(String(info['IsAuthorized']))),
    );
  if (By !== undefined) {
    const direction = Order === 'desc' ? -1 : 1;
    rows.sort((a, b) => direction * compare(a[IMAGE_ORDER[By]], b[IMAGE_ORDER[By]]));
  }
  return { List: rows.slice(Offset, Offset + Limit), TotalCount: rows.length };
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a ?? ''), String(b ?? '')];
  return left < right ? -1 : left > right ? 1 : 0;
}

const detailRequest = z.object({ Id: imageId.optional(), ImageId: z.string().optional() }).strict();
/** The list's fields that the detail leaves out. */
const ONLY_IN_LIST =
  /^(IsTrustImage|IsLatestImage|\w+LevelVulCnt|ContainerCnt|ComponentCnt|IsRunning|HasNeedFixVul|RecommendedFix)$/;
/** Build history as the detail gives it: long, in clear text, with a made-up secret inside. */
const LAYER_INFO = [
  '#2024-05-06 00:22:24.918233762 +0000 UTC\n\n/bin/sh -c #(nop) ADD file:84700c11fcc969ac in / \n\n',
  '#2024-05-06 00:22:25.47282687 +0000 UTC\n\n/bin/sh -c #(nop)  CMD ["/bin/bash"]\n\n',
  '#2024-05-06 10:06:01.1576746 +0000 UTC\n\n/bin/sh -c echo "RSYNC_PASSWORD=\'FAKE-rsync\' rsync"\n\n',
].join('');

/** `DescribeAssetImageRegistryDetail`: one image, by either of its ids. */
export function describeImage(request: Record<string, unknown>, account: Account): object {
  const { Id, ImageId } = readRequest(detailRequest, request);
  if (Id === undefined && ImageId === undefined) {
    throw new Refusal('InvalidParameter.MissingParameter', 'Id or ImageId is required.');
  }
  const { info } = found(
    account.images.find(({ info }) => (Id === undefined ? info['ImageId'] === ImageId : info.Id === Id)),
  );
  const fields = Object.entries(info).filter(([name]) => !ONLY_IN_LIST.test(name));
  return { ...Object.fromEntries(fields), LayerInfo: LAYER_INFO };
}
