/** What two lists of findings have that the other has not. Pure. */

import type { ComparedImage, Comparison } from '../gather/comparison.ts';
import type { RiskRow } from '../gather/risk-rows.ts';
import { isFaulty } from '../tcss/vocabulary.ts';
import { whyUnsure } from './coverage.ts';
import { type Finding, groupRows } from './row-item.ts';

/** Whether anything is known of an image's risks: rows came, or a scan that succeeded found none. */
export function isKnown({ empty }: ComparedImage): boolean {
  return empty === undefined || empty === 'clean' || empty === 'filtered_out';
}

/** Whether all risks of an image are known: scanned, no scan under way, and every row was read. */
export function isWhole(facts: ComparedImage): boolean {
  const { read, empty, changed, filterIgnored, scanChanged, scanStatus } = facts;
  if (empty !== undefined) return isKnown(facts);
  const isRead = read.rows.length === read.total && !changed && !filterIgnored && !read.rows.some(isFaulty);
  return isRead && !scanChanged && scanStatus === 'SCANNED';
}

/** Reasons, of those that coverage knows, why the rows of an image were not all read. */
export function whySideIsPartial(facts: ComparedImage) {
  const { read, changed, scanChanged } = facts;
  const isMissing = read.rows.length !== read.total;
  return [
    ...(isMissing && read.endedBy === undefined && read.rows.length > 0 ? ['window' as const] : []),
    ...(read.endedBy === 'deadline' ? ['deadline' as const] : []),
    ...(read.endedBy !== undefined && read.endedBy !== 'deadline' ? ['page_failed' as const] : []),
    ...(changed || scanChanged ? ['changed' as const] : []),
    ...whyUnsure(facts),
    ...(read.rows.some(isFaulty) ? ['unreadable' as const] : []),
  ];
}

/** The findings of both sides, told apart by their identity. */
export interface Difference {
  /** Undefined when it may not be claimed: nothing is known of one side. */
  readonly introduced: readonly Finding<RiskRow>[] | undefined;
  /** Undefined when it may not be claimed: one side is not fully known. */
  readonly fixed: readonly Finding<RiskRow>[] | undefined;
  /** Findings of the target that the base has with another level: neither new nor fixed. */
  readonly rerated: readonly Finding<RiskRow>[];
  readonly unchanged: number;
}

/** What may be claimed of the differences between two images. */
export function differ({ base, target }: Comparison): Difference {
  if (!isKnown(base) || !isKnown(target)) {
    return { introduced: undefined, fixed: undefined, rerated: [], unchanged: 0 };
  }
  const before = groupRows(base.read.rows, 'desc');
  const after = groupRows(target.read.rows, 'desc');
  const known = keysOf(before);
  const left = keysOf(after);
  const come = after.filter(({ row }) => !known.has(row.key));
  const gone = before.filter(({ row }) => !left.has(row.key));
  const cameWith = new Set(come.map(withoutLevel));
  const wentWith = new Set(gone.map(withoutLevel));
  return {
    introduced: come.filter((finding) => !wentWith.has(withoutLevel(finding))),
    fixed:
      isWhole(base) && isWhole(target)
        ? gone.filter((finding) => !cameWith.has(withoutLevel(finding)))
        : undefined,
    rerated: come.filter((finding) => wentWith.has(withoutLevel(finding))),
    unchanged: after.length - come.length,
  };
}

function keysOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(({ row }) => row.key));
}

/** A finding's identity but for its level, which a scan may rate differently. */
function withoutLevel({ row }: Finding<RiskRow>): string {
  const { level: _, ...others } = row.identity;
  return JSON.stringify(others);
}
