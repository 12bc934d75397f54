/** How the findings of two images differ. Pure. */

import type { ComparedImage, Comparison } from '../gather/comparison.ts';
import type { RiskRow } from '../gather/risk-rows.ts';
import { isFaulty } from '../tcss/vocabulary.ts';
import { isKnown } from './coverage.ts';
import { type Finding, groupRows } from './row-item.ts';

/** Whether all risks of an image are known: the scan has finished and every row was read. */
export function isWhole(facts: ComparedImage): boolean {
  const { window, empty, changed, filterIgnored, scanChanged, scanStatus } = facts;
  if (empty !== undefined) return isKnown(facts);
  const isRead =
    window.rows.length === window.total && !changed && !filterIgnored && !window.rows.some(isFaulty);
  return isRead && !scanChanged && scanStatus === 'SCANNED';
}

/** The findings of both sides, matched by their identity. */
export interface Difference {
  /** Undefined if nothing is known about one side. */
  readonly introduced: readonly Finding<RiskRow>[] | undefined;
  /** Undefined unless both sides are fully known. */
  readonly fixed: readonly Finding<RiskRow>[] | undefined;
  /** Findings of the target that the base has at another level: neither new nor fixed. */
  readonly rerated: readonly Finding<RiskRow>[];
  readonly unchanged: number;
}

/** What may be claimed about the differences between two images. */
export function differenceOf({ base, target }: Comparison): Difference {
  if (!isKnown(base) || !isKnown(target)) {
    return { introduced: undefined, fixed: undefined, rerated: [], unchanged: 0 };
  }
  const before = groupRows(base.window.rows, 'desc');
  const after = groupRows(target.window.rows, 'desc');
  const keysBefore = keysOf(before);
  const keysAfter = keysOf(after);
  const added = after.filter(({ row }) => !keysBefore.has(row.key));
  const removed = before.filter(({ row }) => !keysAfter.has(row.key));
  const addedAtAnyLevel = new Set(added.map(withoutLevel));
  const removedAtAnyLevel = new Set(removed.map(withoutLevel));
  return {
    introduced: added.filter((finding) => !removedAtAnyLevel.has(withoutLevel(finding))),
    fixed:
      isWhole(base) && isWhole(target)
        ? removed.filter((finding) => !addedAtAnyLevel.has(withoutLevel(finding)))
        : undefined,
    rerated: added.filter((finding) => removedAtAnyLevel.has(withoutLevel(finding))),
    unchanged: after.length - added.length,
  };
}

function keysOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(({ row }) => row.key));
}

/** A finding's identity without its level, which another scan may rate differently. */
function withoutLevel({ row }: Finding<RiskRow>): string {
  const { level: _, ...rest } = row.identity;
  return JSON.stringify(rest);
}
