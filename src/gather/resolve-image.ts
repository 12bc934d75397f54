/** Finds the image that a reference names, or those that it may mean. */

import { distance } from 'fastest-levenshtein';
import { failureOrThrow, InputError, type TcssMcpError, TransportError } from '../errors.ts';
import type { Deadline } from '../http/time.ts';
import type { Redaction } from '../redact/redaction.ts';
import type { TcssClient } from '../tcss/client.ts';
import {
  hasChanged,
  IMAGES_READ,
  type ImageList,
  type ListedImages,
  mayBeStale,
  readImages,
} from './image-list.ts';
import {
  fitsPath,
  fitsReference,
  hasBrokenDigest,
  hasDigest,
  type ImageReference,
  nameIn,
  parseImageReference,
  referenceOf,
  shortReferenceOf,
  visibleText,
} from './image-reference.ts';
import { type ImageId, idOf, type ListedImage, type Place } from './listed-image.ts';
import type { ImageEntry } from './scan-state.ts';
import { mapInSlices } from './window.ts';

/** What makes the look-up of a name less than certain. */
export interface LookUp {
  /** Images beyond the limit of what is read, one of which may have the name. */
  readonly imagesUnread?: number;
  /** The service does not say how many images there are, so some may not have been read. */
  readonly isUncounted?: boolean;
  /** Entries without a usable id, one of which may have the name. */
  readonly entriesSkipped?: number;
  /** Images whose name could not be read, one of which may have the name. */
  readonly namesUnread?: number;
  /** The list changed while it was read, so that an image with the name may have been missed. */
  readonly listChanged?: boolean;
  /** Age of the list, when an earlier call read it. */
  readonly listAgeMs?: number;
  /** The tag that the digest is listed under, where another was given with it: upstream text; empty for none or several. */
  readonly movedTag?: string;
  /** The digits were taken for an id, without knowing whether an image has them as its name. */
  readonly nameUnread?: boolean;
}

/** The image that an answer is about. */
export interface ResolvedImage extends LookUp {
  readonly id: ImageId;
  /** As the list gives it, when the image was looked up there. */
  readonly entry?: ImageEntry;
}

/** A reference that fits several images: only the person knows which one is meant, so this is an answer. */
export interface AmbiguousImage extends LookUp {
  /** All that fit, at least two, in the service's order. */
  readonly candidates: readonly ListedImage[];
  /** All digits: the first candidate has them as its id, the others as their name. */
  readonly isNumber?: boolean;
}

const DIGEST_FORM = 'image must have a complete digest: sha256: and 64 hex digits';
const ID_FORM = `image is all digits, so it is an id, which must be from 1 to ${Number.MAX_SAFE_INTEGER}`;
const FORM =
  'image must be [registry/][namespace/]name[:tag][@sha256:...], such as payments/api:1.4.2, or a numeric image id';

/** What looking a name up needs. */
interface LookUpContext {
  readonly images: ImageList;
  readonly client: TcssClient;
  readonly redaction: Redaction;
  readonly deadline: Deadline;
}

/** Finds what `text` names among the images of a place. @throws what resolveImage or resolveNodeImage throws. */
export function lookUp(
  where: Place,
  text: string,
  context: LookUpContext,
): Promise<ResolvedImage | AmbiguousImage> {
  if (where === 'nodes') return resolveNodeImage(text, context);
  return resolveImage(context.images, text, context.deadline);
}

const NODE_FORM = 'image must be the exact name of an image on nodes, or its id sha256: and 64 hex digits';

/** Where the names of images on nodes are listed. */
export const NODE_NAMES = 'find_images with where nodes lists the names';

const NODE_DIGEST =
  'an image on nodes cannot be found by name@digest: the list of these images holds no digests. Give its name alone, or its id sha256:...';

/**
 * Finds the image on nodes that has the id `text`, or exactly that name. The service's filter for names may be fuzzy, so
 * names are compared here.
 * @throws {InputError} when `text` names no image, or holds a digest behind a name. @throws what the client throws.
 * @throws {TransportError} when the list is incomplete: the image may be in the missing part.
 */
