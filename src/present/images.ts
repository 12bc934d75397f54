/** The answer about images of the registry list: one set of facts, two views. Pure. */
import type { FoundImages } from '../gather/find-images.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import type { Presentation } from '../tool.ts';
import { cutToBytes } from './bytes.ts';
import { toDisplay } from './clean.ts';
import { imageCoverage, type ShownImages } from './image-coverage.ts';
import { imageItem, imageWords, SHORT_TEXT_BYTES, type ShownImage, showImage } from './image-item.ts';
import { type ShowState, stateItem, stateWords } from './image-state.ts';
import { imagesHeadline, imagesNext, imagesNotes } from './image-words.ts';
import { type ImageSort, orderImages } from './order-images.ts';
import { REFERENCE_BYTES, TERSE_NOTE } from './rows.ts';
import { lastKeys, sourceNotes } from './source-notes.ts';
import { type Digest, type Fit, renderText, type View } from './view.ts';
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
  const notes = [
    ...sourceNotes(presentation),
    ...reading.essential,
    ...(fit.terse ? [TERSE_NOTE] : reading.others),
  ];
  const data = [
    ...images.map(({ one, item }, at) =>
      [
        `${offset + at + 1}. id ${item.id}: ${quotedIfMarked(item.reference ?? item.digest ?? 'no name given')}`,
        stateWords(one.image, showState),
        ...imageWords(one, item),
      ].join(' | '),
    ),
    ...near.map(({ id, reference }) => `near: id ${id}: ${reference}`),
  ];
  const ours = [
    imagesHeadline(shown, sort),
    ...imagesNext(shown, { isNarrowed, nearest: near.length, limit, sort }),
    ...notes,
  ];
  return {
    text: renderText(ours, data, presentation.nonce),
    structured: compact({
      source: presentation.source,
      request_id: answer.requestId,
      coverage: imageCoverage(shown),
      images: images.map(({ item }) => item),
      nearest: near.length > 0 ? near : undefined,
      unreadable: list.unreadable,
      cache_age_s: Math.round(list.ageMs / 1000),
      ...lastKeys(presentation, notes, data),
    }),
  };
}
