/** From a reference to the one image it names, by reading the registry list. */
import { InputError, TransportError } from '../errors.ts';
import type { TcssClient } from '../tcss/client.ts';
import { describeAssetImageRegistryList, type RegistryImage } from '../tcss/registry-image.ts';
import { fitsPath, fitsReference, parseImageReference, referenceOf } from './image-reference.ts';
import { readWindow } from './window.ts';

/** The image that an answer is about, as far as the service was asked; all but `id` is upstream text. */
export interface ResolvedImage {
  readonly id: number;
  readonly reference?: string | undefined;
  readonly scannedAt?: string | undefined;
  readonly riskStatus?: string | undefined;
  /** Images of the registry list that the look-up by name did not read; another of them may have the name. */
  readonly imagesUnread?: number;
}

/** What an answer says of an image whose entry was read; an empty ScanTime means never. */
export function describeImage(entry: Partial<RegistryImage>): Omit<ResolvedImage, 'id'> {
  return {
    reference: referenceOf(entry),
    scannedAt: entry.ScanTime === '' ? undefined : entry.ScanTime,
    riskStatus: entry.RiskStatus,
  };
}

/** Most images that are read to resolve a name: 50 requests. */
const IMAGES_READ = 5000;

/** How many images an error lists. */
const IMAGES_LISTED = 5;

/**
 * Finds the image that `text` names; an all-digit text is an id and costs no request. Matching is
 * done here, since the list documents no filter for names.
 * @throws {InputError} when it names none or several, or is no reference.
 */
export async function resolveImage(
  client: TcssClient,
  text: string,
  signal: AbortSignal,
): Promise<ResolvedImage> {
  if (/^\d+$/.test(text)) return { id: readId(text) };
  const reference = parseImageReference(text);
  if (reference === undefined) {
    throw new InputError(
      'image must be [registry/][namespace/]name[:tag][@sha256:...], such as payments/api:1.4.2, or a numeric image id',
    );
  }
  const { images, total } = await readImages(client, signal);
  const fitting = images.filter((image) => fitsReference(image, reference));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) {
    const unread = total - images.length;
    return { id: only.Id, ...describeImage(only), ...(unread > 0 ? { imagesUnread: unread } : {}) };
  }
  const read = images.length < total ? `the first ${images.length} of ${total}` : `all ${total}`;
  if (only !== undefined) {
    throw new InputError(
      `image fits ${fitting.length} images (${read} images of the registry were read). Ask again with the image_id of one of them`,
      listImages(fitting),
    );
  }
  const sameName = images.filter((image) => reference.path.length > 0 && fitsPath(image, reference.path));
  const hint =
    sameName.length > 0
      ? `. ${sameName.length} of that name have another tag or digest; ask again with one of them`
      : '. Check namespace, name and tag: they are compared exactly and case-sensitively';
  throw new InputError(
    `image fits none: ${read} images of the registry were read${hint}`,
    listImages(sameName),
  );
}

function readId(text: string): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new InputError(
    `image is all digits, so it is an id: from 1 to ${Number.MAX_SAFE_INTEGER} is allowed`,
  );
}

function listImages(images: readonly RegistryImage[]): string[] {
  return images
    .slice(0, IMAGES_LISTED)
    .map((image) => `${image.Id} ${referenceOf(image) ?? ''} ${image.ImageDigest ?? ''}`.trimEnd());
}

/**
 * The registry list, up to 5,000 images, none twice.
 * @throws {TransportError} when less of it came than its total promised: the image meant may be missing.
 */
async function readImages(client: TcssClient, signal: AbortSignal) {
  const window = await readWindow<RegistryImage>(
    (offset, limit) => client.call(describeAssetImageRegistryList, { Limit: limit, Offset: offset }, signal),
    { start: 0, size: IMAGES_READ, signal },
  );
  if (window.endedBy !== undefined || window.totalChanged) {
    throw (
      window.failure ??
      new TransportError(
        'incomplete',
        'the registry list changed or broke off while a name was looked up in it',
      )
    );
  }
  const images = [...new Map(window.rows.map((image) => [image.Id, image])).values()];
  return { images, total: Math.max(window.total ?? 0, images.length) };
}
