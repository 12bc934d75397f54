/**
 * What each Action answers about an account. Where the service's behaviour is not documented it is strict, so that a
 * client that works here relies on nothing undocumented.
 */
import { z } from 'zod/v3';
import type { Account } from './data-set.ts';
import type { DemoImage } from './image.ts';
import { type Filter, filters, imageId, page, Refusal, readRequest } from './request.ts';

/** Gives the members of `Response` except `RequestId`. @throws {Refusal} when the request is invalid. */
export type Handler = (request: Record<string, unknown>, account: Account) => object;

/** Every Action that the simulated service knows, by name. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['DescribeAssetImageRegistryRiskInfoList', listRisks],
  ['DescribeAssetImageRegistryVulList', listVuls],
  ['DescribeAssetImageRegistryVirusList', listViruses],
  ['DescribeAssetImageRegistryList', listImages],
  ['DescribeAssetImageRegistryDetail', imageDetail],
]);

/** Only the documented values of the risks' code filters: digits and "all". */
const CODE = /^(all|\d+)$/;
const LEVEL = /^(all|[1-4])$/;
const ALL = /^all$/;
const ANY = /^/;

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
/** The two ways to name an image. */
const imageNamed = { Id: imageId.optional(), ImageInfo: imageInfo.optional() };

// The effect of the filter Name is not documented for any of the three lists of one image, and a risk has no name.
// Here it has no effect.
const risksRequest = z
  .object({
    ...page,
    ...imageNamed,
    Filters: filters({ Level: CODE, Behavior: CODE, Type: CODE, Name: ANY }),
    By: z.literal('Level').optional(),
    Order: z.enum(['+', '-']).default('+'), // the default is not documented
  })
  .strict();
const vulsRequest = z
  .object({ ...page, ...imageNamed, Filters: filters({ Level: LEVEL, Tag: ANY, Name: ANY }) })
  .strict();
/** The documentation calls the filter Level, its example RiskLevel; whether the service takes both is not known. */
const virusesRequest = z
  .object({ ...page, ...imageNamed, Filters: filters({ Level: LEVEL, RiskLevel: LEVEL, Name: ANY }) })
  .strict();

function listRisks(request: Record<string, unknown>, account: Account): object {
  const { By, Order, ...asked } = readRequest(risksRequest, request);
  const { risks } = findImage(account, asked);
  const rows = matching(risks, { Level: 'Level', Behavior: 'Behavior', Type: 'Type' }, asked.Filters);
  if (By === undefined) return pageOf(rows, asked);
  const direction = Order === '-' ? -1 : 1;
  const rank = ({ Level }: { Level: string | null }) => direction * (Number(Level) || 0);
  return pageOf(
    rows.toSorted((a, b) => rank(a) - rank(b)),
    asked,
  );
}

function listVuls(request: Record<string, unknown>, account: Account): object {
  const asked = readRequest(vulsRequest, request);
  return pageOf(
    matching(findImage(account, asked).vuls, { Level: 'Level', Tag: 'Tag' }, asked.Filters),
    asked,
  );
}

function listViruses(request: Record<string, unknown>, account: Account): object {
  const asked = readRequest(virusesRequest, request);
  const { viruses } = findImage(account, asked);
  return pageOf(matching(viruses, { Level: 'RiskLevel', RiskLevel: 'RiskLevel' }, asked.Filters), asked);
}

/** `By` of the image list, as the documentation's example spells it, and the field that it sorts by. */
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
    // The last three are only known with `all`.
    Filters: filters({ IsAuthorized: /^(all|0|1)$/, ScanStatus: ALL, RepoType: ALL, SecurityRisk: ALL }),
    By: z.enum(['ScanTime', 'VirusCount', 'SensitiveCount', 'ImageCreateTime', 'ContainerCount']).optional(),
    Order: z.enum(['asc', 'desc']).default('asc'), // the default is not documented
    OnlyShowLatest: z.boolean().default(false),
    IsRunning: z.boolean().optional(),
  })
  .strict();

