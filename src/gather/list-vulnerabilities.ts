/** Vulnerabilities over all images of the account: three lists of the service, read as one. */
import type { TcssMcpError } from '../errors.ts';
import { withinHalf } from '../http/time.ts';
import { type AssetFilter, PAGE_LIMIT } from '../tcss/action.ts';
import {
  type KnownLevel,
  knownTime,
  type Level,
  levelName,
  type RowFaults,
  readLevel,
  readScore,
  tagWord,
} from '../tcss/vocabulary.ts';
import {
  describeEmergencyVulList,
  describeSystemVulList,
  describeWebVulList,
  type ListedVulnerability,
} from '../tcss/vulnerability.ts';
import { attempt } from './ask.ts';
import type { GatherContext } from './image-rows.ts';
import { type TextReader, textReader } from './row-kind.ts';
import { mapInSlices, readWindow, sumOfProgress, type Window } from './window.ts';

/** The Actions of the three lists. A vulnerability may be in several. */
export const VULNERABILITY_LISTS = {
  system: describeSystemVulList,
  web: describeWebVulList,
  emergency: describeEmergencyVulList,
} as const;

/** One of the three lists. */
export type VulnerabilityList = keyof typeof VULNERABILITY_LISTS;

/** What a vulnerability affects; the keys of its counts, here and in answers. */
export const SIDES = ['registry_images', 'node_images', 'containers'] as const;

/** One of these. */
export type Side = (typeof SIDES)[number];

/** How many of each; absent where nothing tells. */
export type Counts = Readonly<Record<Side, number | undefined>>;

/** One vulnerability of the account; its texts are upstream's, redacted and fit to be shown. */
export interface Vulnerability {
  /** The CVE number, else the service's own. */
  readonly cve: string | undefined;
  /** The service's own number, by which images are asked for: letters, digits and hyphens. */
  readonly pocId: string | undefined;
  readonly name: string | undefined;
  readonly level: Level;
  readonly levelRaw: string | undefined;
  /** From 0.1 to 10. */
  readonly cvss: number | undefined;
  /** Such as network, poc or exploit. */
  readonly tags: readonly string[];
  /** The service's counts over the whole account, whatever was asked; absent where only the emergency list has it. */
  readonly counts: Counts;
  /** When a scan last found it, as the service gives it, without a zone. */
  readonly lastFound: string | undefined;
  /** What the emergency list says of it: NOT_SCAN, SCANNING, SCANNED_NOT_RISK, SCANNED_RISK. */
  readonly status: string | undefined;
  /** It is in the system or the web list: a scan found it. */
  readonly isFound: boolean;
}

/** A row of one list. */
export type VulnerabilityRow = Vulnerability & RowFaults;

/** What is asked of the lists. */
export interface VulnerabilityQuestion {
  readonly levels?: readonly KnownLevel[] | undefined;
  readonly focus?: keyof typeof FOCUS | undefined;
  /** Whether a version that fixes it is known. */
  readonly fixable?: boolean | undefined;
  readonly component?: string | undefined;
  readonly version?: string | undefined;
  readonly runningOnly?: boolean | undefined;
  readonly latestOnly?: boolean | undefined;
}

/** What the service counts as worth a look, by the words of this server. */
export const FOCUS = {
  serious: 'SERIOUS_LEVEL',
  suggested: 'IS_SUGGEST',
  exploit: 'POC_EXP',
  remote_exploit: 'NETWORK_EXP',
} as const;

/** How the reading of one list went: its rows, or why there are none. */
export interface ListRead {
  readonly list: VulnerabilityList;
  readonly window?: Window<VulnerabilityRow> | undefined;
  readonly failure?: TcssMcpError | undefined;
}

/** The vulnerabilities that the lists hold, each once. */
export interface AccountVulnerabilities {
  readonly vulnerabilities: readonly Vulnerability[];
  /** The lists that were asked. */
  readonly lists: readonly ListRead[];
  /** Filters that the service does not seem to apply: rows came that do not fit them, and were left out. */
  readonly ignored: readonly ('levels' | 'runningOnly')[];
  /** How many of the emergency list no scan found, by what it says of them. */
  readonly notFound: Readonly<Partial<Record<string, number>>>;
  /** Age of what was read, when an earlier call read it. */
  readonly ageMs: number | undefined;
}

/** Most pages that one answer reads, over all lists. */
export const PAGES_READ = 60;

/** States of the emergency list that say that no scan found the vulnerability in an image. */
const NOT_FOUND: ReadonlySet<string> = new Set(['NOT_SCAN', 'SCANNING', 'SCANNED_NOT_RISK']);

/**
 * Reads all pages of the lists, as far as 60 pages go. `mayBeKept`: what an earlier call read in the last 60 s will do.
 * @throws what the client throws, when no list could be read.
 */
