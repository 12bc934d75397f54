/** Which images have risks of the Behaviors asked for. No list of the service says it, so each image is asked. */
import { failureOrThrow, type TcssMcpError } from '../errors.ts';
import type { Deadline } from '../http/time.ts';
import { PAGE_LIMIT, REQUESTS_PER_SECOND } from '../tcss/action.ts';
import type { TcssClient } from '../tcss/client.ts';
import { isFaulty, type RowFaults } from '../tcss/vocabulary.ts';
import { idOf, type ListedImage, type Place, placeOf } from './listed-image.ts';
import { imageNamed, type RowList, WINDOW_ROWS } from './row-kind.ts';
import { knownCount, SCAN_KINDS } from './scan-state.ts';
import { type Page, readWindow } from './window.ts';

/** What to look for, and how far. */
export interface BehaviorQuestion {
  readonly behaviors: readonly number[];
  /** Images to skip, in the order in which they are asked. */
  readonly offset: number;
  /** Enough matches. */
  readonly limit: number;
}

/** What was asked, most risks first. */
export interface BehaviorSearch {
  /** Images to ask: scanned, and with risks. */
  readonly total: number;
  /** Images asked from the offset on, without a gap. */
  readonly asked: number;
  readonly matches: readonly BehaviorMatch[];
  /** Asked images of which it is not known, since asking failed, or no row that could be read matches and not all could. */
  readonly unknown: number;
  /** The first failure, when asking an image failed. */
  readonly failure: TcssMcpError | undefined;
  /** The deadline passed before `limit` images matched and before the last was asked. */
  readonly isCutShort: boolean;
  /** Images not asked, since their risk scan has not succeeded, or its count is absent or an unexplained 0. */
  readonly unscanned: number;
}

/** An image that has such risks. */
export interface BehaviorMatch {
  readonly image: ListedImage;
  /** Its rows of the Behaviors asked for. */
  readonly rows: number;
  /** Not all its rows could be read, so it may have more. */
  readonly isAtLeast: boolean;
  /** Its place in the order in which images are asked, from 0. */
  readonly position: number;
}

/** A row of a list of risks; nothing else of it is looked at. */
interface Risk extends RowFaults {
  readonly Behavior?: number | undefined;
}

