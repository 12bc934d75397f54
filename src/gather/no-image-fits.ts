/** What is said of a name that no image of the registry list has, or of which that cannot be told. */
import { InputError, type TcssMcpError, TransportError } from '../errors.ts';
import type { ImageListRead } from './image-list.ts';
import { IMAGES_READ } from './image-list.ts';
import { fitsPath, hasDigest, type ImageReference, referenceOf } from './image-reference.ts';
import { NAMES_OFFERED, nearestImages } from './nearest-names.ts';

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
  if (skipped > 0) {
    return `${count} of ${total} images of the registry were compared, and it may be among the ${skipped} without a usable id`;
  }
  if (count === 0) return 'the service lists no image of any registry';
  return count === 1
    ? 'the only image of the registry was read'
    : `all ${count} images of the registry were read`;
}
