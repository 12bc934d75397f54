/** The answer about images of the registry list: one set of facts, two views. Pure. */
import { type FoundImages, type Matches, UNJUDGED } from '../gather/find-images.ts';
import { IMAGES_READ, isKept, type RegistryList } from '../gather/image-list.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { imageCoverage, listGaps, type ShownImages } from './image-coverage.ts';
import {
  type ImageSort,
  imageItem,
  imageWords,
  orderImages,
  SHORT_TEXT_BYTES,
  type ShownImage,
  type ShowState,
  showImage,
  stateItem,
  stateWords,
} from './image-item.ts';
import { ageNote, type Notes, sourceNotes } from './notes.ts';
import { compact, cutToBytes, failureWord, plural, quotedIfMarked } from './text.ts';
import {
  type Digest,
  type Fit,
  type Presentation,
  REFERENCE_BYTES,
  renderAnswer,
  TERSE_NOTE,
  type View,
} from './view.ts';

/** Which of the matching images the caller wants to see. */
export interface ImagesOptions {
  readonly sort: ImageSort;
  /** Matching images to skip. */
  readonly offset: number;
  readonly limit: number;
}

interface Answer {
  readonly facts: FoundImages;
  readonly options: ImagesOptions;
  readonly presentation: Presentation;
  readonly displayed: readonly ShownImage[];
  readonly nearest: readonly ShownImage[];
  readonly showState: ShowState;
  readonly requestId: string | undefined;
}

/** The matching images in the order asked for, ready to be fitted. */
export function digestImages(facts: FoundImages, options: ImagesOptions, presentation: Presentation): Digest {
  const { redaction, nowMs } = presentation;
  const { sort, offset, limit } = options;
  const show = redaction.display;
  const showOne = (image: RegistryImage) => showImage(image, presentation);
  const { requestId } = facts.list;
  const answer: Answer = {
    facts,
    options,
    presentation,
    displayed: orderImages(facts.matches.matching, sort, nowMs)
      .slice(offset, offset + limit)
      .map(showOne),
    nearest: facts.nearest.map(showOne),
    showState: (status) =>
      status === undefined || status === '' ? undefined : cutToBytes(show(status), SHORT_TEXT_BYTES),
    requestId: requestId === undefined ? undefined : show(requestId),
  };
  return {
    items: answer.displayed.length,
    fieldBytes: REFERENCE_BYTES.usual,
    view: (fit) => viewImages(answer, fit),
  };
}

function viewImages(answer: Answer, fit: Fit): View {
  const { facts, options, presentation, showState } = answer;
  const { list, matches, isNarrowed } = facts;
  const { offset, limit, sort } = options;
  const hasMore = fit.shown > 0 && offset + fit.shown < matches.matching.length;
  const shown: ShownImages = {
    list,
    matching: matches.matching.length,
    offset,
    count: fit.shown,
    bound: hasMore ? (fit.cutByBudget ? 'max_bytes' : 'limit') : undefined,
  };
  const images = answer.displayed.slice(0, fit.shown).map((one) => ({
    one,
    item: { ...imageItem(one, fit.fieldBytes), ...compact(stateItem(one.image, showState)) },
  }));
  const near = answer.nearest.map((one) => {
    const { id, reference } = imageItem(one, fit.fieldBytes);
    return compact({ id, reference });
  });
  const reading = imagesNotes(list, matches);
  return renderAnswer(
    {
      source: presentation.source,
      summary: imagesHeadline(shown, sort),
      coverage: imageCoverage(shown),
      next: imagesNext(shown, { isNarrowed, nearest: near.length, limit, sort }),
      notes: [
        ...sourceNotes(presentation.source),
        ...reading.essential,
        ...(fit.terse ? [TERSE_NOTE] : reading.others),
      ],
      data: [
        ...images.map(({ one, item }, at) =>
          [
            `${offset + at + 1}. id ${item.id}: ${quotedIfMarked(item.reference ?? item.digest ?? 'no name given')}`,
            stateWords(one.image, showState),
            ...imageWords(one, item),
            ...(item.sensitive_info === undefined ? [] : [`sensitive data ${item.sensitive_info}`]),
          ].join(' | '),
        ),
        ...near.map(({ id, reference }) => `near: id ${id}: ${reference}`),
      ],
      keys: {
        cache_age_s: Math.round(list.ageMs / 1000),
        images: images.map(({ item }) => item),
        nearest: near.length > 0 ? near : undefined,
        unreadable: list.unreadable,
      },
      requestId: answer.requestId,
    },
    presentation.nonce,
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

/** What is not said of images that were left out. */
const LEFT_OUT: Readonly<Record<(typeof UNJUDGED)[number], string>> = {
  registryType: 'whose type of registry is not given',
  scanState: 'whose scan state is not given or not a known one',
  latestOnly: 'not marked as the latest or as an older one',
  withRisks: 'whose risks no scan has counted',
};

const BOUND_WORDS = { limit: 'limit', max_bytes: 'the max_bytes budget' };

/** The first sentence: what was read, what of it matches, and what is shown. */
export function imagesHeadline(shown: ShownImages, sort: ImageSort): string {
  const { list, matching, offset, count, bound } = shown;
  if (list.images.length === 0) {
    return list.total === 0
      ? '0 images of the registry read: the service lists none.'
      : 'No image of the registry could be read: this says nothing about what it holds.';
  }
  const read = `${imagesRead(list)} read`;
  if (matching === 0) return `${read}: none matches.`;
  const found =
    matching === list.images.length ? 'all match' : matching === 1 ? '1 matches' : `${matching} match`;
  if (count === 0) return `${read}: ${found}, so offset ${offset} is past the last one.`;
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]})`;
  return `${read}: ${found}, ${offset + 1} to ${offset + count} shown${why}, ${SORT_WORDS[sort]}.`;
}

function imagesRead({ images, total }: RegistryList): string {
  if (total === undefined) {
    return `${plural(images.length, 'image')} of the registry, of a total that the service did not give,`;
  }
  if (images.length < total) return `${images.length} of the registry's ${plural(total, 'image')}`;
  return `${plural(images.length, 'image')} of the registry`;
}

