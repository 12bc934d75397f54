/** Which images of the registry list fit a question: the list documents no filter for names or states. */
import type { Deadline } from '../http/deadline.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { type ImageList, type ImageListOptions, type ImageListRead, isOutdated } from './image-list.ts';
import {
  fitsReference,
  parseImageReference,
  QUOTATION_MARKS,
  referenceOf,
  shortReferenceOf,
  visibleText,
} from './image-reference.ts';
import { nearestImages } from './resolve-image.ts';
import { type EmptyBecause, judgeEmpty } from './scan-state.ts';

/** The list that was read and what of it fits. */
export interface FoundImages {
  readonly list: ImageListRead;
  readonly matches: Matches;
  /** Images of names near to the query, when it was given and none matches. */
  readonly nearest: readonly RegistryImage[];
  /** The question lets not every image pass. */
  readonly isNarrowed: boolean;
}

/** What finding needs beyond the question. */
interface FindContext extends Pick<ImageListOptions, 'onProgress'> {
  readonly images: ImageList;
  readonly deadline: Deadline;
}

/** @throws what ImageList.read throws; a list that broke off is looked through as far as it came. */
export async function findImages(
  question: ImageQuestion,
  { images, deadline, onProgress }: FindContext,
): Promise<FoundImages> {
  let list = await images.read(deadline, { onProgress });
  let matches = matchImages(list.images, question);
  if (matches.matching.length === 0 && question.query !== undefined && isOutdated(list)) {
    // What is asked for by name may have been pushed a moment ago.
    list = await images.read(deadline, { onProgress, isAnew: true });
    matches = matchImages(list.images, question);
  }
  const isNarrowed = Object.values(question).some((value) => value !== undefined && value !== false);
  // After a deadline what was read is told, and nothing more is begun.
  const mayLook = matches.matching.length === 0 && !deadline.signal.aborted;
  const reference = mayLook ? parseImageReference(longestWord(question.query)) : undefined;
  const nearest = reference === undefined ? [] : await nearestImages(list.images, reference, deadline.signal);
  return { list, matches, nearest, isNarrowed };
}

