/** The images that lie on the demo's nodes: some of them registry images too, with the same id and the same findings. */
import { HOSTILE_NAME } from './image.ts';
import { beijingTime, sha256 } from './made-up.ts';
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
  const { risks = [], vuls = [], viruses = [] } = found;
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
  return { info: { ...scanned, ...info, ImageID: id, ImageName: name }, risks, vuls, viruses };
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
