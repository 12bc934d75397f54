/** The answer about images of the registry list: one set of facts, two views. Pure. */
import type { FoundImages } from '../gather/find-images.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { cutToBytes } from './bytes.ts';
import { toDisplay } from './clean.ts';
import { imageCoverage, type ShownImages } from './image-coverage.ts';
import { imageItem, imageWords, SHORT_TEXT_BYTES, type ShownImage, showImage } from './image-item.ts';
import { type ShowState, stateItem, stateWords } from './image-state.ts';
import { imagesHeadline, imagesNext, imagesNotes } from './image-words.ts';
import { type ImageSort, orderImages } from './order-images.ts';
import { sourceNotes } from './source-notes.ts';
import type { Presentation } from './view.ts';
import { type Digest, type Fit, REFERENCE_BYTES, renderAnswer, TERSE_NOTE, type View } from './view.ts';
import { compact, quotedIfMarked } from './words.ts';

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
  const show = (text: string) => toDisplay(text, redaction.show);
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
        ...sourceNotes(presentation),
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
      },
      requestId: answer.requestId,
    },
    presentation.nonce,
  );
}
