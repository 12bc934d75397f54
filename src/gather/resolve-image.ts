/** From a reference to the image it names, or to those that it may mean. */

import { distance } from 'fastest-levenshtein';
import { InputError, partOfAnswer, type TcssMcpError, TransportError } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { hasChanged, IMAGES_READ, type ImageList, type ImageListRead, isOutdated } from './image-list.ts';
import {
  fitsPath,
  fitsReference,
  hasBrokenDigest,
  hasDigest,
  type ImageReference,
  parseImageReference,
  referenceOf,
  shortReferenceOf,
  visibleText,
} from './image-reference.ts';
import type { ImageEntry } from './scan-state.ts';
import { mapInTurns } from './window.ts';

/** How a name was looked up in the registry list. */
export interface LookUp {
  /** Images beyond the most that are read; others of them may have the name. */
  readonly imagesUnread?: number;
  /** The most that are read came, and the service does not say how many more there are. */
  readonly isUncounted?: boolean;
  /** Entries of the list without a usable id; one of them may have the name. */
  readonly entriesSkipped?: number;
  /** Images with a name that could not be read; one of them may have the name. */
  readonly namesUnread?: number;
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
  deadline: Deadline,
): Promise<ResolvedImage | AmbiguousImage> {
  const reference = parseImageReference(text);
  if (reference === undefined) throw new InputError(hasBrokenDigest(text) ? DIGEST_FORM : FORM);
  const id = isAllDigits(reference) ? Number(reference.path[0]) : undefined;
  if (id !== undefined && id > 0 && Number.isSafeInteger(id)) {
    return resolveNumber(list, id, reference, deadline);
  }
  const first = await list.read(deadline);
  const isMissing = fitting(first, reference).length === 0 && !hasBrokenOff(first);
  const mayHaveMissed = isOutdated(first) || hasChanged(first);
  const read = isMissing && mayHaveMissed ? await list.read(deadline, { isAnew: true }) : first;

  const candidates = fitting(read, reference);
  const [only] = candidates;
  if (hasBrokenOff(read) || (only === undefined && hasChanged(read))) throw notWhole(read);
  if (only === undefined && id !== undefined) throw new InputError(ID_FORM);
  if (only === undefined) throw await nothingFits(read, visibleText(text), reference, deadline.signal);
  const lookUp = { ...lookUpOf(read), ...movedTagOf(candidates, reference) };
  return candidates.length > 1 ? { candidates, ...lookUp } : { id: only.Id, entry: only, ...lookUp };
}

