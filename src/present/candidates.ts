/** The answer to a reference that fits several images: the person is asked which one is meant. Pure. */
import type { AmbiguousImage } from '../gather/resolve-image.ts';
import { byLatest, type ImageItem, imageItem, imageWords, type ShownImage, showImage } from './image-item.ts';
import { lookUpNotes, sourceNotes } from './notes.ts';
import { quotedIfMarked } from './text.ts';
import type { Presentation } from './view.ts';
import { type Digest, type Fit, REFERENCE_BYTES, renderAnswer, TERSE_NOTE, type View } from './view.ts';

/** How many images a person is asked to choose from. */
const CANDIDATES_SHOWN = 5;

/** How the image was asked for, and what to call again with: our own words. */
export interface Asked {
  /** Stands before "fits 3 images". */
  readonly given: string;
  /** Stands after "call again with". */
  readonly next: string;
}

const NUMBER_NOTE =
  'The digits are the id of the first image and the name of the others: give the first by image_id or by its reference.';

const BY_IMAGE: Asked = { given: 'The reference', next: 'its image_id' };

/** The images to choose from, the latest ones and those scanned last first; at most five. */
export function digestCandidates(
  { candidates, isNumber = false, ...lookUp }: AmbiguousImage,
  presentation: Presentation,
  { given, next }: Asked = BY_IMAGE,
): Digest {
  const byId = isNumber ? candidates.slice(0, 1) : [];
  const shown = [...byId, ...byLatest(candidates.slice(byId.length), presentation.nowMs)]
    .slice(0, CANDIDATES_SHOWN)
    .map((image) => showImage(image, presentation));
  const notes = lookUpNotes(lookUp);

  const view = (fit: Fit): View => {
    const displayed = shown.slice(0, fit.shown);
    const items = displayed.map((one) => imageItem(one, fit.fieldBytes));
    const more = candidates.length - items.length;
    return renderAnswer(
      {
        source: presentation.source,
        summary: `${given} fits ${candidates.length} images.`,
        coverage: { fetched: 0, shown: 0, complete: false, why_partial: ['image_ambiguous'] },
        next: [
          `Ask the person which one is meant, then call again with ${next}.`,
          ...(more > 0
            ? [`${more} more are not listed here: give more parts of the name, or look with find_images.`]
            : []),
        ],
        notes: [
          ...sourceNotes(presentation.source),
          ...(isNumber ? [NUMBER_NOTE] : []),
          ...notes.essential,
          ...(fit.terse ? [TERSE_NOTE] : notes.others),
        ],
        data: items.map((item, at) => candidateLine(displayed[at] as ShownImage, item, at + 1)),
        keys: { candidates: items },
        requestId: undefined,
      },
      presentation.nonce,
    );
  };
  return { items: shown.length, fieldBytes: REFERENCE_BYTES.usual, view };
}

function candidateLine(shown: ShownImage, item: ImageItem, position: number): string {
  const digest = item.digest === undefined ? [] : [quotedIfMarked(item.digest)];
  const name = quotedIfMarked(item.reference ?? 'no name given');
  return [`${position}. id ${item.id}: ${name}`, ...imageWords(shown, item), ...digest].join(' | ');
}
