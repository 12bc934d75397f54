/** The risks of two images, as far as each is known. */
import { InputError } from '../errors.ts';
import { type GatherContext, gatherRows, type ImageFacts } from './image-rows.ts';
import {
  type AmbiguousImage,
  describeImage,
  isAmbiguous,
  type ResolvedImage,
  resolveImage,
} from './resolve-image.ts';
import { type RiskRow, riskRows } from './risk-rows.ts';
import type { RowFilter } from './row-kind.ts';
import { readScanState } from './scan-state.ts';

/** Both sides of a comparison. */
export interface Comparison {
  readonly base: ImageFacts<RiskRow>;
  readonly target: ImageFacts<RiskRow>;
}

/** A side whose reference fits several images. */
export interface AmbiguousSide {
  readonly side: 'base' | 'target';
  readonly image: AmbiguousImage;
}

/**
 * Reads the risks of both images, and the scan's state of each, since rows alone do not tell whether
 * a scan that is under way or broke off found all of them.
 * @throws {InputError} when a reference fits no image, or both fit the same one.
 * @throws what gatherRows throws for either.
 */
export async function gatherComparison(
  args: { readonly base: string; readonly target: string },
  filter: RowFilter,
  context: GatherContext,
): Promise<Comparison | AmbiguousSide> {
  const { images, signal } = context;
  // One after the other: the second finds the list that the first has read.
  const base = await resolveImage(images, args.base, signal);
  if (isAmbiguous(base)) return { side: 'base', image: base };
  const target = await resolveImage(images, args.target, signal);
  if (isAmbiguous(target)) return { side: 'target', image: target };
  if (base.id === target.id) throw new InputError('base and target are the same image: give two');

  const [ofBase, ofTarget] = sumOfProgress(context.onProgress);
  const [baseFacts, targetFacts] = await Promise.all([
    gatherSide(base, filter, { ...context, onProgress: ofBase }),
    gatherSide(target, filter, { ...context, onProgress: ofTarget }),
  ]);
  return { base: baseFacts, target: targetFacts };
}

async function gatherSide(
  image: ResolvedImage,
  filter: RowFilter,
  context: GatherContext,
): Promise<ImageFacts<RiskRow>> {
  const query = { id: image.id, ...filter };
  const facts = await gatherRows(riskRows, image, query, { start: 0, cursor: undefined }, context);
  if (facts.scanStatus !== undefined || facts.empty !== undefined) return facts;
  const state = await readScanState(image.id, context);
  if ('failure' in state) return facts;
  return {
    ...facts,
    image: { ...image, ...describeImage(state.detail) },
    scanStatus: state.detail.RiskStatus,
  };
}

type OnProgress = GatherContext['onProgress'];

/** Progress of two readings as that of one; told once both totals are known, since a total must not grow. */
function sumOfProgress(onProgress: OnProgress): [OnProgress, OnProgress] {
  if (onProgress === undefined) return [undefined, undefined];
  const sides = [
    { done: 0, total: 0 },
    { done: 0, total: 0 },
  ];
  const report = (side: number) => (done: number, total: number) => {
    sides[side] = { done, total };
    if (sides.some((one) => one.total === 0)) return;
    const sum = (key: 'done' | 'total') => sides.reduce((all, one) => all + one[key], 0);
    onProgress(sum('done'), sum('total'));
  };
  return [report(0), report(1)];
}