/** Digits alone: an id, as other answers give it, or the name of a repository. */
async function resolveNumber(
  list: ImageList,
  id: number,
  reference: ImageReference,
  deadline: Deadline,
): Promise<ResolvedImage | AmbiguousImage> {
  let read: ImageListRead;
  try {
    read = await list.read(deadline);
  } catch (error) {
    partOfAnswer(error, deadline.signal);
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
  const nameless = namelessOf(read);
  return {
    ...(unread > 0 ? { imagesUnread: unread } : {}),
    ...(total === undefined ? { isUncounted: true } : {}),
    ...(skipped > 0 ? { entriesSkipped: skipped } : {}),
    ...(nameless > 0 ? { namesUnread: nameless } : {}),
    ...(hasChanged(read) ? { listChanged: true } : {}),
    ...(ageMs > 0 ? { listAgeMs: ageMs } : {}),
  };
}

/** Why a name cannot be looked up in a list that is not all there, and what to do. */
export function notWhole({ images, total, endedBy, failure }: ImageListRead): TcssMcpError {
  if (endedBy === 'deadline') {
    const read = total === undefined ? `${images.length}` : `${images.length} of ${total}`;
    return new TransportError(
      'incomplete',
      `the deadline passed when ${read} images of the registry had been read to look a name up; image_id needs no list`,
      { cause: failure },
    );
  }
  return (
    failure ??
    new TransportError(
      'incomplete',
      'the registry list changed or broke off while a name was looked up in it; image_id needs no list',
    )
  );
}

/** How many images the service counts beyond the most that are read. */
export function unreadOf({ images, skipped, total = 0 }: ImageListRead): number {
  return total > IMAGES_READ ? total - images.length - skipped : 0;
}

/** What a reference is compared with. */
const NAME_FIELDS = ['ImageRepoAddress', 'Namespace', 'ImageName', 'ImageTag', 'ImageDigest', 'ImageId'];

/** How many images of a list have a name of which a part could not be read. */
function namelessOf({ images }: ImageListRead): number {
  return images.filter(({ leftOut }) => leftOut?.some((field) => NAME_FIELDS.includes(field))).length;
}

/**
 * Says that no image of a list has the name `typed`, which was read as `reference`; how far that goes, and
 * which names are near.
 * @throws the signal's reason when it aborts on the way.
 */
export async function nothingFits(
  read: ImageListRead,
  typed: string,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<InputError> {
  const { images } = read;
  const { path, digest } = reference;
  const message = `no image fits ${typed}: ${extentOf(read)}`;
  if (images.length === 0) return new InputError(message, [], typed);
  const ofDigest = digest === undefined ? [] : images.filter((image) => hasDigest(image, digest));
  const near = ofDigest.length > 0 ? ofDigest : await nearestImages(images, reference, signal);
  const ofName = path.length === 0 ? 0 : images.filter((image) => fitsPath(image, path)).length;
  const quoted = near
    .slice(0, NAMES_OFFERED)
    .map((image) =>
      [image.Id, referenceOf(image), digest === undefined ? undefined : image.ImageDigest]
        .filter((part) => part !== undefined)
        .join(' '),
    );
  return new InputError(`${message}. ${hintOf(ofDigest.length, ofName, near.length)}`, quoted, typed);
}

function hintOf(ofDigest: number, ofName: number, near: number): string {
  if (ofDigest > 0) {
    return `${ofDigest} of that digest ${ofDigest === 1 ? 'has' : 'have'} another name; ask again with one of them`;
  }
  if (ofName > 0) {
    return `${ofName} of that name ${ofName === 1 ? 'has' : 'have'} another tag or digest; ask again with one of them`;
  }
  return `Parts are compared exactly and case-sensitively; ${near > 0 ? 'the nearest names follow' : 'look for a part of the name with find_images'}`;
}

/** How much of the registry the name was compared with, and where else the image may be. */
function extentOf(read: ImageListRead): string {
  const { images, skipped, total } = read;
  const count = images.length;
  const unread = unreadOf(read);
  if (total === undefined || unread > 0) {
    const read = total === undefined ? `${count} images` : `${count} of ${total} images`;
    return `${read} of the registry were read, and it may be among the others: then give image_id`;
  }
  const nameless = namelessOf(read);
  if (nameless > 0) {
    return `${count - nameless} of ${total} images of the registry were compared, and it may be among the others, whose names could not be read: then give image_id`;
  }
  if (skipped > 0) {
    return `${count} of ${total} images of the registry were compared, and it may be among the ${skipped} without a usable id`;
  }
  if (count === 0) return 'the service lists no image of any registry';
  return count === 1
    ? 'the only image of the registry was read'
    : `all ${count} images of the registry were read`;
}

/** How many names are offered. */
export const NAMES_OFFERED = 5;

/** Longest text that is compared, in UTF-16 units: the ends of longer ones, where names and tags are. */
const COMPARED_LENGTH = 100;

/** More edits than this are another name, whatever its length. */
const MOST_EDITS = 8;

/** What an image of the very name costs less than one of the same letters. */
const SAME_NAME = -1;

/**
 * At most five images of different references, nearest first: those of the very name with another tag or
 * digest, then those whose namespace and name take few edits, letters compared in any case. Tags only
 * decide among equal names, since any name may have any tag.
 * @throws the signal's reason when it aborts on the way.
 */
export async function nearestImages(
  images: readonly RegistryImage[],
  reference: ImageReference,
  signal: AbortSignal,
): Promise<RegistryImage[]> {
  if (reference.path.length === 0) return [];
  const distinct = [...new Map(images.map((image) => [referenceOf(image), image])).values()];
  const rated = await mapInTurns(distinct, (image) => ({ image, ...rate(image, reference) }), signal);
  return rated
    .filter(({ name }) => name < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.name - b.name || a.tag - b.tag)
    .slice(0, NAMES_OFFERED)
    .map(({ image }) => image);
}

/** What the way from a reference to an image costs, in edits. */
function rate(image: RegistryImage, { path, tag }: ImageReference): { name: number; tag: number } {
  const name = fitsPath(image, path) ? SAME_NAME : nameEdits(image, path);
  const isFar = tag === undefined || name === Number.POSITIVE_INFINITY;
  return { name, tag: isFar ? 0 : distance(ending(image.ImageTag ?? ''), ending(tag)) };
}

function nameEdits(image: RegistryImage, path: readonly string[]): number {
  const own = parseImageReference(shortReferenceOf(image) ?? '')?.path;
  if (own === undefined) return Number.POSITIVE_INFINITY;
  // As many parts as both have: who names no namespace, or a wrong registry, is compared by the rest.
  const parts = Math.min(own.length, path.length);
  const meant = ending(path.slice(-parts).join('/'));
  const most = Math.min(MOST_EDITS, Math.ceil(meant.length / 3));
  const tails = [own.slice(-parts), ...(parts < own.length ? [own.slice(0, parts)] : [])];
  const edits = Math.min(...tails.map((tail) => distance(ending(tail.join('/')), meant)));
  return edits <= most ? edits : Number.POSITIVE_INFINITY;
}

function ending(text: string): string {
  return text.slice(-COMPARED_LENGTH).toLowerCase();
}
