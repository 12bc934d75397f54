/** How an image was looked up in the registry list: what to know about that, and the answer when several images match. Pure. */
import type { AmbiguousImage, LookUp } from '../gather/resolve-image.ts';
import { cutReference, type ImageItem, imageItem, imageWords, latestFirst } from './image-item.ts';
import { plural, quotedIfMarked } from './text.ts';
import { type Draft, type Presentation, REFERENCE_BYTES, renderAnswer, TERSE_NOTE } from './view.ts';

/** What a reader must know besides the numbers. */
export interface Notes {
  /** What makes the answer less than it seems; never left out. */
  readonly essential: readonly string[];
  readonly optional: readonly string[];
}

/** Notes on how a name was looked up in the registry list. */
export function lookUpNotes({
  imagesUnread = 0,
  isUncounted = false,
  entriesSkipped = 0,
  namesUnread = 0,
  listChanged = false,
  listAgeMs = 0,
  movedTag,
  nameUnread = false,
}: LookUp): Notes {
  const notCompared = [
    ...(imagesUnread > 0 ? [plural(imagesUnread, 'further image')] : []),
    ...(isUncounted ? ['further images, whose number the service does not give'] : []),
    ...(entriesSkipped > 0
      ? [`${entriesSkipped} list ${entriesSkipped === 1 ? 'entry' : 'entries'} without a usable id`]
      : []),
    ...(namesUnread > 0 ? [`${plural(namesUnread, 'image')} whose name could not be read`] : []),
  ];
  return {
    essential: [
      ...notCompared.map((what) => `The name was not compared with ${what}: there may be another match.`),
      ...(listChanged
        ? ['The list of images changed while it was read: another image may have the name too.']
        : []),
      ...(nameUnread
        ? [
            'The digits were taken for an id: the list of images could not be read, and an image may have that name.',
          ]
        : []),
      ...(movedTag === undefined ? [] : [movedTagNote(movedTag)]),
    ],
    optional: ageNote(listAgeMs),
  };
}

/** Any other tag is upstream's text and may stand only among the data. */
const PLAIN_TAG = /^(?:latest|v?\d{1,10}(?:\.\d{1,10}){0,4})$/;

function movedTagNote(tag: string): string {
  const where = PLAIN_TAG.test(tag) ? `the tag ${tag}` : 'another tag, as its reference shows';
  return `The digest decides, because the tag given with it has moved: the digest is listed under ${where}.`;
}

/** How old the list is, if it was not read just now. */
export function ageNote(ageMs: number): string[] {
  return ageMs >= 1000 ? [`The list of images was read ${Math.round(ageMs / 1000)} s ago.`] : [];
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
  const notes = lookUpNotes(lookUp);
  return {
    items: shown.length,
    fieldBytes: REFERENCE_BYTES.usual,
    view(fit) {
      const items = shown.slice(0, fit.shown).map((item) => cutReference(item, fit.fieldBytes));
      const more = candidates.length - items.length;
      const answer = {
        summary: `The reference${side === undefined ? '' : ` of ${side}`} matches ${candidates.length} images.`,
        coverage: { fetched: 0, shown: 0, complete: false, why_partial: ['image_ambiguous'] },
        next: [
          `Ask the person which one is meant, then call again with ${wayToName(side, isNumber)}.`,
          ...(more > 0
            ? [`${more} more are not listed here: give more parts of the name, or search with find_images.`]
            : []),
        ],
        notes: [
          ...(isNumber ? [NUMBER_NOTE] : []),
          ...notes.essential,
          ...(fit.terse ? [TERSE_NOTE] : notes.optional),
        ],
        data: items.map((item, at) => candidateLine(item, at + 1, presentation.nowMs)),
        keys: { candidates: items },
        requestId: undefined,
      };
      return renderAnswer(answer, presentation);
    },
  };
}

function candidateLine(item: ImageItem, position: number, nowMs: number): string {
  const { id, reference = 'no name given', digest } = item;
  return [
    `${position}. id ${id}: ${quotedIfMarked(reference)}`,
    ...imageWords(item, nowMs),
    ...(digest === undefined ? [] : [quotedIfMarked(digest)]),
  ].join(' | ');
}
