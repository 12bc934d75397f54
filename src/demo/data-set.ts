/**
 * The demo's account: small, made up, the same at every start, and full of what the real service is known
 * to do (members that are null, a misspelt counter, error strings on good images, dates that mean unknown).
 */
import { createHash } from 'node:crypto';
import {
  API_FIXED,
  API_INTRODUCED,
  API_SHARED,
  type Evidence,
  endless,
  HOSTILE,
  HOSTILE_NAME,
  leak,
  MIXED,
} from './evidence.ts';

/** A key pair, with a token when temporary. */
export interface DemoCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
}

/** What the simulated service accepts unless told otherwise. Made up; opens nothing. */
export const DEMO_CREDENTIALS: DemoCredentials = {
  secretId: 'AKIDdemoEXAMPLE0p3n5n07h1n64741nf0rm',
  secretKey: 'n07r3a1EXAMPLEk3y8u7l0n63n0u6hf0r5ign',
};

/** One row as it goes over the wire. `Level` is a string here, unlike in the local-image twin. */
export interface ImageRisk {
  Behavior: number | null;
  Type: number | null;
  Level: string | null;
  Desc: string | null;
  InstructionContent: string | null;
}

/** Rows that may be made on demand, so that a million cost no memory. An array is one. */
export interface RiskRows {
  readonly length: number;
  /** The same row for the same index, `0 <= index < length`. */
  at(index: number): ImageRisk | undefined;
}

/** One registry image: the `ImageRepoInfo` that lists show, and its risky behaviours. */
export interface DemoImage {
  readonly info: Readonly<Record<string, unknown>> & { readonly Id: number };
  readonly risks: RiskRows;
}

/** Everything the simulated service knows. */
export interface Account {
  readonly images: readonly DemoImage[];
}

/** Ids of the demo's images by what they are for. */
export const DEMO_IMAGE_IDS = {
  /** 658 rows that are one finding: one variable with another value in each layer. */
  leaky: 6947411,
  /** 37 rows, 37 findings: every level, unknown codes, absent members. */
  mixed: 6947412,
  /** 5,000 rows over all levels, not in level order, every tenth a repetition. */
  large: 6947413,
  /** Scanned, nothing found. */
  clean: 6947414,
  neverScanned: 6947415,
  /** Overall `ScanStatus` SCANNED, but `RiskStatus` SCAN_ERR. */
  scanFailed: 6947416,
  /** Evidence, name and tag written against the model that reads them. */
  hostile: 6947417,
  /** `payments/api:1.4.1`: 9 findings, 8 of them in `apiNew` too. */
  apiOld: 6947418,
  /** `payments/api:1.4.2`: 10 findings, 2 of them new. */
  apiNew: 6947419,
  /** Looks scanned and clean, but no licence is assigned. */
  unlicensed: 6947420,
  /** A scan is running, 40 % done. */
  scanning: 6947421,
  /** `web/nginx:1.25` on ccr. */
  nginxWeb: 6947422,
  /** `edge/nginx:1.25` on ccr. */
  nginxEdge: 6947423,
  /** `web/nginx:1.25` again, on a harbor. */
  nginxHarbor: 6947424,
} as const;

/**
 * A scanned and licensed image of `reference`, `[registry/]namespace/name:tag`, with every field of
 * `ImageRepoInfo`; `RiskCnt` counts the rows. `info` has the last word on any field.
 */
