/** What an answer covers, in rows, and where to go on. Pure. */

import { writeCursor } from '../gather/cursor.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { whyUnfinished } from '../gather/scan-state.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';
import { isFaulty, type RowFaults } from '../tcss/vocabulary.ts';
import type { KindWords } from './empty-words.ts';
import { countRowsOf, type Finding } from './row-item.ts';
import { compact, deniedBy, plural } from './text.ts';

/** The limit that kept findings out of this answer. */
export type Bound = 'summary' | 'max_bytes' | 'limit';

/** What the sentences are about. */
export interface Shown {
  readonly facts: ImageFacts<ImageRow>;
  readonly kind: KindWords;
  readonly findings: readonly Finding[];
  /** Findings that this answer shows, from `facts.alreadyShown` on. */
  readonly count: number;
  /** Undefined when every finding left in the window is shown. */
  readonly bound: Bound | undefined;
  readonly limit: number;
}

/** Reasons why an answer does not show every matching row. */
export const WHY_PARTIAL = [
  'limit',
  'max_bytes',
  'window',
  'offset',
  'cursor',
  'summary',
  'deadline',
  'page_failed',
  'changed',
  'image_ambiguous',
  'scanning',
  'scan_failed',
  'denied',
  'unreadable',
] as const;

/** The pinned fields; all numbers count rows. */
export interface Coverage {
  readonly total?: number;
  readonly fetched?: number;
  readonly shown?: number;
  /** This one answer shows every matching row, and nothing that is known of its scan stands against it. */
  readonly complete?: boolean;
  readonly why_partial?: readonly (typeof WHY_PARTIAL)[number][];
  /** Only where the rows shown so far are exactly the window's first ones. */
  readonly next_offset?: number;
  readonly next_cursor?: string;
}

/** The coverage of what is shown. */
export function coverageOf({ facts, findings, count, bound }: Shown): Coverage {
  const { read, cursor, alreadyShown } = facts;
  const { rows, start, total } = read;
  const readTo = start + rows.length;
  const shownTo = alreadyShown + count;
  const shown = countRowsOf(findings.slice(alreadyShown, shownTo));
  const isMissing = total === undefined ? rows.length > 0 || read.listMissing : readTo < total;
  const why = [
    ...(bound === undefined ? [] : [bound]),
    ...(cursor === undefined ? [] : ['cursor' as const]),
    ...(cursor === undefined && start > 0 ? ['offset' as const] : []),
    ...(isMissing && rows.length > 0 && read.endedBy === undefined ? ['window' as const] : []),
    ...(read.endedBy === 'deadline' ? ['deadline' as const] : []),
    ...(isMissing && (rows.length === 0 || (read.endedBy !== undefined && read.endedBy !== 'deadline'))
      ? ['page_failed' as const]
      : []),
    ...(facts.changed ? ['changed' as const] : []),
    ...whyUnsure(facts),
    ...(rows.some(isFaulty) ? ['unreadable' as const] : []),
  ];
  return compact({
    total,
    fetched: rows.length,
    shown,
    complete: isComplete(facts, shown),
    why_partial: why,
    ...(bound === 'summary' ? {} : continuation({ facts, findings, count })),
  });
}

function isComplete(facts: Shown['facts'], shown: number): boolean {
  const { empty, read, changed } = facts;
  // Of an image that was not scanned, zero rows are not all there are to find.
  const isZero = empty === 'clean' || empty === 'filtered_out';
  if (empty !== undefined) return isZero && read.start === 0;
  return (
    read.total !== undefined &&
    shown === read.total &&
    !changed &&
    whyUnsure(facts).length === 0 &&
    !read.rows.some(isFaulty)
  );
}

/** Why rows that were all read need not be all that the scan finds: it has not finished, or its state is not known. */
export function whyUnsure({
  scanStatus,
  entryFailure,
}: Pick<Shown['facts'], 'scanStatus' | 'entryFailure'>): (typeof WHY_PARTIAL)[number][] {
  if (entryFailure !== undefined) return [deniedBy(entryFailure) ? 'denied' : 'page_failed'];
  return [whyUnfinished(scanStatus) ?? []].flat();
}

function continuation({ facts, findings, count }: Pick<Shown, 'facts' | 'findings' | 'count'>): {
  next_offset?: number;
  next_cursor?: string;
} {
  const { rows, start, total } = facts.read;
  const shownTo = facts.alreadyShown + count;
  const rowsShown = countRowsOf(findings.slice(0, shownTo));
  // A full page without a total may have more behind it.
  const hasMore = (row: number) =>
    total === undefined ? rows.length > 0 && rows.length % PAGE_LIMIT === 0 : row < total;
  const readTo = start + rows.length;
  const isWindowShown = shownTo >= findings.length;
  if (rows.length === 0 || (isWindowShown && !hasMore(readTo))) return {};

  const isPrefix = findings.slice(0, shownTo).every(({ positions }) => (positions.at(-1) ?? 0) < rowsShown);
  const next = isWindowShown ? { start: readTo, end: 0, shown: 0 } : { start, end: readTo, shown: shownTo };
  return {
    ...(isPrefix && rowsShown > 0 ? { next_offset: start + rowsShown } : {}),
    next_cursor: writeCursor({ ...next, total: total ?? -1 }, facts.question),
  };
}

/** Counts with the pinned names. */
export function countsOf({ byLevel, unaccounted, cover }: ImageFacts<ImageRow>['read']['counts']) {
  return { ...byLevel, ...(unaccounted > 0 ? { unaccounted } : {}), cover };
}

/** How many rows say less than the service sent; undefined when none does, so that the key is left out. */
export function unreadableCount(rows: readonly RowFaults[]): number | undefined {
  return rows.filter(isFaulty).length || undefined;
}

/** Sentences on rows that lack a field, and on those that are missing. */
export function unreadableNotes(rows: readonly RowFaults[]): string[] {
  const lost = rows.filter(({ isLost }) => isLost).length;
  const partly = (unreadableCount(rows) ?? 0) - lost;
  return [
    ...(partly > 0
      ? [
          `${plural(partly, 'row')} ${partly === 1 ? 'holds' : 'hold'} a field that could not be read: it was left out.`,
        ]
      : []),
    ...(lost > 0
      ? [`${plural(lost, 'row')} could not be read at all and ${lost === 1 ? 'is' : 'are'} missing here.`]
      : []),
  ];
}