async function resolveNodeImage(
  text: string,
  context: LookUpContext,
): Promise<ResolvedImage | AmbiguousImage> {
  const { path = [], digest } = parseImageReference(text) ?? {};
  if (digest !== undefined && path.length > 0) throw new InputError(NODE_DIGEST);
  if (digest?.startsWith('sha256:')) return { id: digest };
  const name = nameIn(text);
  if (name === '' || digest !== undefined || hasBrokenDigest(text))
    throw new InputError(NODE_FORM, { next: NODE_NAMES });

  const list = await readImages('nodes', { Filters: [{ Name: 'ImageName', Values: [name] }] }, context);
  const candidates = list.images.filter((image) => referenceOf(image) === name);
  if (isCutShort(list) && list.total !== 0) throw incomplete(list);
  const [only] = candidates;
  if (only === undefined) throw noNodeImage(list, visibleText(text));
  return candidates.length > 1 ? { candidates, ...lookUpOf(list) } : { id: idOf(only), ...lookUpOf(list) };
}

/** Says that no image on nodes has the name, and which came near it: those that the service's filter found. */
function noNodeImage(list: ListedImages, typed: string): InputError {
  const near = list.images
    .slice(0, NAMES_OFFERED)
    .map((image) => `${idOf(image)} ${referenceOf(image) ?? ''}`);
  const unread = unreadOf(list) > 0 ? `: ${list.images.length} of ${list.total} were compared` : '';
  return new InputError(
    `no image on nodes is called exactly ${typed}${unread}${near.length > 0 ? '. Names that the service finds for it follow' : ''}`,
    {
      quoted: near,
      typed,
      next: near.length > 0 ? undefined : 'look for a part of the name with find_images and where nodes',
    },
  );
}

/**
 * Finds what `text` names. Digits alone are an id, unless an image has that name too. Matching is done here,
 * since the list documents no filter for names. A list that may be stale, or changed while it was read, is read
 * once more before it is said that nothing fits.
 * @throws {InputError} when `text` names no image, or is no reference. @throws what ImageList.read throws.
 * @throws {TransportError} when the list is incomplete: the image may be in the missing part.
 */
export async function resolveImage(
  images: ImageList,
  text: string,
  deadline: Deadline,
): Promise<ResolvedImage | AmbiguousImage> {
  const reference = parseImageReference(text);
  if (reference === undefined && hasBrokenDigest(text))
    throw new InputError(DIGEST_FORM, { next: 'find_images finds an image by a part of its digest' });
  if (reference === undefined) throw new InputError(FORM);
  const id = isAllDigits(reference) ? Number(reference.path[0]) : undefined;
  if (id !== undefined && id > 0 && Number.isSafeInteger(id)) {
    return resolveNumber(images, id, reference, deadline);
  }
  let list = await images.read(deadline);
  let candidates = fitting(list, reference);
  if (candidates.length === 0 && !isCutShort(list) && (mayBeStale(list) || hasChanged(list))) {
    list = await images.read(deadline, { refresh: true });
    candidates = fitting(list, reference);
  }
  const [only] = candidates;
  if (isCutShort(list) || (only === undefined && hasChanged(list))) throw incomplete(list);
  if (only === undefined && id !== undefined) throw new InputError(ID_FORM);
  if (only === undefined) throw await nothingFits(list, visibleText(text), reference, deadline.signal);
  const lookUp = { ...lookUpOf(list), ...movedTagOf(candidates, reference) };
  return candidates.length > 1 ? { candidates, ...lookUp } : { id: only.Id, entry: only, ...lookUp };
}

/** Digits alone: an id, as other answers give it, or the name of a repository. */
async function resolveNumber(
  images: ImageList,
  id: number,
  reference: ImageReference,
  deadline: Deadline,
): Promise<ResolvedImage | AmbiguousImage> {
  let list: ListedImages;
  try {
    list = await images.read(deadline);
  } catch (error) {
    failureOrThrow(error, deadline.signal);
    // An id needs no list, nor the permission to read it.
    return { id, nameUnread: true };
  }
  const entry = list.images.find((image) => image.Id === id);
  const named = fitting(list, reference).filter((image) => image !== entry);
  const { listAgeMs, ...lookUp } = lookUpOf(list);
  const age = listAgeMs === undefined ? {} : { listAgeMs };
  if (named.length > 0) {
    return { candidates: [entry ?? { Id: id }, ...named], isNumber: true, ...lookUp, ...age };
  }
  // No time is left to read its rows.
  if (list.endedBy === 'deadline') throw incomplete(list);
  if (isCutShort(list)) return { id, nameUnread: true };
  return entry === undefined ? { id, ...lookUp } : { id, entry, ...lookUp, ...age };
}

