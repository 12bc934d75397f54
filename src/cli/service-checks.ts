/** Checks that ask TCSS: the clock, a signed call, what the key may call, and whether images were scanned. */
import { ApiError } from '../errors.ts';
import { withDeadline } from '../http/time.ts';
import { plural, statusWord } from '../present/text.ts';
import type { Runtime } from '../run-tool.ts';
import { type Action, type ImageRowsRequest, PAGE_LIMIT } from '../tcss/action.ts';
import { describeAssetImageRegistryRiskInfoList } from '../tcss/image-risk.ts';
import {
  describeAssetImageRegistryDetail,
  describeAssetImageRegistryList,
  type RegistryImage,
} from '../tcss/registry-image.ts';
import { describeAssetImageRegistryVirusList } from '../tools/list-image-malware.ts';
import { describeAssetImageRegistryVulList } from '../tools/list-image-vulnerabilities.ts';
import { type Check, failed, failureWords, notTried, ok, warning } from './check.ts';

/** The list with which every look-up begins. */
const imageList = describeAssetImageRegistryList;

/** The state of one image's scans. */
const imageDetail = describeAssetImageRegistryDetail;

/** The lists over one image's rows. */
const rowLists: readonly Action<ImageRowsRequest, unknown>[] = [
  describeAssetImageRegistryRiskInfoList,
  describeAssetImageRegistryVulList,
  describeAssetImageRegistryVirusList,
];

/** Every Action that the tools use. */
export const ACTION_NAMES: readonly string[] = [imageList, imageDetail, ...rowLists].map(({ name }) => name);

const permissionOf = (action: string) => `permission ${action}`;

const CLOCK = 'clock';
const SIGNED_CALL = 'signed call';
const IMAGE_CHECKS = ['registry', 'licences', 'scans'] as const;

/** The names of all of them, in order. */
export const SERVICE_CHECKS: readonly string[] = [
  CLOCK,
  SIGNED_CALL,
  ...ACTION_NAMES.map(permissionOf),
  ...IMAGE_CHECKS,
];

/** By how many seconds a clock may be off before doctor says so, and before TCSS refuses what it signs. */
const CLOCK_TOLERANCE = { reported: 30, refused: 300 };

/** What these checks need. */
export interface ServicePorts {
  readonly runtime: Runtime;
  /** How far this machine's clock was behind the service's at the first answer, in ms; undefined before. */
  readonly skewMs: () => number | undefined;
  readonly show: (text: string) => string;
}

type Outcome<Response> = { readonly answer: Response } | { readonly failure: unknown };

/** Sends one request for each Action. The first is the image list, and the others ask about its first image. */
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
  const { List, TotalCount } = list.answer;
  // An entry without a usable id cannot be asked about.
  const first = List?.find(({ Id }) => Id > 0);
  const permissions =
    first === undefined ? notTried(others, 'there is no image to ask about') : await askOf(first.Id, ports);
  return [...begin, ofList, ...permissions, ...checkImages(List ?? undefined, TotalCount ?? undefined)];
}

/** What the key may ask about one image. */
async function askOf(id: number, ports: ServicePorts): Promise<Check[]> {
  const detail = await ask(ports, imageDetail, { Id: id });
  const lists = await Promise.all(
    rowLists.map((action) => ask(ports, action, { Id: id, Limit: 1, Offset: 0 })),
  );
  // One list may fail by chance; if all do, no tool can answer.
  const isDead = lists.every(isUnanswered);
  return [detail, ...lists].map((outcome, at) =>
    checkPermission(ACTION_NAMES[at + 1] ?? '', outcome, ports.show, isDead),
  );
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
  if (seconds <= CLOCK_TOLERANCE.reported) {
    return ok(CLOCK, `within ${CLOCK_TOLERANCE.reported} seconds of the service's`);
  }
  const found = `this machine's clock is ${seconds} seconds ${side} the service's`;
  const harm =
    seconds < CLOCK_TOLERANCE.refused
      ? `from ${CLOCK_TOLERANCE.refused} seconds on, TCSS refuses what it signs`
      : 'TCSS refuses what it signs; this server corrects that with a second request';
  return warning(CLOCK, `${found}; ${harm}`, 'correct the clock of this machine (NTP)');
}

