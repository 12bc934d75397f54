/** Reads the registry list and looks in it for the images that fit a question. */

import type { Deadline } from '../http/deadline.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { type ImageList, type ImageListOptions, type ImageListRead, isOutdated } from './image-list.ts';
import { parseImageReference } from './image-reference.ts';
import { type ImageQuestion, type Matches, matchImages } from './match-images.ts';
import { nearestImages } from './nearest-names.ts';

/** The list that was read and what of it fits. */
export interface FoundImages {
  readonly list: ImageListRead;
  readonly matches: Matches;
  /** Images of names near to the query, when it was given and none matches. */
  readonly nearest: readonly RegistryImage[];
  /** The question lets not every image pass. */
  readonly isNarrowed: boolean;
}

/** What finding needs beyond the question. */
interface FindContext extends Pick<ImageListOptions, 'onProgress'> {
  readonly images: ImageList;
  readonly deadline: Deadline;
}

/** @throws what ImageList.read throws; a list that broke off is looked through as far as it came. */
export async function findImages(
  question: ImageQuestion,
  { images, deadline, onProgress }: FindContext,
): Promise<FoundImages> {
  let list = await images.read(deadline, { onProgress });
  let matches = matchImages(list.images, question);
  if (matches.matching.length === 0 && question.query !== undefined && isOutdated(list)) {
    // What is asked for by name may have been pushed a moment ago.
    list = await images.read(deadline, { onProgress, isAnew: true });
    matches = matchImages(list.images, question);
  }
  const isNarrowed = Object.values(question).some((value) => value !== undefined && value !== false);
  // After a deadline what was read is told, and nothing more is begun.
  const mayLook = matches.matching.length === 0 && !deadline.signal.aborted;
  const reference = mayLook ? parseImageReference(longestWord(question.query)) : undefined;
  const nearest = reference === undefined ? [] : await nearestImages(list.images, reference, deadline.signal);
  return { list, matches, nearest, isNarrowed };
}

/** The word that is most likely a name. */
function longestWord(query = ''): string {
  return query.split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}