/** What asking needs. */
interface AskContext {
  /** The lists of an image's risks. */
  readonly lists: Readonly<Record<Place, RowList<Risk>>>;
  /** Names of the Actions that have shown that they obey the filter; this adds to it. */
  readonly obeyed: Set<string>;
  readonly client: TcssClient;
  readonly deadline: Deadline;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Asks the images, most risks first, until enough match or the deadline passes.
 * @throws the first failure when all images that were asked first fail; the signal's reason when the caller cancels.
 */
export async function findByBehavior(
  images: readonly ListedImage[],
  { behaviors, offset, limit }: BehaviorQuestion,
  context: AskContext,
): Promise<BehaviorSearch> {
  const order = images.filter((image) => isScanned(image) && (image.RiskCnt ?? 0) > 0).sort(byRisks);
  const judge = judgeOf(behaviors, context);
  const { signal } = context.deadline;
  const verdicts: Verdict[] = [];
  const matches: BehaviorMatch[] = [];
  for (let isLate = signal.aborted; !isLate && matches.length < limit; ) {
    const start = offset + verdicts.length;
    const batch = order.slice(start, start + REQUESTS_PER_SECOND);
    if (batch.length === 0) break;
    const answers = await Promise.all(batch.map(judge));
    // At the deadline, only images without a gap count as asked.
    const inTime = answers.slice(0, [...answers, undefined].indexOf(undefined)) as Verdict[];
    verdicts.push(...inTime);
    if (inTime.length > 0 && verdicts.every(hasFailed)) throw verdicts[0]?.failure;
    for (const [index, { rows = 0, isAtLeast }] of inTime.entries()) {
      const image = batch[index];
      if (image !== undefined && rows > 0) matches.push({ image, rows, isAtLeast, position: start + index });
    }
    context.onProgress?.(verdicts.length, order.length - offset);
    isLate = inTime.length < batch.length || signal.aborted;
  }
  return {
    total: order.length,
    asked: verdicts.length,
    matches,
    unknown: verdicts.filter(({ rows }) => rows === undefined).length,
    failure: verdicts.find(({ failure }) => failure !== undefined)?.failure,
    isCutShort: offset + verdicts.length < order.length && matches.length < limit,
    unscanned: images.filter(
      (image) => !isScanned(image) || knownCount(image, SCAN_KINDS.risks) === undefined,
    ).length,
  };
}

/** Whether the scan that finds risks has succeeded, as far as the list tells. */
function isScanned({ RiskStatus }: ListedImage): boolean {
  return RiskStatus === 'SCANNED';
}

/** Most risks first, then by id. */
function byRisks(a: ListedImage, b: ListedImage): number {
  const byCount = (b.RiskCnt ?? 0) - (a.RiskCnt ?? 0);
  if (byCount !== 0 || a.Id !== b.Id) return byCount || a.Id - b.Id;
  return (a.NodeImageID ?? '') < (b.NodeImageID ?? '') ? -1 : 1;
}

/** What is known of one image. */
interface Verdict {
  /** Its rows of the Behaviors asked for; undefined when that is not known. */
  readonly rows: number | undefined;
  readonly isAtLeast: boolean;
  readonly failure: TcssMcpError | undefined;
}

function hasFailed({ rows, failure }: Verdict): boolean {
  return rows === undefined && failure !== undefined;
}

/**
 * Gives a judge of single images, who needs one request where the filter is obeyed; undefined when the deadline comes
 * first. The filter stands in the documentation's example alone, so it counts as obeyed only where that shows: the
 * rows that came carry an asked code, and they are fewer than the image has. That no row came shows nothing, unless
 * another image has shown that the filter is obeyed.
 */
function judgeOf(behaviors: readonly number[], { lists, obeyed, client, deadline }: AskContext) {
  const filter = { Filters: [{ Name: 'Behavior', Values: behaviors.map(String) }] };
  const isAsked = ({ Behavior }: Risk) => Behavior !== undefined && behaviors.includes(Behavior);

  async function judge(image: ListedImage): Promise<Verdict> {
    const id = idOf(image);
    const { action } = lists[placeOf(id)];
    const ask = (page: { Limit: number; Offset: number; Filters?: typeof filter.Filters }) =>
      client.call(action, { ...imageNamed(id), ...page }, deadline);

    const first: Page<Risk> = await ask({ Limit: PAGE_LIMIT, Offset: 0, ...filter });
    const { List: rows, TotalCount: total } = { List: first.List ?? [], TotalCount: first.TotalCount };
    const isTotal = typeof total === 'number' && total >= rows.length;
    const isObeyed = rows.length > 0 && rows.every(isAsked) && isTotal && total < (image.RiskCnt ?? 0);
    if (isObeyed) obeyed.add(action.name);
    if (isObeyed || (total === 0 && rows.length === 0 && obeyed.has(action.name))) {
      return { rows: total ?? 0, isAtLeast: false, failure: undefined };
    }
    const window = await readWindow<Risk>(
      async (Offset, Limit) => {
        if (rows.length === 0) return ask({ Limit, Offset });
        return Offset === 0 ? first : ask({ Limit, Offset, ...filter });
      },
      { start: 0, size: WINDOW_ROWS, signal: deadline.signal },
    );
    const found = window.rows.filter(isAsked).length;
    const isWhole =
      window.rows.length > 0 && window.rows.length === window.total && !window.rows.some(isFaulty);
    return { rows: found > 0 || isWhole ? found : undefined, isAtLeast: !isWhole, failure: window.failure };
  }

  return async (image: ListedImage): Promise<Verdict | undefined> => {
    try {
      return await judge(image);
    } catch (error) {
      const failure = failureOrThrow(error, deadline.signal);
      return deadline.signal.aborted ? undefined : { rows: undefined, isAtLeast: false, failure };
    }
  };
}
