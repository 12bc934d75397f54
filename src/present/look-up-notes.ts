/** Notes on the registry list that a name was looked up in. Pure. */
import { plural } from './words.ts';

/** What a reader must know besides the numbers. */
export interface Notes {
  /** What makes the answer less than it seems; never left out. */
  readonly essential: readonly string[];
  readonly others: readonly string[];
}

/** Notes on how a name was looked up in the registry list. */
export function lookUpNotes({
  imagesUnread = 0,
  listAgeMs = 0,
}: {
  readonly imagesUnread?: number | undefined;
  readonly listAgeMs?: number | undefined;
}): Notes {
  const unread = plural(imagesUnread, 'further image');
  return {
    essential:
      imagesUnread > 0 ? [`The name was not compared with ${unread}: one of them may have it too.`] : [],
    others: ageNote(listAgeMs),
  };
}

/** How old the list is, when it is not of this very moment. */
export function ageNote(ageMs: number): string[] {
  return ageMs >= 1000 ? [`The list of images was read ${Math.round(ageMs / 1000)} s ago.`] : [];
}
