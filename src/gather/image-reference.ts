/** References by which people name images, and which images they fit. Pure. */

import type { Redaction } from '../redact/redaction.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';

/** The parts of `[registry/][namespace/]name[:tag][@sha256:...]`; at least a name or a digest. */
export interface ImageReference {
  /** Registry, namespace and name, in that order; empty when only a digest was given. */
  readonly path: readonly string[];
  readonly tag?: string;
  readonly digest?: string;
}

/** Longest image reference: registry, namespace, name, tag and digest at their limits. */
export const REFERENCE_LENGTH = 1024;

/** What tools and browsers put before a name: `docker-pullable://`, `containerd://`, `https://`. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** What may surround a name copied from a sentence or a file. No name contains any. */
export const QUOTATION_MARKS = /["'`“”‘’]/g;

/** A digest or an image id, which tools print with or without its algorithm, in either case. */
const DIGEST = /^(?:sha256:)?(?<sha256>[0-9a-f]{64})$|^(?<sha512>sha512:[0-9a-f]{128})$/i;

const DOCKER_HUB = 'docker.io';
/** Its other names. */
const DOCKER_HUB_HOSTS: ReadonlySet<string> = new Set([
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

/** Characters that nobody sees, and that would keep a copied name from matching. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** A text without invisible characters and surrounding blanks. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, '').trim();
}

/**
 * Parses a reference; undefined when it is none. A colon before the last slash belongs to a port. A scheme such
 * as `docker-pullable://`, quotation marks and invisible characters are ignored. The digest is in lower case, with
 * its algorithm.
 */
export function parseImageReference(given: string): ImageReference | undefined {
  const text = nameIn(given);
  const alone = readDigest(text);
  if (alone !== undefined) return { path: [], digest: alone };
  if (isBrokenDigest(text)) return undefined;
  const {
    path: whole = '',
    tag,
    at,
  } = /^(?<path>[^@\s]*?)(?::(?<tag>[^/:@\s]+))?(?:@(?<at>[^@\s]+))?$/.exec(text)?.groups ?? {};
  const digest = at === undefined ? undefined : readDigest(at);
  const path = partsOf(whole);
  const isPath = !path.some((part, index) => part === '' || (part.includes(':') && !isHostAt(path, index)));
  if (!isPath || (path.length === 0 && (digest === undefined || tag !== undefined))) return undefined;
  return {
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Whether a text is no reference because its digest is malformed or cut short. */
export function hasBrokenDigest(given: string): boolean {
  return isBrokenDigest(nameIn(given));
}

function isBrokenDigest(text: string): boolean {
  const [, at] = /@(.*)$/.exec(text) ?? [];
  return at === undefined ? /^sha(?:256|512):/i.test(text) : readDigest(at) === undefined;
}

/** A name without what was copied along with it. */
export function nameIn(given: string): string {
  const text = visibleText(given.replace(QUOTATION_MARKS, ' '));
  const bare = text.replace(SCHEME, '');
  return bare === text ? text : bare.replace(/\/$/, '');
}

function readDigest(text: string): string | undefined {
  const { sha256, sha512 } = DIGEST.exec(text)?.groups ?? {};
  return sha256 === undefined ? sha512?.toLowerCase() : `sha256:${sha256.toLowerCase()}`;
}

/**
 * Whether an image fits: the parts of the path are compared from the right, and only the registry's host ignores
 * case. Without a tag every tag fits. A digest may be the ImageDigest or the ImageId; the tag beside it does not
 * count, since tags move.
 */
export function fitsReference(image: RegistryImage, { path, tag, digest }: ImageReference): boolean {
  const fits = digest === undefined ? tag === undefined || tag === image.ImageTag : hasDigest(image, digest);
  return fits && fitsPath(image, path);
}

/** Whether an image has this digest or id; `digest` as parseImageReference gives it. */
export function hasDigest({ ImageDigest, ImageId }: RegistryImage, digest: string): boolean {
  return [ImageDigest, ImageId].some((id) => id !== undefined && (readDigest(id) ?? id) === digest);
}

/** Whether registry, namespace and name fit, whatever the tag and digest. */
export function fitsPath(image: RegistryImage, path: readonly string[]): boolean {
  const asked = withLibrary(path);
  return pathsOf(image).some(({ parts, hasHost }) => {
    const start = parts.length - asked.length;
    const isHost = (index: number) => hasHost && start + index === 0;
    return (
      start >= 0 && asked.every((part, index) => isSame(part, parts[start + index] ?? '', isHost(index)))
    );
  });
}

function isSame(part: string, listed: string, isHost: boolean): boolean {
  return part === listed || (isHost && hostName(part) === hostName(listed));
}

/** Whether a part of a path is a registry's host: the first of several, with a dot or a port. */
function isHostAt(path: readonly string[], index: number): boolean {
  return index === 0 && path.length > 1 && /[.:]|^localhost$/i.test(path[0] ?? '');
}

/** The one name by which a host is compared. */
function hostName(host: string): string {
  const name = host.toLowerCase().replace(/:443$/, '');
  return DOCKER_HUB_HOSTS.has(name) ? DOCKER_HUB : name;
}

/** Docker Hub's own images are in the namespace `library`, which Docker leaves out. */
function withLibrary(path: readonly string[]): readonly string[] {
  const [host = '', name = ''] = path;
  return path.length === 2 && hostName(host) === DOCKER_HUB ? [host, 'library', name] : path;
}

/** `registry/namespace/name:tag`, as far as the service gives it: upstream text. */
export function referenceOf(image: Partial<RegistryImage>): string | undefined {
  return withTag(image.ImageRepoAddress || namedPath(image), image);
}

/** What nodes call an image that has lost its name to a newer build. */
export const NO_NAME = '<none>:<none>';

/** The name of an image; undefined where it has none. */
export function nameOf(image: Partial<RegistryImage>): string | undefined {
  const reference = referenceOf(image);
  return reference === NO_NAME ? undefined : reference;
}

/** The same without the registry, where the service gives the name by itself. */
export function shortReferenceOf(image: Partial<RegistryImage>): string | undefined {
  return withTag(namedPath(image) || image.ImageRepoAddress, image);
}

function withTag(path: string | undefined, { ImageTag: tag }: Partial<RegistryImage>): string | undefined {
  if (path === undefined || path === '') return undefined;
  return tag === undefined || tag === '' ? path : `${path}:${tag}`;
}

/** Namespace and name, which need not be those of the repository address; empty without a name. */
function namedPath({ Namespace, ImageName }: Partial<RegistryImage>): string {
  if (ImageName === undefined || ImageName === '') return '';
  return Namespace === undefined || Namespace === '' ? ImageName : `${Namespace}/${ImageName}`;
}

/** An image's two paths: its repository address, which may begin with a host, and its namespace and name. */
function pathsOf(image: RegistryImage): { readonly parts: readonly string[]; readonly hasHost: boolean }[] {
  const address = partsOf(image.ImageRepoAddress ?? '');
  return [
    { parts: withLibrary(address), hasHost: isHostAt(address, 0) },
    { parts: partsOf(namedPath(image)), hasHost: false },
  ];
}

function partsOf(path: string): string[] {
  return path === '' ? [] : path.split('/');
}

const PLAIN_DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Redacts images one after the other, remembering what repeats, such as namespaces. */
export function redactImages({ redact }: Redaction): <Entry extends object>(image: Entry) => Entry {
  const known = new Map<string, string>();
  const redactOnce = (text: string) => {
    if (PLAIN_DIGEST.test(text) || SCAN_STATUSES.has(text)) return text;
    const redacted = known.get(text) ?? redact(text);
    known.set(text, redacted);
    return redacted;
  };
  return (image) => {
    const redacted = { ...image } as Record<string, unknown>;
    for (const [field, value] of Object.entries(image)) {
      if (typeof value === 'string') redacted[field] = redactOnce(value);
    }
    return redacted as typeof image;
  };
}
