/** Registry images: the list that names are looked up in, and the state of one image's scan. */
import * as z from 'zod';
import {
  type AssetFilter,
  defineAction,
  type ImageRowsRequest,
  PAGE_LIMIT,
  type Probe,
  probeAfter,
} from './action.ts';
import { pageOf, rowOf, wireCode, wireFlag, wireFlagCode, wireText } from './vocabulary.ts';

/** 0 where the service gives none, or nothing that can be asked for. */
const wireId = wireCode.transform((id) => (id !== undefined && id > 0 ? id : 0));

/** The members of ImageRepoInfo that this server reads; all but Id may be null at the service. */
const fields = {
  ImageDigest: wireText,
  ImageId: wireText,
  ImageName: wireText,
  ImageTag: wireText,
  Namespace: wireText,
  ImageRepoAddress: wireText,
  RegistryType: wireText,
  InstanceName: wireText,
  IsLatestImage: wireFlag,
  RiskCnt: wireCode,
  VulCnt: wireCode,
  VirusCnt: wireCode,
  SensitiveInfoCnt: wireCode,
  ScanTime: wireText,
  RiskStatus: wireText,
  CveStatus: wireText,
  VirusStatus: wireText,
  IsAuthorized: wireFlagCode,
  CriticalLevelVulCnt: wireCode,
  HighLevelVulCnt: wireCode,
  MediumLevelVulCnt: wireCode,
  LowLevelVulCnt: wireCode,
  ContainerCnt: wireCode,
  IsRunning: wireFlag,
  OsName: wireText,
  Reason: wireText,
  Solution: wireText,
};

/** An Id that lost digits would be that of another image: a list that holds one is refused. */
const image = z
  .unknown()
  .superRefine((row, context) => {
    const { Id: id } = Object(row) as { Id?: unknown };
    if (typeof id !== 'number' || id <= Number.MAX_SAFE_INTEGER) return;
    const maximum = Number.MAX_SAFE_INTEGER;
    context.addIssue({
      code: 'too_big',
      origin: 'number',
      input: id,
      maximum,
      inclusive: true,
      path: ['Id'],
    });
  })
  .pipe(rowOf({ Id: wireId, ...fields }));

/** One image as the list gives it; undefined where the service gives nothing, an Id of 0 when it gives no usable one. */
export type RegistryImage = z.infer<typeof image>;

/** What the list takes; no filter for names or ids is documented. */
interface ImagesRequest {
  Limit: number;
  Offset: number;
  Filters?: readonly AssetFilter[];
  /** Such as `ScanTime` or `SensitiveCount`. */
  By?: string;
  Order?: 'asc' | 'desc';
  OnlyShowLatest?: boolean;
  IsRunning?: boolean;
}

/** @see https://www.tencentcloud.com/document/product/1163/53165 */
export const describeAssetImageRegistryList = defineAction<ImagesRequest>()(
  'DescribeAssetImageRegistryList',
  pageOf(image),
  // A whole page costs no more than one row, and doctor counts the images that were scanned.
  { request: () => ({ Limit: PAGE_LIMIT, Offset: 0 }) },
);

/** One page of the list. */
export type ImagesPage = z.infer<typeof describeAssetImageRegistryList.response>;

/** A probe about the first image that has a usable id. */
function aboutFirstImage<Request extends object>(request: (Id: number) => Request): Probe<Request> {
  return probeAfter(describeAssetImageRegistryList, ({ List }) => {
    const first = List?.find(({ Id }) => Id > 0);
    return first && request(first.Id);
  });
}

/** The probe of every list over one registry image. */
export const imageRowsProbe: Probe<ImageRowsRequest> = aboutFirstImage((Id) => ({ Id, Limit: 1, Offset: 0 }));

/** The detail of one image by its Id. Its LayerInfo is never read: it may hold secrets. */
export const describeAssetImageRegistryDetail = defineAction<{ Id: number }>()(
  'DescribeAssetImageRegistryDetail',
  rowOf({ ...fields, RequestId: wireText }),
  aboutFirstImage((Id) => ({ Id })),
);
