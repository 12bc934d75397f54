/** Which containers there are: those of an image, those that run as root, or all, a window of them at a time. */
import { failureOrThrow, InputError, type TcssMcpError } from '../errors.ts';
import type { AssetFilter } from '../tcss/action.ts';
import { CONTAINER_STATUSES, type Container, describeAssetContainerList } from '../tcss/container.ts';
import type { RowFaults } from '../tcss/vocabulary.ts';
import { fitsReference, type ImageReference, parseImageReference } from './image-reference.ts';
import type { GatherContext } from './image-rows.ts';
import { WINDOW_ROWS } from './row-kind.ts';
import { mapInSlices, readWindow, type Window } from './window.ts';

/** Which containers are asked for. */
export interface ContainersQuestion {
  /** An image's reference, or its id `sha256:...`. */
  readonly image?: string | undefined;
  readonly runAsRoot: boolean;
  readonly runningOnly: boolean;
  /** The row number at which to start, as the service numbers the rows that its filters find. */
  readonly offset: number;
  /** How many are to be shown, 1 to 100. */
  readonly limit: number;
}

/** A container as answers show it; its texts are redacted, without addresses, and fit to be shown. */
export interface ContainerItem {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  /** In capitals, such as RUNNING. */
  readonly status?: string | undefined;
  /** User and group, such as root:root. */
  readonly run_as?: string | undefined;
  readonly node?: string | undefined;
  readonly cluster?: string | undefined;
  readonly pod?: string | undefined;
}

/** One row that was read. */
export interface ContainerRow extends RowFaults {
  /** The container, where it is one of those that are asked for. */
  readonly container?: ContainerItem;
  /** It would be, if it ran as root, but the service does not give its user. */
  readonly isUserUnknown?: boolean;
  /** It may be of the image that is asked for by name, but the service gives its image an id alone, or nothing. */
  readonly isNameUnknown?: boolean;
}

/** What was read. */
export interface ContainersFound {
  readonly window: Window<ContainerRow>;
  /** An image or root was asked for, so the rows were compared. */
  readonly isNarrowed: boolean;
  /** The service's filters find nothing, so the rows were read without those for image and user. */
  readonly isUnfiltered: boolean;
  /** Why the rows could not be read without filters. */
  readonly unfilteredFailure?: TcssMcpError;
}

const FORM =
  'image must be [registry/][namespace/]name[:tag][@sha256:...], such as payments/api:1.4.2, or an image id sha256:...';

/** The spellings of root that a filter which compares whole texts would need. Recorded: `root` and `root:root\n`. */
const ROOT_VALUES = ['root', '0'].flatMap((user) =>
  [user, `${user}:root`, `${user}:0`].flatMap((one) => [one, `${one}\n`]),
);

/**
 * Reads up to 1,000 rows from the offset on, or `limit` when nothing is compared here. How the service's filters for image
 * and user compare is not documented, so each row is judged here, and where they find nothing at all the rows are
 * read once more without them.
 * @throws {InputError} when `image` is no reference. @throws what the client throws on the first request.
 */
export async function listContainers(
  question: ContainersQuestion,
  context: Pick<GatherContext, 'client' | 'redaction' | 'deadline' | 'onProgress'>,
): Promise<ContainersFound> {
  const { client, deadline, onProgress } = context;
  const reference = question.image === undefined ? undefined : readReference(question.image);
  const readRow = rowReader(question, reference, context);
  const read = (filters: readonly AssetFilter[], size: number) =>
    readWindow<ContainerRow>(
      async (Offset, Limit) => {
        const request = { Limit, Offset, ...(filters.length > 0 ? { Filters: filters } : {}) };
        const page = await client.call(describeAssetContainerList, request, deadline);
        return { ...page, List: page.List && (await mapInSlices(page.List, readRow, deadline.signal)) };
      },
      { start: question.offset, size, signal: deadline.signal, onProgress },
    );

  const ofStatus = question.runningOnly ? [{ Name: 'Status', Values: ['1'] }] : [];
  const narrowing = [
    ...(reference === undefined ? [] : [{ Name: 'ImageName', Values: [nameOf(reference)] }]),
    ...(question.runAsRoot ? [{ Name: 'Runas', Values: ROOT_VALUES }] : []),
  ];
  const isNarrowed = narrowing.length > 0;
  const window = await read([...ofStatus, ...narrowing], isNarrowed ? WINDOW_ROWS : question.limit);
  const found = { window, isNarrowed, isUnfiltered: false };
  if (!isNarrowed || window.total !== 0) return found;
  try {
    const { requestId } = window;
    return { ...found, window: { ...(await read(ofStatus, WINDOW_ROWS)), requestId }, isUnfiltered: true };
  } catch (error) {
    return { ...found, unfilteredFailure: failureOrThrow(error, deadline.signal) };
  }
}

