/** One image of a list as answers show it, what its scans say, and the order of several images. Pure. */

import { nameOf, referenceOf } from '../gather/image-reference.ts';
import { idOf, type ListedImage } from '../gather/listed-image.ts';
import {
  type EmptyBecause,
  knownCount,
  SCAN_KINDS,
  SENSITIVE_DATA,
  whyUnknown,
} from '../gather/scan-state.ts';
import type { Redaction } from '../redact/redaction.ts';
import {
  compact,
  cutToBytes,
  displayed,
  given,
  plural,
  quotedIfMarked,
  readScanTime,
  scanAgeDays,
} from './text.ts';
import { cutName, type Fit, type Presentation } from './view.ts';

/** Most bytes of a short text, such as a registry type; a SHA-256 digest has 71. */
const SHORT_TEXT_BYTES = 80;

/** An image as structuredContent names it. */
export interface ImageItem {
  /** Of a registry image; the other is of one on nodes. */
  readonly id?: number;
  readonly node_image_id?: string;
  readonly reference?: string;
  readonly digest?: string;
  readonly registry_type?: string;
  readonly latest?: boolean;
  readonly scanned_at?: string;
}

/** The image with its texts fit to be shown, its reference uncut. */
export function imageItem(image: ListedImage, { redaction, nowMs }: Presentation): ImageItem {
  return compact({
    id: image.NodeImageID === undefined ? image.Id : undefined,
    node_image_id: image.NodeImageID,
    reference: displayed(nameOf(image), redaction),
    digest: shortText(image.ImageDigest, redaction),
    registry_type: shortText(image.RegistryType, redaction),
    latest: image.IsLatestImage,
    scanned_at: readScanTime(image.ScanTime, nowMs) === undefined ? undefined : image.ScanTime,
  }) as ImageItem;
}

function shortText(text: string | undefined, redaction: Redaction): string | undefined {
  const shown = displayed(text, redaction);
  return shown === undefined ? undefined : cutToBytes(shown, SHORT_TEXT_BYTES);
}

/** How a line begins: with the id by which other tools know the image, and its name. */
export function imageName(
  { id, node_image_id, reference }: Pick<ImageItem, 'id' | 'node_image_id' | 'reference'>,
  nameless = 'no name given',
): string {
  return `id ${id ?? node_image_id}: ${quotedIfMarked(reference ?? nameless)}`;
}

/** The item with its long texts as short as a fit wants them. */
export function cutReference<Item extends { readonly reference?: string; readonly why_not_scanned?: string }>(
  item: Item,
  fit: Fit,
): Item {
  const cut = {
    reference: cutName(item.reference, fit),
    why_not_scanned: cutName(item.why_not_scanned, fit),
  };
  return { ...item, ...compact(cut) };
}

/** What a line says about an image besides its name and the state of its scans; empty if that is nothing. */
export function imageWords({ latest, scanned_at, registry_type: type }: ImageItem, nowMs: number): string {
  const ageDays = scanAgeDays(scanned_at, nowMs);
  return given(
    latest === true && 'latest',
    ageDays !== undefined && (ageDays === 0 ? 'scanned today' : `scanned ${plural(ageDays, 'day')} ago`),
    type && quotedIfMarked(type),
  ).join(', ');
}

const NO_LICENCE = 'no scan licence';

/** No member of an image on nodes says which kinds of scan have run. */
const SCAN_OF_SOMETHING = 'the service does not say whether scanned for that';

const WHY_WORDS: Partial<Record<EmptyBecause, string>> = {
  not_licensed: NO_LICENCE,
  not_scanned: 'never scanned',
  scanning: 'scan waiting or running',
  scan_failed: 'scan failed',
};

/** The keys about an image's scans and about what runs of it; a count that says nothing is left out. */
export function scanKeys(image: ListedImage, redaction: Redaction) {
  const { risks, vulnerabilities, malware } = SCAN_KINDS;
  const isOnNodes = image.NodeImageID !== undefined;
  const status = {
    risk_status: shortText(image.RiskStatus, redaction),
    cve_status: shortText(image.CveStatus, redaction),
    virus_status: shortText(image.VirusStatus, redaction),
  };
  return compact({
    licensed: image.IsAuthorized === undefined ? undefined : image.IsAuthorized !== 0,
    ...(isOnNodes ? { scan_status: status.risk_status } : status),
    risks: knownCount(image, risks),
    sensitive_info: knownCount(image, SENSITIVE_DATA),
    vulnerabilities: knownCount(image, vulnerabilities),
    vulnerability_levels: levelCounts(image),
    malware: knownCount(image, malware),
    containers: image.ContainerCnt,
    running: image.IsRunning,
    hosts: image.HostCnt,
    os: shortText(image.OsName, redaction),
    why_not_scanned: whyNotScanned(image, redaction),
  });
}

