/** From a reference to the image it names, or to those that it may mean. */
import { InputError, TransportError } from '../errors.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { type ImageList, type ImageListRead, isWhole } from './image-list.ts';
import {
  fitsPath,
  fitsReference,
  type ImageReference,
  parseImageReference,
  referenceOf,
} from './image-reference.ts';
import { nearestImages } from './nearest-names.ts';

/** How a name was looked up in the registry list. */
interface LookUp {
  /** Images of the registry list that were not read; others of them may have the name. */
  readonly imagesUnread?: number;
  /** Age of the list, when an earlier call read it. */
  readonly listAgeMs?: number;
}

/** The image that an answer is about, as far as the service was asked; all but `id` is upstream text. */
export interface ResolvedImage extends LookUp {
  readonly id: number;
  readonly reference?: string | undefined;
  readonly scannedAt?: string | undefined;
  readonly riskStatus?: string | undefined;
  readonly cveStatus?: string | undefined;
  readonly virusStatus?: string | undefined;
  /** False when the entry says that no scan licence is assigned: whatever is listed is old. */
  readonly isLicensed?: boolean;
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

/** What an answer says of an image whose entry was read; an empty ScanTime means never. */
export function describeImage(entry: Partial<RegistryImage>): Omit<ResolvedImage, 'id'> {
  return {
    reference: referenceOf(entry),
    scannedAt: entry.ScanTime === '' ? undefined : entry.ScanTime,
    riskStatus: entry.RiskStatus,
    cveStatus: entry.CveStatus,
    virusStatus: entry.VirusStatus,
    isLicensed: entry.IsAuthorized !== 0,
  };
}

/**
 * Finds what `text` names; an all-digit text is an id and costs no request. Matching is done here,
 * since the list documents no filter for names.
 * @throws {InputError} when it names none, or is no reference. @throws what ImageList.read throws.
 * @throws {TransportError} when the list did not come whole: the image meant may be missing.
 */
export async function resolveImage(
  list: ImageList,
  text: string,
  signal: AbortSignal,
  onProgress?: ((done: number, total: number) => void) | undefined,
): Promise<ResolvedImage | AmbiguousImage> {
  if (/^\d+$/.test(text)) return { id: readId(text) };
  const reference = parseImageReference(text);
  if (reference === undefined) {
    throw new InputError(
      'image must be [registry/][namespace/]name[:tag][@sha256:...], such as payments/api:1.4.2, or a numeric image id',
    );
  }
  const read = await list.read(signal, onProgress);
  requireWhole(read);
  const unread = unreadOf(read);
  const lookUp: LookUp = {
    ...(unread > 0 ? { imagesUnread: unread } : {}),
    ...(read.ageMs > 0 ? { listAgeMs: read.ageMs } : {}),
  };
  const candidates = read.images.filter((image) => fitsReference(image, reference));
  const [only] = candidates;
  if (only === undefined) throw await nothingFits(read, reference, signal);
  return candidates.length > 1
    ? { candidates, ...lookUp }
    : { id: only.Id, ...describeImage(only), ...lookUp };
}

function readId(text: string): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new InputError(
    `image is all digits, so it is an id: from 1 to ${Number.MAX_SAFE_INTEGER} is allowed`,
  );
}

function requireWhole(read: ImageListRead): void {
  if (isWhole(read)) return;
  throw (
    read.failure ??
    new TransportError(
      'incomplete',
      'the registry list changed or broke off while a name was looked up in it',
    )
  );
}

/** How many images the service counts beyond those that were read. */
function unreadOf({ images, total }: ImageListRead): number {
  return Math.max(0, (total ?? 0) - images.length);
}

async function nothingFits(
  read: ImageListRead,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<InputError> {
  const { images } = read;
  const near = await nearestImages(images, reference, signal);
  const sameName =
    reference.path.length === 0 ? 0 : images.filter((image) => fitsPath(image, reference.path)).length;
  const hint =
    sameName > 0
      ? `${sameName} of that name have another tag or digest; ask again with one of them`
      : `Parts are compared exactly and case-sensitively; ${near.length > 0 ? 'the nearest names follow' : 'look for a part of the name with find_images'}`;
  const withDigest = reference.digest !== undefined;
  const quoted = near.map((image) =>
    [image.Id, referenceOf(image), withDigest ? image.ImageDigest : undefined]
      .filter((part) => part !== undefined)
      .join(' '),
  );
  const unread = unreadOf(read);
  const extent =
    unread > 0 ? `the first ${images.length} of ${images.length + unread}` : `all ${images.length}`;
  return new InputError(`image fits none: ${extent} images of the registry were read. ${hint}`, quoted);
}
