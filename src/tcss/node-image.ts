/**
 * Images on nodes, which the service calls local: their list and one image's detail. Their key is `ImageID`, sha256:
 * and 64 hex digits.
 */
import {
  type AssetFilter,
  defineAction,
  type NodeImageRowsRequest,
  type Probe,
  probeAfter,
} from './action.ts';
import { pageOf, rowOf, type WireRow, wireCode, wireFlag, wireFlagCode, wireText } from './vocabulary.ts';

/** The members of ImagesInfo that this server reads; the service may leave out any, and most texts may be "". */
const fields = {
  ImageID: wireText,
  /** `host/path:tag` or `<none>:<none>`; an id may have more names, of which one is shown. */
  ImageName: wireText,
  ScanTime: wireText,
  /** Of all kinds of scan together. */
  ScanStatus: wireText,
  OsName: wireText,
  /** Nodes and super nodes. */
  HostCnt: wireCode,
  ContainerCnt: wireCode,
  VulCnt: wireCode,
  VirusCnt: wireCode,
  /** The list describes it as sensitive data items, the detail as risky behaviours. */
  RiskCnt: wireCode,
  SensitiveInfoCnt: wireCode,
  IsAuthorized: wireFlagCode,
  IsLatestImage: wireFlag,
  CriticalLevelVulCnt: wireCode,
  HighLevelVulCnt: wireCode,
  MediumLevelVulCnt: wireCode,
  LowLevelVulCnt: wireCode,
  Reason: wireText,
  Solution: wireText,
};

const nodeImage = rowOf(fields);

/** One image as the list or the detail gives it. */
export type NodeImage = WireRow<typeof nodeImage>;

/** What is asked of the list; the names of filters are ImageName, ImageID, ScanStatus and SecurityRisk. */
interface NodeImagesRequest {
  readonly Limit: number;
  readonly Offset: number;
  readonly Filters?: readonly AssetFilter[];
}

/** The images on all nodes, a page of them. @see https://www.tencentcloud.com/document/product/1163/53169 */
export const describeAssetImageList = defineAction<NodeImagesRequest>()(
  'DescribeAssetImageList',
  pageOf(nodeImage),
  { request: () => ({ Limit: 1, Offset: 0 }) },
);

/** A probe about the first image on any node. */
function aboutFirstNodeImage<Request extends object>(request: (ImageID: string) => Request): Probe<Request> {
  return probeAfter(describeAssetImageList, ({ List }) => {
    const first = List?.find(({ ImageID }) => ImageID);
    return first?.ImageID === undefined ? undefined : request(first.ImageID);
  });
}

/** The probe of every list over one image on nodes. */
export const nodeImageRowsProbe: Probe<NodeImageRowsRequest> = aboutFirstNodeImage((ImageID) => ({
  ImageID,
  Limit: 1,
  Offset: 0,
}));

/** One of them. Its BuildHistory is never read: it may hold secrets. @see https://www.tencentcloud.com/document/product/1163/53171 */
export const describeAssetImageDetail = defineAction<{ readonly ImageID: string }>()(
  'DescribeAssetImageDetail',
  rowOf({ ...fields, RequestId: wireText }),
  aboutFirstNodeImage((ImageID) => ({ ImageID })),
);
