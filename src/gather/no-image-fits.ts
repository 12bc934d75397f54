/** What is said of a name that no image of the registry list has, or of which that cannot be told. */
import { InputError, type TcssMcpError, TransportError } from '../errors.ts';
import type { ImageListRead } from './image-list.ts';
import { fitsPath, type ImageReference, referenceOf } from './image-reference.ts';
import { nearestImages } from './nearest-names.ts';
import { IMAGES_READ } from './read-image-list.ts';

/** Why a name cannot be looked up in a list that is not all there, and what to do. */
export function notWhole({ images, total, endedBy, failure }: ImageListRead): TcssMcpError {
  if (endedBy === 'deadline') {
    const read = total === undefined ? `${images.length}` : `${images.length} of ${total}`;
    return new TransportError(
      'incomplete',
      `the deadline passed when ${read} images of the registry had been read to look a name up; asked again within 60 s it goes on from there, and image_id needs no list`,
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
export function namelessOf({ images }: ImageListRead): number {
  return images.filter(({ leftOut }) => leftOut?.some((field) => NAME_FIELDS.includes(field))).length;
}

/**
 * Says that no image of a list has a name, how far that goes, and which names are near.
 * @throws the signal's reason when it aborts on the way.
 */
export async function nothingFits(
  read: ImageListRead,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<InputError> {
  const { images } = read;
  if (images.length === 0) return new InputError(`image fits none: ${extentOf(read)}`);
  const near = await nearestImages(images, reference, signal);
  const sameName =
    reference.path.length === 0 ? 0 : images.filter((image) => fitsPath(image, reference.path)).length;
  const hint =
    sameName > 0
      ? `${sameName} of that name ${sameName === 1 ? 'has' : 'have'} another tag or digest; ask again with one of them`
      : `Parts are compared exactly and case-sensitively; ${near.length > 0 ? 'the nearest names follow' : 'look for a part of the name with find_images'}`;
  const withDigest = reference.digest !== undefined;
  const quoted = near.map((image) =>
    [image.Id, referenceOf(image), withDigest ? image.ImageDigest : undefined]
      .filter((part) => part !== undefined)
      .join(' '),
  );
  return new InputError(`image fits none: ${extentOf(read)}. ${hint}`, quoted);
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