function isAllDigits({ path, tag, digest }: ImageReference): boolean {
  return tag === undefined && digest === undefined && path.length === 1 && /^\d+$/.test(path[0] ?? '');
}

/** The images that fit a reference; if some of those with its digest also have its tag, only these. */
function fitting({ images }: ListedImages, reference: ImageReference): ListedImage[] {
  const { tag, digest } = reference;
  const fits = images.filter((image) => fitsReference(image, reference));
  if (tag === undefined || digest === undefined) return fits;
  const underTag = fits.filter((image) => image.ImageTag === tag);
  return underTag.length > 0 ? underTag : fits;
}

/** Set when no image with the digest has the tag that was given with it. */
function movedTagOf(
  [first, ...rest]: readonly ListedImage[],
  { tag }: ImageReference,
): Pick<LookUp, 'movedTag'> {
  if (first === undefined || tag === undefined || first.ImageTag === tag) return {};
  return { movedTag: rest.length > 0 ? '' : (first.ImageTag ?? '') };
}

/** Whether the list could not be read to its end, other than because it changed meanwhile. */
function isCutShort({ endedBy, totalChanged, total, images }: ListedImages): boolean {
  const isNothing = total === undefined && images.length === 0;
  return isNothing || (endedBy !== undefined && !(endedBy === 'short_page' && totalChanged));
}

function lookUpOf(list: ListedImages): LookUp {
  const { total, skipped, ageMs } = list;
  const unread = unreadOf(list);
  const nameless = namelessOf(list);
  return {
    ...(unread > 0 ? { imagesUnread: unread } : {}),
    ...(total === undefined ? { isUncounted: true } : {}),
    ...(skipped > 0 ? { entriesSkipped: skipped } : {}),
    ...(nameless > 0 ? { namesUnread: nameless } : {}),
    ...(hasChanged(list) ? { listChanged: true } : {}),
    ...(ageMs > 0 ? { listAgeMs: ageMs } : {}),
  };
}

/** Why a name cannot be looked up in a list that is incomplete, and what to do. */
function incomplete({ images, total, endedBy, failure, where }: ListedImages): TcssMcpError {
  const list = where === 'nodes' ? 'list of images on nodes' : 'registry list';
  const idAlone = where === 'nodes' ? 'an id sha256:... needs no list' : 'image_id needs no list';
  if (endedBy === 'deadline') {
    const read = total === undefined ? `${images.length}` : `${images.length} of ${total}`;
    return new TransportError(
      'incomplete',
      `the deadline passed after ${read} images of the ${list} had been read to look up a name; ${idAlone}`,
      { cause: failure },
    );
  }
  return (
    failure ??
    new TransportError(
      'incomplete',
      `the ${list} changed or was cut short while a name was looked up in it; ${idAlone}`,
    )
  );
}

/** How many images there are beyond the limit of what is read. */
function unreadOf({ images, skipped, total = 0 }: ListedImages): number {
  return total > IMAGES_READ ? total - images.length - skipped : 0;
}

/** The fields that a reference is compared with. */
const NAME_FIELDS = ['ImageRepoAddress', 'Namespace', 'ImageName', 'ImageTag', 'ImageDigest', 'ImageId'];

/** How many images of a list have a name that could not be read in full. */
function namelessOf({ images }: ListedImages): number {
  return images.filter(({ leftOut }) => leftOut?.some((field) => NAME_FIELDS.includes(field))).length;
}

/**
 * Says that no image of a list fits `reference`, typed as `typed`, how much of the registry was searched, and
 * which names are close.
 * @throws the signal's reason when it aborts meanwhile.
 */
