/** The answers that list images of the registry: those that match, and those that one name may mean. Pure. */
import { type FoundImages, type Matches, UNJUDGED } from '../gather/find-images.ts';
import { hasChanged, IMAGES_READ, isKept, type RegistryList } from '../gather/image-list.ts';
import type { AmbiguousImage } from '../gather/resolve-image.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import {
  cutReference,
  type ImageItem,
  type ImageSort,
  imageItem,
  imageWords,
  latestFirst,
  orderImages,
  scanKeys,
  scanWords,
} from './image-item.ts';
import { presentList, type WhyPartial } from './list.ts';
import { ageNote, lookUpNotes } from './row-words.ts';
import { compact, displayed, failureWord, given, plural, quotedIfMarked } from './text.ts';
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
  const whole = (image: RegistryImage) => ({
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
            isNarrowed && 'Not listed? explain_coverage tells which registries fail to sync.',
            near.length > 0 && 'The nearest names in the registry are below, as data.',
          ),
        some: [`Next: ${NEXT_TOOL[sort]} with the image_id of one.`],
      },
      notes: imagesNotes(list, matches),
      extras(fit) {
        const nearItems = near.map((item) => {
          const { id, reference } = cutReference(item, fit);
          return compact({ id, reference });
        });
        return {
          data: nearItems.map(({ id, reference }) => `near: id ${id}: ${reference}`),
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

function imageLine(item: ImageItem & ReturnType<typeof scanKeys>, scans: string, nowMs: number): string {
  return given(
    `id ${item.id}: ${quotedIfMarked(item.reference ?? item.digest ?? 'no name given')}`,
    scans,
    imageWords(item, nowMs),
    item.sensitive_info !== undefined && `sensitive data ${item.sensitive_info}`,
  ).join(' | ');
}

/** Why there is no image to choose from, and what to do; undefined if some were read. */
function nothingRead({ images, total }: RegistryList) {
  if (images.length > 0) return undefined;
  return total === 0
    ? {
        summary: '0 images of the registry read: the service lists none.',
        next: ['Next: connect a registry in the TCSS console and have its images synced, then ask again.'],
      }
    : {
        summary: 'No image of the registry could be read: this says nothing about what it holds.',
        next: ['Next: ask again; if this persists, report the RequestId to Tencent Cloud.'],
      };
}

/** Why images of the registry are missing from the list; empty if none are. */
function listGaps(list: RegistryList): WhyPartial[] {
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
};

/** The tool that lists what images are sorted by. */
const NEXT_TOOL: Readonly<Record<ImageSort, string>> = {
  risks: 'list_image_risks',
  vulnerabilities: 'list_image_vulnerabilities',
  malware: 'list_image_malware',
  scanned: 'list_image_risks',
};

/** Describes images that were left out because the service does not say whether they match. */
const LEFT_OUT: Readonly<Record<(typeof UNJUDGED)[number], string>> = {
  registryType: 'whose registry type is not given',
  scanState: 'whose scan state is not given or unknown',
  latestOnly: 'not marked as the latest or as an older one',
  withRisks: 'whose risks no scan has counted',
};

function imagesRead({ images, total }: RegistryList): string {
  if (total === undefined) {
    return `${plural(images.length, 'image')} of the registry read (the service gave no total)`;
  }
  if (images.length < total) return `${images.length} of the registry's ${plural(total, 'image')} read`;
  return `${plural(images.length, 'image')} of the registry read`;
}

function imagesNotes(list: RegistryList, { leftOut }: Matches): Notes {
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
    optional: given(ageNote(list.ageMs)),
  };
}

function gapNotes(list: RegistryList): string[] {
  const { images, skipped, total, endedBy, failure } = list;
  const gaps = listGaps(list);
  const entries = skipped === 1 ? '1 entry of the list has' : `${skipped} entries of the list have`;
  const isPart = gaps.length > 0 && images.length > 0;
  const ends = {
    deadline: 'The deadline passed before the whole list was read.',
    page_failed: `Reading the list failed part-way (${failure === undefined ? 'no reason' : failureWord(failure)}).`,
    short_page: 'The service sent fewer images than the total it gave.',
  };
  return given(
    isPart && endedBy && ends[endedBy],
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
function wayToName(side: 'base' | 'target' | undefined, isNumber: boolean): string {
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
          `Ask the person which one is meant, then call again with ${wayToName(side, isNumber)}.`,
          more > 0 &&
            `${more} more are not listed here: give more parts of the name, or search with find_images.`,
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
  const { id, reference = 'no name given', digest } = item;
  return given(
    `${position}. id ${id}: ${quotedIfMarked(reference)}`,
    imageWords(item, nowMs),
    digest && quotedIfMarked(digest),
  ).join(' | ');
}
