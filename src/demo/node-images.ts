/** The images that lie on the demo's nodes: some of them registry images too, with the same id and the same findings. */
import { z } from 'zod/v3';
import { HOSTILE_NAME } from './image.ts';
import { beijingTime, sha256 } from './made-up.ts';
import { filters, found, type Handlers, matching, page, pageOf, Refusal, readRequest } from './request.ts';
import { API_NEW_RISKS, API_OLD_RISKS, type DemoRisk, HOSTILE_RISKS, MIXED_RISKS } from './risks.ts';
import { type DemoVirus, HOSTILE_VIRUSES, MIXED_VIRUSES } from './viruses.ts';
import {
  API_NEW_VULS,
  API_OLD_VULS,
  type DemoVul,
  HOSTILE_VULS,
  TOOLBOX_VULS,
  WORKER_VULS,
} from './vulnerabilities.ts';

/** One image on nodes: its `ImagesInfo` as the list gives it, and what the scans found, as rows of a registry image. */
export interface DemoNodeImage {
  readonly info: Readonly<Record<string, unknown>> & { readonly ImageID: string; readonly ImageName: string };
  readonly risks: readonly DemoRisk[];
  readonly vuls: readonly DemoVul[];
  readonly viruses: readonly DemoVirus[];
  /** Of the scan for malware; absent: 2 (scanned) where the image was scanned, else 0. */
  readonly virusScanStatus?: number | undefined;
}

/** What `docker images` shows of an image that lost its name to a newer build. */
export const NO_NAME = '<none>:<none>';

/** Ids of the demo's node images, `sha256:` and 64 hex digits. A registry image's id is of its `Id`. */
export const NODE_IMAGE_IDS = {
  /** `platform/toolbox:latest`, 6947412 of the registry. */
  toolbox: sha256('id 6947412'),
  /** `payments/api:1.4.1`, 6947418 of the registry. */
  apiOld: sha256('id 6947418'),
  /** `payments/api:1.4.2`, 6947419 of the registry. */
  apiNew: sha256('id 6947419'),
  /** `platform/pause:3.9`, 6947414 of the registry: nothing found. */
  pause: sha256('id 6947414'),
  /** The hostile image, 6947417 of the registry. */
  hostile: sha256('id 6947417'),
  /** `payments/worker:3.1.9`, in no registry. */
  worker: sha256('node image worker'),
  /** An older build of the worker, without a name. */
  unnamed: sha256('node image unnamed'),
  /** `library/redis:7.2`, in no registry, without a licence and never scanned. */
  redis: sha256('node image redis'),
} as const;

/** A scanned and licensed image with every field of `ImagesInfo` and the counts of its rows; `info` overrides any field. */
export function makeNodeImage(
  id: string,
  name: string,
  info: Readonly<Record<string, unknown>> = {},
  found: Partial<Omit<DemoNodeImage, 'info'>> = {},
): DemoNodeImage {
  const { risks = [], vuls = [], viruses = [], virusScanStatus } = found;
  const ofLevel = (level: string) => vuls.filter(({ Level }) => Level === level).length;
  const scanned = {
    ImageID: id,
    ImageName: name,
    CreateTime: '2024-05-06T02:50:12Z',
    Size: 74_866_818,
    HostCnt: 1,
    SuperNodeCnt: 0,
    ContainerCnt: 0,
    ScanTime: '2024-05-07T01:00:00.021Z',
    VulCnt: vuls.length,
    VirusCnt: viruses.length,
    RiskCnt: risks.length,
    IsTrustImage: false,
    OsName: 'linux',
    AgentError: '',
    ScanError: '',
    ScanStatus: 'SCANNED',
    ScanVirusError: '',
    ScanVulError: '',
    ScanRiskError: '',
    IsSuggest: 0,
    IsAuthorized: 1,
    ComponentCnt: 0,
    CriticalLevelVulCnt: ofLevel('4'),
    HighLevelVulCnt: ofLevel('3'),
    MediumLevelVulCnt: ofLevel('2'),
    LowLevelVulCnt: ofLevel('1'),
    IsLatestImage: true,
    RecommendedFix: false,
    Solution: '',
    Reason: '',
  };
  return {
    info: { ...scanned, ...info, ImageID: id, ImageName: name },
    risks,
    vuls,
    viruses,
    virusScanStatus,
  };
}

