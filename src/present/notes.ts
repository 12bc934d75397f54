/** What must be known of an answer besides its numbers: its source, and the list that a name was looked up in. Pure. */
import type { LookUp } from '../gather/resolve-image.ts';
import { plural } from './text.ts';
import type { Presentation } from './view.ts';

/** What a reader must know besides the numbers. */
export interface Notes {
  /** What makes the answer less than it seems; never left out. */
  readonly essential: readonly string[];
  readonly others: readonly string[];
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
  const entries = entriesSkipped === 1 ? '1 entry' : `${entriesSkipped} entries`;
  const notCompared = [
    ...(imagesUnread > 0 ? [plural(imagesUnread, 'further image')] : []),
    ...(isUncounted ? ['further images, of which the service does not say the number'] : []),
    ...(entriesSkipped > 0 ? [`${entries} of the list without a usable id`] : []),
    ...(namesUnread > 0 ? [`${plural(namesUnread, 'image')} whose name could not be read`] : []),
  ];
  return {
    essential: [
      ...notCompared.map((what) => `The name was not compared with ${what}: one of them may have it too.`),
      ...(listChanged
        ? ['The list of images changed while it was read: another image may have the name too.']
        : []),
      ...(nameUnread
        ? [
            'The digits were taken for an id: the list of images could not be read, and one may have that name.',
          ]
        : []),
      ...(movedTag === undefined ? [] : [movedTagNote(movedTag)]),
    ],
    others: ageNote(listAgeMs),
  };
}

/** A tag that is no plain version is upstream's text, which stands among data only. */
const PLAIN_TAG = /^(?:latest|v?\d{1,10}(?:\.\d{1,10}){0,4})$/;

function movedTagNote(tag: string): string {
  const where = PLAIN_TAG.test(tag) ? `the tag ${tag}` : 'another tag, as its reference shows';
  return `The digest decides, since the tag given with it has moved: the digest is listed under ${where}.`;
}

/** How old the list is, when it is not of this very moment. */
export function ageNote(ageMs: number): string[] {
  return ageMs >= 1000 ? [`The list of images was read ${Math.round(ageMs / 1000)} s ago.`] : [];
}

const DEMO_NOTE = 'Demo: this account, its images and findings are made up.';

/** Never left out of an answer. */
export function sourceNotes(source: Presentation['source']): string[] {
  return source === 'demo' ? [DEMO_NOTE] : [];
}
