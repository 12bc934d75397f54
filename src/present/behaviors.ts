/** The answer about which images have risks of some Behaviors: one set of facts, two views. Pure. */

import type { BehaviorSearch } from '../gather/behaviors.ts';
import type { FoundImages } from '../gather/find-images.ts';
import { behaviorMeaning } from '../tcss/vocabulary.ts';
import { cutReference, imageItem, scanKeys, scanWords } from './image-item.ts';
import { imageLine, imagesNotes, imagesRead, inDoubt, listGaps, nextStep, nothingRead } from './images.ts';
import {
  BOUND_WORDS,
  type Bound,
  boundOf,
  type Coverage,
  continueAt,
  raiseBound,
  type WhyPartial,
} from './list.ts';
import { compact, displayed, failureWord, given, isDenied, plural } from './text.ts';
import { type Draft, NAME_BYTES, type Presentation, renderAnswer } from './view.ts';

/** Which images the caller asked about. */
interface BehaviorsOptions {
  readonly behaviors: readonly number[];
  readonly offset: number;
  readonly limit: number;
}

/** The images that have such risks, in the order in which they were asked, ready to be fitted. */
export function presentBehaviors(
  { list, matches, search }: FoundImages & { readonly search: BehaviorSearch },
  { behaviors, offset, limit }: BehaviorsOptions,
  presentation: Presentation,
): Draft {
  const { redaction, nowMs } = presentation;
  const codes = behaviors.join(' or ');
  const images = search.matches.slice(0, limit).map(({ image, rows, isAtLeast }) => ({
    item: {
      ...imageItem(image, presentation),
      matches: rows,
      ...(isAtLeast ? { matches_at_least: true } : {}),
      ...scanKeys(image, redaction),
    },
    scans: `${isAtLeast ? 'at least ' : ''}${plural(rows, 'row')} of behavior ${codes} | ${scanWords(image, redaction)}`,
  }));
  const notes = imagesNotes(list, matches);
  const requestId = displayed(list.requestId, redaction);
  const nothing = nothingRead(list);
  return {
    items: images.length,
    fieldBytes: NAME_BYTES,
    view(fit) {
      const shown = images.slice(0, fit.shown);
      // Where the next image to show or to ask about stands.
      const next = search.matches[shown.length]?.position ?? offset + search.asked;
      const hasMore = next < search.total;
      const isListed = shown.length < search.matches.length;
      const bound = isListed ? boundOf(true, fit) : hasMore && !search.isCutShort ? 'limit' : undefined;
      const why = given<WhyPartial>(
        bound,
        offset > 0 && search.total > 0 && 'offset',
        offset + search.asked < search.total && 'not_asked',
        search.isCutShort && 'deadline',
        search.unknown > 0 && whyUnknown(search),
        listGaps(list),
        list.unreadable !== undefined && 'unreadable',
      );
      const coverage: Coverage = compact({
        total: search.total,
        fetched: search.asked,
        shown: shown.length,
        complete: why.length === 0 && inDoubt(matches) === 0,
        why_partial: [...new Set(why)],
        next_offset: hasMore ? next : undefined,
      });
      const items = shown.map(({ item }) => cutReference(item, fit));
      const answer = {
        summary:
          nothing?.summary ??
          `${imagesRead(list)}; ${searchWords(search, codes, offset)}${shownWords(search, shown.length, bound)}.`,
        coverage,
        next:
          nothing?.next ??
          given(
            offset > 0 && offset >= search.total && 'Next: the same call with a smaller offset.',
            hasMore && continueAt(next),
            raiseBound(bound, limit),
            shown.length > 0 &&
              `${nextStep('list_image_risks', list.where).slice(0, -1)} and behaviors [${behaviors.join(', ')}].`,
          ),
        notes: {
          essential: [...searchNotes(search), ...notes.essential],
          optional: [
            ...behaviors.map((code) => `Behavior ${code}: ${behaviorMeaning(code)}.`),
            ...notes.optional,
          ],
        },
        data: items.map((item, at) => `${at + 1}. ${imageLine(item, shown[at]?.scans ?? '', nowMs)}`),
        keys: {
          images: items,
          cache_age_s: Math.round(list.ageMs / 1000),
          unreadable: list.unreadable,
        },
        requestId,
      };
      return renderAnswer(answer, fit, presentation);
    },
  };
}

/** How many images were asked, of those to ask. */
function searchWords({ total, asked }: BehaviorSearch, codes: string, offset: number): string {
  const from = offset > 0 ? ` from number ${offset + 1} on` : '';
  return `${asked} of ${plural(total, 'image')} with risks asked for behavior ${codes}${from}`;
}

/** How many of those asked have it, and how many are shown. */
function shownWords(
  { asked, matches, unknown }: BehaviorSearch,
  shown: number,
  bound: Bound | undefined,
): string {
  if (asked === 0) return '';
  if (matches.length === 0) return unknown > 0 ? ': none is known to have it' : ': none has it';
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]})`;
  return `: ${matches.length} ${matches.length === 1 ? 'has' : 'have'} it, ${shown} shown${why}, most risks first`;
}

/** Why it is not known of some images that were asked. */
function whyUnknown({ failure }: BehaviorSearch): WhyPartial {
  if (failure === undefined) return 'window';
  return isDenied(failure) ? 'denied' : 'page_failed';
}

function searchNotes({ unscanned, unknown, failure, isCutShort }: BehaviorSearch): string[] {
  return given(
    isCutShort && 'The deadline passed before all images were asked.',
    unknown > 0 &&
      `Not known of ${plural(unknown, 'image')} that ${unknown === 1 ? 'was' : 'were'} asked: ${failure === undefined ? 'not all rows could be read' : failureWord(failure)}.`,
    unscanned > 0 &&
      `Not asked, although it may have it: ${plural(unscanned, 'image')} of which it is not known whether a scan has counted their risks.`,
  );
}
