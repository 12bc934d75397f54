/** From a reference to the image it names, or to those that it may mean. */
import { InputError, partOfAnswer } from '../errors.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { hasChanged, type ImageList, type ImageListRead, isOutdated } from './image-list.ts';
import {
  fitsReference,
  hasBrokenDigest,
  type ImageReference,
  parseImageReference,
  visibleText,
} from './image-reference.ts';
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
  /** The tag under which the digest is listed that was given with another tag: upstream text; empty for none or several. */
  readonly movedTag?: string;
  /** All digits were taken for an id, and whether they are a name too could not be told from the list. */
  readonly nameUnread?: boolean;
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
  /** All digits: the first candidate has them as its id, the others as their name. */
  readonly isNumber?: boolean;
}

/** Whether the facts of an answer are only that its reference fits several images. */
export function isAmbiguous(facts: object): facts is AmbiguousImage {
  return 'candidates' in facts;
}

const DIGEST_FORM =
  'image must be given with a whole digest: sha256: and 64 hex digits. For a part of one, ask find_images with that part';
const ID_FORM = `image is all digits, so it is an id: from 1 to ${Number.MAX_SAFE_INTEGER} is allowed`;
const FORM =
  'image must be [registry/][namespace/]name[:tag][@sha256:...], such as payments/api:1.4.2, or a numeric image id';

/**
 * Finds what `text` names. An all-digit text is an id, unless an image has that name too. Matching is done
 * here, since the list documents no filter for names. A list that was kept, or changed while it was read, is
 * read once more before a name is said to fit none.
 * @throws {InputError} when it names none, or is no reference. @throws what ImageList.read throws.
 * @throws {TransportError} when the list did not come whole: the image meant may be missing.
 */
export async function resolveImage(
  list: ImageList,
  text: string,
  signal: AbortSignal,
): Promise<ResolvedImage | AmbiguousImage> {
  const reference = parseImageReference(text);
  if (reference === undefined) throw new InputError(hasBrokenDigest(text) ? DIGEST_FORM : FORM);
  const id = isAllDigits(reference) ? Number(reference.path[0]) : undefined;
  if (id !== undefined && id > 0 && Number.isSafeInteger(id)) {
    return resolveNumber(list, id, reference, signal);
  }
  const first = await list.read(signal);
  const isMissing = fitting(first, reference).length === 0 && !hasBrokenOff(first);
  const mayHaveMissed = isOutdated(first) || hasChanged(first);
  const read = isMissing && mayHaveMissed ? await list.read(signal, { isAnew: true }) : first;

  const candidates = fitting(read, reference);
  const [only] = candidates;
  if (hasBrokenOff(read) || (only === undefined && hasChanged(read))) throw notWhole(read);
  if (only === undefined && id !== undefined) throw new InputError(ID_FORM);
  if (only === undefined) throw await nothingFits(read, visibleText(text), reference, signal);
  const lookUp = { ...lookUpOf(read), ...movedTagOf(candidates, reference) };
  return candidates.length > 1 ? { candidates, ...lookUp } : { id: only.Id, entry: only, ...lookUp };
}

/** Digits alone: an id, as other answers give it, or the name of a repository. */
async function resolveNumber(
  list: ImageList,
  id: number,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<ResolvedImage | AmbiguousImage> {
  let read: ImageListRead;
  try {
    read = await list.read(signal);
  } catch (error) {
    partOfAnswer(error, signal);
    // Without the permission to list images an id is still one.
    return { id, nameUnread: true };
  }
  const own = read.images.find((image) => image.Id === id);
  const named = fitting(read, reference).filter((image) => image !== own);
  const { listAgeMs, ...lookUp } = lookUpOf(read);
  const age = listAgeMs === undefined ? {} : { listAgeMs };
  if (named.length > 0) {
    return { candidates: [own ?? { Id: id }, ...named], isNumber: true, ...lookUp, ...age };
  }
  // No time is left for its rows.
  if (read.endedBy === 'deadline') throw notWhole(read);
  if (hasBrokenOff(read)) return { id, nameUnread: true };
  return own === undefined ? { id, ...lookUp } : { id, entry: own, ...lookUp, ...age };
}

function isAllDigits({ path, tag, digest }: ImageReference): boolean {
  return tag === undefined && digest === undefined && path.length === 1 && /^\d+$/.test(path[0] ?? '');
}

/** The images that fit; of those of one digest the ones under the tag that was given with it, where there are any. */
function fitting({ images }: ImageListRead, reference: ImageReference): RegistryImage[] {
  const { tag, digest } = reference;
  const fits = images.filter((image) => fitsReference(image, reference));
  if (tag === undefined || digest === undefined) return fits;
  const underTag = fits.filter((image) => image.ImageTag === tag);
  return underTag.length > 0 ? underTag : fits;
}

/** Set when no image of those that fit a digest has the tag that was given with it. */
function movedTagOf(
  [first, ...others]: readonly RegistryImage[],
  { tag }: ImageReference,
): Pick<LookUp, 'movedTag'> {
  if (first === undefined || tag === undefined || first.ImageTag === tag) return {};
  return { movedTag: others.length > 0 ? '' : (first.ImageTag ?? '') };
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
