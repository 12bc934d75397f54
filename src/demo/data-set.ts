/**
 * The index of the simulated service: what each file beside this knows and answers. The demo's account is small, made up, the same at every start, and with the oddities of the real service (null
 * members, a misspelt counter, dates that mean unknown).
 */
import { containerHandlers, DEMO_CONTAINERS } from './containers.ts';
import { coverageHandlers, demoCoverage } from './coverage.ts';
import {
  CLEAN_INFO,
  type DemoImage,
  HARBOR_INFO,
  HOSTILE_NAME,
  imageHandlers,
  makeImage,
  NEVER_SCANNED_INFO,
  SCAN_FAILED_INFO,
  SCANNING_INFO,
} from './image.ts';
import { beijingTime } from './made-up.ts';
import { demoNodeImages, nodeImageHandlers } from './node-images.ts';
import type { Handler } from './request.ts';
import {
  API_NEW_RISKS,
  API_OLD_RISKS,
  generatedRisks,
  HOSTILE_RISKS,
  LEAKY_RISKS,
  MIXED_RISKS,
  riskHandlers,
} from './risks.ts';
import { HOSTILE_VIRUSES, MIXED_VIRUSES, virusHandlers } from './viruses.ts';
import {
  ANNOUNCED_VULS,
  API_NEW_VULS,
  API_OLD_VULS,
  generatedVuls,
  HOSTILE_VULS,
  IGNORED_VULS,
  jar,
  LEGACY_VULS,
  log4shell,
  TOOLBOX_VULS,
  vulHandlers,
} from './vulnerabilities.ts';
import { vulnerabilityHandlers } from './vulnerability-lists.ts';

/** A key pair, with a token when temporary. */
export interface DemoCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
}

/** The key pair that the simulated service accepts by default. Made up; it opens nothing. */
export const DEMO_CREDENTIALS: DemoCredentials = {
  secretId: 'AKIDdemoEXAMPLE0p3n5n07h1n64741nf0rm',
  secretKey: 'n07r3a1EXAMPLEk3y8u7l0n63n0u6hf0r5ign',
};

/** Everything the simulated service knows; only images must be there. */
export type Account = Partial<ReturnType<typeof demoAccount>> & { readonly images: readonly DemoImage[] };

/** The demo's account. Scan times are days before `now`, in ms since the epoch; everything else is fixed. */
export function demoAccount(now: number = Date.now()) {
  return {
    images: demoImages(now),
    nodeImages: demoNodeImages(now),
    containers: DEMO_CONTAINERS,
    announced: ANNOUNCED_VULS,
    ignored: IGNORED_VULS,
    coverage: demoCoverage(now),
  };
}

/** Every Action that the simulated service answers, by name. */
export const handlers: ReadonlyMap<string, Handler<Account>> = new Map(
  Object.entries<Handler<Account>>({
    ...imageHandlers,
    ...riskHandlers,
    ...vulHandlers,
    ...virusHandlers,
    ...vulnerabilityHandlers,
    ...nodeImageHandlers,
    ...containerHandlers,
    ...coverageHandlers,
  }),
);

