/** The answer about containers: one set of facts, two views. Pure. */
import type { ContainerItem, ContainerRow, ContainersFound } from '../gather/list-containers.ts';
import { WINDOW_ROWS } from '../gather/row-kind.ts';
import {
  BOUND_WORDS,
  type Bound,
  boundOf,
  type Coverage,
  continueAt,
  endedNote,
  raiseBound,
  type WhyPartial,
  whyFailed,
  whyUnread,
} from './list.ts';
import { unreadableCount, unreadableNotes } from './row-words.ts';
import { compact, cutToBytes, displayed, failureWord, given, plural, quotedIfMarked } from './text.ts';
import { type Draft, NAME_BYTES, type Presentation, renderAnswer } from './view.ts';

/** Which containers were asked for, and how many may be shown. */
export interface ContainersOptions {
  readonly image?: string | undefined;
  readonly run_as_root?: boolean | undefined;
  readonly status: 'running' | 'all';
  readonly limit: number;
}

/** What was read, whatever an answer shows of it. */
interface Read extends ContainersFound {
  readonly options: ContainersOptions;
  /** How many of the rows that were read are asked for. */
  readonly matching: number;
  /** There may be rows after those that were read. */
  readonly hasMore: boolean;
  /** All rows were read and compared. */
  readonly isWhole: boolean;
}

/** How much an answer shows. */
interface Shown {
  readonly count: number;
  readonly bound: Bound | undefined;
  /** The row number at which the next answer starts. */
  readonly nextOffset: number | undefined;
}

/** The containers in the service's order, ready to be fitted. */
export function presentContainers(
  found: ContainersFound,
  options: ContainersOptions,
  presentation: Presentation,
): Draft {
  const { rows, start, total, endedBy, requestId } = found.window;
  const readTo = start + rows.length;
  const matching = rows.flatMap(({ container: item }, at) =>
    item === undefined ? [] : { item, next: start + at + 1 },
  );
  const hasMore = endedBy !== undefined || (total === undefined ? rows.length > 0 : readTo < total);
  const read: Read = {
    ...found,
    options,
    matching: matching.length,
    hasMore,
    isWhole: start === 0 && total !== undefined && !hasMore && found.unfilteredFailure === undefined,
  };
  const items = matching.slice(0, options.limit);
  const filtered = filterNotes(read);
  const notes =
    read.matching === 0
      ? { essential: [...filtered, ...essentialNotes(read)], optional: [] }
      : { essential: essentialNotes(read), optional: filtered };
  return {
    items: items.length,
    fieldBytes: NAME_BYTES,
    view(fit) {
      const containers = items.slice(0, fit.shown).map(({ item }) => cutTexts(item, fit.fieldBytes));
      const count = containers.length;
      const isCut = count < matching.length;
      // Where nothing is compared, no more rows are read than are to be shown.
      const isLimited = hasMore && endedBy === undefined && count > 0 && !found.isNarrowed;
      const shown: Shown = {
        count,
        bound: boundOf(isCut || isLimited, isCut ? fit : { ...fit, cutByBudget: false }),
        nextOffset: isCut ? items[count - 1]?.next : hasMore && rows.length > 0 ? readTo : undefined,
      };
      const answer = {
        summary: summaryOf(read, shown),
        coverage: coverageOf(read, shown),
        next: nextSteps(read, shown),
        notes,
        data: containers.map((item, at) => `${at + 1}. ${lineOf(item)}`),
        keys: { containers, unreadable: unreadableCount(rows) },
        requestId: displayed(requestId, presentation.redaction),
      };
      return renderAnswer(answer, fit, presentation);
    },
  };
}

function cutTexts(item: ContainerItem, bytes: number): ContainerItem {
  return Object.fromEntries(
    Object.entries(item).flatMap(([key, text]) =>
      text === undefined ? [] : [[key, cutToBytes(text, bytes)]],
    ),
  );
}

function lineOf({ id, name, image, status, run_as, node, cluster, pod }: ContainerItem): string {
  const parts = given(
    name ?? 'no name given',
    image && `image ${image}`,
    status,
    run_as && `runs as ${run_as}`,
    node && `node ${node}`,
    cluster && `cluster ${cluster}`,
    pod && `pod ${pod}`,
    id && `id ${id}`,
  );
  return parts.map(quotedIfMarked).join(' | ');
}

/** The pinned fields, in containers. The total is exact where all rows were read and compared, else the service's own. */
function coverageOf(read: Read, { count, bound, nextOffset }: Shown): Coverage {
  const { window, isUnfiltered, isWhole, matching } = read;
  const { rows } = window;
  const why = whyPartial(read, bound);
  return compact({
    total: isWhole ? matching : isUnfiltered ? undefined : window.total,
    fetched: rows.length,
    shown: count,
    complete: isWhole && why.length === 0 && !rows.some(isInDoubt),
    why_partial: why,
    next_offset: nextOffset,
  });
}

function whyPartial({ window, hasMore, unfilteredFailure }: Read, bound: Bound | undefined): WhyPartial[] {
  const reasons = given<WhyPartial>(
    bound,
    window.start > 0 && 'offset',
    hasMore && window.endedBy === undefined && bound === undefined && 'window',
    whyUnread(window),
    unfilteredFailure && whyFailed(unfilteredFailure),
  );
  return [...new Set(reasons)];
}