function readReference(image: string): ImageReference {
  const reference = parseImageReference(image);
  if (reference === undefined) throw new InputError(FORM);
  return reference;
}

/** What the service's filter is given. A digest decides over the tag beside it, and is no part of a name. */
function nameOf({ path, tag, digest }: ImageReference): string {
  if (path.length === 0) return digest ?? '';
  return path.join('/') + (tag === undefined || digest !== undefined ? '' : `:${tag}`);
}

/** An id of which nothing needs to be redacted. */
const PLAIN_ID = /^[0-9a-f]{12,64}$/;

/** Judges rows, and reads those that are asked for: every text is redacted and cleaned here, and loses its addresses. */
function rowReader(
  { runAsRoot, runningOnly }: ContainersQuestion,
  reference: ImageReference | undefined,
  { redaction }: Pick<GatherContext, 'redaction'>,
) {
  const show = (text = '') =>
    PLAIN_ID.test(text) ? text : redaction.display(redaction.redact(text)) || undefined;
  const showName = (text?: string) => withoutAddresses(show(text));
  return (wire: Container): ContainerRow => {
    const { leftOut, isLost } = wire;
    const faults = {
      ...(leftOut === undefined ? {} : { leftOut }),
      ...(isLost === undefined ? {} : { isLost }),
    };
    const status = knownStatus(wire.Status);
    const isOtherImage = reference !== undefined && !isOfImage(wire, reference);
    const isOtherState = runningOnly && status !== undefined && status !== 'RUNNING';
    const matches = runAsRoot ? isRoot(wire.RunAs) : true;
    if (isOtherState || isLost || matches === false) return faults;
    if (isOtherImage) {
      const isNamed = (parseImageReference(wire.ImageName ?? '')?.path.length ?? 0) > 0;
      return reference.path.length === 0 || isNamed ? faults : { ...faults, isNameUnknown: true };
    }
    if (matches === undefined) return { ...faults, isUserUnknown: true };
    const container = {
      id: show(wire.ContainerID),
      name: showName(wire.ContainerName),
      image: show(wire.ImageName) ?? show(wire.ImageID),
      status: status ?? show(wire.Status),
      run_as: show(wire.RunAs),
      node: showName(wire.HostName) ?? showName(wire.NodeID),
      cluster: showName(wire.ClusterName) ?? showName(wire.ClusterID),
      pod: showName(wire.PodName),
    };
    return { ...faults, container };
  };
}

/** Whether a user, as `root:root\n`, is root by its name or by its number; undefined where none is given. */
export function isRoot(runAs: string | undefined): boolean | undefined {
  const [user = ''] = (runAs ?? '').split(':');
  return user.trim() === '' ? undefined : ['root', '0'].includes(user.trim());
}

function isOfImage({ ImageName, ImageID }: Container, reference: ImageReference): boolean {
  const { path = [], tag, digest } = parseImageReference(ImageName ?? '') ?? {};
  // A name that is an id alone stands for the image's id.
  const ids = { ImageId: ImageID || digest, ImageDigest: digest };
  return fitsReference({ Id: 0, ImageRepoAddress: path.join('/'), ImageTag: tag, ...ids }, reference);
}

/** The word for a state, which filters name by its digit; undefined for one that is not documented. */
function knownStatus(status = ''): (typeof CONTAINER_STATUSES)[number] | undefined {
  const word = status.trim().toUpperCase();
  return CONTAINER_STATUSES.find((known, digit) => word === known || word === String(digit));
}

/** IPv4 and IPv6 addresses, and the host names that clouds make of the former. */
const ADDRESS =
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)|(?<=\bip-)(?:\d{1,3}-){3}\d{1,3}(?!\d)|(?<![\w:])(?=[0-9a-f:]*::|(?:[0-9a-f]+:){7})[0-9a-f:]*:[0-9a-f:]*(?![\w:])/gi;

/** A name without the addresses in it, since nodes are often called by theirs; undefined where it is nothing else. */
export function withoutAddresses(name: string | undefined): string | undefined {
  return name?.replace(ADDRESS, HIDDEN).replace(ONLY_HIDDEN, '') || undefined;
}

/** Stands for an address. */
const HIDDEN = '{address}';
const ONLY_HIDDEN = /^\{address\}$/;
