/** Checks that ask TCSS: the clock, a signed call, what the key may call, and whether images were scanned. */
import { ApiError } from '../errors.ts';
import { withDeadline } from '../http/time.ts';
import { plural, statusWord } from '../present/text.ts';
import type { Runtime } from '../run-tool.ts';
import type { AnyAction } from '../tcss/action.ts';
import {
  describeAssetImageRegistryList,
  type ImagesPage,
  type RegistryImage,
} from '../tcss/registry-image.ts';
import { type AnyTool, actionsOf } from '../tool.ts';
import { type Check, failed, failureWords, notTried, ok, warning } from './check.ts';

const permissionOf = (action: AnyAction) => `permission ${action.name}`;

const CLOCK = 'clock';
const SIGNED_CALL = 'signed call';
const IMAGE_CHECKS = ['registry', 'licences', 'scans'] as const;

/** The names of all checks of a server that offers these tools, in order. */
export function serviceChecks(tools: readonly AnyTool[]): readonly string[] {
  const actions = actionsOf(tools);
  const ofImages = actions.includes(describeAssetImageRegistryList) ? IMAGE_CHECKS : [];
  return [CLOCK, SIGNED_CALL, ...actions.map(permissionOf), ...ofImages];
}

/** By how many seconds a clock may be off before doctor says so, and before TCSS refuses what it signs. */
const CLOCK_TOLERANCE = { reported: 30, refused: 300 };

/** What these checks need. */
export interface ServicePorts {
  readonly runtime: Runtime;
  /** How far this machine's clock was behind the service's at the first answer, in ms; undefined before. */
  readonly skewMs: () => number | undefined;
  readonly show: (text: string) => string;
}

/** What became of an Action's probe. */
type Outcome =
  // biome-ignore lint/suspicious/noExplicitAny: the answer of whatever Action it was
  { readonly answer: any } | { readonly failure: unknown } | { readonly notTried: string };

/** Sends one request for each Action of the tools: the first alone, since it tells whether the key is right. */
export async function checkService(tools: readonly AnyTool[], ports: ServicePorts): Promise<Check[]> {
  const actions = actionsOf(tools);
  const names = serviceChecks(tools);
  const [first] = actions;
  if (first === undefined) return [];
  const outcomes = new Map([[first, probe(first, ports)]]);
  const call = checkSignedCall(await outcomes.get(first), ports.show);
  const begin = [checkClock(ports.skewMs()), call];
  if (call.status === 'failed') {
    return [...begin, ...notTried(names.slice(begin.length), 'the signed call failed')];
  }
  // Those that another asks about come before it.
  for (const action of actions.slice(1)) {
    const { after } = action.probe;
    outcomes.set(action, probe(action, ports, after && { action: after, outcome: outcomes.get(after) }));
  }
  const settled = new Map<AnyAction, Outcome>();
  for (const [action, outcome] of outcomes) settled.set(action, await outcome);
  return [...begin, ...checkPermissions(tools, settled, ports.show), ...checkImages(settled)];
}

/** `before` is what the probe asks about something of. */
async function probe(
  action: AnyAction,
  { runtime: { client, timeoutMs } }: ServicePorts,
  before?: { readonly action: AnyAction; readonly outcome: Promise<Outcome> | undefined },
): Promise<Outcome> {
  const known = await before?.outcome;
  const answer = known !== undefined && 'answer' in known ? known.answer : undefined;
  const cannot = (why: string) => ({ notTried: `it asks about what ${before?.action.name} lists, ${why}` });
  if (before !== undefined && answer === undefined) return cannot('which could not be read');
  const request = action.probe.request(answer);
  if (request === undefined) return cannot('which is nothing');
  try {
    const { signal } = new AbortController();
    return {
      answer: await withDeadline(signal, timeoutMs, (deadline) => client.call(action, request, deadline)),
    };
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
function checkSignedCall(first: Outcome | undefined, show: (text: string) => string): Check {
  if (first === undefined || !('failure' in first)) return ok(SIGNED_CALL, 'TCSS accepted the key');
  if (isOf('permission', first)) return ok(SIGNED_CALL, 'TCSS knows the key, though it refused the call');
  const { found, fix } = failureWords(first.failure, show);
  return failed(SIGNED_CALL, found, fix);
}

/** A missing permission fails where a tool cannot do without it; else it is a warning. */
function checkPermissions(
  tools: readonly AnyTool[],
  outcomes: ReadonlyMap<AnyAction, Outcome>,
  show: (text: string) => string,
): Check[] {
  const isGranted = (action: AnyAction) => isAnswered(outcomes.get(action));
  const isMissed = (action: AnyAction) =>
    tools.some(({ actions }) =>
      actions.needs.some((group) => group.includes(action) && !group.some(isGranted)),
    );
  // One list may fail by chance; if all do that tools need, none can answer. The first one is known to answer.
  const needed = [...outcomes].slice(1).filter(([action]) => isNeeded(tools, action));
  const isDead = needed.every(([, outcome]) => !isAnswered(outcome));

  return [...outcomes].map(([action, outcome]) => {
    const name = permissionOf(action);
    if ('notTried' in outcome) return { name, status: 'not_tried', found: outcome.notTried };
    if ('answer' in outcome || isAnswered(outcome)) return ok(name, 'granted');
    const { found, fix } = failureWords(outcome.failure, show);
    if (isOf('permission', outcome)) {
      return isMissed(action) ? failed(name, found, fix) : warning(name, `${found} ${OPTIONAL}`, fix);
    }
    return isDead && isMissed(action)
      ? failed(name, `there is no answer: ${found}`, fix)
      : warning(name, `not known: ${found}`, fix);
  });
}

/** Follows what the service refused. */
const OPTIONAL = 'The tools answer without it, and say what is missing';

function isNeeded(tools: readonly AnyTool[], action: AnyAction): boolean {
  return tools.some(({ actions }) => actions.needs.flat().includes(action));
}

/** Whether there was an answer. That an image does not exist is one: the key was allowed to ask. */
function isAnswered(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && ('answer' in outcome || isOf('not-found', outcome));
}

function isOf(category: ApiError['category'], outcome: Outcome): boolean {
  return 'failure' in outcome && outcome.failure instanceof ApiError && outcome.failure.category === category;
}

const TRY_AGAIN = 'run doctor again; if the problem persists, report it to Tencent Cloud';

/** Whether there are images, and whether they were scanned, by the first page of the image list. */
function checkImages(outcomes: ReadonlyMap<AnyAction, Outcome>): Check[] {
  const outcome = outcomes.get(describeAssetImageRegistryList);
  if (outcome === undefined) return [];
  if (!('answer' in outcome)) return notTried(IMAGE_CHECKS, 'the image list could not be read');
  const { List, TotalCount }: ImagesPage = outcome.answer;
  const [list, total] = [List ?? undefined, TotalCount ?? undefined];
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