/** Ids of the demo's images by what they are for. */
export const DEMO_IMAGE_IDS = {
  /** 658 rows that are one finding: the same variable with a different value in each layer. */
  leaky: 6947411,
  /** 37 rows, 37 findings: all levels, unknown codes, absent members; also 128 vulnerabilities and 3 viruses. */
  mixed: 6947412,
  /** 5,000 rows of all levels, unordered, every tenth a repetition; 2,500 vulnerabilities. */
  large: 6947413,
  /** Scanned, nothing found. */
  clean: 6947414,
  neverScanned: 6947415,
  /** Overall `ScanStatus` SCANNED, but `RiskStatus` and `VirusStatus` SCAN_ERR; 2 vulnerabilities. */
  scanFailed: 6947416,
  /** Evidence, name, tag, vulnerabilities and viruses that try to mislead the model that reads them. */
  hostile: 6947417,
  /** `payments/api:1.4.1`: 9 risks and 12 vulnerabilities, of which `apiNew` has 8 and 10 too. */
  apiOld: 6947418,
  /** `payments/api:1.4.2`: 10 risks and 11 vulnerabilities, 2 and 1 of them new. */
  apiNew: 6947419,
  /** Never scanned, since no licence is assigned. */
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

/** Which of the large image's vulnerabilities is CVE-2021-44228 in place of a generated one, as critical. */
const FIRST_CRITICAL = 18;
let largeRisks: DemoImage['risks'] | undefined;
let largeVuls: DemoImage['vuls'] | undefined;
const LARGE_COUNTS = {
  RiskCnt: 5000,
  VulCnt: 2500,
  CriticalLevelVulCnt: 105,
  HighLevelVulCnt: 401,
  MediumLevelVulCnt: 998,
  LowLevelVulCnt: 996,
};

function demoImages(now: number): readonly DemoImage[] {
  const ids = DEMO_IMAGE_IDS;
  const scanned = (days: number, info: Record<string, unknown> = {}) => ({
    ScanTime: beijingTime(now - days * 86_400_000),
    ...info,
  });
  const toolbox = { vuls: TOOLBOX_VULS, viruses: MIXED_VIRUSES };
  const hostile = { vuls: HOSTILE_VULS, viruses: HOSTILE_VIRUSES };
  const leaks = { SentiveInfoCnt: LEAKY_RISKS.length, SensitiveInfoCnt: LEAKY_RISKS.length };
  const unlicensed = { ...NEVER_SCANNED_INFO, IsAuthorized: 0 };
  const older = { IsLatestImage: false };
  const running = (containers: number) => ({ IsRunning: true, ContainerCnt: containers });
  return [
    makeImage(ids.leaky, 'platform/login:2.7.0', LEAKY_RISKS, scanned(2, leaks)),
    makeImage(ids.mixed, 'platform/toolbox:latest', MIXED_RISKS, scanned(1, running(2)), toolbox),
    largeImage(scanned(5, LARGE_COUNTS)),
    makeImage(ids.clean, 'platform/pause:3.9', [], scanned(3, CLEAN_INFO)),
    makeImage(ids.neverScanned, 'sandbox/prototype:dev', [], NEVER_SCANNED_INFO),
    makeImage(ids.scanFailed, 'sandbox/legacy:0.9', [], scanned(41, SCAN_FAILED_INFO), {
      vuls: LEGACY_VULS,
    }),
    makeImage(
      ids.hostile,
      'sandbox/inventory:v1',
      HOSTILE_RISKS,
      scanned(1, { ...HOSTILE_NAME, ...running(1) }),
      hostile,
    ),
    makeImage(ids.apiOld, 'payments/api:1.4.1', API_OLD_RISKS, scanned(20, { ...older, ContainerCnt: 1 }), {
      vuls: API_OLD_VULS,
    }),
    makeImage(ids.apiNew, 'payments/api:1.4.2', API_NEW_RISKS, scanned(1, running(3)), {
      vuls: API_NEW_VULS,
    }),
    makeImage(ids.unlicensed, 'sandbox/unlicensed:1.0', [], unlicensed),
    makeImage(ids.scanning, 'payments/worker:3.2.0', [], scanned(12, SCANNING_INFO)),
    makeImage(ids.nginxWeb, 'web/nginx:1.25', MIXED_RISKS.slice(0, 3), scanned(4)),
    makeImage(ids.nginxEdge, 'edge/nginx:1.25', MIXED_RISKS.slice(0, 2), scanned(6)),
    makeImage(ids.nginxHarbor, 'harbor.example.com/web/nginx:1.25', [], scanned(8, HARBOR_INFO)),
  ];
}

/** Its rows are made when they are first needed, since that takes 40 ms. */
function largeImage(info: Readonly<Record<string, unknown>>): DemoImage {
  return {
    ...makeImage(DEMO_IMAGE_IDS.large, 'data/warehouse:2024.05', [], info),
    get risks() {
      largeRisks ??= generatedRisks(5000, 10);
      return largeRisks;
    },
    get vuls() {
      largeVuls ??= generatedVuls(2500).with(
        FIRST_CRITICAL,
        log4shell([jar('log4j-core', '2.14.1', '2.17.1', '/opt/warehouse/lib')]),
      );
      return largeVuls;
    },
  };
}