async function nothingFits(
  list: ListedImages,
  typed: string,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<InputError> {
  const { images } = list;
  const { path, digest } = reference;
  const message = `no image fits ${typed}: ${extentOf(list)}`;
  if (images.length === 0) return new InputError(message, { typed });
  const withDigest = digest === undefined ? [] : images.filter((image) => hasDigest(image, digest));
  const near = withDigest.length > 0 ? withDigest : await nearestImages(images, reference, signal);
  const withName = path.length === 0 ? 0 : images.filter((image) => fitsPath(image, path)).length;
  const quoted = near
    .slice(0, NAMES_OFFERED)
    .map((image) =>
      [image.Id, referenceOf(image), digest === undefined ? undefined : image.ImageDigest]
        .filter((part) => part !== undefined)
        .join(' '),
    );
  return new InputError(`${message}. ${hintOf(withDigest.length, withName, near.length)}`, {
    quoted,
    typed,
    next: near.length > 0 || withName > 0 ? undefined : 'look for a part of the name with find_images',
  });
}

function hintOf(withDigest: number, withName: number, near: number): string {
  if (withDigest > 0) {
    return `${withDigest} with that digest ${withDigest === 1 ? 'has' : 'have'} another name; ask again with one of them`;
  }
  if (withName > 0) {
    return `${withName} with that name ${withName === 1 ? 'has' : 'have'} another tag or digest; ask again with one of them`;
  }
  return `Parts are compared exactly and case-sensitively${near > 0 ? '; the closest names follow' : ''}`;
}

/** How much of the registry was searched, and where else the image may be. */
function extentOf(list: ListedImages): string {
  const { images, skipped, total } = list;
  const count = images.length;
  const unread = unreadOf(list);
  if (total === undefined || unread > 0) {
    const read = total === undefined ? `${count} images` : `${count} of ${total} images`;
    return `${read} of the registry were read, and it may be among the others: if so, give image_id`;
  }
  const nameless = namelessOf(list);
  if (nameless > 0) {
    return `${count - nameless} of ${total} images of the registry were compared, and it may be among the others, whose names could not be read: if so, give image_id`;
  }
  if (skipped > 0) {
    return `${count} of ${total} images of the registry were compared, and it may be among the ${skipped} without a usable id`;
  }
  if (count === 0) return 'the service lists no image of any registry';
  return count === 1
    ? 'the only image of the registry was read'
    : `all ${count} images of the registry were read`;
}

/** The most names that are suggested. */
const NAMES_OFFERED = 5;

/** Of longer texts only the end is compared, where names and tags are; in UTF-16 units. */
const COMPARED_LENGTH = 100;

/** Names that differ by more edits are not close, whatever their length. */
const MOST_EDITS = 8;

/** Cheaper than any number of edits. */
const SAME_NAME = -1;

/**
 * At most five images with different references, closest first: those with the same name and another tag or
 * digest, then those whose namespace and name are few edits away, ignoring case. Tags only decide between
 * equally close names, since any name may have any tag.
 * @throws the signal's reason when it aborts meanwhile.
 */
export async function nearestImages(
  images: readonly ListedImage[],
  reference: ImageReference,
  signal: AbortSignal,
): Promise<ListedImage[]> {
  if (reference.path.length === 0) return [];
  const distinct = [...new Map(images.map((image) => [referenceOf(image), image])).values()];
  const compared = await mapInSlices(distinct, (image) => ({ image, ...editsTo(image, reference) }), signal);
  return compared
    .filter(({ name }) => name < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.name - b.name || a.tag - b.tag)
    .slice(0, NAMES_OFFERED)
    .map(({ image }) => image);
}

/** How many edits lie between a reference and an image's name and tag. */
function editsTo(image: ListedImage, { path, tag }: ImageReference): { name: number; tag: number } {
  const name = fitsPath(image, path) ? SAME_NAME : nameEdits(image, path);
  const isFar = tag === undefined || name === Number.POSITIVE_INFINITY;
  return { name, tag: isFar ? 0 : distance(ending(image.ImageTag ?? ''), ending(tag)) };
}

function nameEdits(image: ListedImage, path: readonly string[]): number {
  const listed = parseImageReference(shortReferenceOf(image) ?? '')?.path;
  if (listed === undefined) return Number.POSITIVE_INFINITY;
  // Only as many parts as both have, since the namespace may be missing or the registry wrong.
  const parts = Math.min(listed.length, path.length);
  const meant = ending(path.slice(-parts).join('/'));
  const most = Math.min(MOST_EDITS, Math.ceil(meant.length / 3));
  const tails = [listed.slice(-parts), ...(parts < listed.length ? [listed.slice(0, parts)] : [])];
  const edits = Math.min(...tails.map((tail) => distance(ending(tail.join('/')), meant)));
  return edits <= most ? edits : Number.POSITIVE_INFINITY;
}

function ending(text: string): string {
  return text.slice(-COMPARED_LENGTH).toLowerCase();
}