/** Vulnerabilities by level; undefined where none is counted, since nothing tells that from a list without levels. */
function levelCounts(image: ListedImage) {
  const levels = {
    critical: image.CriticalLevelVulCnt,
    high: image.HighLevelVulCnt,
    medium: image.MediumLevelVulCnt,
    low: image.LowLevelVulCnt,
  };
  return Object.values(levels).some((count = 0) => count > 0) ? compact(levels) : undefined;
}

/** What the service says of a scan that did not succeed: its reason, and what to do. */
function whyNotScanned(image: ListedImage, redaction: Redaction): string | undefined {
  const isScanned = Object.values(SCAN_KINDS).every(({ status }) => image[status] === 'SCANNED');
  const said = [image.Reason, image.Solution].flatMap((text) => displayed(text, redaction) ?? []);
  return isScanned || said.length === 0 ? undefined : said.join('; ');
}

/** What a line says of these keys besides the counts of `scanWords`. */
export function moreWords(item: ReturnType<typeof scanKeys>): string[] {
  const levels = Object.entries(item.vulnerability_levels ?? {}).map(([level, count]) => `${level} ${count}`);
  const runs = given(
    item.containers !== undefined && plural(item.containers, 'container'),
    item.hosts !== undefined && `on ${plural(item.hosts, 'node')}`,
    item.running && 'running',
  );
  return given(
    item.sensitive_info !== undefined && `sensitive data ${item.sensitive_info}`,
    levels.length > 0 && `vulnerabilities: ${levels.join(', ')}`,
    runs.length > 0 && runs.join(', '),
    item.os && quotedIfMarked(item.os),
    item.why_not_scanned && `the service says: ${quotedIfMarked(item.why_not_scanned)}`,
  );
}

/** `risks 658; vulnerabilities, malware not known: never scanned`; quotes upstream's word for an unknown state. */
export function scanWords(image: ListedImage, redaction: Redaction): string {
  const known: string[] = [];
  const unknown = new Map<string, string[]>();
  for (const [name, kind] of Object.entries(SCAN_KINDS)) {
    const because = whyUnknown(image, kind);
    const isVague = image.NodeImageID !== undefined && because === 'unverified';
    const why = isVague
      ? SCAN_OF_SOMETHING
      : because === undefined
        ? 'not counted'
        : (WHY_WORDS[because] ?? `state ${shortText(image[kind.status], redaction) ?? 'not given'}`);
    const count = knownCount(image, kind);
    if (count === undefined) unknown.set(why, [...(unknown.get(why) ?? []), name]);
    else known.push(`${name} ${count}${because === undefined || isVague ? '' : ` (may be stale: ${why})`}`);
  }
  return given(
    known.join(', '),
    [...unknown].map(([why, names]) => `${names.join(', ')} not known: ${why}`),
    image.IsAuthorized === 0 &&
      known.length > 0 &&
      !unknown.has(NO_LICENCE) &&
      `${NO_LICENCE}: will not be scanned again`,
  ).join('; ');
}

/** What images can be sorted by. */
export const IMAGE_SORTS = [
  'risks',
  'vulnerabilities',
  'malware',
  'scanned',
  'critical_vulnerabilities',
  'containers',
] as const;

/** What images are sorted by, the highest number or the latest scan first. */
export type ImageSort = (typeof IMAGE_SORTS)[number];

/** The images by `sort`; those that tie, by the other numbers, then by reference and id. */
export function orderImages(images: readonly ListedImage[], sort: ImageSort, nowMs: number): ListedImage[] {
  const sorts = [sort, ...IMAGE_SORTS.filter((other) => other !== sort)];
  return byKeys(images, (image) => sorts.map((by) => rank(image, by, nowMs)));
}

/** The images marked as latest first, then those scanned last. */
export function latestFirst(images: readonly ListedImage[], nowMs: number): ListedImage[] {
  return byKeys(images, (image) => [image.IsLatestImage === true ? 1 : 0, rank(image, 'scanned', nowMs)]);
}

/** An unknown number ranks below zero. */
function rank(image: ListedImage, by: ImageSort, nowMs: number): number {
  if (by === 'scanned') return readScanTime(image.ScanTime, nowMs) ?? -1;
  if (by === 'containers') return image.ContainerCnt ?? -1;
  if (by === 'critical_vulnerabilities') return image.CriticalLevelVulCnt ?? -1;
  return knownCount(image, SCAN_KINDS[by]) ?? -1;
}

function byKeys(images: readonly ListedImage[], keysOf: (image: ListedImage) => number[]): ListedImage[] {
  return images
    .map((image) => ({ image, keys: keysOf(image), reference: referenceOf(image) ?? '' }))
    .sort((a, b) => {
      for (const [at, key] of a.keys.entries()) {
        const other = b.keys[at] ?? 0;
        if (key !== other) return other - key;
      }
      if (a.reference !== b.reference) return a.reference < b.reference ? -1 : 1;
      return idOf(a.image) < idOf(b.image) ? -1 : 1;
    })
    .map(({ image }) => image);
}
