/** The answer about what TCSS covers: one set of facts, two views. Pure. */
import { type CoverageFacts, REGISTRIES_READ, type RegistryRow } from '../gather/explain-coverage.ts';
import { isFaulty, knownTime, type RowFaults } from '../tcss/vocabulary.ts';
import {
  boundOf,
  type Coverage,
  endedNote,
  raiseBound,
  type WhyPartial,
  whyFailed,
  whyUnread,
} from './list.ts';
import { unreadableNotes } from './row-words.ts';
import { compact, cutToBytes, failureWord, given, isDenied, plural, quotedIfMarked } from './text.ts';
import { type Draft, NAME_BYTES, type Presentation, renderAnswer } from './view.ts';

/** What each part is called where it is missing. */
const PART_WORDS: Readonly<Record<keyof CoverageFacts, string>> = {
  edition: 'the edition',
  account: 'the number of node images',
  licences: 'the licences',
  registryImages: 'the number of registry images',
  unlicensedImages: 'how many of them have no licence',
  unscannedImages: 'how many registry images are not scanned',
  unscannedNodeImages: 'how many node images are not scanned',
  registrySchedule: 'the schedule of registry images',
  nodeSchedule: 'the schedule of node images',
  sync: 'the state of the image lists',
  registries: 'the registries',
  library: 'the age of the vulnerability library',
};

/** The published values of `State` of a purchase. */
const EDITIONS = ['trial_or_purchase_possible', 'purchase_possible', 'trial', 'pro', 'pro_expired'] as const;

/** The published values of `ScanScope`. */
const SCOPES = ['all images', 'chosen images', 'recommended images', 'images of chosen clusters'] as const;

/** Kinds of scan as TCSS names them, and as the tools here do. */
const KINDS: Readonly<Record<string, string>> = { CVE: 'vulnerabilities', VIRUS: 'malware', RISK: 'risks' };

/** How a scheduled scan that did not succeed ended: the published results. */
const RESULTS: Readonly<Record<string, string>> = {
  InsufficientLicense: 'ran short of licences',
  ImageNeedIsEmpty: 'had no image to scan',
  InternalError: 'failed inside TCSS',
};

/** Named values of one part of the answer. */
type Part = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The parts of which there is one each. */
interface SingleParts {
  readonly edition: Part;
  readonly registry: Part;
  readonly nodes: Part;
  readonly licences: Part;
}

/** Everything of the answer but its sentences. */
interface Parts extends SingleParts {
  readonly library: Part;
  readonly schedules: readonly Part[];
  /** Those that fail first, then by name. */
  readonly registries: readonly Part[];
}

/** The parts that were answered, and as many registries as fit. */
export function presentCoverage(facts: CoverageFacts, _options: object, presentation: Presentation): Draft {
  const { schedules, library, registries, ...single } = partsOf(facts);
  const faulty = faultsIn(facts);
  const window = facts.registries.value;
  const notes = { essential: gapNotes(facts, faulty), optional: meaningNotes(single, schedules, registries) };
  const [requestId] = Object.values(facts).flatMap(({ value }) =>
    value !== undefined && 'RequestId' in value ? (value.RequestId ?? []) : [],
  );
  return {
    items: registries.length,
    fieldBytes: NAME_BYTES,
    view(fit) {
      const cut = (part: Part) => cutTexts(part, fit.fieldBytes);
      const named = Object.entries(single).filter(([, part]) => Object.keys(part).length > 0);
      const shown = registries.slice(0, fit.shown).map(cut);
      const bound = boundOf(shown.length < registries.length, fit);
      const why = given<WhyPartial>(bound, whyPartial(facts, faulty));
      const coverage: Coverage = compact({
        total: window?.total,
        fetched: window?.rows.length ?? 0,
        shown: shown.length,
        complete: why.length === 0,
        why_partial: why,
      });
      const answer = {
        summary: summaryOf(single, registries, facts),
        coverage,
        next: given(raiseBound(bound, 0), nextSteps(single, registries)),
        notes,
        data: given(
          named.map(([name, part]) => lineOf(name, cut(part))),
          schedules.map((schedule) => lineOf('schedule', cut(schedule))),
          Object.keys(library).length > 0 && lineOf('vulnerability library', cut(library)),
          shown.map((registry, at) => `${at + 1}. ${lineOf('registry', registry)}`),
        ),
        keys: {
          ...Object.fromEntries(named.map(([name, part]) => [name, cut(part)])),
          schedules: schedules.length > 0 ? schedules.map(cut) : undefined,
          registries: window === undefined ? undefined : shown,
          library_updated: cut(library)['updated'],
          unreadable: faulty.length || undefined,
        },
        requestId,
      };
      return renderAnswer(answer, fit, presentation);
    },
  };
}

