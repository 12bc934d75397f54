/** A list of things as an answer, whatever they are, and the limits that keep some of them out. Pure. */
import { type TcssMcpError, TransportError } from '../errors.ts';
import type { Window } from '../gather/window.ts';
import { isFaulty, type RowFaults } from '../tcss/vocabulary.ts';
import { compact, failureWord, given, isDenied } from './text.ts';
import {
  type Draft,
  type Extras,
  type Fit,
  NAME_BYTES,
  type Notes,
  type Presentation,
  renderAnswer,
} from './view.ts';

/** The limit that kept items out of an answer. */
export type Bound = 'summary' | 'max_bytes' | 'limit';

/** Names a limit in a sentence. */
export const BOUND_WORDS: Readonly<Record<Bound, string>> = {
  summary: 'detail summary',
  max_bytes: 'the max_bytes budget',
  limit: 'limit',
};

/** Which limit kept the rest out; undefined if there is no rest. */
export function boundOf(hasMore: boolean, { cutByBudget }: Fit): Exclude<Bound, 'summary'> | undefined {
  if (!hasMore) return undefined;
  return cutByBudget ? 'max_bytes' : 'limit';
}

/** How to see more at once, if the limit can be raised. */
export function raiseBound(bound: Bound | undefined, limit: number): string | undefined {
  if (bound === 'max_bytes') return 'To see more in one answer: a larger max_bytes (up to 40000).';
  if (bound === 'limit' && limit < 100) return 'To see more in one answer: a larger limit (up to 100).';
  return undefined;
}

/** How to see what follows; `how` says what to expect. */
export function continueAt(offset: number, how?: string): string {
  return `To continue: the same call with offset ${offset}${how === undefined ? '' : ` (${how})`}.`;
}

/** Why an answer does not show everything that matches. */
export type WhyPartial =
  | Bound
  | 'window'
  | 'offset'
  | 'cursor'
  | 'deadline'
  | 'page_failed'
  | 'changed'
  | 'image_ambiguous'
  | 'scanning'
  | 'scan_failed'
  | 'denied'
  | 'unreadable'
  | 'not_asked';

/** Why an answer lacks what a failed Action would have told. */
export function whyFailed(failure: TcssMcpError): WhyPartial {
  if (isDenied(failure)) return 'denied';
  return failure instanceof TransportError && failure.fault === 'timeout' ? 'deadline' : 'page_failed';
}

/** Why rows of a window may be missing; that it ends before its total is no reason by itself. */
export function whyUnread(window: Window<RowFaults>): WhyPartial[] {
  const { rows, total, endedBy, totalChanged } = window;
  const isNothing = total === undefined && rows.length === 0;
  return given<WhyPartial>(
    endedBy === 'deadline' && 'deadline',
    ((endedBy !== undefined && endedBy !== 'deadline') || isNothing) && 'page_failed',
    total === undefined && rows.length > 0 && 'window',
    totalChanged && 'changed',
    rows.some(isFaulty) && 'unreadable',
  );
}

/** Why a window ended before its last row, in a sentence; `things` names its rows, such as `images`. */
export function endedNote(
  { endedBy, failure }: Pick<Window<unknown>, 'endedBy' | 'failure'>,
  things: string,
): string | undefined {
  switch (endedBy) {
    case 'deadline':
      return `The deadline passed before all ${things} were read.`;
    case 'page_failed':
      return `Reading the ${things} failed part-way (${failure === undefined ? 'no reason' : failureWord(failure)}).`;
    case 'short_page':
      return `The service sent fewer ${things} than the total it gave.`;
    default:
      return undefined;
  }
}

/** The pinned fields; all numbers count what the answer lists: rows, or a list's own things. */
export interface Coverage {
  readonly total?: number;
  readonly fetched?: number;
  readonly shown?: number;
  /** This one answer shows everything that matches, and nothing known casts doubt on that. */
  readonly complete?: boolean;
  readonly why_partial?: readonly WhyPartial[];
  /** Where to continue by number: for rows, set only if those shown so far are exactly the first ones of the window. */
  readonly next_offset?: number;
  readonly next_cursor?: string;
}

/**
 * A list ready to be shown. `Item` may hold more than is shown, worked out once for all attempts to fit a budget. Every
 * text of upstream's has been through `Redaction.display`, and stands only in items, lines and `extras`.
 */