/** The demo's node images; scan times are days before `now`, in ms since the epoch. */
export function demoNodeImages(now: number): readonly DemoNodeImage[] {
  const ids = NODE_IMAGE_IDS;
  const at = 'ccr.ccs.tencentyun.com';
  const scanned = (days: number, info: Record<string, unknown> = {}) => ({
    ScanTime: beijingTime(now - days * 86_400_000),
    ...info,
  });
  const older = { IsLatestImage: false };
  const hostileName = `${at}/sandbox/${HOSTILE_NAME.ImageName}:${HOSTILE_NAME.ImageTag}`;
  return [
    makeNodeImage(ids.toolbox, `${at}/platform/toolbox:latest`, scanned(1, { HostCnt: 3, ContainerCnt: 2 }), {
      risks: MIXED_RISKS,
      vuls: TOOLBOX_VULS,
      viruses: MIXED_VIRUSES,
    }),
    makeNodeImage(ids.apiOld, `${at}/payments/api:1.4.1`, scanned(20, { ...older, ContainerCnt: 1 }), {
      risks: API_OLD_RISKS,
      vuls: API_OLD_VULS,
    }),
    makeNodeImage(
      ids.apiNew,
      `${at}/payments/api:1.4.2`,
      scanned(1, { HostCnt: 2, SuperNodeCnt: 1, ContainerCnt: 3 }),
      { risks: API_NEW_RISKS, vuls: API_NEW_VULS },
    ),
    makeNodeImage(ids.pause, `${at}/platform/pause:3.9`, scanned(3, { HostCnt: 3 })),
    makeNodeImage(ids.hostile, hostileName, scanned(1, { ContainerCnt: 1 }), {
      risks: HOSTILE_RISKS,
      vuls: HOSTILE_VULS,
      viruses: HOSTILE_VIRUSES,
    }),
    makeNodeImage(ids.worker, `${at}/payments/worker:3.1.9`, scanned(2, { HostCnt: 2, ContainerCnt: 2 }), {
      vuls: WORKER_VULS,
      virusScanStatus: 0, // scanned for vulnerabilities alone
    }),
    makeNodeImage(ids.unnamed, NO_NAME, scanned(9, { ...older, ContainerCnt: 1 }), { vuls: WORKER_VULS }),
    makeNodeImage(ids.redis, 'docker.io/library/redis:7.2', {
      ScanTime: '',
      ScanStatus: '', // as recorded for an image without a licence
      IsAuthorized: 0,
      ContainerCnt: 1,
      OsName: '',
    }),
  ];
}

/** An account that knows node images. */
interface WithNodeImages {
  readonly nodeImages?: readonly DemoNodeImage[];
}

/** What the Actions on node images answer: the same as of registry images, in other members and types. */
export const nodeImageHandlers = {
  DescribeAssetImageList: listNodeImages,
  DescribeAssetImageDetail: nodeImageDetail,
  DescribeAssetImageRiskList: listNodeRisks,
  DescribeAssetImageVulList: listNodeVuls,
  DescribeAssetImageVirusList: listNodeViruses,
} satisfies Handlers<WithNodeImages>;

type Info = DemoNodeImage['info'];

/** Camel case, unlike the states of rows. */
const SCAN_STATUS: Readonly<Record<string, RegExp>> = {
  notScan: /^(NOT_SCAN|)$/,
  scanning: /^SCANNING$/,
  scanned: /^SCANNED$/,
  scanErr: /^SCAN_ERR$/,
};
const SECURITY_RISK: Readonly<Record<string, (info: Info) => boolean>> = {
  VirusCnt: (info) => Number(info['VirusCnt']) > 0,
  RiskCnt: (info) => Number(info['RiskCnt']) > 0,
  IsTrustImage: (info) => info['IsTrustImage'] === true,
  CriticalLevelVul: (info) => Number(info['CriticalLevelVulCnt']) > 0,
  HighLevelVul: (info) => Number(info['HighLevelVulCnt']) > 0,
  MediumLevelVul: (info) => Number(info['MediumLevelVulCnt']) > 0,
  LowLevelVul: (info) => Number(info['LowLevelVulCnt']) > 0,
};

const oneOf = (values: object) => new RegExp(`^(${Object.keys(values).join('|')})$`);
const ANY = /^/;
const LEVEL = /^[1-4]$/;

/** How a value of each filter is compared. */
const IMAGE_FILTERS: Readonly<Record<string, (info: Info, value: string) => boolean>> = {
  ImageName: ({ ImageName }, value) => ImageName.includes(value),
  ImageID: ({ ImageID }, value) => ImageID.includes(value),
  ScanStatus: (info, value) => SCAN_STATUS[value]?.test(String(info['ScanStatus'])) === true,
  SecurityRisk: (info, value) => SECURITY_RISK[value]?.(info) === true,
};

const imagesRequest = z
  .object({
    ...page,
    Filters: filters({
      ImageName: ANY,
      ImageID: ANY,
      ScanStatus: oneOf(SCAN_STATUS),
      SecurityRisk: oneOf(SECURITY_RISK),
    }),
  })
  .strict();

function listNodeImages(request: Record<string, unknown>, { nodeImages = [] }: WithNodeImages): object {
  const asked = readRequest(imagesRequest, request);
  const rows = nodeImages
    .map(({ info }) => info)
    .filter((info) =>
      asked.Filters.every(({ Name, Values }) => Values.some((value) => IMAGE_FILTERS[Name]?.(info, value))),
    );
  return pageOf(rows, asked);
}

/** By its id, which no Action does without. */
const imageNamed = { ImageID: z.string().optional() };

/** Fields of the list that the detail leaves out. */
const ONLY_IN_LIST = /^(IsSuggest|ComponentCnt|\w+LevelVulCnt|IsLatestImage|RecommendedFix)$/;

