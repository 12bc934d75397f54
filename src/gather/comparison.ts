/** Gathers the rows of two images for a comparison, whatever their kind. */
import { ApiError, InputError } from '../errors.ts';
import type { RowFaults } from '../tcss/vocabulary.ts';
import { type GatherContext, gatherRows, type ImageFacts } from './image-rows.ts';
import type { ImageId, Place } from './listed-image.ts';
import { type AmbiguousImage, lookUp, type ResolvedImage } from './resolve-image.ts';
import type { ImageRow, RowFilter, RowKind } from './row-kind.ts';
import { type EntryResult, readEntry } from './scan-state.ts';
import { sumOfProgress } from './window.ts';

/** One side of a comparison. */
export interface ComparedImage<Row extends ImageRow = ImageRow> extends ImageFacts<Row> {
  /** A scan began or ended while the rows were read, so they may be incomplete or come from two scans. */
  readonly scanChanged: boolean;
}

/** Both sides of a comparison. */
export interface Comparison<Row extends ImageRow = ImageRow> {
  readonly base: ComparedImage<Row>;
  readonly target: ComparedImage<Row>;
}

/** Their names, in the order in which answers give them. */
export const SIDES = ['base', 'target'] as const;

/** A side whose reference fits several images. */
export interface AmbiguousSide {
  readonly side: (typeof SIDES)[number];
  readonly image: AmbiguousImage;
}

/**
 * Reads the rows of both images, and the entry of each before and after, since rows alone do not tell whether
 * the scan that found them was still running or failed.
 * @throws {InputError} when a reference fits no image, or both fit the same one.
 * @throws what gatherRows throws for either.
 */
export async function gatherComparison<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  args: Readonly<Record<(typeof SIDES)[number], string>> & { readonly where: Place },
  filter: RowFilter,
  context: GatherContext,
): Promise<Comparison<Row> | AmbiguousSide> {
  const images: ResolvedImage[] = [];
  // One after the other, so that the second finds the list that the first has read.
  for (const side of SIDES) {
    const image = await resolveSide(side, args, context);
    if ('candidates' in image) return { side, image };
    images.push(image);
  }
  const [base, target] = images as [ResolvedImage, ResolvedImage];
  if (base.id === target.id) throw new InputError('base and target are the same image: give two');

  const progress = sumOfProgress(SIDES.length, context.onProgress);
  const gather = async (side: (typeof SIDES)[number], image: ResolvedImage) => {
    const facts = await gatherSide(kind, side, image, filter, { ...context, onProgress: progress.of(side) });
    progress.ended(side);
    return facts;
  };
  const [baseFacts, targetFacts] = await Promise.all([gather('base', base), gather('target', target)]);
  return { base: baseFacts, target: targetFacts };
}

async function resolveSide(
  side: (typeof SIDES)[number],
  args: { readonly where: Place } & Readonly<Record<typeof side, string>>,
  context: GatherContext,
) {
  try {
    return await lookUp(args.where, args[side], context);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${side}: ${error.message}`, error);
  }
}

async function gatherSide<Row extends ImageRow, Wire extends RowFaults>(
  kind: RowKind<Row, Wire>,
  side: string,
  image: ResolvedImage,
  filter: RowFilter,
  context: GatherContext,
): Promise<ComparedImage<Row>> {
  const before = await readSideEntry(side, image.id, context);
  const query = { id: image.id, ...filter };
  const facts = await gatherRows(kind, image, query, { start: 0, cursor: undefined }, context, before);
  if (facts.empty !== undefined || before.entry === undefined) return { ...facts, scanChanged: false };
  const { entry, failure } = await readEntry(image.id, context);
  return {
    ...facts,
    entry,
    entryFailure: failure,
    scanStatus: facts.window.scanStatus ?? entry?.[kind.scan.status],
    scanCount: entry?.[kind.scan.count],
    scanChanged:
      entry !== undefined &&
      (before.entry[kind.scan.status] !== entry[kind.scan.status] ||
        before.entry.ScanTime !== entry.ScanTime),
  };
}

/** @throws {InputError} that names the side when there is no such image. */
async function readSideEntry(side: string, id: ImageId, context: GatherContext): Promise<EntryResult> {
  const result = await readEntry(id, context);
  if (result.failure instanceof ApiError && result.failure.category === 'not-found') {
    throw new InputError(`${side}: the service has no image ${id}`, {
      next: 'look it up by name with find_images',
    });
  }
  return result;
}
