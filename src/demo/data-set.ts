/**
 * The demo's account: small, made up, the same at every start, and full of what the real service is known
 * to do (members that are null, a misspelt counter, dates that mean unknown).
 */
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
import { generatedVuls } from './generated-rows.ts';
import { HOSTILE_VIRUSES, HOSTILE_VULS } from './hostile-rows.ts';
import {
  CLEAN_INFO,
  HARBOR_INFO,
  NEVER_SCANNED_INFO,
  SCAN_FAILED_INFO,
  SCANNING_INFO,
  scannedInfo,
} from './image-info.ts';
import type { Rows } from './rows.ts';
import { beijingTime, layerTime } from './service-times.ts';
import { type ImageVirus, MIXED_VIRUSES } from './viruses.ts';
import { apiNewVuls, apiOldVuls, LEGACY_VULS, TOOLBOX_VULS } from './vulnerabilities.ts';
import type { ImageVul } from './vulnerability.ts';

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

/** The risky behaviours of one image. */
export type RiskRows = Rows<ImageRisk>;

/** One registry image: the `ImageRepoInfo` that lists show, and what the three scans found in it. */
export interface DemoImage {
  readonly info: Readonly<Record<string, unknown>> & { readonly Id: number };
  readonly risks: RiskRows;
  readonly vuls: Rows<ImageVul>;
  readonly viruses: Rows<ImageVirus>;
}

/** Everything the simulated service knows. */
export interface Account {
  readonly images: readonly DemoImage[];
}

/** Ids of the demo's images by what they are for. */
export const DEMO_IMAGE_IDS = {
  /** 658 rows that are one finding: one variable with another value in each layer. */
  leaky: 6947411,
  /** 37 rows, 37 findings: every level, unknown codes, absent members; 128 vulnerabilities and 3 viruses likewise. */
  mixed: 6947412,
  /** 5,000 rows over all levels, not in level order, every tenth a repetition; 2,500 vulnerabilities. */
  large: 6947413,
  /** Scanned, nothing found. */
  clean: 6947414,
  neverScanned: 6947415,
  /** Overall `ScanStatus` SCANNED, but `RiskStatus` and `VirusStatus` SCAN_ERR; 2 vulnerabilities. */
  scanFailed: 6947416,
  /** Evidence, name, tag, vulnerabilities and viruses written against the model that reads them. */
  hostile: 6947417,
  /** `payments/api:1.4.1`: 9 risks and 12 vulnerabilities, 8 and 10 of them in `apiNew` too. */
  apiOld: 6947418,
  /** `payments/api:1.4.2`: 10 risks and 11 vulnerabilities, 2 and 1 of them new. */
  apiNew: 6947419,
  /** No licence is assigned, so no scan has run. */
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
 * `ImageRepoInfo`, the counts being those of the rows; `info` has the last word on any field.
 */
export function makeImage(
  id: number,
  reference: string,
  risks: RiskRows = NO_ROWS,
  info: Record<string, unknown> = {},
  others: { readonly vuls?: Rows<ImageVul>; readonly viruses?: Rows<ImageVirus> } = {},
): DemoImage {
  const { vuls = [], viruses = [] } = others;
  return { risks, vuls, viruses, info: scannedInfo(id, reference, { risks, vuls, viruses }, info) };
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
  const toolbox = { vuls: TOOLBOX_VULS, viruses: MIXED_VIRUSES };
  const hostile = { vuls: HOSTILE_VULS, viruses: HOSTILE_VIRUSES };
  const leaks = Array.from({ length: 658 }, (_, n) => leak(n));
  const apiOld = tagged('1.4.1', [...API_SHARED, ...API_FIXED]);
  const apiNew = tagged('1.4.2', [...API_INTRODUCED, ...API_SHARED]);
  return {
    images: [
      makeImage(
        ids.leaky,
        'platform/login:2.7.0',
        rows(leaks),
        scanned(2, { SentiveInfoCnt: 658, SensitiveInfoCnt: 658 }),
      ),
      makeImage(ids.mixed, 'platform/toolbox:latest', rows(MIXED), scanned(1, { ContainerCnt: 2 }), toolbox),
      makeImage(ids.large, 'data/warehouse:2024.05', generatedRisks(5000, 10), scanned(5), {
        vuls: generatedVuls(2500),
      }),
      makeImage(ids.clean, 'platform/pause:3.9', NO_ROWS, scanned(3, CLEAN_INFO)),
      makeImage(ids.neverScanned, 'sandbox/prototype:dev', NO_ROWS, NEVER_SCANNED_INFO),
      makeImage(ids.scanFailed, 'sandbox/legacy:0.9', NO_ROWS, scanned(41, SCAN_FAILED_INFO), {
        vuls: LEGACY_VULS,
      }),
      makeImage(ids.hostile, 'sandbox/inventory:v1', rows(HOSTILE), scanned(1, HOSTILE_NAME), hostile),
      makeImage(ids.apiOld, 'payments/api:1.4.1', rows(apiOld, 0), scanned(20, { IsLatestImage: false }), {
        vuls: apiOldVuls,
      }),
      makeImage(ids.apiNew, 'payments/api:1.4.2', rows(apiNew, 9000), scanned(1, { IsRunning: true }), {
        vuls: apiNewVuls,
      }),
      makeImage(ids.unlicensed, 'sandbox/unlicensed:1.0', NO_ROWS, {
        ...NEVER_SCANNED_INFO,
        IsAuthorized: 0,
      }),
      makeImage(ids.scanning, 'payments/worker:3.2.0', NO_ROWS, scanned(12, SCANNING_INFO)),
      makeImage(ids.nginxWeb, 'web/nginx:1.25', rows(MIXED.slice(0, 3)), scanned(4)),
      makeImage(ids.nginxEdge, 'edge/nginx:1.25', rows(MIXED.slice(0, 2)), scanned(6)),
      makeImage(ids.nginxHarbor, 'harbor.example.com/web/nginx:1.25', NO_ROWS, scanned(8, HARBOR_INFO)),
    ],
  };
}

const NO_ROWS: RiskRows = [];

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
