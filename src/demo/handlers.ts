/**
 * What each Action answers over an account. Where the service's behaviour is not documented, the strict
 * reading is taken, so that a client that passes here relies on nothing undocumented.
 */
import { z } from 'zod/v3';
import { PAGE_LIMIT } from '../tcss/action.ts';
import type { Account, DemoImage } from './data-set.ts';
import { matchingPositions } from './matching-positions.ts';
import { Refusal } from './refusal.ts';

/** Gives the members of `Response` but `RequestId`. @throws {Refusal} when the request is not in order. */
export type Handler = (request: Record<string, unknown>, account: Account) => object;

/** Every Action the simulated service knows, by its name at the wire. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['DescribeAssetImageRegistryRiskInfoList', listRisks],
  ['DescribeAssetImageRegistryList', listImages],
  ['DescribeAssetImageRegistryDetail', describeImage],
]);

const id = z.number().int().nonnegative();
const page = {
  // What the service does above 100 is not documented. Refusing proves that a client never asks for it.
  Limit: z.number().int().min(0).max(PAGE_LIMIT).default(10),
  Offset: z.number().int().min(0).default(0),
};

/** One `AssetFilters`. Which values a code filter takes beyond the documented digits and "all" is not known. */
function filters<Name extends string>(names: readonly [Name, ...Name[]], value: RegExp) {
  const filter = z
    .object({
      Name: z.enum<Name, [Name, ...Name[]]>([...names]),
      Values: z.array(z.string()).min(1),
      ExactMatch: z.boolean().optional(),
    })
    .strict()
    .refine(({ Name, Values }) => Name === 'Name' || Values.every((one) => value.test(one)));
  return z.array(filter).default([]);
}

const riskFilters = filters(['Level', 'Behavior', 'Type', 'Name'], /^(all|\d+)$/);

const imageInfo = z
  .object({
    InstanceName: z.string(),
    Namespace: z.string(),
    ImageName: z.string(),
    ImageTag: z.string(),
    Force: z.union([z.string(), z.boolean()]), // a string by its type, a boolean in published examples
    ImageDigest: z.string(),
    RegistryType: z.string(),
    ImageRepoAddress: z.string(),
    InstanceId: z.string(),
  })
  .partial()
  .strict();
const REQUIRED_OF_IMAGE_INFO = ['InstanceName', 'Namespace', 'ImageName', 'ImageTag', 'Force'] as const;

const riskRequest = z
  .object({
    ...page,
    Id: id.optional(),
    ImageInfo: imageInfo.optional(),
    Filters: riskFilters,
    By: z.literal('Level').optional(),
    Order: z.enum(['+', '-']).default('+'), // the default is not documented
  })
  .strict();

function listRisks(request: Record<string, unknown>, account: Account): object {
  const { Id, ImageInfo, Filters, By, Order, Limit, Offset } = read(riskRequest, request);
  const image = findImage(account, Id, ImageInfo);
  const positions = matchingPositions(image.risks, Filters, By === undefined ? undefined : Order);
  const length = positions?.length ?? image.risks.length;
  const count = Math.max(0, Math.min(Limit, length - Offset));
  const list = Array.from({ length: count }, (_, n) => image.risks.at(positions?.[Offset + n] ?? Offset + n));
  return { List: list, TotalCount: length };
}

function findImage(account: Account, Id?: number, info?: z.output<typeof imageInfo>): DemoImage {
  if (Id !== undefined) return found(account.images.find((image) => image.info.Id === Id));
  if (!info || REQUIRED_OF_IMAGE_INFO.some((name) => info[name] === undefined)) {
    throw new Refusal('InvalidParameter.MissingParameter', 'Id or a full ImageInfo is required.');
  }
  const { Force: _, ...wanted } = info;
  return found(
    account.images.find((image) =>
      Object.entries(wanted).every(([name, value]) => image.info[name] === value),
    ),
  );
}

/** `By` of the image list, as the API description's example spells it, and the field it orders. */
const IMAGE_ORDER = {
  ScanTime: 'ScanTime',
  VirusCount: 'VirusCnt',
  SensitiveCount: 'SensitiveInfoCnt',
  ImageCreateTime: 'ImageCreateTime',
  ContainerCount: 'ContainerCnt',
} as const;

const imagesRequest = z
  .object({
    ...page,
    Filters: filters(['IsAuthorized'], /^(all|0|1)$/),
    By: z.enum(['ScanTime', 'VirusCount', 'SensitiveCount', 'ImageCreateTime', 'ContainerCount']).optional(),
    Order: z.enum(['asc', 'desc']).default('asc'), // the default is not documented
    OnlyShowLatest: z.boolean().default(false),
    IsRunning: z.boolean().optional(),
  })
  .strict();

function listImages(request: Record<string, unknown>, account: Account): object {
  const { Filters, By, Order, OnlyShowLatest, IsRunning, Limit, Offset } = read(imagesRequest, request);
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

const detailRequest = z.object({ Id: id.optional(), ImageId: z.string().optional() }).strict();
/** The list's fields that the detail leaves out. */
const ONLY_IN_LIST =
  /^(IsTrustImage|IsLatestImage|\w+LevelVulCnt|ContainerCnt|ComponentCnt|IsRunning|HasNeedFixVul|RecommendedFix)$/;
/** Build history as the detail gives it: long, in clear text, with a made-up secret inside. */
const LAYER_INFO = [
  '#2024-05-06 00:22:24.918233762 +0000 UTC\n\n/bin/sh -c #(nop) ADD file:84700c11fcc969ac in / \n\n',
  '#2024-05-06 00:22:25.47282687 +0000 UTC\n\n/bin/sh -c #(nop)  CMD ["/bin/bash"]\n\n',
  '#2024-05-06 10:06:01.1576746 +0000 UTC\n\n/bin/sh -c echo "RSYNC_PASSWORD=\'FAKE-rsync\' rsync"\n\n',
].join('');

function describeImage(request: Record<string, unknown>, account: Account): object {
  const { Id, ImageId } = read(detailRequest, request);
  if (Id === undefined && ImageId === undefined) {
    throw new Refusal('InvalidParameter.MissingParameter', 'Id or ImageId is required.');
  }
  const { info } = found(
    account.images.find(({ info }) => (Id === undefined ? info['ImageId'] === ImageId : info.Id === Id)),
  );
  const fields = Object.entries(info).filter(([name]) => !ONLY_IN_LIST.test(name));
  return { ...Object.fromEntries(fields), LayerInfo: LAYER_INFO };
}

function found(image: DemoImage | undefined): DemoImage {
  if (!image) throw new Refusal('ResourceNotFound', 'The image does not exist.');
  return image;
}

function read<Schema extends z.ZodTypeAny>(schema: Schema, request: unknown): z.output<Schema> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const path = [...issue.path, issue.keys[0]].join('.');
    throw new Refusal('UnknownParameter', `The parameter \`${path}\` is not recognized.`);
  }
  const [first] = result.error.issues;
  throw new Refusal('InvalidParameter.InvalidFormat', `${first?.path.join('.')}: ${first?.message}`);
}
