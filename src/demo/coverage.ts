/** What the demo's service covers: edition, licences, schedules and registries, one of which it cannot read. */
import { z } from 'zod/v3';
import { beijingTime } from './made-up.ts';
import { filters, page, readRequest } from './request.ts';

/** What cannot be counted from an account's images. */
export interface DemoCoverage {
  readonly purchase: object;
  /** Image licences that were bought; as many are used as images have one. */
  readonly licences: number;
  readonly registrySchedule: object;
  readonly nodeSchedule: object;
  /** `ImageRepoRegistryInfo` as the list gives it. */
  readonly registries: readonly object[];
  readonly sync: object;
  readonly libraryUpdated: string;
}

/** As the service writes times without a zone; `days` before `now`, in ms since the epoch. */
function plainTime(now: number, days: number): string {
  return beijingTime(now - days * 86_400_000)
    .slice(0, 19)
    .replace('T', ' ');
}

/** A registry that is read every night, with every field of `ImageRepoRegistryInfo`; `fields` win. */
export function makeRegistry(
  id: number,
  name: string,
  type: string,
  lastSync: string,
  fields: Readonly<Record<string, unknown>> = {},
) {
  return {
    RegistryId: id,
    Name: name,
    RegistryType: type,
    Url: `https://robot:FAKE-registry-password@${name}.example.com`,
    NetType: 'public',
    RegistryRegion: 'default',
    RegistryVersion: '',
    ConnectMsg: '',
    ConnDetectType: 'backend',
    ConnDetectHostCount: 1,
    ConnDetectDetail: [connection('status_connected')],
    InstanceID: '',
    LatestSyncTime: lastSync,
    SyncStatus: 'success',
    SyncFailReason: '',
    SyncSolution: '',
    SyncMessage: '',
    SyncMode: 0,
    ...fields,
  };
}

function connection(ConnDetectStatus: string, FailReason = '', Solution = '') {
  return {
    Quuid: 'backend',
    Uuid: 'backend',
    ConnDetectStatus,
    ConnDetectMessage: '',
    FailReason,
    Solution,
  };
}

/** The demo's: as many licences as images have one, and a registry whose password was changed. */
export function demoCoverage(now: number): DemoCoverage {
  const reason = '仓库账号密码异常';
  const solution = '请检查您的仓库账号/密码是否正确，建议重新输入，稍后重试连接';
  return {
    purchase: {
      State: 3,
      CoresCnt: 64,
      AuthorizedCoresCnt: 64,
      ImageCnt: 22,
      AuthorizedImageCnt: 15,
      ExpirationTime: plainTime(now, -200),
      PurchasedAuthorizedCnt: 15,
      AutomaticRenewal: 1,
      GivenAuthorizedCnt: 0,
      BeginTime: plainTime(now, 165),
      SubState: null,
      InquireKey: '',
    },
    licences: 15,
    registrySchedule: {
      Enable: true,
      ScanTime: '03:00:00',
      ScanPeriod: 7,
      ScanType: ['cve', 'virus', 'risk'],
      All: false,
      Images: [],
      Id: [],
      Latest: true,
      ScanEndTime: '06:00',
      RegistryType: [],
      ContainerRunning: false,
      ScanScope: 0,
      Namespace: [],
      ExcludeImageAssetIds: [],
      LastScanTime: plainTime(now, 1),
      ScanResult: 'InsufficientLicense',
    },
    nodeSchedule: {
      Enable: true,
      ScanTime: '11:05:00',
      ScanPeriod: 15,
      ScanVirus: true,
      ScanRisk: false,
      ScanVul: true,
      All: false,
      Images: [],
      ContainerRunning: false,
      ScanScope: 0,
      ScanEndTime: '02:00',
      ExcludeImages: [],
      LastScanTime: plainTime(now, 2),
      ScanResult: 'Success',
      ClusterIDs: [],
    },
    registries: [
      makeRegistry(10_001, 'ccr-default', 'ccr', plainTime(now, 0.4)),
      makeRegistry(10_002, 'harbor-office', 'harbor', plainTime(now, 0.4)),
      makeRegistry(10_003, 'harbor-lab', 'harbor', plainTime(now, 9), {
        SyncStatus: 'failed',
        SyncFailReason: reason,
        SyncSolution: solution,
        SyncMessage: 'AuthFailed',
        ConnDetectDetail: [connection('status_auth_failed', reason, solution)],
      }),
    ],
    sync: { Status: 'success', Err: null, LatestSyncSuccessTime: plainTime(now, 0.4) },
    libraryUpdated: plainTime(now, 1),
  };
}

/** What is counted; an account without `coverage` has bought and connected nothing. */
interface CoveredAccount {
  readonly images: readonly { readonly info: Readonly<Record<string, unknown>> }[];
  readonly nodeImages?: readonly { readonly info: Readonly<Record<string, unknown>> }[];
  readonly containers?: readonly unknown[];
  readonly coverage?: DemoCoverage;
}

