/** What a person writes to name an image, and which images it fits. Pure. */
import type { RegistryImage } from '../tcss/registry-image.ts';

/** `[registry/][namespace/]name[:tag][@sha256:...]`, taken apart; every part but one may be absent. */
export interface ImageReference {
  /** Registry, namespace and name, in that order; empty when only a digest was given. */
  readonly path: readonly string[];
  readonly tag?: string;
  readonly digest?: string;
}

/** Longest image reference: registry, namespace, name, tag and digest at their own limits. */
export const REFERENCE_LENGTH = 1024;

/** What people copy along with a reference: how a browser or a tool would reach it. */
const SCHEME = /^(?:https?|docker|oci):\/\//i;

/** Characters that nobody sees in what was copied, and that would keep a name from being equal. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** What can be seen of a text that a person or a model gave, without blanks around it. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, '').trim();
}

/**
 * Takes a reference apart; undefined when it is none. A colon before the last slash is a port; a scheme
 * such as `https://` and invisible characters do not count.
 */
export function parseImageReference(given: string): ImageReference | undefined {
  const text = visibleText(given).replace(SCHEME, '');
  const parts = /^(?<path>[^@\s]*?)(?::(?<tag>[^/:@\s]+))?(?:@(?<digest>[^/@\s]+))?$/.exec(
    /^sha256:[0-9a-f]{64}$/.test(text) ? `@${text}` : text,
  )?.groups;
  if (parts === undefined) return undefined;
  const path = parts['path'] === '' ? [] : (parts['path'] ?? '').split('/');
  if (path.includes('') || (path.length === 0 && parts['digest'] === undefined)) return undefined;
  return {
    path,
    ...(parts['tag'] === undefined ? {} : { tag: parts['tag'] }),
    ...(parts['digest'] === undefined ? {} : { digest: parts['digest'] }),
  };
}

/**
 * Whether an image fits: each part that is given is equal, case-sensitive, the path compared from
 * the right. No tag fits every tag; a digest may be the ImageDigest or the ImageId.
 */
export function fitsReference(image: RegistryImage, reference: ImageReference): boolean {
  const { tag, digest } = reference;
  if (tag !== undefined && tag !== image.ImageTag) return false;
  if (digest !== undefined && digest !== image.ImageDigest && digest !== image.ImageId) return false;
  return fitsPath(image, reference.path);
}

/** Whether registry, namespace and name fit, whatever the tag and digest. */
export function fitsPath(image: RegistryImage, path: readonly string[]): boolean {
  return pathsOf(image).some(
    (whole) =>
      whole.length >= path.length &&
      path.every((part, index) => part === whole[whole.length - path.length + index]),
  );
}

/** `registry/namespace/name:tag` of an image, as far as the service gives it: upstream text. */
export function referenceOf(image: Partial<RegistryImage>): string | undefined {
  return withTag(image.ImageRepoAddress || namedPath(image), image);
}

/** The same without its registry, where the service gives a name apart from the repository address. */
export function shortReferenceOf(image: Partial<RegistryImage>): string | undefined {
  return withTag(namedPath(image) || image.ImageRepoAddress, image);
}

function withTag(path: string | undefined, { ImageTag: tag }: Partial<RegistryImage>): string | undefined {
  if (path === undefined || path === '') return undefined;
  return tag === undefined || tag === '' ? path : `${path}:${tag}`;
}

/** Namespace and name, which need not be in the repository address; empty without a name. */
function namedPath({ Namespace, ImageName }: Partial<RegistryImage>): string {
  if (ImageName === undefined || ImageName === '') return '';
  return Namespace === undefined || Namespace === '' ? ImageName : `${Namespace}/${ImageName}`;
}

/** An image's path by its repository address, and by namespace and name. */
function pathsOf(image: RegistryImage): string[][] {
  return [image.ImageRepoAddress ?? '', namedPath(image)].map((path) => (path === '' ? [] : path.split('/')));
}