/** The first sentence: what was read, what of it matches, and how much is shown. */
function summaryOf(read: Read, { count, bound }: Shown): string {
  const { window, options, isNarrowed, isUnfiltered, matching } = read;
  const { rows, start, total } = window;
  const containers = (number: number) =>
    plural(number, options.status === 'running' ? 'running container' : 'container');
  if (rows.length === 0) {
    if (total === undefined) return 'TCSS gave no list of containers: this says nothing about what runs.';
    if (start > 0 && total > 0) return `Offset ${start} is past the last of ${containers(total)}.`;
    if (total > 0) return `None of ${containers(total)} could be read.`;
    if (!isNarrowed || isUnfiltered) return `TCSS lists ${containers(0)}.`;
    return `The filters of TCSS find ${containers(0)}, and it is not known whether they compare as meant.`;
  }
  const some = total === undefined ? 'an unknown number of containers' : containers(total);
  const number = rows.length === total ? `All ${some}` : `${rows.length} of ${some}`;
  const from = isNarrowed && !isUnfiltered ? " in TCSS's filtered list" : '';
  const found = isNarrowed ? `: ${matchWords(matching, options, rows.some(isInDoubt))}` : '';
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]})`;
  return `${number}${from} read${found}${matching === 0 ? '' : `, ${count} shown${why}`}.`;
}

/** Whether it may be one of those that are asked for. */
function isInDoubt({ isUserUnknown, isNameUnknown, isLost }: ContainerRow): boolean {
  return isUserUnknown === true || isNameUnknown === true || isLost === true;
}

/** `3 of this image run as root`, `none of this image`; `inDoubt`: of some it is not known. */
function matchWords(count: number, { image, run_as_root }: ContainersOptions, inDoubt: boolean): string {
  const verb = run_as_root ? (count > 1 ? ' run as root' : ' runs as root') : '';
  const of = image === undefined ? '' : ' of this image';
  if (count === 0 && inDoubt) return `none${of} is known${run_as_root ? ' to run as root' : ''}`;
  return `${count || 'none'}${of}${verb}`;
}

function nextSteps({ window, options, matching }: Read, { bound, nextOffset }: Shown): string[] {
  const { image, run_as_root, status, limit } = options;
  if (window.rows.length === 0 && window.start > 0) return ['Next: the same call with a smaller offset.'];
  const wider = given(
    image !== undefined &&
      (/^\d+$/.test(image)
        ? 'the name of the image, since containers have no registry ids'
        : 'a shorter name of the image'),
    status === 'running' && 'status all',
    run_as_root && 'without run_as_root',
  );
  return given(
    nextOffset !== undefined && continueAt(nextOffset),
    raiseBound(bound, limit),
    matching > 0 && 'Next: list_image_vulnerabilities with where nodes and the image of one.',
    matching === 0 && nextOffset === undefined && wider.length > 0 && `Next: ${wider.join(', or ')}.`,
  );
}

/** What makes the answer less than it seems. */
function essentialNotes(read: Read): string[] {
  const { window, isNarrowed, isUnfiltered, unfilteredFailure, hasMore, isWhole } = read;
  const { rows, endedBy } = window;
  const usersUnknown = rows.filter(({ isUserUnknown }) => isUserUnknown).length;
  const namesUnknown = rows.filter(({ isNameUnknown }) => isNameUnknown).length;
  const others = rows.filter(
    (row) => row.container === undefined && !row.isUserUnknown && !row.isNameUnknown && !row.isLost,
  ).length;
  return given(
    endedNote(window, 'containers'),
    isNarrowed &&
      hasMore &&
      endedBy === undefined &&
      `At most ${WINDOW_ROWS} containers are read for one answer: more may match.`,
    others > 0 &&
      !isUnfiltered &&
      !isWhole &&
      `The total is that of TCSS, whose filters let others through: ${others} of the rows read do not match.`,
    isUnfiltered &&
      'The filters of TCSS find nothing, so containers were read without them and compared here.',
    unfilteredFailure !== undefined &&
      `Containers could not be read without the filters (${failureWord(unfilteredFailure)}).`,
    usersUnknown > 0 &&
      `Left out, although they may run as root: ${plural(usersUnknown, 'container')} whose user is not given.`,
    namesUnknown > 0 &&
      `Left out, although they may be of this image: ${plural(namesUnknown, 'container')} whose image has no name.`,
    unreadableNotes(rows),
  );
}

/** An image's id alone, which is no name. */
const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{64}$/i;

/** What the filters of the service may keep out, which no answer can tell from what is not there. */
function filterNotes({ options, isNarrowed, isUnfiltered, window }: Read): string[] {
  if (!isNarrowed || isUnfiltered || window.rows.length === 0) return [];
  const { image, run_as_root } = options;
  return given(
    image !== undefined &&
      (IMAGE_ID.test(image)
        ? 'Looked for are containers that TCSS lists under this id; those under a name are not: ask by name too.'
        : 'Looked for are containers that TCSS lists under the name; those under an id alone are not.'),
    run_as_root && 'Containers whose user TCSS does not give are not among them.',
  );
}
