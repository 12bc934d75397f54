/** The answers that list images: those that match, and those that one name may mean. Pure. */
import { type FoundImages, type Matches, UNJUDGED } from '../gather/find-images.ts';
import { hasChanged, IMAGES_READ, isKept, type ListedImages } from '../gather/image-list.ts';
import type { ListedImage, Place } from '../gather/listed-image.ts';
import type { AmbiguousImage } from '../gather/resolve-image.ts';
import {
  cutReference,
  type ImageItem,
  type ImageSort,
  imageItem,
  imageName,
  imageWords,
  latestFirst,
  moreWords,
  orderImages,
  scanKeys,
  scanWords,
} from './image-item.ts';
import { endedNote, presentList, type WhyPartial } from './list.ts';
import { ageNote, lookUpNotes } from './row-words.ts';
import { compact, displayed, given, plural, quotedIfMarked } from './text.ts';
import { type Draft, NAME_BYTES, type Notes, type Presentation, renderAnswer } from './view.ts';

/** Which of the matching images the caller wants to see. */
export interface ImagesOptions {
  readonly sort: ImageSort;
  /** Matching images to skip. */
  readonly offset: number;
  readonly limit: number;
}

/** The matching images in the order asked for, ready to be fitted. */
export function presentImages(
  { list, matches, nearest, isNarrowed }: FoundImages,
  { sort, offset, limit }: ImagesOptions,
  presentation: Presentation,
): Draft {
  const { redaction, nowMs } = presentation;
  const near = nearest.map((image) => imageItem(image, presentation));
  const nothing = nothingRead(list);
  const whole = (image: ListedImage) => ({
    ...imageItem(image, presentation),
    ...scanKeys(image, redaction),
  });
  return presentList(
    {
      key: 'images',
      items: orderImages(matches.matching, sort, nowMs)
        .slice(offset, offset + limit)
        .map((image) => ({ image: whole(image), scans: scanWords(image, redaction) })),
      show({ image, scans }, fit) {
        const item = cutReference(image, fit);
        return { item, line: imageLine(item, scans, nowMs) };
      },
      matching: matches.matching.length,
      offset,
      limit,
      fetched: list.images.length,
      gaps: listGaps(list),
      inDoubt: inDoubt(matches),
      unreadable: list.unreadable,
      read: imagesRead(list),
      order: SORT_WORDS[sort],
      nothingRead: nothing?.summary,
      continuing: isKept(list)
        ? 'the list is kept for 60 s; after that the order may differ'
        : 'the list is read again for it, so the order may differ',
      next: {
        none:
          nothing?.next ??
          given(
            isNarrowed && 'Next: a shorter query, or fewer filters.',
            isNarrowed &&
              list.where === 'registry' &&
              'Not listed? explain_coverage tells which registries fail to sync.',
            near.length > 0 && 'The nearest names are below, as data.',
          ),
        some: [nextStep(NEXT_TOOL[sort], list.where)],
      },
      notes: imagesNotes(list, matches),
      extras(fit) {
        const nearItems = near.map((item) => {
          const { id, node_image_id, reference } = cutReference(item, fit);
          return compact({ id, node_image_id, reference });
        });
        return {
          data: nearItems.map((item) => `near: ${imageName(item)}`),
          keys: {
            nearest: near.length > 0 ? nearItems : undefined,
            cache_age_s: Math.round(list.ageMs / 1000),
          },
        };
      },
      requestId: displayed(list.requestId, redaction),
    },
    presentation,
  );
}

export function imageLine(
  item: ImageItem & ReturnType<typeof scanKeys>,
  scans: string,
  nowMs: number,
): string {
  return given(imageName(item, item.digest), scans, imageWords(item, nowMs), moreWords(item)).join(' | ');
}

/** How to go on with an image of the list. */
export function nextStep(tool: string, where: Place): string {
  return where === 'nodes'
    ? `Next: ${tool} with where nodes and the node_image_id of one as image.`
    : `Next: ${tool} with the image_id of one.`;
}

