/** Which images of a list match a question. Matched here, since the registry's list documents no such filters. */

import { InputError } from '../errors.ts';
import type { Deadline } from '../http/time.ts';
import type { TcssClient } from '../tcss/client.ts';
import { type BehaviorQuestion, type BehaviorSearch, findByBehavior } from './behaviors.ts';
import { type ImageList, type ImageListOptions, type ListedImages, mayBeStale } from './image-list.ts';
import {
  fitsReference,
  parseImageReference,
  QUOTATION_MARKS,
  referenceOf,
  shortReferenceOf,
  visibleText,
} from './image-reference.ts';
import type { ListedImage, Place } from './listed-image.ts';
import { nearestImages } from './resolve-image.ts';
import { knownCount, SCAN_KINDS, whyUnknown } from './scan-state.ts';

/** The list that was read, and which of its images match. */
export interface FoundImages {
  readonly list: ListedImages;
  readonly matches: Matches;
  /** Images with names close to the query, when none matches it. */
  readonly nearest: readonly ListedImage[];
  /** The question excludes some images. */
  readonly isNarrowed: boolean;
  /** Which of the matching images have risks of the Behaviors asked for, when any were. */
  readonly search?: BehaviorSearch;
}

/** What the search needs beyond the question. */
interface FindContext extends Pick<ImageListOptions, 'onProgress'> {
  readonly images: ImageList;
  readonly nodeImages: ImageList;
  readonly obeyed: Set<string>;
  readonly client: TcssClient;
  readonly deadline: Deadline;
}

/** Behaviors that images must have risks of, and how those are listed. */
interface BehaviorsAsked extends BehaviorQuestion {
  readonly lists: Parameters<typeof findByBehavior>[2]['lists'];
}

/**
 * Searches the list of a place as far as it could be read, and asks the images that match for Behaviors, if any are asked for.
 * @throws {InputError} when only registry images have what is asked for. @throws what ImageList.read and findByBehavior throw.
 */
export async function findImages(
  where: Place,
  question: ImageQuestion,
  asked: BehaviorsAsked | undefined,
  { client, deadline, onProgress, obeyed, ...lists }: FindContext,
): Promise<FoundImages> {
  if (where === 'nodes' && question.registryType !== undefined) {
    throw new InputError('registry_type cannot be used with where nodes: leave it out');
  }
  const images = where === 'nodes' ? lists.nodeImages : lists.images;
  // A total must not grow, so the progress is that of what takes longest.
  const ofList = asked === undefined ? { onProgress } : {};
  let list = await images.read(deadline, ofList);
  let matches = matchImages(list.images, question);
  if (matches.matching.length === 0 && question.query !== undefined && mayBeStale(list)) {
    // The image may have been pushed a moment ago.
    list = await images.read(deadline, { ...ofList, refresh: true });
    matches = matchImages(list.images, question);
  }
  const isNarrowed = Object.values(question).some((value) => value !== undefined && value !== false);
  // Once the deadline has passed, only what was read is answered.
  const mayLook = matches.matching.length === 0 && !deadline.signal.aborted;
  const reference = mayLook ? parseImageReference(longestWord(question.query)) : undefined;
  const nearest = reference === undefined ? [] : await nearestImages(list.images, reference, deadline.signal);
  const found = { list, matches, nearest, isNarrowed };
  if (asked === undefined) return found;
  const context = { lists: asked.lists, obeyed, client, deadline, onProgress };
  return { ...found, search: await findByBehavior(matches.matching, asked, context) };
}

/** The word that is most likely a name. */
function longestWord(query = ''): string {
  return query.split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** States of the risk scan that can be asked for. */
export const SCAN_STATES = ['scanned', 'not_scanned', 'scanning', 'scan_failed'] as const;

/** Which images are asked for; a part that is absent matches all. */
export interface ImageQuestion {
  /** Words between blanks; each must be in one text of the image, in any case, or be a reference that fits it. */
  readonly query?: string | undefined;
  /** Equal in any case. */
  readonly registryType?: string | undefined;
  readonly scanState?: (typeof SCAN_STATES)[number] | undefined;
  readonly withRisks?: boolean | undefined;
  readonly latestOnly?: boolean | undefined;
  /** Containers of it run. */
  readonly running?: boolean | undefined;
}

/** Parts of a question that cannot be judged where the service says nothing. */
export const UNJUDGED = ['registryType', 'scanState', 'latestOnly', 'running', 'withRisks'] as const;

/** The images that match, and how many were left out only because the service does not say. */
export interface Matches {
  readonly matching: readonly ListedImage[];
  /** Images that match in all that is known of them, each counted under the first part that is not known. */
  readonly leftOut: Readonly<Partial<Record<(typeof UNJUDGED)[number], number>>>;
}

/** The images that match, in the order given. */
export function matchImages(images: readonly ListedImage[], question: ImageQuestion): Matches {
  const words = wordsOf(question.query);
  const matching: ListedImage[] = [];
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

/** Whether an image matches each part of a question; undefined where the service does not say. */
function judge(
  image: ListedImage,
  { registryType, scanState, latestOnly, running, withRisks }: ImageQuestion,
): Record<(typeof UNJUDGED)[number], boolean | undefined> {
  const { RegistryType: type, RiskCnt: risks = 0 } = image;
  const state = stateOf(image);
  const isRisky = risks > 0 || (knownCount(image, SCAN_KINDS.risks) === undefined ? undefined : false);
  return {
    registryType:
      registryType === undefined || (type ? type.toLowerCase() === registryType.toLowerCase() : undefined),
    scanState: scanState === undefined || (state === 'unverified' ? undefined : state === scanState),
    latestOnly: !latestOnly || image.IsLatestImage,
    running: !running || image.IsRunning,
    withRisks: !withRisks || isRisky,
  };
}

/** The state of the risk scan, whatever the licence; `unverified` when it is missing or unknown. */
function stateOf({ RiskStatus }: ListedImage): string {
  return whyUnknown({ RiskStatus }, SCAN_KINDS.risks) ?? 'scanned';
}

/** Each word once: in lower case, and as a reference where it is one. */
function wordsOf(query: string | undefined) {
  const words = new Set(
    visibleText(query ?? '')
      .replace(QUOTATION_MARKS, ' ')
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
  return [...words].map((word) => ({
    lower: word.toLowerCase(),
    // A digest need not follow the tag, and a host may have another spelling.
    reference: /[@/]/.test(word) ? parseImageReference(word) : undefined,
  }));
}

function fitsWords(image: ListedImage, words: ReturnType<typeof wordsOf>): boolean {
  if (words.length === 0) return true;
  const { ImageDigest, ImageId, InstanceName } = image;
  // A word holds no line break, so it cannot match across two texts.
  const texts = [referenceOf(image), shortReferenceOf(image), ImageDigest, ImageId, InstanceName]
    .join('\n')
    .toLowerCase();
  return words.every(
    ({ lower, reference }) =>
      texts.includes(lower) || (reference !== undefined && fitsReference(image, reference)),
  );
}
