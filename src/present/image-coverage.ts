/** What an answer of images covers, in images of the registry list. Pure. */
import { hasChanged, IMAGES_READ, type RegistryList } from '../gather/image-list.ts';
import type { Coverage, WHY_PARTIAL } from './coverage.ts';
import { compact } from './text.ts';

type Why = (typeof WHY_PARTIAL)[number];

/** The limit that kept matching images out of an answer. */
export type ImageBound = Extract<Why, 'limit' | 'max_bytes'>;

/** Which of the matching images are shown. */
export interface ShownImages {
  readonly list: RegistryList;
  readonly matching: number;
  /** Matching images before the first one shown. */
  readonly offset: number;
  readonly count: number;
  /** Undefined when the last matching image is shown, or `offset` is past it. */
  readonly bound: ImageBound | undefined;
}

/** The pinned fields; there is no total when images are missing that might match too. */
export function imageCoverage({ list, matching, offset, count, bound }: ShownImages): Coverage {
  const gaps = listGaps(list);
  const total = gaps.length === 0 ? matching : undefined;
  return compact({
    total,
    fetched: list.images.length,
    shown: count,
    complete: total === count && list.unreadable === undefined,
    why_partial: [
      ...(bound === undefined ? [] : [bound]),
      ...(offset > 0 && matching > 0 ? ['offset' as const] : []),
      ...gaps,
      ...(list.unreadable === undefined ? [] : ['unreadable' as const]),
    ],
    next_offset: bound === undefined ? undefined : offset + count,
  });
}

/** Why images of the registry are missing in the list; empty when none is. */
export function listGaps(list: RegistryList): Why[] {
  const { images, skipped, total, endedBy } = list;
  const isNothing = total === undefined && images.length === 0;
  const isLong = total === undefined ? images.length > 0 : total > IMAGES_READ;
  const hasFailed = endedBy !== undefined && endedBy !== 'deadline';
  return [
    ...(endedBy === undefined && isLong ? ['window' as const] : []),
    ...(endedBy === 'deadline' ? ['deadline' as const] : []),
    ...(hasFailed || isNothing || skipped > 0 ? ['page_failed' as const] : []),
    ...(hasChanged(list) ? ['changed' as const] : []),
  ];
}