/** Names the images of a place. */
const OF_PLACE: Readonly<Record<Place, string>> = { registry: 'of the registry', nodes: 'on nodes' };

const NEXT_IF_NONE: Readonly<Record<Place, string>> = {
  registry: 'Next: connect a registry in the TCSS console and have its images synced, then ask again.',
  nodes: 'Next: have the data of local images updated in the TCSS console, then ask again.',
};

/** Why there is no image to choose from, and what to do; undefined if some were read. */
export function nothingRead({ images, total, where }: ListedImages) {
  if (images.length > 0) return undefined;
  return total === 0
    ? {
        summary: `0 images ${OF_PLACE[where]} read: the service lists none.`,
        next: [NEXT_IF_NONE[where]],
      }
    : {
        summary: `No image ${OF_PLACE[where]} could be read: this says nothing about what ${where === 'nodes' ? 'they hold' : 'it holds'}.`,
        next: ['Next: ask again; if this persists, report the RequestId to Tencent Cloud.'],
      };
}

/** Why images of the registry are missing from the list; empty if none are. */
export function listGaps(list: ListedImages): WhyPartial[] {
  const { images, skipped, total, endedBy } = list;
  const isNothing = total === undefined && images.length === 0;
  const isLong = total === undefined ? images.length > 0 : total > IMAGES_READ;
  const hasFailed = endedBy !== undefined && endedBy !== 'deadline';
  return given<WhyPartial>(
    endedBy === undefined && isLong && 'window',
    endedBy === 'deadline' && 'deadline',
    (hasFailed || isNothing || skipped > 0) && 'page_failed',
    hasChanged(list) && 'changed',
  );
}

const SORT_WORDS: Readonly<Record<ImageSort, string>> = {
  risks: 'most risks first',
  vulnerabilities: 'most vulnerabilities first',
  malware: 'most malware first',
  scanned: 'last scanned first',
  critical_vulnerabilities: 'most critical vulnerabilities first',
  containers: 'most containers first',
};

/** The tool that lists what images are sorted by. */
const NEXT_TOOL: Readonly<Record<ImageSort, string>> = {
  risks: 'list_image_risks',
  vulnerabilities: 'list_image_vulnerabilities',
  malware: 'list_image_malware',
  scanned: 'list_image_risks',
  critical_vulnerabilities: 'list_image_vulnerabilities',
  containers: 'list_image_risks',
};

/** How many images were left out although they may match. */
export function inDoubt({ leftOut }: Matches): number {
  return UNJUDGED.reduce((sum, part) => sum + (leftOut[part] ?? 0), 0);
}

/** Describes images that were left out because the service does not say whether they match. */
const LEFT_OUT: Readonly<Record<(typeof UNJUDGED)[number], string>> = {
  registryType: 'whose registry type is not given',
  scanState: 'whose scan state is not given or unknown',
  latestOnly: 'not marked as the latest or as an older one',
  running: 'of which the service does not say whether they run',
  withRisks: 'whose risks no scan has counted',
};

export function imagesRead({ images, total, where }: ListedImages): string {
  if (total === undefined) {
    return `${plural(images.length, 'image')} ${OF_PLACE[where]} read (the service gave no total)`;
  }
  if (images.length < total) {
    const of = where === 'nodes' ? "the nodes'" : "the registry's";
    return `${images.length} of ${of} ${plural(total, 'image')} read`;
  }
  return `${plural(images.length, 'image')} ${OF_PLACE[where]} read`;
}

export function imagesNotes(list: ListedImages, { leftOut }: Matches): Notes {
  const partly = list.images.filter((image) => image.leftOut !== undefined).length;
  return {
    essential: given(
      gapNotes(list),
      partly > 0 &&
        `${plural(partly, 'image')} ${partly === 1 ? 'has' : 'have'} a field that could not be read; it was left out, so a match on it may be missed.`,
      UNJUDGED.flatMap((part) => {
        const count = leftOut[part] ?? 0;
        return count > 0
          ? `Left out, although a match is possible: ${plural(count, 'image')} ${LEFT_OUT[part]}.`
          : [];
      }),
    ),
    optional: given(ageNote(list.ageMs), list.where === 'nodes' && NODE_RISKS_NOTE),
  };
}