function partsOf(facts: CoverageFacts): Parts {
  const { State: state, SubState, ExpirationTime } = facts.edition.value ?? {};
  const { Status, Err, LatestSyncSuccessTime } = facts.sync.value ?? {};
  const { value: licences } = facts.licences;
  const rows = facts.registries.value?.rows ?? [];
  return {
    edition: compact({
      state: codeWord(state, EDITIONS),
      sub_state: SubState || undefined,
      expires: knownTime(ExpirationTime),
    }),
    registry: compact({
      images: facts.registryImages.value?.TotalCount ?? facts.account.value?.RepositoryImageCnt,
      unscanned: facts.unscannedImages.value?.UnScannedImageCnt,
      unlicensed: unlicensedCount(facts),
      sync_status: Status || undefined,
      sync_error: Status === 'success' ? undefined : Err || undefined,
      last_sync: knownTime(LatestSyncSuccessTime),
    }),
    nodes: compact({
      images: facts.account.value?.LocalImageCnt,
      licensed_unscanned: facts.unscannedNodeImages.value?.UnScanAuthorizedImageCount,
      scan_not_enabled: licences?.NotScannedLocalImageCnt,
    }),
    licences: compact({ total: licences?.TotalAuthorizedCnt, used: licences?.UsedAuthorizedCnt }),
    schedules: schedulesOf(facts),
    library: compact({ updated: knownTime(facts.library.value?.VulLibraryUpdateTime) }),
    registries: rows
      .filter(({ isLost }) => isLost === undefined)
      .toSorted((a, b) => failingRank(a) - failingRank(b) || compareNames(a, b))
      .map(({ name, type, lastSync, failingBecause, solution }) =>
        compact({ name, type, last_sync: knownTime(lastSync), failing_because: failingBecause, solution }),
      ),
  };
}

/** The count is that of a filter, which counts as obeyed only if the row that came with it has no licence. */
function unlicensedCount({ unlicensedImages }: CoverageFacts): number | undefined {
  const { List, TotalCount } = unlicensedImages.value ?? {};
  const [row] = List ?? [];
  const isObeyed = row === undefined ? TotalCount === 0 : row.IsAuthorized === 0;
  return isObeyed ? (TotalCount ?? undefined) : undefined;
}

function schedulesOf({ registrySchedule, nodeSchedule }: CoverageFacts): Part[] {
  const { value: registry } = registrySchedule;
  const { value: nodes } = nodeSchedule;
  const flags = { CVE: nodes?.ScanVul, VIRUS: nodes?.ScanVirus, RISK: nodes?.ScanRisk };
  const nodeKinds = Object.entries(flags).flatMap(([kind, isOn]) => (isOn ? [kind] : []));
  const hasNodeKinds = Object.values(flags).some((flag) => flag !== undefined);
  return [
    registry && {
      where: 'registry',
      ...scheduleOf(registry, registry.ScanType),
      latest_only: registry.Latest,
    },
    nodes && { where: 'nodes', ...scheduleOf(nodes, hasNodeKinds ? nodeKinds : undefined) },
  ].flatMap((schedule) => (schedule === undefined ? [] : [compact(schedule)]));
}

function scheduleOf(
  answer: NonNullable<CoverageFacts['registrySchedule' | 'nodeSchedule']['value']>,
  kinds: readonly string[] | undefined,
) {
  return {
    enabled: answer.Enable,
    scan_time: answer.ScanTime || undefined,
    // The unit is that of the intervals which the console offers.
    every: answer.ScanPeriod === undefined ? undefined : `${plural(answer.ScanPeriod, 'day')} (inferred)`,
    kinds: kinds?.map((kind) => KINDS[kind.toUpperCase()] ?? kind),
    scope: codeWord(answer.ScanScope, SCOPES),
    running_only: answer.ContainerRunning || undefined,
    last_run: knownTime(answer.LastScanTime),
    last_result: answer.ScanResult || undefined,
  };
}