const NOTHING: DemoCoverage = {
  purchase: { State: 0 },
  licences: 0,
  registrySchedule: { Enable: false, ScanTime: '', ScanPeriod: 0, ScanType: null },
  nodeSchedule: { Enable: false, ScanTime: '', ScanPeriod: 0 },
  registries: [],
  sync: { Status: '', Err: null },
  libraryUpdated: '',
};

const nothing = z.object({}).strict();
const summaryRequest = z.object({ Filters: filters({ OnlyShowLatest: /^[01]$/ }) }).strict();
// No name of a filter is published.
const registriesRequest = z.object({ ...page, Filters: filters({}) }).strict();

/** The Actions about coverage. Those whose answers are counted count the images of the account. */
export const coverageHandlers = {
  DescribePurchaseStateInfo: fixed('purchase'),
  DescribeImageRegistryTimingScanTask: fixed('registrySchedule'),
  DescribeAssetImageScanSetting: fixed('nodeSchedule'),
  DescribeAssetImageRegistryAssetStatus: fixed('sync'),

  DescribeAssetImageRegistryRegistryList(request: object, { coverage = NOTHING }: CoveredAccount) {
    const { Offset, Limit } = readRequest(registriesRequest, request);
    const { registries } = coverage;
    return { List: registries.slice(Offset, Offset + Limit), TotalCount: registries.length };
  },

  DescribeAssetImageRegistrySummary(request: object, { images }: CoveredAccount) {
    const { Filters } = readRequest(summaryRequest, request);
    const onlyLatest = Filters.some(({ Values }) => Values.includes('1'));
    const counted = images.filter(({ info }) => !onlyLatest || info['IsLatestImage'] === true);
    return { UnScannedImageCnt: counted.filter(isUnscanned).length };
  },

  DescribeVulScanAuthorizedImageSummary(request: object, { nodeImages = [] }: CoveredAccount) {
    readRequest(nothing, request);
    const licensed = nodeImages.filter(isLicensed);
    return {
      AllAuthorizedImageCount: licensed.length,
      UnScanAuthorizedImageCount: licensed.filter(isUnscanned).length,
    };
  },

  DescribeImageAuthorizedInfo(request: object, account: CoveredAccount) {
    readRequest(nothing, request);
    const { images, nodeImages = [], coverage = NOTHING } = account;
    const licensed = [...images, ...nodeImages].filter(isLicensed);
    const unlicensedNodeImages = nodeImages.filter((image) => !isLicensed(image)).length;
    const unlicensed = images.filter((image) => !isLicensed(image)).length + unlicensedNodeImages;
    return {
      TotalAuthorizedCnt: coverage.licences,
      // One licence is for all images of one id.
      UsedAuthorizedCnt: new Set(licensed.map(({ info }) => info['ImageId'] ?? info['ImageID'] ?? info)).size,
      ScannedImageCnt: licensed.length,
      NotScannedImageCnt: unlicensed,
      NotScannedLocalImageCnt: unlicensedNodeImages,
      CanApplyFreeImageAuthorize: false,
    };
  },

  DescribeTcssSummary(request: object, { images, nodeImages = [], containers = [] }: CoveredAccount) {
    readRequest(nothing, request);
    const all = [...images, ...nodeImages];
    return {
      ImageCnt: all.length,
      ScannedImageCnt: all.filter((image) => !isUnscanned(image)).length,
      UnScannedImageCnt: all.filter(isUnscanned).length,
      LocalImageCnt: nodeImages.length,
      RepositoryImageCnt: images.length,
      ContainerCnt: containers.length,
      ScanImageStatus: false,
    };
  },

  DescribeVulImageSummary(request: object, account: CoveredAccount) {
    readRequest(nothing, request);
    const { images, nodeImages = [], coverage = NOTHING } = account;
    const all = [...images, ...nodeImages];
    return {
      ScannedImageCount: all.filter((image) => !isUnscanned(image)).length,
      AllAuthorizedImageCount: all.filter(isLicensed).length,
      VulLibraryUpdateTime: coverage.libraryUpdated,
    };
  },
};

/** Answers an Action without arguments with a part of the account. */
function fixed(part: 'purchase' | 'registrySchedule' | 'nodeSchedule' | 'sync') {
  return (request: object, { coverage = NOTHING }: CoveredAccount) => {
    readRequest(nothing, request);
    return coverage[part];
  };
}

function isLicensed({ info }: { readonly info: Readonly<Record<string, unknown>> }): boolean {
  return info['IsAuthorized'] === 1;
}

function isUnscanned({ info }: { readonly info: Readonly<Record<string, unknown>> }): boolean {
  return info['ScanStatus'] === 'NOT_SCAN' || info['ScanStatus'] === '';
}
