/** What an answer covers, in rows, and where to continue. Pure. */

import { writeCursor } from '../gather/cursor.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { whyUnfinished } from '../gather/scan-state.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';
import { isFaulty, type RowFaults } from '../tcss/vocabulary.ts';
import { countRowsOf, type Finding, type KindWords } from './row-item.ts';
import { compact, isDenied, plural } from './text.ts';

/** The limit that kept findings or images out of an answer. */
export type Bound = 'summary' | 'max_bytes' | 'limit';

/** Names a limit in a sentence. */
export const BOUND_WORDS: Readonly<Record<Bound, string>> = {
  summary: 'detail summary',
  max_bytes: 'the max_bytes budget',
  limit: 'limit',
};

/** How to see more at once, if the limit can be raised. */
export function raiseBound(bound: Bound | undefined, limit: number): string[] {
  if (bound === 'max_bytes') return ['To see more in one answer: a larger max_bytes (up to 40000).'];
  if (bound === 'limit' && limit < 100) return ['To see more in one answer: a larger limit (up to 100).'];
  return [];
}

/** Facts about one image's rows and how much of them an answer shows. */
export interface Shown {
  readonly facts: ImageFacts<ImageRow>;
  readonly kind: KindWords;
  readonly findings: readonly Finding[];
  /** How many findings are shown, from `facts.alreadyShown` on. */
  readonly count: number;
  /** Undefined if every remaining finding of the window is shown. */
  readonly bound: Bound | undefined;
  readonly limit: number;
}

/** Why an answer does not show every matching row. */
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
  | 'unreadable';

/** The pinned fields; all numbers count rows. */
export interface Coverage {
  readonly total?: number;
  readonly fetched?: number;
  readonly shown?: number;
  /** This one answer shows every matching row, and nothing known about the scan casts doubt on that. */
  readonly complete?: boolean;
  readonly why_partial?: readonly WhyPartial[];
  /** Set only if the rows shown so far are exactly the first ones of the window. */
  readonly next_offset?: number;
  readonly next_cursor?: string;
}

/** The coverage of what is shown. */
export function coverageOf({ facts, findings, count, bound }: Shown): Coverage {
  const { window, cursor, alreadyShown } = facts;
  const shown = countRowsOf(findings.slice(alreadyShown, alreadyShown + count));
  const skipped: WhyPartial | undefined =
    cursor !== undefined ? 'cursor' : window.start > 0 ? 'offset' : undefined;
  return compact({
    total: window.total,
    fetched: window.rows.length,
    shown,
    complete: isComplete(facts, shown),
    why_partial: [bound ?? [], skipped ?? [], whyUnread(facts)].flat(),
    ...(bound === 'summary' ? {} : continuation({ facts, findings, count })),
  });
}

/** Why rows after the start of the window may be missing, each reason once. */
export function whyUnread(facts: ImageFacts<ImageRow>): WhyPartial[] {
  const { rows, start, total, listMissing, endedBy } = facts.window;
  const isMissing = total === undefined ? rows.length > 0 || listMissing : start + rows.length < total;
  const hasFailed = rows.length === 0 || (endedBy !== undefined && endedBy !== 'deadline');
  const reasons = new Set<WhyPartial>();
  if (isMissing && rows.length > 0 && endedBy === undefined) reasons.add('window');
  if (endedBy === 'deadline') reasons.add('deadline');
  if (isMissing && hasFailed) reasons.add('page_failed');
  if (facts.changed) reasons.add('changed');
  const scan = whyScanUncertain(facts);
  if (scan !== undefined) reasons.add(scan);
  if (rows.some(isFaulty)) reasons.add('unreadable');
  return [...reasons];
}

/** Whether anything is known about an image's rows: some came, or a scan that succeeded found none. */
export function isKnown({ empty }: ImageFacts<ImageRow>): boolean {
  return empty === undefined || empty === 'clean' || empty === 'filtered_out';
}

function isComplete(facts: ImageFacts<ImageRow>, shown: number): boolean {
  const { empty, window } = facts;
  if (empty !== undefined) return isKnown(facts) && window.start === 0;
  return shown === window.total && whyUnread(facts).length === 0;
}

/** Why the scan may have more rows than the list: it has not finished, or its state is not known. */
function whyScanUncertain({ scanStatus, entry, entryFailure }: ImageFacts<ImageRow>): WhyPartial | undefined {
  if (entryFailure !== undefined) return isDenied(entryFailure) ? 'denied' : 'page_failed';
  if (entry !== undefined && isFaulty(entry)) return 'unreadable';
  return whyUnfinished(scanStatus);
}

function continuation({ facts, findings, count }: Pick<Shown, 'facts' | 'findings' | 'count'>): {
  next_offset?: number;
  next_cursor?: string;
} {
  const { rows, start, total } = facts.window;
  const readTo = start + rows.length;
  const shownTo = facts.alreadyShown + count;
  const isWindowShown = shownTo >= findings.length;
  // Without a total, there may be more after a full page.
  const hasMore = total === undefined ? rows.length % PAGE_LIMIT === 0 : readTo < total;
  if (rows.length === 0 || (isWindowShown && !hasMore)) return {};

  const shown = findings.slice(0, shownTo);
  const rowsShown = countRowsOf(shown);
  const isPrefix = shown.every(({ positions }) => (positions.at(-1) ?? 0) < rowsShown);
  const next = isWindowShown ? { start: readTo, end: 0, shown: 0 } : { start, end: readTo, shown: shownTo };
  return {
    ...(isPrefix && rowsShown > 0 ? { next_offset: start + rowsShown } : {}),
    next_cursor: writeCursor({ ...next, total: total ?? -1 }, facts.question),
  };
}

/** Counts with the pinned names. */
export function countsOf({ byLevel, unaccounted, cover }: ImageFacts<ImageRow>['window']['counts']) {
  return { ...byLevel, ...(unaccounted > 0 ? { unaccounted } : {}), cover };
}

/** How many rows could not be read whole; undefined for none, so that the key is left out. */
export function unreadableCount(rows: readonly RowFaults[]): number | undefined {
  return rows.filter(isFaulty).length || undefined;
}

/** Sentences about rows that lack a field and rows that are missing. */
export function unreadableNotes(rows: readonly RowFaults[]): string[] {
  const lost = rows.filter(({ isLost }) => isLost).length;
  const partly = (unreadableCount(rows) ?? 0) - lost;
  return [
    ...(partly > 0
      ? [
          `${plural(partly, 'row')} ${partly === 1 ? 'has' : 'have'} a field that could not be read; the field was left out.`,
        ]
      : []),
    ...(lost > 0
      ? [`${plural(lost, 'row')} could not be read at all and ${lost === 1 ? 'is' : 'are'} missing here.`]
      : []),
  ];
}
