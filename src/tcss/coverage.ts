/**
 * What TCSS says of its own coverage: edition, licences, schedules, and the registries that it reads. The detail of a
 * registry is never asked for: it holds the registry's password.
 */
import { defineAction } from './action.ts';
import {
  pageOf,
  rowOf,
  rowsOf,
  type WireRow,
  wireCode,
  wireFlag,
  wireText,
  wireTexts,
} from './vocabulary.ts';

/** These Actions take no arguments. */
type Nothing = Record<string, never>;

const PROBE = { request: () => ({}) };

/** Counters over the whole account. @see https://www.tencentcloud.com/document/product/1163/53212 */
export const describeTcssSummary = defineAction<Nothing>()(
  'DescribeTcssSummary',
  rowOf({ LocalImageCnt: wireCode, RepositoryImageCnt: wireCode, RequestId: wireText }),
  PROBE,
);

/** How many registry images are not scanned. */
export const describeAssetImageRegistrySummary = defineAction<Nothing>()(
  'DescribeAssetImageRegistrySummary',
  rowOf({ UnScannedImageCnt: wireCode, RequestId: wireText }),
  PROBE,
);

/** How many of the node images with a licence there are, and are not scanned. */
export const describeVulScanAuthorizedImageSummary = defineAction<Nothing>()(
  'DescribeVulScanAuthorizedImageSummary',
  rowOf({ AllAuthorizedImageCount: wireCode, UnScanAuthorizedImageCount: wireCode, RequestId: wireText }),
  PROBE,
);

/** Image licences. `NotScannedLocalImageCnt` counts node images without one. @see https://www.tencentcloud.com/document/product/1163/53136 */
export const describeImageAuthorizedInfo = defineAction<Nothing>()(
  'DescribeImageAuthorizedInfo',
  rowOf({
    TotalAuthorizedCnt: wireCode,
    UsedAuthorizedCnt: wireCode,
    NotScannedLocalImageCnt: wireCode,
    RequestId: wireText,
  }),
  PROBE,
);

/** The edition that was bought, and until when. */
export const describePurchaseStateInfo = defineAction<Nothing>()(
  'DescribePurchaseStateInfo',
  rowOf({ State: wireCode, SubState: wireText, ExpirationTime: wireText, RequestId: wireText }),
  PROBE,
);

/** When the vulnerability library was updated. @see https://www.tencentcloud.com/document/product/1163/53110 */
export const describeVulImageSummary = defineAction<Nothing>()(
  'DescribeVulImageSummary',
  rowOf({ VulLibraryUpdateTime: wireText, RequestId: wireText }),
  PROBE,
);

/** What both schedules have; which unit `ScanPeriod` has is not published. */
const schedule = {
  Enable: wireFlag,
  ScanTime: wireText,
  ScanPeriod: wireCode,
  ScanScope: wireCode,
  ContainerRunning: wireFlag,
  LastScanTime: wireText,
  /** Success, InsufficientLicense, ImageNeedIsEmpty or InternalError. */
  ScanResult: wireText,
  RequestId: wireText,
};

/** The scheduled scan of registry images. */
export const describeImageRegistryTimingScanTask = defineAction<Nothing>()(
  'DescribeImageRegistryTimingScanTask',
  rowOf({ ...schedule, ScanType: wireTexts, Latest: wireFlag }),
  PROBE,
);

/** The scheduled scan of node images. */
export const describeAssetImageScanSetting = defineAction<Nothing>()(
  'DescribeAssetImageScanSetting',
  rowOf({ ...schedule, ScanVul: wireFlag, ScanVirus: wireFlag, ScanRisk: wireFlag }),
  PROBE,
);

/** How the last reading of all registries' lists of images went. */
export const describeAssetImageRegistryAssetStatus = defineAction<Nothing>()(
  'DescribeAssetImageRegistryAssetStatus',
  rowOf({ Status: wireText, Err: wireText, LatestSyncSuccessTime: wireText, RequestId: wireText }),
  PROBE,
);

const connection = rowOf({
  ConnDetectStatus: wireText,
  ConnDetectMessage: wireText,
  FailReason: wireText,
  Solution: wireText,
});

const registry = rowOf({
  Name: wireText,
  RegistryType: wireText,
  SyncStatus: wireText,
  SyncFailReason: wireText,
  SyncSolution: wireText,
  SyncMessage: wireText,
  LatestSyncTime: wireText,
  ConnectMsg: wireText,
  ConnDetectDetail: rowsOf(connection),
});

/** One connected registry as the list gives it. Its address is not read. */
export type Registry = WireRow<typeof registry>;

/** A page of the connected registries. @see https://www.tencentcloud.com/document/product/1163/53162 */
export const describeAssetImageRegistryRegistryList = defineAction<{
  readonly Limit: number;
  readonly Offset: number;
}>()('DescribeAssetImageRegistryRegistryList', pageOf(registry), {
  request: () => ({ Limit: 1, Offset: 0 }),
});