function listImages(request: Record<string, unknown>, account: Account): object {
  const { By, Order, OnlyShowLatest, IsRunning, ...asked } = readRequest(imagesRequest, request);
  const images = account.images
    .map(({ info }) => info)
    .filter((info) => !OnlyShowLatest || info['IsLatestImage'] === true)
    .filter((info) => IsRunning === undefined || info['IsRunning'] === IsRunning);
  const rows = matching(images, { IsAuthorized: 'IsAuthorized' }, asked.Filters);
  if (By === undefined) return pageOf(rows, asked);
  const direction = Order === 'desc' ? -1 : 1;
  const field = IMAGE_ORDER[By];
  return pageOf(
    rows.toSorted((a, b) => direction * compare(a[field], b[field])),
    asked,
  );
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a ?? ''), String(b ?? '')];
  return left < right ? -1 : left > right ? 1 : 0;
}

const detailRequest = z.object({ Id: imageId.optional(), ImageId: z.string().optional() }).strict();
/** Fields of the list that the detail leaves out. */
const ONLY_IN_LIST =
  /^(IsTrustImage|IsLatestImage|\w+LevelVulCnt|ContainerCnt|ComponentCnt|IsRunning|HasNeedFixVul|RecommendedFix)$/;
/** Build history as the detail gives it: in clear text, with a made-up secret. */
const LAYER_INFO = [
  '#2024-05-06 00:22:24.918233762 +0000 UTC\n\n/bin/sh -c #(nop) ADD file:84700c11fcc969ac in / \n\n',
  '#2024-05-06 00:22:25.47282687 +0000 UTC\n\n/bin/sh -c #(nop)  CMD ["/bin/bash"]\n\n',
  '#2024-05-06 10:06:01.1576746 +0000 UTC\n\n/bin/sh -c echo "RSYNC_PASSWORD=\'FAKE-rsync\' rsync"\n\n',
].join('');

/** One image, by either of its ids. */
function imageDetail(request: Record<string, unknown>, account: Account): object {
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

/** `Id` takes precedence. @throws {Refusal} without it and a complete `ImageInfo`, or when no image fits. */
function findImage(
  account: Account,
  asked: { readonly Id?: number | undefined; readonly ImageInfo?: z.output<typeof imageInfo> | undefined },
): DemoImage {
  const { Id, ImageInfo } = asked;
  if (Id !== undefined) return found(account.images.find((image) => image.info.Id === Id));
  if (!ImageInfo || REQUIRED_OF_IMAGE_INFO.some((name) => ImageInfo[name] === undefined)) {
    throw new Refusal('InvalidParameter.MissingParameter', 'Id or a complete ImageInfo is required.');
  }
  const { Force: _, ...wanted } = ImageInfo;
  return found(
    account.images.find((image) =>
      Object.entries(wanted).every(([name, value]) => image.info[name] === value),
    ),
  );
}

function found(image: DemoImage | undefined): DemoImage {
  if (!image) throw new Refusal('ResourceNotFound', 'The image does not exist.');
  return image;
}

/** The rows that pass every filter; `members` names the member for each filter. Filters it does not name have no effect. */
function matching<Row extends object>(
  rows: readonly Row[],
  members: Readonly<Record<string, keyof Row>>,
  asked: readonly Filter[],
): readonly Row[] {
  const active = asked.filter(({ Name, Values }) => Object.hasOwn(members, Name) && !Values.includes('all'));
  if (active.length === 0) return rows;
  return rows.filter((row) =>
    active.every(({ Name, Values }) => isOneOf(row[members[Name] as keyof Row], Values)),
  );
}

/** Whether a member, or any value of a list such as Tag, is among the values. Null never is. */
function isOneOf(member: unknown, values: readonly string[]): boolean {
  return [member ?? []].flat().some((one) => values.includes(String(one)));
}

function pageOf(rows: readonly object[], asked: { readonly Limit: number; readonly Offset: number }): object {
  return { List: rows.slice(asked.Offset, asked.Offset + asked.Limit), TotalCount: rows.length };
}