function codeWord(code: number | undefined, words: readonly string[]): string | undefined {
  return code === undefined ? undefined : (words[code] ?? `code ${code} (meaning not published)`);
}

function failingRank({ failingBecause }: RegistryRow): number {
  return failingBecause === undefined ? 1 : 0;
}

function compareNames({ name: a = '' }: RegistryRow, { name: b = '' }: RegistryRow): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function cutTexts(part: Part, bytes: number): Part {
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? cutToBytes(value, bytes)
        : typeof value === 'object'
          ? value.map((one) => cutToBytes(one, bytes))
          : value,
    ]),
  );
}

/** `registry: images 14 | unscanned 2`. */
function lineOf(name: string, part: Part): string {
  const values = Object.entries(part).map(([key, value]) =>
    quotedIfMarked(`${key.replaceAll('_', ' ')} ${typeof value === 'object' ? value.join(', ') : value}`),
  );
  return `${name}: ${values.join(' | ') || 'nothing given'}`;
}

/** The first sentence: the numbers that are known. */
function summaryOf(
  { registry, nodes, licences: { total, used } }: SingleParts,
  registries: readonly Part[],
  facts: CoverageFacts,
): string {
  const { value: window } = facts.registries;
  const failing = registries.filter(isFailing).length;
  const all = window?.total ?? registries.length;
  const read = all > registries.length ? `the first ${registries.length} of ${all}` : all;
  const numbers = given(
    imagesWords('registry', registry),
    imagesWords('node', nodes),
    used !== undefined && total !== undefined && `${used} of ${total} image licences used`,
    TOLD_BY.registries(facts) !== undefined &&
      (all === 0 || registries.length > 0) &&
      `${failing} of ${read} connected registries ${failing === 1 ? 'fails' : 'fail'}`,
  );
  return `${numbers.join('; ') || 'TCSS gave none of the numbers of its coverage'}.`;
}

function imagesWords(where: string, part: Part): string | undefined {
  const { images, unscanned, licensed_unscanned: licensed, unlicensed, scan_not_enabled: notEnabled } = part;
  const states = given(
    unscanned !== undefined && `${unscanned} not scanned`,
    licensed !== undefined && `${licensed} with a licence not scanned`,
    unlicensed !== undefined && `${unlicensed} without a licence`,
    notEnabled !== undefined && `${notEnabled} with scans not enabled`,
  ).join(', ');
  const what = images === undefined ? `${where} images` : plural(Number(images), `${where} image`);
  return images === undefined && states === '' ? undefined : given(what, states).join(': ');
}

function isFailing(registry: Part): boolean {
  return registry['failing_because'] !== undefined;
}

function nextSteps({ registry, nodes }: SingleParts, registries: readonly Part[]): string[] {
  return given(
    Number(registry['unscanned']) > 0 &&
      'Next: find_images with scan_state not_scanned names the registry images that were never scanned.',
    [registry['unlicensed'], nodes['scan_not_enabled']].some((count) => Number(count) > 0) &&
      'To have an image scanned: assign it a licence in the TCSS console.',
    registries.some(isFailing) &&
      'To see the images of a registry that fails: mend its connection in the TCSS console, then update its data there.',
  );
}

/** What the parts mean for other answers. */
function meaningNotes(
  { edition, registry, licences: { total, used } }: SingleParts,
  schedules: readonly Part[],
  registries: readonly Part[],
): string[] {
  return given(
    edition['state'] === 'pro_expired' &&
      'The Pro Edition has expired. By the console manual TCSS stops after 5 days, and its data are deleted soon after.',
    Number(total) > 0 && Number(used) >= Number(total) && 'All image licences are used.',
    schedules.flatMap(scheduleNotes),
    registry['sync_status'] === 'failed' &&
      'The last update of the lists of registry images failed: what was pushed since the last sync may not be listed.',
    registries.some(isFailing) &&
      'What was pushed to a registry that fails is not known since its last sync.',
    registry['images'] !== undefined &&
      'By the console manual registries are read each night: what was pushed today may not be listed yet.',
  );
}