/** The two counters of the service are of unknown relation. */
const NODE_RISKS_NOTE =
  'The service describes the number of risks that it lists for an image on nodes as that of sensitive data; how it relates to its rows of risks is not published.';

function gapNotes(list: ListedImages): string[] {
  const { images, skipped, total } = list;
  const gaps = listGaps(list);
  const entries = skipped === 1 ? '1 entry of the list has' : `${skipped} entries of the list have`;
  const isPart = gaps.length > 0 && images.length > 0;
  return given(
    isPart && endedNote(list, 'images'),
    isPart && gaps.includes('window') && windowNote(images.length + skipped, total),
    isPart && gaps.includes('changed') && 'The list changed while it was read.',
    skipped > 0 && `${entries} no usable id and cannot be shown.`,
    isPart && 'Images that were not read may match too.',
  );
}

function windowNote(read: number, total: number | undefined): string {
  return total === undefined
    ? `The service gave no total, so only the first ${plural(read, 'image')} of the list were read.`
    : `At most ${IMAGES_READ} images of the list are read; ${plural(total - read, 'further image')} not read.`;
}

/** How many images a person is asked to choose from. */
const CANDIDATES_SHOWN = 5;

const NUMBER_NOTE = 'The digits are the id of the first image and the name of the others.';

/** A side of a comparison has no argument for an id alone, so digits that are a name too would be asked about again. */
function wayToName(
  side: 'base' | 'target' | undefined,
  isNumber: boolean,
  [first]: readonly ListedImage[],
): string {
  if (first?.NodeImageID !== undefined) return `its node_image_id as ${side ?? 'image'}`;
  if (side === undefined) return 'its image_id';
  return isNumber ? `its reference as ${side}` : `its id as ${side}`;
}

/** At most five images to choose from: those marked as latest first, then those scanned last. `side`: of a comparison. */
export function presentCandidates(
  { candidates, isNumber = false, ...lookUp }: AmbiguousImage,
  presentation: Presentation,
  side?: 'base' | 'target',
): Draft {
  const byId = isNumber ? candidates.slice(0, 1) : [];
  const shown = [...byId, ...latestFirst(candidates.slice(byId.length), presentation.nowMs)]
    .slice(0, CANDIDATES_SHOWN)
    .map((image) => imageItem(image, presentation));
  const { essential, optional } = lookUpNotes(lookUp);
  const notes = { essential: given(isNumber && NUMBER_NOTE, essential), optional };
  return {
    items: shown.length,
    fieldBytes: NAME_BYTES,
    view(fit) {
      const items = shown.slice(0, fit.shown).map((item) => cutReference(item, fit));
      const more = candidates.length - items.length;
      const answer = {
        summary: `The reference${side === undefined ? '' : ` of ${side}`} matches ${candidates.length} images.`,
        coverage: { fetched: 0, shown: 0, complete: false, why_partial: ['image_ambiguous'] },
        next: given(
          `Ask the person which one is meant, then call again with ${wayToName(side, isNumber, candidates)}.`,
          more > 0 && `${more} more are not listed here: give more parts of the name.`,
          more > 0 && 'To search among them: find_images.',
        ),
        notes,
        data: items.map((item, at) => candidateLine(item, at + 1, presentation.nowMs)),
        keys: { candidates: items },
        requestId: undefined,
      };
      return renderAnswer(answer, fit, presentation);
    },
  };
}

function candidateLine(item: ImageItem, position: number, nowMs: number): string {
  const { digest } = item;
  return given(
    `${position}. ${imageName(item)}`,
    imageWords(item, nowMs),
    digest && quotedIfMarked(digest),
  ).join(' | ');
}
