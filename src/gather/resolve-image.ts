/** From a reference to the image it names, or to those that it may mean. */

import { InputError } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { hasChanged, type ImageList, type ImageListRead, isOutdated } from './image-list.ts';
import { fitsReference, type ImageReference, parseImageReference, visibleText } from './image-reference.ts';
import { nothingFits, notWhole, unreadOf } from './no-image-fits.ts';
import type { ImageEntry } from './scan-state.ts';

/** How a name was looked up in the registry list. */
export interface LookUp {
  /** Images beyond the most that are read; others of them may have the name. */
  readonly imagesUnread?: number;
  /** The most that are read came, and the service does not say how many more there are. */
  readonly isUncounted?: boolean;
  /** Entries of the list without a usable id; one of them may have the name. */
  readonly entriesSkipped?: number;
  /** The list changed while it was read: an image that was missed may have the name. */
  readonly listChanged?: boolean;
  /** Age of the list, when an earlier call read it or a part of it. */
  readonly listAgeMs?: number;
}

/** The image that an answer is about. */
export interface ResolvedImage extends LookUp {
  readonly id: number;
  /** As the list gave it, when the image was looked up there. */
  readonly entry?: ImageEntry;
}

/** A reference that fits several images: an answer, since only the person knows which one is meant. */
export interface AmbiguousImage extends LookUp {
  /** All that fit, at least two, in the service's order. */
  readonly candidates: readonly RegistryImage[];
}

/** Whether the facts of an answer are only that its reference fits several images. */
export function isAmbiguous(facts: object): facts is AmbiguousImage {
  return 'candidates' in facts;
}

/**
 * Finds what `text` names; an all-digit text is an id and costs no request. Matching is done here,
 * since the list documents no filter for names. A list that was kept, or changed while it was read, is
 * read once more before a name is said to fit none.
 * @throws {InputError} when it names none, or is no reference. @throws what ImageList.read throws.
 * @throws {TransportError} when the list did not come whole: the image meant may be missing.
 */
export async function resolveImage(
  list: ImageList,
  text: string,
  deadline: Deadline,
): Promise<ResolvedImage | AmbiguousImage> {
  const visible = visibleText(text);
  if (/^\d+$/.test(visible)) return { id: readId(visible) };
  const reference = parseImageReference(visible);
  if (reference === undefined) {
    throw new InputError(
      'image must be [registry/][namespace/]name[:tag][@sha256:...], such as payments/api:1.4.2, or a numeric image id',
    );
  }
  const first = await list.read(deadline);
  const isMissing = fitting(first, reference).length === 0 && !hasBrokenOff(first);
  const mayHaveMissed = isOutdated(first) || hasChanged(first);
  const read = isMissing && mayHaveMissed ? await list.read(deadline, { isAnew: true }) : first;

  const candidates = fitting(read, reference);
  const [only] = candidates;
  if (hasBrokenOff(read) || (only === undefined && hasChanged(read))) throw notWhole(read);
  if (only === undefined) throw await nothingFits(read, reference, deadline.signal);
  return candidates.length > 1
    ? { candidates, ...lookUpOf(read) }
    : { id: only.Id, entry: only, ...lookUpOf(read) };
}

function fitting({ images }: ImageListRead, reference: ImageReference): RegistryImage[] {
  return images.filter((image) => fitsReference(image, reference));
}

/** A page that is short because the list changed is no more than that. */
function hasBrokenOff({ endedBy, totalChanged, total, images }: ImageListRead): boolean {
  const isNothing = total === undefined && images.length === 0;
  return isNothing || (endedBy !== undefined && !(endedBy === 'short_page' && totalChanged));
}

function lookUpOf(read: ImageListRead): LookUp {
  const { total, skipped, ageMs } = read;
  const unread = unreadOf(read);
  return {
    ...(unread > 0 ? { imagesUnread: unread } : {}),
    ...(total === undefined ? { isUncounted: true } : {}),
    ...(skipped > 0 ? { entriesSkipped: skipped } : {}),
    ...(hasChanged(read) ? { listChanged: true } : {}),
    ...(ageMs > 0 ? { listAgeMs: ageMs } : {}),
  };
}

function readId(text: string): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new InputError(
    `image is all digits, so it is an id: from 1 to ${Number.MAX_SAFE_INTEGER} is allowed`,
  );
}
