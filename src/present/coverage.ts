/** What an answer covers, in rows, and where to go on. Pure. */

import { writeCursor } from '../gather/cursor.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';
import { isFaulty } from '../tcss/vocabulary.ts';
import { countRowsOf } from './findings.ts';
import type { Shown } from './row-words.ts';
import { compact } from './words.ts';

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
  'unreadable',
] as const;

/** The pinned fields; all numbers count rows. */
export interface Coverage {
  readonly total?: number;
  readonly fetched?: number;
  readonly shown?: number;
  /** This one answer shows every matching row. */
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

function isComplete({ empty, read, changed }: Shown['facts'], shown: number): boolean {
  // Of an image that was not scanned, zero rows are not all there are to find.
  const isZero = empty?.because === 'clean' || empty?.because === 'filtered_out';
  if (empty !== undefined) return isZero && read.start === 0;
  return read.total !== undefined && shown === read.total && !changed && !read.rows.some(isFaulty);
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