export async function gatherVulnerabilities(
  question: VulnerabilityQuestion,
  mayBeKept: boolean,
  context: GatherContext,
): Promise<AccountVulnerabilities> {
  const key = `vulnerabilities ${JSON.stringify(question)}`;
  const kept = mayBeKept ? context.windows.get(key) : undefined;
  if (kept !== undefined) return { ...(kept.value as AccountVulnerabilities), ageMs: kept.ageMs };

  const lists = await readLists(question, context);
  const vulnerabilities = mergeByPocId(lists.flatMap(({ window }) => window?.rows ?? []));
  const listed = vulnerabilities.filter(({ isFound, status = '' }) => isFound || !NOT_FOUND.has(status));
  const asked: readonly string[] = question.levels ?? [];
  const fits = {
    levels: ({ level }: Vulnerability) => asked.length === 0 || asked.includes(level),
    runningOnly: ({ counts }: Vulnerability) => !question.runningOnly || counts.containers !== 0,
  };
  const matching = listed.filter((one) => fits.levels(one) && fits.runningOnly(one));
  const gathered: AccountVulnerabilities = {
    vulnerabilities: matching,
    lists,
    ignored: (['levels', 'runningOnly'] as const).filter((filter) => !listed.every(fits[filter])),
    notFound: countBy(
      vulnerabilities.filter((one) => !listed.includes(one)),
      ({ status = '' }) => status,
    ),
    ageMs: undefined,
  };
  if (areKept(lists)) context.windows.set(key, gathered);
  return gathered;
}

/** Whether lists were read well enough to be kept for the answers that continue this one. */
export function areKept(lists: readonly ListRead[]): boolean {
  return lists.every(({ window }) => window !== undefined && window.endedBy === undefined);
}

function countBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[keyOf(value)] = (counts[keyOf(value)] ?? 0) + 1;
  return counts;
}

/** The filters of the system and the web list; the emergency list lacks those that `isForAll` refuses. */
function filtersOf(question: VulnerabilityQuestion): AssetFilter[] {
  const { levels, focus, fixable, component, version, runningOnly, latestOnly } = question;
  const values: Record<string, readonly string[] | undefined> = {
    Level: levels?.map(levelName),
    FocusOnType: focus && [FOCUS[focus]],
    CanBeFixed: fixable === undefined ? undefined : [String(fixable)],
    ComponentName: component === undefined ? undefined : [component],
    ComponentVersion: version === undefined ? undefined : [version],
    OnlyAffectedContainer: runningOnly ? ['true'] : undefined,
    OnlyAffectedNewestImage: latestOnly ? ['true'] : undefined,
  };
  return Object.entries(values).flatMap(([Name, Values]) => (Values === undefined ? [] : [{ Name, Values }]));
}

/** Whether the emergency list documents every filter of the question. */
function isForAll({ focus, runningOnly, latestOnly }: VulnerabilityQuestion): boolean {
  return focus === undefined && !runningOnly && !latestOnly;
}

/** First a page of each list, which tells its total, then as many more as the lists may share. */
async function readLists(question: VulnerabilityQuestion, context: GatherContext): Promise<ListRead[]> {
  const filters = filtersOf(question);
  const names: VulnerabilityList[] = isForAll(question) ? ['system', 'web', 'emergency'] : ['system', 'web'];
  const firsts = await withinHalf(context.deadline, (deadline) =>
    Promise.all(
      names.map((list) => readList(list, filters, { start: 0, size: PAGE_LIMIT }, { ...context, deadline })),
    ),
  );
  requireOne(firsts);
  const wanted = firsts.map(({ window }) => pagesLeft(window));
  const shares = shareOut(PAGES_READ - firsts.length, wanted);
  const progress = sumOfProgress(names.length, context.onProgress);
  return Promise.all(
    firsts.map(async (first, at) => {
      const { list, window: start } = first;
      const read = start?.rows.length ?? 0;
      const size = (shares[at] ?? 0) * PAGE_LIMIT;
      const note = progress.of(list);
      note(read, Math.min(start?.total ?? read, read + size));
      if (start === undefined || size === 0) return first;
      const onProgress = (done: number, total: number) => note(read + done, read + total);
      const rest = await readList(list, filters, { start: read, size, onProgress }, context);
      return { list, window: joined(start, rest, context.deadline.signal.aborted) };
    }),
  );
}

function pagesLeft(window: Window<unknown> | undefined): number {
  if (window === undefined || window.endedBy !== undefined) return 0;
  return Math.ceil(Math.max(0, (window.total ?? 0) - window.rows.length) / PAGE_LIMIT);
}

/** Shares `pages` out: lists that want little get it, and the others the same number each. */
export function shareOut(pages: number, wanted: readonly number[]): number[] {
  const shares = wanted.map(() => 0);
  let left = pages;
  let listsLeft = wanted.length;
  const smallestFirst = wanted.map((want, at) => ({ want, at })).sort((a, b) => a.want - b.want);
  for (const { want, at } of smallestFirst) {
    const share = Math.min(want, Math.floor(left / listsLeft));
    shares[at] = share;
    left -= share;
    listsLeft -= 1;
  }
  return shares;
}