function nodeImageDetail(request: Record<string, unknown>, account: WithNodeImages): object {
  const { info } = findNodeImage(account, readRequest(z.object(imageNamed).strict(), request));
  const repository = info.ImageName.replace(/:[^:]*$/, '');
  return {
    ...Object.fromEntries(Object.entries(info).filter(([name]) => !ONLY_IN_LIST.test(name))),
    ImageDigest: info.ImageID.replace('sha256:', 'sha256:d1'),
    RepoDigests: [`${repository}@${info.ImageID}`],
    SensitiveInfoCnt: 0,
    Architecture: 'amd64',
    Author: 'Demo <demo@example.com>',
    // In clear text, as the service gives it.
    BuildHistory: 'create_time:2024-05-06 02:50:12,cmd:/bin/sh -c #(nop)  ENV BUILD_PASSWORD=FAKE-build',
    ScanVirusProgress: 100,
    ScanVulProgress: 100,
    ScanRiskProgress: 100,
    Status: 2, // its meaning is not published
    RemainScanTime: 0,
  };
}

const risksRequest = z
  .object({
    ...page,
    ...imageNamed,
    Filters: filters({ Level: LEVEL, Behavior: LEVEL, Type: /^[12]$/ }),
  })
  .strict();

function listNodeRisks(request: Record<string, unknown>, account: WithNodeImages): object {
  const asked = readRequest(risksRequest, request);
  const rows = findNodeImage(account, asked).risks.map(nodeRisk);
  return pageOf(matching(rows, { Level: 'Level', Behavior: 'Behavior', Type: 'Type' }, asked.Filters), asked);
}

// As for registry images, the filter Name has no effect: what it does is not documented.
const vulsRequest = z
  .object({
    ...page,
    ...imageNamed,
    Filters: filters({ Level: LEVEL, Name: ANY }),
    By: z.enum(['Level', 'CVSSV3Score']).optional(),
    Order: z.enum(['+', '-']).default('+'), // the default is not documented
  })
  .strict();

function listNodeVuls(request: Record<string, unknown>, account: WithNodeImages): object {
  const { By, Order, ...asked } = readRequest(vulsRequest, request);
  const rows = matching(findNodeImage(account, asked).vuls.map(nodeVul), { Level: 'Level' }, asked.Filters);
  if (By === undefined) return pageOf(rows, asked);
  const direction = Order === '-' ? -1 : 1;
  const rank = (row: (typeof rows)[number]) => direction * (Number(row[By]) || 0);
  return pageOf(
    rows.toSorted((a, b) => rank(a) - rank(b)),
    asked,
  );
}

const virusesRequest = z
  .object({ ...page, ...imageNamed, Filters: filters({ RiskLevel: LEVEL, Name: ANY }) })
  .strict();

function listNodeViruses(request: Record<string, unknown>, account: WithNodeImages): object {
  const asked = readRequest(virusesRequest, request);
  const image = findNodeImage(account, asked);
  const rows = image.viruses.map(nodeVirus);
  return {
    ...pageOf(matching(rows, { RiskLevel: 'RiskLevel' }, asked.Filters), asked),
    VirusScanStatus: image.virusScanStatus ?? (image.info['ScanStatus'] === 'SCANNED' ? 2 : 0),
  };
}

/** @throws {Refusal} without an id, and when no image has it. */
function findNodeImage(
  { nodeImages = [] }: WithNodeImages,
  { ImageID }: { readonly ImageID?: string | undefined },
): DemoNodeImage {
  if (ImageID === undefined) throw new Refusal('InvalidParameter.MissingParameter', 'ImageID is required.');
  return found(nodeImages.find(({ info }) => info.ImageID === ImageID));
}

/** A level is a number here; one that is no number stays as it is. */
function numberOf(level: string | number | null): string | number | null {
  return level !== null && /^\d+$/.test(String(level)) ? Number(level) : level;
}

/** The same risk without the time of its layer. */
function nodeRisk({ InstructionContent, Level, ...risk }: DemoRisk) {
  return {
    ...risk,
    Level: numberOf(Level),
    InstructionContent: InstructionContent?.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n/, '') ?? null,
  };
}

/** The same vulnerability without the scanner's own number, paths and layers. */
function nodeVul(vul: DemoVul) {
  const { POCID: _, Components: _components, LayerInfos: _layers, CvssScore, CvssVector, ...rest } = vul;
  return {
    ...rest,
    Level: numberOf(vul.Level),
    // What is left of a number with one decimal in 32 bits, as recorded.
    CVSSV3Score: CvssScore === null ? null : Math.fround(Number(CvssScore)),
    CVSSV3Desc: CvssVector,
    IsSuggest: vul.IsSuggest !== null,
  };
}

function nodeVirus({ RiskLevel, FileMd5, FileSize, Category: _, FileType: _type, ...virus }: DemoVirus) {
  return { ...virus, RiskLevel: numberOf(RiskLevel), Md5: FileMd5, Size: FileSize, CheckPlatform: [] };
}