function scheduleNotes({ where, enabled, kinds, latest_only, last_result }: Part): string[] {
  const images = where === 'registry' ? 'registry images' : 'node images';
  if (enabled === undefined) return [];
  if (!enabled) return [`No scan of ${images} is scheduled: each must be started by somebody.`];
  const missing = Array.isArray(kinds) ? Object.values(KINDS).filter((kind) => !kinds.includes(kind)) : [];
  const ended = RESULTS[String(last_result)];
  return given(
    missing.length > 0 && `The schedule of ${images} leaves out ${missing.join(' and ')}.`,
    latest_only === true && `The schedule of ${images} takes the newest tags alone.`,
    ended !== undefined && `The last scheduled scan of ${images} ${ended}.`,
  );
}

/** What is missing from the answer. */
function gapNotes(facts: CoverageFacts, faulty: readonly RowFaults[]): string[] {
  const missing = (Object.keys(PART_WORDS) as (keyof CoverageFacts)[]).flatMap((part) => {
    const { action, failure } = facts[part];
    return failure === undefined ? [] : [{ what: PART_WORDS[part], action, failure }];
  });
  const denied = missing.filter(({ failure }) => isDenied(failure));
  const failed = missing.filter(({ failure }) => !isDenied(failure));
  const { value: window } = facts.registries;
  const { rows = [], total = 0, endedBy } = window ?? {};
  const silent = silentParts(facts);
  return given(
    denied.length > 0 &&
      `Not told, since the key lacks the permission: ${denied.map(({ what, action }) => `${what} (tcss:${action})`).join(', ')}.`,
    failed.length > 0 &&
      `Could not be read: ${failed.map(({ what, failure }) => `${what} (${failureWord(failure)})`).join(', ')}.`,
    silent.length > 0 && `TCSS answered, but did not tell: ${silent.join(', ')}.`,
    window && endedNote(window, 'registries'),
    total > rows.length &&
      endedBy === undefined &&
      `At most ${REGISTRIES_READ} registries are read: ${total - rows.length} were not.`,
    unreadableNotes(faulty),
  );
}

/** Answers and registries with a field that could not be read. */
function faultsIn(facts: CoverageFacts): RowFaults[] {
  const answers = Object.values(facts).flatMap(({ value }): RowFaults[] =>
    value === undefined ? [] : 'rows' in value ? [...value.rows] : [value as RowFaults],
  );
  return answers.filter(isFaulty);
}

function whyPartial(facts: CoverageFacts, faulty: readonly RowFaults[]): WhyPartial[] {
  const { value: window } = facts.registries;
  const reasons = given<WhyPartial>(
    Object.values(facts).flatMap(({ failure }) => (failure === undefined ? [] : whyFailed(failure))),
    silentParts(facts).length > 0 && 'page_failed',
    window && whyUnread(window),
    window?.endedBy === undefined && Number(window?.rows.length) < Number(window?.total) && 'window',
    faulty.length > 0 && 'unreadable',
  );
  return [...new Set(reasons)];
}

/** What tells of each part by itself, where it was answered. */
const TOLD_BY: { readonly [Part in keyof CoverageFacts]: (facts: CoverageFacts) => unknown } = {
  edition: ({ edition }) => edition.value?.State,
  account: ({ account }) => account.value?.LocalImageCnt,
  licences: ({ licences: { value } }) =>
    value?.TotalAuthorizedCnt === undefined ? undefined : value.UsedAuthorizedCnt,
  registryImages: ({ registryImages }) => registryImages.value?.TotalCount,
  unlicensedImages: unlicensedCount,
  unscannedImages: ({ unscannedImages }) => unscannedImages.value?.UnScannedImageCnt,
  unscannedNodeImages: ({ unscannedNodeImages: { value } }) => value?.UnScanAuthorizedImageCount,
  registrySchedule: ({ registrySchedule }) => registrySchedule.value?.Enable,
  nodeSchedule: ({ nodeSchedule }) => nodeSchedule.value?.Enable,
  sync: ({ sync }) => sync.value?.Status,
  registries: ({ registries: { value } }) => (value?.rows.length ? true : value?.total),
  library: ({ library }) => library.value?.VulLibraryUpdateTime,
};

/** The parts that were answered, but not told. */
function silentParts(facts: CoverageFacts): string[] {
  return (Object.keys(TOLD_BY) as (keyof CoverageFacts)[]).flatMap((part) => {
    const told = TOLD_BY[part](facts);
    return facts[part].value !== undefined && (told === undefined || told === null) ? PART_WORDS[part] : [];
  });
}