/** Two windows of one list as one, the second from where the first ends. */
function joined(
  first: Window<VulnerabilityRow>,
  { window: rest, failure }: ListRead,
  isTooLate: boolean,
): Window<VulnerabilityRow> {
  if (rest === undefined) return { ...first, endedBy: isTooLate ? 'deadline' : 'page_failed', failure };
  return {
    ...first,
    rows: [...first.rows, ...rest.rows],
    endedBy: rest.endedBy,
    failure: rest.failure,
    totalChanged: first.totalChanged || rest.totalChanged || first.total !== rest.total,
  };
}

/** Reads rows of one list; a failure is given back, since another list may be enough for an answer. */
export async function readList(
  list: VulnerabilityList,
  filters: readonly AssetFilter[],
  options: Pick<Parameters<typeof readWindow>[1], 'start' | 'size' | 'onProgress'>,
  { client, redaction, deadline }: GatherContext,
): Promise<ListRead> {
  const text = textReader(redaction);
  const { signal } = deadline;
  const action = VULNERABILITY_LISTS[list];
  const { value: window, failure } = await attempt(action, { deadline }, () =>
    readWindow<VulnerabilityRow>(
      async (Offset, Limit) => {
        const request = { Limit, Offset, ...(filters.length > 0 ? { Filters: filters } : {}) };
        const page = await client.call(action, request, deadline);
        const read = (row: ListedVulnerability) => readVulnerability(row, list, text);
        return { ...page, List: page.List && (await mapInSlices(page.List, read, signal)) };
      },
      { ...options, signal },
    ),
  );
  return { list, window, failure };
}

/** @throws the failure of the first list, when none could be read. */
export function requireOne(lists: readonly ListRead[]): void {
  const failures = lists.flatMap(({ failure }) => failure ?? []);
  if (failures.length === lists.length && failures[0] !== undefined) throw failures[0];
}

/** What can stand in a request and in an answer as it is. */
const PLAIN_ID = /^[A-Za-z0-9-]{1,64}$/;

/** A row of a list, or a detail, which has the same members, as if it were of the emergency list. */
export function readVulnerability(
  row: Omit<ListedVulnerability, 'Status'> & { readonly Status?: string | undefined },
  list: VulnerabilityList,
  text: TextReader,
): VulnerabilityRow {
  const shown = (given: string | undefined) => text(given).shown || undefined;
  const { level, raw } = readLevel(row.Level);
  const score = readScore(row.CVSSV3Score);
  const pocId = shown(row.PocID);
  return {
    cve: shown(row.CVEID),
    pocId: pocId !== undefined && PLAIN_ID.test(pocId) ? pocId : undefined,
    name: shown(row.Name),
    level,
    levelRaw: shown(raw),
    cvss: score === 0 ? undefined : score, // 0: not rated
    tags: [...new Set(row.Tags?.flatMap((tag) => shown(tagWord(tag)) ?? []))],
    counts: {
      registry_images: row.RegistryImageCount,
      node_images: row.LocalImageCount,
      containers: row.ContainerCount,
    },
    lastFound: shown(knownTime(row.LatestFoundTime)),
    status: shown(row.Status),
    isFound: list !== 'emergency',
    leftOut: row.leftOut,
    isLost: row.isLost,
  };
}

/** Each vulnerability once: rows with the same PocID are one, which has what any of them says. Lost rows say nothing. */
export function mergeByPocId(rows: readonly VulnerabilityRow[]): Vulnerability[] {
  const merged = new Map<string, Vulnerability>();
  for (const { leftOut: _, isLost, ...row } of rows) {
    if (isLost) continue;
    const key = row.pocId ?? `${row.cve} ${row.name}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? row : mergeTwo(before, row));
  }
  return [...merged.values()];
}

function mergeTwo(first: Vulnerability, second: Vulnerability): Vulnerability {
  const isLevelKnown = first.level !== 'unknown';
  return {
    cve: first.cve ?? second.cve,
    pocId: first.pocId,
    name: first.name ?? second.name,
    level: isLevelKnown ? first.level : second.level,
    levelRaw: isLevelKnown ? first.levelRaw : second.levelRaw,
    cvss: first.cvss ?? second.cvss,
    tags: [...new Set([...first.tags, ...second.tags])],
    counts: mergeCounts(first.counts, second.counts),
    lastFound: first.lastFound ?? second.lastFound,
    status: first.status ?? second.status,
    isFound: first.isFound || second.isFound,
  };
}

/** The first that is there, of each. */
export function mergeCounts(first: Counts, second: Counts): Counts {
  return {
    registry_images: first.registry_images ?? second.registry_images,
    node_images: first.node_images ?? second.node_images,
    containers: first.containers ?? second.containers,
  };
}
