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
  // An entry without a usable id is no image that can be asked about.
  const first = list.answer.List?.find(({ Id }) => Id > 0);
  const permissions =
    first === undefined ? notTried(others, 'there is no image to ask about') : await askOf(first.Id, ports);
  return [...begin, ofList, ...permissions, ...checkImages(list.answer)];
}

/** What the key may ask of one image. */
async function askOf(id: number, ports: ServicePorts): Promise<Check[]> {
  const detail = await ask(ports, imageDetail, { Id: id });
  const lists = await Promise.all(
    rowLists.map((action) => ask(ports, action, { Id: id, Limit: 1, Offset: 0 })),
  );
  // One list that fails may be a whim; where all do, no tool can answer.
  const isDead = lists.every(isUnanswered);
  return [
    checkPermission(imageDetail.name, detail, ports.show, isDead),
    ...lists.map((list, at) => checkPermission(rowLists[at]?.name ?? '', list, ports.show, isDead)),
  ];
}

async function ask<Request extends object, Response>(
  { runtime: { client, timeoutMs } }: ServicePorts,
  action: Action<Request, Response>,
  request: Request,
): Promise<Outcome<Response>> {
  try {
    const answer = await withDeadline(new AbortController().signal, timeoutMs, (deadline) =>
      client.call(action, request, deadline),
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

/** Neither an answer nor that the image is gone, which was looked for. */
function isUnanswered(outcome: Outcome<unknown>): boolean {
  if ('answer' in outcome) return false;
  return !(outcome.failure instanceof ApiError && outcome.failure.category === 'not-found');
}

function checkPermission(
  action: string,
  outcome: Outcome<unknown>,
  show: (text: string) => string,
  isDead = false,
): Check {
  const name = permissionOf(action);
  if ('answer' in outcome || !isUnanswered(outcome)) return ok(name, 'granted');
  const { failure } = outcome;
  const { found, fix } = failureWords(failure, show);
  if (failure instanceof ApiError && failure.category === 'permission') return failed(name, found, fix);
  return isDead
    ? failed(name, `no answer can be had: ${found}`, fix)
    : warning(name, `not known: ${found}`, fix);
}