export interface ListAnswer<Item> {
  /** The key of the items in structuredContent, such as `images`. */
  readonly key: string;
  /** In order, from the one after `offset` on, at most `limit` of them; their texts fit to be shown, uncut. */
  readonly items: readonly Item[];
  /** The item in structuredContent and as the rest of its numbered line, each text cut to `fit.fieldBytes`. */
  readonly show: (item: Item, fit: Fit) => { readonly item: object; readonly line: string };
  /** Most bytes of a text while the budget allows; 300 if absent. */
  readonly fieldBytes?: number;
  /** How many things match, those before `offset` and beyond `limit` included. */
  readonly matching: number;
  readonly offset: number;
  readonly limit: number;
  /** How many things were read, of which some match. */
  readonly fetched: number;
  /** Why things that may match were not read; if there is a reason, `coverage` gives no total. */
  readonly gaps: readonly WhyPartial[];
  /** How many things were read of which it is not known whether they match. */
  readonly inDoubt?: number;
  /** How many things had a field that could not be read. */
  readonly unreadable?: number | undefined;
  /** Begins the summary: what was read, such as `12 images of the registry read`. */
  readonly read: string;
  /** The order in words, such as `most risks first`. */
  readonly order: string;
  /** The whole summary if nothing was read, which needs a reason. */
  readonly nothingRead?: string | undefined;
  /** Follows the offset in the sentence on how to continue: `(the order may differ)`. */
  readonly continuing?: string;
  /** What to do about a list in which nothing was read or nothing matches, and about one that shows items. */
  readonly next: { readonly none: readonly string[]; readonly some: readonly string[] };
  readonly notes: Notes;
  readonly counts?: object | undefined;
  /** What else the answer says: keys and lines of data, after the items; notes and advice, unless it is terse. */
  readonly extras?: (fit: Fit) => Extras;
  readonly requestId: string | undefined;
}

/**
 * A list as an answer to be fitted to its budget. Summary, coverage (in the list's own unit), the sentences on how to
 * continue and what is left out for want of room follow from the numbers; the rest is the caller's.
 * @example
 * presentList({ key: 'containers', items, show: (item, fit) => ({ item: cut(item, fit), line: lineOf(item, fit) }),
 *   matching: 41, offset, limit, fetched: 60, gaps: [], read: '60 containers read', order: 'last started first',
 *   next: { none: [], some: [] }, notes: { essential: [], optional: [] }, requestId }, presentation)
 */
export function presentList<Item>(list: ListAnswer<Item>, presentation: Presentation): Draft {
  const { matching, offset, fetched, gaps, inDoubt = 0, unreadable, notes } = list;
  return {
    items: list.items.length,
    fieldBytes: list.fieldBytes ?? NAME_BYTES,
    view(fit) {
      const shown = list.items.slice(0, fit.shown).map((item) => list.show(item, fit));
      const end = offset + shown.length;
      const bound = boundOf(shown.length > 0 && end < matching, fit);
      const total = gaps.length === 0 ? matching : undefined;
      const extras = list.extras?.(fit) ?? {};
      const coverage: Coverage = compact({
        total,
        fetched,
        shown: shown.length,
        complete: total === shown.length && unreadable === undefined && inDoubt === 0,
        why_partial: given<WhyPartial>(
          bound,
          offset > 0 && matching > 0 && 'offset',
          gaps,
          unreadable !== undefined && 'unreadable',
        ),
        next_offset: bound === undefined ? undefined : end,
      });
      const answer = {
        summary: listSummary(list, shown.length, bound),
        coverage,
        counts: list.counts,
        next: listNext(list, shown.length, bound),
        notes: { ...notes, optional: given(notes.optional, extras.notes) },
        advice: extras.advice,
        data: given(
          shown.map(({ line }, at) => `${offset + at + 1}. ${line}`),
          extras.data,
        ),
        keys: { [list.key]: shown.map(({ item }) => item), ...extras.keys, unreadable },
        requestId: list.requestId,
      };
      return renderAnswer(answer, fit, presentation);
    },
  };
}

/** What of a list does not depend on the kind of its items. */
type ListFacts = Omit<ListAnswer<never>, 'items'>;

/** What was read, what of it matches, and what is shown. */
function listSummary(list: ListFacts, count: number, bound: Bound | undefined): string {
  const { nothingRead, read, matching, inDoubt = 0, fetched, offset, order } = list;
  if (nothingRead !== undefined) return nothingRead;
  if (matching === 0) return `${read}: ${inDoubt > 0 ? 'none is known to match' : 'none matches'}.`;
  const found = matching === fetched ? 'all match' : matching === 1 ? '1 matches' : `${matching} match`;
  if (count === 0) return `${read}: ${found}, so offset ${offset} is past the last one.`;
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]})`;
  return `${read}: ${found}, ${offset + 1} to ${offset + count} shown${why}, ${order}.`;
}

function listNext(list: ListFacts, count: number, bound: Bound | undefined): readonly string[] {
  const { matching, offset, limit, continuing, next } = list;
  if (matching === 0) return next.none;
  if (count === 0) return ['Next: the same call with a smaller offset.'];
  return given(
    bound !== undefined && continueAt(offset + count, continuing),
    raiseBound(bound, limit),
    next.some,
  );
}
