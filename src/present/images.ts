/** The answer about images of the registry list: one set of facts, two views. Pure. */
import { type FoundImages, type Matches, UNJUDGED } from '../gather/find-images.ts';
import { hasChanged, IMAGES_READ, isKept, type RegistryList } from '../gather/image-list.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { BOUND_WORDS, type Bound, type Coverage, raiseBound, type WhyPartial } from './coverage.ts';
import {
  cutReference,
  type ImageSort,
  imageItem,
  imageWords,
  orderImages,
  scanKeys,
  scanWords,
} from './image-item.ts';
import { ageNote, type Notes } from './look-up.ts';
import { compact, displayed, failureWord, plural, quotedIfMarked } from './text.ts';
import { type Draft, type Presentation, REFERENCE_BYTES, renderAnswer, TERSE_NOTE } from './view.ts';

/** Which of the matching images the caller wants to see. */
export interface ImagesOptions {
  readonly sort: ImageSort;
  /** Matching images to skip. */
  readonly offset: number;
  readonly limit: number;
}

/** Which of the matching images an answer shows. */
interface ShownImages {
  readonly list: RegistryList;
  readonly matching: number;
  /** How many matching images precede the first one shown. */
  readonly offset: number;
  readonly count: number;
  /** Undefined if the last matching image is shown or precedes `offset`. */
  readonly bound: Bound | undefined;
}

/** The matching images in the order asked for, ready to be fitted. */
export function presentImages(
  { list, matches, nearest, isNarrowed }: FoundImages,
  { sort, offset, limit }: ImagesOptions,
  presentation: Presentation,
): Draft {
  const { redaction, nowMs } = presentation;
  const { matching } = matches;
  const images = orderImages(matching, sort, nowMs)
    .slice(offset, offset + limit)
    .map((image) => ({
      item: { ...imageItem(image, presentation), ...scanKeys(image, redaction) },
      scans: scanWords(image, redaction),
    }));
  const near = nearest.map((image) => imageItem(image, presentation));
  const notes = imagesNotes(list, matches);
  const requestId = displayed(list.requestId, redaction);
  return {
    items: images.length,
    fieldBytes: REFERENCE_BYTES.usual,
    view(fit) {
      const hasMore = fit.shown > 0 && offset + fit.shown < matching.length;
      const bound = hasMore ? (fit.cutByBudget ? 'max_bytes' : 'limit') : undefined;
      const shown = { list, matching: matching.length, offset, count: fit.shown, bound } as const;
      const items = images.slice(0, fit.shown).map(({ item }) => cutReference(item, fit.fieldBytes));
      const nearItems = near.map((item) => {
        const { id, reference } = cutReference(item, fit.fieldBytes);
        return compact({ id, reference });
      });
      const answer = {
        summary: imagesSummary(shown, sort),
        coverage: imagesCoverage(shown),
        next: imagesNext(shown, { isNarrowed, hasNearest: near.length > 0, limit, sort }),
        notes: [...notes.essential, ...(fit.terse ? [TERSE_NOTE] : notes.optional)],
        data: [
          ...items.map((item, at) =>
            [
              `${offset + at + 1}. id ${item.id}: ${quotedIfMarked(item.reference ?? item.digest ?? 'no name given')}`,
              ...(images[at] === undefined ? [] : [images[at].scans]),
              ...imageWords(item, nowMs),
              ...(item.sensitive_info === undefined ? [] : [`sensitive data ${item.sensitive_info}`]),
            ].join(' | '),
          ),
          ...nearItems.map(({ id, reference }) => `near: id ${id}: ${reference}`),
        ],
        keys: {
          cache_age_s: Math.round(list.ageMs / 1000),
          images: items,
          nearest: near.length > 0 ? nearItems : undefined,
          unreadable: list.unreadable,
        },
        requestId,
      };
      return renderAnswer(answer, presentation);
    },
  };
}

/** The pinned fields, in images. There is no total if images that might match are missing. */
function imagesCoverage({ list, matching, offset, count, bound }: ShownImages): Coverage {
  const gaps = listGaps(list);
  const total = gaps.length === 0 ? matching : undefined;
  return compact({
    total,
    fetched: list.images.length,
    shown: count,
    complete: total === count && list.unreadable === undefined,
    why_partial: [
      ...(bound === undefined ? [] : [bound]),
      ...(offset > 0 && matching > 0 ? ['offset' as const] : []),
      ...gaps,
      ...(list.unreadable === undefined ? [] : ['unreadable' as const]),
    ],
    next_offset: bound === undefined ? undefined : offset + count,
  });
}