export function makeImage(
  id: number,
  reference: string,
  risks: RiskRows = NO_ROWS,
  info: Record<string, unknown> = {},
): DemoImage {
  const [, registry = 'ccr.ccs.tencentyun.com', namespace, name, tag] =
    /^(?:(.+)\/)?([^/]+)\/([^/:]+):([^/:]+)$/.exec(reference) ?? [];
  if (name === undefined) throw new RangeError(`not [registry/]namespace/name:tag: ${reference}`);
  return {
    risks,
    info: {
      Id: id,
      ImageId: sha256(`id ${id}`),
      ImageDigest: sha256(`digest ${id}`),
      ImageRepoAddress: `${registry}/${namespace}/${name}`,
      Namespace: namespace,
      ImageName: name,
      ImageTag: tag,
      RegistryType: 'ccr',
      RegistryRegion: 'default',
      InstanceId: '',
      InstanceName: 'ccr-default',
      ImageSize: 74_866_818,
      ImageCreateTime: '2024-05-06T10:50:12+08:00',
      OsName: 'linux',
      IsLatestImage: true,
      IsTrustImage: false,
      IsAuthorized: 1,
      IsRunning: false,
      ScanTime: '2024-05-07T09:00:00+08:00',
      ScanStatus: 'SCANNED',
      CveStatus: 'SCANNED',
      RiskStatus: 'SCANNED',
      VirusStatus: 'SCANNED',
      Progress: 100,
      ScanVulProgress: 100,
      ScanRiskProgress: 100,
      ScanVirusProgress: 100,
      ScanRemainTime: 0,
      ScanVulError: '',
      ScanRiskError: '',
      ScanVirusError: '',
      RiskCnt: risks.length,
      VulCnt: 0,
      VirusCnt: 0,
      SentiveInfoCnt: 0, // so misspelt in the API; the right spelling came later, beside it
      SensitiveInfoCnt: 0,
      CriticalLevelVulCnt: 0,
      HighLevelVulCnt: 0,
      MediumLevelVulCnt: 0,
      LowLevelVulCnt: 0,
      ContainerCnt: 0,
      ComponentCnt: 0,
      HasNeedFixVul: false,
      RecommendedFix: false,
      Solution: '',
      Reason: '',
      ...info,
    },
  };
}

/** One row with the layer's time before its evidence, as the service puts it. */
export function makeRisk([Behavior, Type, Level, Desc, command]: Evidence, layerTime: string): ImageRisk {
  return { Behavior, Type, Level, Desc, InstructionContent: command && `${layerTime}\n${command}` };
}

/** `length` rows over all levels, made on demand; with `repeatEvery` n, every n-th is its forerunner again. */
export function generatedRisks(length: number, repeatEvery = Number.POSITIVE_INFINITY): RiskRows {
  return {
    length,
    at: (n) => makeRisk(endless((n + 1) % repeatEvery === 0 && n > 0 ? n - 1 : n), layerTime(n)),
  };
}

/** The demo's account. Scan times are days before `now` (milliseconds); everything else is fixed. */
export function demoAccount(now: number = Date.now()): Account {
  const ids = DEMO_IMAGE_IDS;
  const scanned = (days: number, info: Record<string, unknown> = {}) => ({
    ScanTime: beijingTime(now - days * 86_400_000),
    ...info,
  });
  const leaks = Array.from({ length: 658 }, (_, n) => leak(n));
  const apiOld = tagged('1.4.1', [...API_SHARED, ...API_FIXED]);
  const apiNew = tagged('1.4.2', [...API_INTRODUCED, ...API_SHARED]);
  return {
    images: [
      makeImage(ids.leaky, 'platform/login:2.7.0', rows(leaks), scanned(2, { SentiveInfoCnt: 658 })),
      makeImage(ids.mixed, 'platform/toolbox:latest', rows(MIXED), scanned(1, MIXED_INFO)),
      makeImage(ids.large, 'data/warehouse:2024.05', generatedRisks(5000, 10), scanned(5)),
      makeImage(ids.clean, 'platform/pause:3.9', NO_ROWS, scanned(3, CLEAN_INFO)),
      makeImage(ids.neverScanned, 'sandbox/prototype:dev', NO_ROWS, NEVER_SCANNED_INFO),
      makeImage(ids.scanFailed, 'sandbox/legacy:0.9', NO_ROWS, scanned(41, SCAN_FAILED_INFO)),
      makeImage(ids.hostile, 'sandbox/inventory:v1', rows(HOSTILE), scanned(1, HOSTILE_NAME)),
      makeImage(ids.apiOld, 'payments/api:1.4.1', rows(apiOld, 0), scanned(20, { IsLatestImage: false })),
      makeImage(ids.apiNew, 'payments/api:1.4.2', rows(apiNew, 9000), scanned(1, { IsRunning: true })),
      makeImage(ids.unlicensed, 'sandbox/unlicensed:1.0', NO_ROWS, scanned(90, { IsAuthorized: 0 })),
      makeImage(ids.scanning, 'payments/worker:3.2.0', NO_ROWS, scanned(12, SCANNING_INFO)),
      makeImage(ids.nginxWeb, 'web/nginx:1.25', rows(MIXED.slice(0, 3)), scanned(4)),
      makeImage(ids.nginxEdge, 'edge/nginx:1.25', rows(MIXED.slice(0, 2)), scanned(6)),
      makeImage(ids.nginxHarbor, 'harbor.example.com/web/nginx:1.25', NO_ROWS, scanned(8, HARBOR_INFO)),
    ],
  };
}