/** What to ask for next. `isNarrowed`: a query or a filter was given; `nearest`: how many names are offered. */
export function imagesNext(
  { list, matching, offset, count, bound }: ShownImages,
  {
    isNarrowed,
    nearest,
    limit,
    sort,
  }: { isNarrowed: boolean; nearest: number; limit: number; sort: ImageSort },
): string[] {
  if (list.images.length === 0) {
    return list.total === 0
      ? ['Next: connect a registry in the TCSS console and have its images synced, then ask again.']
      : ['Next: ask again; if it stays so, report the RequestId to Tencent Cloud.'];
  }
  if (matching === 0) {
    return [
      ...(isNarrowed ? ['Next: a shorter query, or fewer filters.'] : []),
      ...(nearest > 0 ? [`The nearest ${plural(nearest, 'name')} of the registry: below, as data.`] : []),
    ];
  }
  if (count === 0) return ['Next: the same call with a smaller offset.'];
  const order = isKept(list)
    ? 'the list is kept for 60 s; later the order may differ'
    : 'the list is read anew for it, so the order may differ';
  return [
    ...(bound === undefined ? [] : [`To go on: the same call with offset ${offset + count} (${order}).`]),
    ...(bound === 'max_bytes' ? ['To see more in one answer: a larger max_bytes (up to 40000).'] : []),
    ...(bound === 'limit' && limit < 100 ? ['To see more in one answer: a larger limit (up to 100).'] : []),
    `Next: ${NEXT_TOOL[sort]} with the image_id of one.`,
  ];
}

/** What a reader must know besides the numbers. */
export function imagesNotes(list: RegistryList, { leftOut }: Matches): Notes {
  return {
    essential: [
      ...gapNotes(list),
      ...unreadableNote(list),
      ...UNJUDGED.flatMap((part) => {
        const count = leftOut[part] ?? 0;
        return count > 0
          ? [`Left out though it may belong here: ${plural(count, 'image')} ${LEFT_OUT[part]}.`]
          : [];
      }),
    ],
    others: ageNote(list.ageMs),
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
    page_failed: `Reading the list failed on the way (${failure === undefined ? 'no reason' : failureWord(failure)}).`,
    short_page: 'The service sent fewer images than its total promises.',
  };
  return [
    ...(endedBy === undefined ? [] : [ends[endedBy]]),
    ...(gaps.includes('window') ? [windowNote(images.length + skipped, total)] : []),
    ...(gaps.includes('changed') ? ['The list changed while it was read.'] : []),
    ...skippedNote,
    'Images that were not read may match too.',
  ];
}

/** Entries that are left out whole are told of where their ids are. */
function unreadableNote({ images }: RegistryList): string[] {
  const partly = images.filter(({ leftOut }) => leftOut !== undefined).length;
  if (partly === 0) return [];
  return [
    `${plural(partly, 'image')} ${partly === 1 ? 'holds' : 'hold'} a field that could not be read: it was left out, so a match on it may be missed.`,
  ];
}

function windowNote(read: number, total: number | undefined): string {
  return total === undefined
    ? `The service gave no total, so only the first ${plural(read, 'image')} of the list were read.`
    : `The list is read up to ${IMAGES_READ} images; ${plural(total - read, 'further image')} not read.`;
}