/** Why images of the registry are missing from the list; empty if none are. */
function listGaps(list: RegistryList): WhyPartial[] {
  const { images, skipped, total, endedBy } = list;
  const isNothing = total === undefined && images.length === 0;
  const isLong = total === undefined ? images.length > 0 : total > IMAGES_READ;
  const hasFailed = endedBy !== undefined && endedBy !== 'deadline';
  return [
    ...(endedBy === undefined && isLong ? ['window' as const] : []),
    ...(endedBy === 'deadline' ? ['deadline' as const] : []),
    ...(hasFailed || isNothing || skipped > 0 ? ['page_failed' as const] : []),
    ...(hasChanged(list) ? ['changed' as const] : []),
  ];
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

/** The first sentence: what was read, what of it matches, and what is shown. */
function imagesSummary(shown: ShownImages, sort: ImageSort): string {
  const { list, matching, offset, count, bound } = shown;
  if (list.images.length === 0) {
    return list.total === 0
      ? '0 images of the registry read: the service lists none.'
      : 'No image of the registry could be read: this says nothing about what it holds.';
  }
  const read = imagesRead(list);
  if (matching === 0) return `${read}: none matches.`;
  const found =
    matching === list.images.length ? 'all match' : matching === 1 ? '1 matches' : `${matching} match`;
  if (count === 0) return `${read}: ${found}, so offset ${offset} is past the last one.`;
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]})`;
  return `${read}: ${found}, ${offset + 1} to ${offset + count} shown${why}, ${SORT_WORDS[sort]}.`;
}

function imagesRead({ images, total }: RegistryList): string {
  if (total === undefined) {
    return `${plural(images.length, 'image')} of the registry read (the service gave no total)`;
  }
  if (images.length < total) return `${images.length} of the registry's ${plural(total, 'image')} read`;
  return `${plural(images.length, 'image')} of the registry read`;
}

/** What to ask for next. `isNarrowed`: a query or a filter was given. `hasNearest`: similar names are offered. */
function imagesNext(
  { list, matching, offset, count, bound }: ShownImages,
  {
    isNarrowed,
    hasNearest,
    limit,
    sort,
  }: { isNarrowed: boolean; hasNearest: boolean; limit: number; sort: ImageSort },
): string[] {
  if (list.images.length === 0) {
    return list.total === 0
      ? ['Next: connect a registry in the TCSS console and have its images synced, then ask again.']
      : ['Next: ask again; if this persists, report the RequestId to Tencent Cloud.'];
  }
  if (matching === 0) {
    return [
      ...(isNarrowed ? ['Next: a shorter query, or fewer filters.'] : []),
      ...(hasNearest ? ['The nearest names in the registry are below, as data.'] : []),
    ];
  }
  if (count === 0) return ['Next: the same call with a smaller offset.'];
  const order = isKept(list)
    ? 'the list is kept for 60 s; after that the order may differ'
    : 'the list is read again for it, so the order may differ';
  return [
    ...(bound === undefined ? [] : [`To continue: the same call with offset ${offset + count} (${order}).`]),
    ...raiseBound(bound, limit),
    `Next: ${NEXT_TOOL[sort]} with the image_id of one.`,
  ];
}

function imagesNotes(list: RegistryList, { leftOut }: Matches): Notes {
  return {
    essential: [
      ...gapNotes(list),
      ...unreadableNote(list.images),
      ...UNJUDGED.flatMap((part) => {
        const count = leftOut[part] ?? 0;
        return count > 0
          ? [`Left out, although a match is possible: ${plural(count, 'image')} ${LEFT_OUT[part]}.`]
          : [];
      }),
    ],
    optional: ageNote(list.ageMs),
  };
}

function gapNotes(list: RegistryList): string[] {
  const { images, skipped, total, endedBy, failure } = list;
  const gaps = listGaps(list);
  const entries = skipped === 1 ? '1 entry of the list has' : `${skipped} entries of the list have`;
  const skippedNote = skipped > 0 ? [`${entries} no usable id and cannot be shown.`] : [];
  if (gaps.length === 0 || images.length === 0) return skippedNote;
  const ends = {
    deadline: 'The deadline passed before the whole list was read.',
    page_failed: `Reading the list failed part-way (${failure === undefined ? 'no reason' : failureWord(failure)}).`,
    short_page: 'The service sent fewer images than the total it gave.',
  };
  return [
    ...(endedBy === undefined ? [] : [ends[endedBy]]),
    ...(gaps.includes('window') ? [windowNote(images.length + skipped, total)] : []),
    ...(gaps.includes('changed') ? ['The list changed while it was read.'] : []),
    ...skippedNote,
    'Images that were not read may match too.',
  ];
}

function unreadableNote(images: readonly RegistryImage[]): string[] {
  const partly = images.filter(({ leftOut }) => leftOut !== undefined).length;
  if (partly === 0) return [];
  return [
    `${plural(partly, 'image')} ${partly === 1 ? 'has' : 'have'} a field that could not be read; it was left out, so a match on it may be missed.`,
  ];
}

function windowNote(read: number, total: number | undefined): string {
  return total === undefined
    ? `The service gave no total, so only the first ${plural(read, 'image')} of the list were read.`
    : `At most ${IMAGES_READ} images of the list are read; ${plural(total - read, 'further image')} not read.`;
}