const NO_ROWS: RiskRows = [];

const MIXED_INFO = { VulCnt: 128, CriticalLevelVulCnt: 4, HighLevelVulCnt: 31, ContainerCnt: 2 };

/** Non-empty error strings occur on images that were scanned all right; 1900 means unknown. */
const CLEAN_INFO = {
  ScanRiskError: 'MessageRegistryScan',
  ScanVulError: 'MessageRegistryScan',
  ImageCreateTime: '1900-01-01T00:00:00+00:00',
};

const NEVER_SCANNED_INFO = {
  ScanTime: '',
  ScanStatus: 'NOT_SCAN',
  CveStatus: 'NOT_SCAN',
  RiskStatus: 'NOT_SCAN',
  VirusStatus: 'NOT_SCAN',
  Progress: null,
  ScanVulProgress: null,
  ScanRiskProgress: null,
  ScanVirusProgress: null,
  ScanRemainTime: null,
  ScanVulError: null,
  ScanRiskError: null,
  ScanVirusError: null,
  SensitiveInfoCnt: null,
  OsName: null,
};

const SCAN_FAILED_INFO = {
  RiskStatus: 'SCAN_ERR',
  ScanRiskError: 'ConnFailed',
  Reason: '连接失败',
  Solution: '扫描节点与仓库连接失败，请到镜像仓库管理重新配置连接方式后重试',
};

const SCANNING_INFO = {
  ScanStatus: 'SCANNING',
  RiskStatus: 'SCANNING',
  Progress: 40,
  ScanRiskProgress: 40,
  ScanRemainTime: 95,
};

const HARBOR_INFO = {
  RegistryType: 'harbor',
  RegistryRegion: null,
  InstanceId: 'harbor-7d1e',
  InstanceName: 'harbor-office',
  ImageId: null,
  IsLatestImage: null,
};

function rows(evidence: readonly Evidence[], firstSecond = 0): RiskRows {
  return evidence.map((one, n) => makeRisk(one, layerTime(firstSecond + n)));
}

function tagged(tag: string, evidence: readonly Evidence[]): Evidence[] {
  return evidence.map(([behavior, type, level, desc, command]) => [
    behavior,
    type,
    level,
    desc,
    command?.replaceAll('{tag}', tag.replaceAll('.', '')) ?? null,
  ]);
}

const FIRST_LAYER = (10 * 60 + 49) * 60 + 49;

/** The time of a layer `seconds` after the first, within one day and without a zone, as the service writes it. */
function layerTime(seconds: number): string {
  const second = (FIRST_LAYER + seconds) % 86_400;
  const [hours, minutes] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  return `2024-05-06 ${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(second % 60)}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function beijingTime(ms: number): string {
  return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
