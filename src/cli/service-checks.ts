/** Checks that ask TCSS: the clock, a signed call, and what the key may call. */
import { ApiError } from '../errors.ts';
import { withDeadline } from '../http/deadline.ts';
import type { Runtime } from '../run-tool.ts';
import type { Action } from '../tcss/action.ts';
import { PAGE_LIMIT } from '../tcss/action.ts';
import { ACTION_NAMES, imageDetail, imageList, rowLists } from './actions.ts';
import { type Check, failed, notTried, ok, warning } from './check.ts';
import { failureWords } from './failure-words.ts';
import { checkImages, IMAGE_CHECKS } from './image-checks.ts';

const CLOCK = 'clock';
const SIGNED_CALL = 'signed call';

const permissionOf = (action: string) => `permission ${action}`;

/** Their names, in order. */
export const SERVICE_CHECKS: readonly string[] = [
  CLOCK,
  SIGNED_CALL,
  ...ACTION_NAMES.map(permissionOf),
  ...IMAGE_CHECKS,
];

/** Seconds by which a clock may be off before it is worth a word; and before TCSS refuses what it signed. */
const CLOCK_TOLERANCE = { told: 30, refused: 300 };

/** What `doctor` shares with its checks. */
export interface ServicePorts {
  readonly runtime: Runtime;
  /** How far this machine's clock was behind the service's at the first answer, in ms; undefined before. */
  readonly skewMs: () => number | undefined;
  readonly show: (text: string) => string;
}

type Outcome<Response> = { readonly answer: Response } | { readonly failure: unknown };

/** One request for each Action, the image list first: the others ask about its first image. */
export async function checkService(ports: ServicePorts): Promise<Check[]> {
  const { show } = ports;
  const list = await ask(ports, imageList, { Limit: PAGE_LIMIT, Offset: 0 });
  const call = checkSignedCall(list, show);
  const begin = [checkClock(ports.skewMs()), call];
  if (call.status === 'failed') {
    return [...begin, ...notTried(SERVICE_CHECKS.slice(begin.length), 'the signed call failed')];
  }
  const ofList = checkPermission(imageList.name, list, show);
  const others = ACTION_NAMES.slice(1).map(permissionOf);
  if ('failure' in list) {
    return [...begin, ofList, ...notTried([...others, ...IMAGE_CHECKS], 'the image list could not be read')];
  }
  const images = list.answer.List ?? [];
  const [first] = images;
  const permissions =
    first === undefined
      ? notTried(others, 'there is no image to ask about')
      : [
          checkPermission(imageDetail.name, await ask(ports, imageDetail, { Id: first.Id }), show),
          ...(await Promise.all(
            rowLists.map(async (action) => {
              const request = { Id: first.Id, Limit: 1, Offset: 0 };
              return checkPermission(action.name, await ask(ports, action, request), show);
            }),
          )),
        ];
  return [...begin, ofList, ...permissions, ...checkImages(images, list.answer.TotalCount ?? undefined)];
}

async function ask<Request extends object, Response>(
  { runtime: { client, timeoutMs } }: ServicePorts,
  action: Action<Request, Response>,
  request: Request,
): Promise<Outcome<Response>> {
  try {
    const answer = await withDeadline(new AbortController().signal, timeoutMs, (signal) =>
      client.call(action, request, signal),
    );
    return { answer };
  } catch (failure) {
    return { failure };
  }
}

function checkClock(skewMs: number | undefined): Check {
  if (skewMs === undefined) return { name: CLOCK, status: 'not_tried', found: 'no answer gave its time' };
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const side = skewMs > 0 ? 'behind' : 'ahead of';
  if (seconds <= CLOCK_TOLERANCE.told) {
    return ok(CLOCK, `within ${CLOCK_TOLERANCE.told} seconds of the service's`);
  }
  const found = `this machine's clock is ${seconds} seconds ${side} the service's`;
  const harm =
    seconds < CLOCK_TOLERANCE.refused
      ? `from ${CLOCK_TOLERANCE.refused} seconds on, what it signs is refused`
      : 'what it signs is refused; this server corrects that with a second request';
  return warning(CLOCK, `${found}; ${harm}`, 'correct the clock of this machine (NTP)');
}

/** A key that may not call an Action was accepted all the same. */
function checkSignedCall(list: Outcome<unknown>, show: (text: string) => string): Check {
  if ('answer' in list) return ok(SIGNED_CALL, 'TCSS accepted the key');
  const { failure } = list;
  if (failure instanceof ApiError && failure.category === 'permission') {
    return ok(SIGNED_CALL, 'TCSS knows the key, though it refused the call');
  }
  const { found, fix } = failureWords(failure, show);
  return failed(SIGNED_CALL, found, fix);
}

function checkPermission(action: string, outcome: Outcome<unknown>, show: (text: string) => string): Check {
  const name = permissionOf(action);
  if ('answer' in outcome) return ok(name, 'granted');
  const { failure } = outcome;
  const { found, fix } = failureWords(failure, show);
  if (failure instanceof ApiError) {
    // An image that went away meanwhile was looked for.
    if (failure.category === 'not-found') return ok(name, 'granted');
    if (failure.category === 'permission') return failed(name, found, fix);
  }
  return warning(name, `not known: ${found}`, fix);
}