/** The word that is most likely a name. */
function longestWord(query = ''): string {
  return query.split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** One kind of scan: where an image's entry holds its state and its number of rows. */
export interface ScanKind {
  readonly status: 'RiskStatus' | 'CveStatus' | 'VirusStatus';
  readonly count: 'RiskCnt' | 'VulCnt' | 'VirusCnt' | 'SensitiveInfoCnt';
}

/** The three kinds, by what their rows are called. */
export const SCAN_KINDS = {
  risks: { status: 'RiskStatus', count: 'RiskCnt' },
  vulnerabilities: { status: 'CveStatus', count: 'VulCnt' },
  malware: { status: 'VirusStatus', count: 'VirusCnt' },
} as const satisfies Record<string, ScanKind>;

/** Sensitive data is counted beside the risks; how the two counts relate is not published. */
export const SENSITIVE_DATA: ScanKind = { status: 'RiskStatus', count: 'SensitiveInfoCnt' };

/** States of the risk scan that can be asked for. */
export const SCAN_STATES = ['scanned', 'not_scanned', 'scanning', 'scan_failed'] as const;

/** Which images are asked for; what is absent lets all pass. */
export interface ImageQuestion {
  /** Words apart by blanks; each must be in one text of the image, in any case, or be a reference that fits. */
  readonly query?: string | undefined;
  /** Equal in any case. */
  readonly registryType?: string | undefined;
  readonly scanState?: (typeof SCAN_STATES)[number] | undefined;
  readonly withRisks?: boolean | undefined;
  readonly latestOnly?: boolean | undefined;
}

/** What of an image an answer may not be able to judge, since the service does not say. */
export const UNJUDGED = ['registryType', 'scanState', 'latestOnly', 'withRisks'] as const;

/** The images that fit, and how many were left out only because the service does not say. */
export interface Matches {
  readonly matching: readonly RegistryImage[];
  /** Images left out that fit in all that is known of them, each counted for the first that is not. */
  readonly leftOut: Readonly<Partial<Record<(typeof UNJUDGED)[number], number>>>;
}

/** The images that fit, in the order given. */
export function matchImages(images: readonly RegistryImage[], question: ImageQuestion): Matches {
  const words = wordsOf(question.query);
  const matching: RegistryImage[] = [];
  const leftOut: Partial<Record<(typeof UNJUDGED)[number], number>> = {};
  for (const image of images) {
    const verdicts = judge(image, question);
    const isOut = UNJUDGED.some((part) => verdicts[part] === false);
    if (isOut || !fitsWords(image, words)) continue;
    const unjudged = UNJUDGED.find((part) => verdicts[part] === undefined);
    if (unjudged === undefined) matching.push(image);
    else leftOut[unjudged] = (leftOut[unjudged] ?? 0) + 1;
  }
  return { matching, leftOut };
}

/** Whether an image fits each part of a question; undefined where the service does not say. */
function judge(
  image: RegistryImage,
  { registryType, scanState, latestOnly, withRisks }: ImageQuestion,
): Record<(typeof UNJUDGED)[number], boolean | undefined> {
  const { RegistryType: type, RiskCnt: risks = 0 } = image;
  const state = stateOf(image);
  const isRisky = risks > 0 || (knownCount(image, SCAN_KINDS.risks) === undefined ? undefined : false);
  return {
    registryType:
      registryType === undefined || (type ? type.toLowerCase() === registryType.toLowerCase() : undefined),
    scanState: scanState === undefined || (state === 'unverified' ? undefined : state === scanState),
    latestOnly: !latestOnly || image.IsLatestImage,
    withRisks: !withRisks || isRisky,
  };
}

/** Why an image's rows of one kind are not known; undefined when a licensed image was scanned for them. */
export function whyUnknown(
  image: Partial<RegistryImage>,
  { status }: ScanKind,
): Exclude<EmptyBecause, 'clean'> | undefined {
  const scan = { status: image[status], count: 0, isLicensed: image.IsAuthorized !== 0 };
  const because = judgeEmpty(NO_ROWS, scan);
  return because === 'clean' ? undefined : because;
}

/** How many rows a scan counts; a zero of an image that was not scanned, or has no licence, says nothing. */
export function knownCount(image: Partial<RegistryImage>, kind: ScanKind): number | undefined {
  const count = image[kind.count];
  if (count === undefined || count < 0) return undefined;
  return count > 0 || whyUnknown(image, kind) === undefined ? count : undefined;
}

const NO_ROWS = { listMissing: false, total: 0, start: 0, filtered: false };

/** The state of the risk scan, whatever the licence; `unverified` when it is not given or none of those known. */
function stateOf({ RiskStatus }: RegistryImage): string {
  return whyUnknown({ RiskStatus }, SCAN_KINDS.risks) ?? 'scanned';
}

/** Each word once, in lower case; its reference in the case given. */
function wordsOf(query: string | undefined) {
  const words = new Set(
    visibleText(query ?? '')
      .replace(QUOTATION_MARKS, ' ')
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
  return [...words].map((word) => ({
    lower: word.toLowerCase(),
    // What needs more than to be looked for: a digest, which need not follow the tag, and a host.
    reference: /[@/]/.test(word) ? parseImageReference(word) : undefined,
  }));
}

function fitsWords(image: RegistryImage, words: ReturnType<typeof wordsOf>): boolean {
  if (words.length === 0) return true;
  const { ImageDigest, ImageId, InstanceName } = image;
  // No word holds a blank, so none is found across two texts.
  const texts = [referenceOf(image), shortReferenceOf(image), ImageDigest, ImageId, InstanceName]
    .join('\n')
    .toLowerCase();
  return words.every(
    ({ lower, reference }) =>
      texts.includes(lower) || (reference !== undefined && fitsReference(image, reference)),
  );
}