/** A key without permission for an Action is still a known key. */
function checkSignedCall(list: Outcome<unknown>, show: (text: string) => string): Check {
  if ('answer' in list) return ok(SIGNED_CALL, 'TCSS accepted the key');
  if (isOf('permission', list)) return ok(SIGNED_CALL, 'TCSS knows the key, though it refused the call');
  const { found, fix } = failureWords(list.failure, show);
  return failed(SIGNED_CALL, found, fix);
}

function checkPermission(
  action: string,
  outcome: Outcome<unknown>,
  show: (text: string) => string,
  isDead = false,
): Check {
  const name = permissionOf(action);
  if ('answer' in outcome || !isUnanswered(outcome)) return ok(name, 'granted');
  const { found, fix } = failureWords(outcome.failure, show);
  if (isOf('permission', outcome)) return failed(name, found, fix);
  return isDead
    ? failed(name, `there is no answer: ${found}`, fix)
    : warning(name, `not known: ${found}`, fix);
}

/** Whether there was no answer. That an image does not exist is one: the key was allowed to ask. */
function isUnanswered(outcome: Outcome<unknown>): boolean {
  return 'failure' in outcome && !isOf('not-found', outcome);
}

function isOf(category: ApiError['category'], outcome: Outcome<unknown>): boolean {
  return 'failure' in outcome && outcome.failure instanceof ApiError && outcome.failure.category === category;
}

const TRY_AGAIN = 'run doctor again; if the problem persists, report it to Tencent Cloud';

/** Whether there are images, and whether they were scanned; `list` is the first page. */
function checkImages(list: readonly RegistryImage[] | undefined, total: number | undefined): Check[] {
  const [registry, licences, scans] = IMAGE_CHECKS;
  if (list === undefined || list.length === 0) {
    return [
      checkNoImages(registry, list !== undefined, total),
      ...notTried([licences, scans], 'the list gave no image'),
    ];
  }
  const images = plural(list.length, 'image');
  const which = total === undefined || total > list.length ? `the first ${images}` : images;
  return [
    ok(registry, `${plural(total ?? list.length, 'image')} in the list`),
    checkLicences(licences, list, which),
    checkScans(scans, list, which),
  ];
}

function checkNoImages(name: string, isListed: boolean, total: number | undefined): Check {
  if (total !== undefined && total > 0) {
    return failed(name, `the service counts ${plural(total, 'image')} but listed none of them`, TRY_AGAIN);
  }
  if (!isListed && total === undefined) {
    return failed(
      name,
      'the service gave neither a list of images nor their number, so what the account holds is not known',
      `check that TCSS is activated and that the endpoint belongs to the site of the account; ${TRY_AGAIN}`,
    );
  }
  return failed(
    name,
    'the image list is empty, so there is nothing to ask about',
    'activate TCSS, connect a registry and synchronise it in the TCSS console; check that the endpoint belongs to the site of the account',
  );
}

function checkLicences(name: string, images: readonly RegistryImage[], which: string): Check {
  const count = images.filter(({ IsAuthorized }) => IsAuthorized === 1).length;
  const found = `${count} of ${which} with a scan licence`;
  if (count === images.length) return ok(name, found);
  return warning(
    name,
    `${found}; TCSS knows nothing about the others`,
    'assign licences to the images that matter in the TCSS console',
  );
}

/** Of the risk scan, whose state the list gives for each image. */
function checkScans(name: string, images: readonly RegistryImage[], which: string): Check {
  const states = new Map<string, number>();
  for (const { RiskStatus } of images) {
    const word = statusWord(RiskStatus);
    states.set(word, (states.get(word) ?? 0) + 1);
  }
  const found = `the risk scan of ${which}: ${[...states].map(([word, count]) => `${word} ${count}`).join(', ')}`;
  if (states.get('SCANNED') === images.length) return ok(name, found);
  return warning(name, found, 'scan the others in the TCSS console; their findings are not known');
}
