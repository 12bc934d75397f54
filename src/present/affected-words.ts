/** The sentences of the answer about one vulnerability: only numbers and words of this server. Pure. */
import type { TcssMcpError } from '../errors.ts';
import type {
  FoundVulnerability,
  Ignored,
  NoneBecause,
  VulnerabilityText,
} from '../gather/find-vulnerability.ts';
import { type Counts, SIDES, type Side, VULNERABILITY_LISTS } from '../gather/list-vulnerabilities.ts';
import type { Window } from '../gather/window.ts';
import { isFaulty, LEVELS, type Level, type RowFaults } from '../tcss/vocabulary.ts';
import {
  BOUND_WORDS,
  boundOf,
  type Coverage,
  continueAt,
  raiseBound,
  type WhyPartial,
  whyFailed,
  whyUnread,
} from './list.ts';
import { failureWord, given, isDenied, plural } from './text.ts';
import type { Fit, Notes } from './view.ts';

/** Names one thing of each list. */
const NOUNS: Readonly<Record<Side, string>> = {
  registry_images: 'registry image',
  node_images: 'node image',
  containers: 'container',
};

/** `2 registry images, 3 node images`, of the counts that are known. */
export function countWords(counts: Partial<Counts>): string {
  return SIDES.flatMap((side) => {
    const count = counts[side];
    return count === undefined ? [] : plural(count, NOUNS[side]);
  }).join(', ');
}

/** What is known of each, added up. */
export function sumCounts(all: readonly Counts[]): Counts {
  const sumOf = (side: Side) => {
    const known = all.flatMap((counts) => counts[side] ?? []);
    return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
  };
  return {
    registry_images: sumOf('registry_images'),
    node_images: sumOf('node_images'),
    containers: sumOf('containers'),
  };
}

/** The most severe of the levels. */
export function worstLevel(vulnerabilities: readonly VulnerabilityText[]): Level {
  return LEVELS.find((one) => vulnerabilities.some(({ level }) => level === one)) ?? 'unknown';
}

/** The lists that were read, at least in part. */
export function windowsOf({ sides }: FoundVulnerability): readonly (readonly [Side, Window<RowFaults>])[] {
  return SIDES.flatMap((side) => {
    const window = sides[side]?.value;
    return window === undefined ? [] : [[side, window] as const];
  });
}

/** Everything that was read: the lists of vulnerabilities and of those ignored, too. */
function allWindows(facts: FoundVulnerability): readonly Window<RowFaults>[] {
  return [
    ...windowsOf(facts).map(([, window]) => window),
    ...facts.lists.flatMap(({ window }) => window ?? []),
    ...(facts.ignored.value === undefined ? [] : [facts.ignored.value.window]),
  ];
}

/** How many rows and details could not be read whole; undefined for none. */
export function unreadableRows(facts: FoundVulnerability): number | undefined {
  const rows = allWindows(facts).flatMap((window) => window.rows);
  const details = facts.details.flatMap(({ value }) => value ?? []);
  return [...rows, ...details].filter(isFaulty).length || undefined;
}

/** Which limit keeps rows of a list out of the answer. */
export function boundOfLists(facts: FoundVulnerability, fit: Fit) {
  return boundOf(fit.shown > 0 && windowsOf(facts).some(([, window]) => hasMore(window, fit.shown)), fit);
}

/** Whether a list goes on after the first `shown` rows of its window. Without a total it may, after a full one. */
function hasMore({ rows, start, total }: Window<RowFaults>, shown: number): boolean {
  if (rows.length === 0) return false;
  if (rows.length > shown) return true;
  return total === undefined ? rows.length === shown : start + rows.length < total;
}

/** Why the answer does not tell of everything that has the vulnerability, each reason once. */
export function whyPartial(facts: FoundVulnerability, fit: Fit): WhyPartial[] {
  const { search, lists, details, sides, ignored, vulnerabilities } = facts;
  const windows = windowsOf(facts).map(([, window]) => window);
  const reads = [...lists, ...details, ignored, ...SIDES.flatMap((side) => sides[side] ?? [])];
  const reasons = given<WhyPartial>(
    boundOfLists(facts, fit),
    search.offset > 0 && windows.some(({ total = 0 }) => total > 0) && 'offset',
    vulnerabilities.some(isScanning) && 'scanning',
    reads.flatMap(({ failure }) => (failure === undefined ? [] : whyFailed(failure))),
    allWindows(facts).flatMap(whyUnread),
    unreadableRows(facts) !== undefined && 'unreadable',
    (facts.hasMore || lists.some(isLonger)) && 'window',
  );
  return [...new Set(reasons)];
}

function isScanning({ status }: VulnerabilityText): boolean {
  return status === 'SCANNING';
}

/** Whether a list of vulnerabilities has more rows than were compared with the CVE. */
function isLonger({ window }: FoundVulnerability['lists'][number]): boolean {
  return window?.total !== undefined && window.endedBy === undefined && window.rows.length < window.total;
}

/** The first sentence: what is affected and how much of it is shown, or what it means that nothing is. */
export function affectedSummary(
  facts: FoundVulnerability,
  { complete }: Pick<Coverage, 'complete'>,
  fit: Fit,
): string {
  const { search, vulnerabilities, none } = facts;
  const isOfNewest = search.latestOnly && !hasOlder(facts);
  if (none !== undefined) return `${search.cve}: ${NONE_WORDS[none].sentence(facts)}`;
  const level = worstLevel(vulnerabilities);
  const name = level === 'unknown' ? search.cve : `${search.cve} (${level})`;
  const affected = `${name} affects ${affectedWords(facts)}${isOfNewest ? ' of the newest versions' : ''}`;
  if (complete) return `${affected}, all shown.`;
  const bound = boundOfLists(facts, fit);
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]})`;
  return `${affected}; ${search.offset + 1} to ${search.offset + fit.shown} of each list shown${why}.`;
}

/** Whether images came that are not of the newest version. */
function hasOlder({ sides }: FoundVulnerability): boolean {
  return sides.registry_images?.value?.rows.some(({ latest }) => latest === false) === true;
}

/** `2 registry images, 3 node images and 5 containers`; a list that could not be read is not known. */
function affectedWords({ sides }: FoundVulnerability): string {
  const parts = SIDES.flatMap((side) => {
    const { action, value } = sides[side] ?? {};
    if (action === undefined) return [];
    const { total, rows = [] } = value ?? {};
    if (total === undefined && rows.length === 0) return `${NOUNS[side]}s not known`;
    return total === undefined ? `${plural(rows.length, NOUNS[side])} or more` : plural(total, NOUNS[side]);
  });
  const last = parts.pop() ?? '';
  return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
}

interface NoneWords {
  readonly sentence: (facts: FoundVulnerability) => string;
  readonly next: readonly string[];
}

const WHERE_WORDS = {
  registry: 'no registry image',
  nodes: 'no node image and no container',
  all: 'no registry image, no node image and no container',
} as const;

const COVERAGE_STEP = 'Next: explain_coverage, for which images are not scanned.';

/** What it means that there is no image: how the first sentence goes on after the CVE, and the next steps. */
const NONE_WORDS: Readonly<Record<NoneBecause, NoneWords>> = {
  none_affected: {
    sentence: ({ search }) => `scans looked for it, and ${WHERE_WORDS[search.where]} is listed as affected.`,
    next: [COVERAGE_STEP],
  },
  not_looked_for: {
    sentence: () => 'no scan has looked for it yet: whether any image has it is not known.',
    next: ['Next: start a vulnerability scan in the TCSS console, then ask again.'],
  },
  ignored: {
    sentence: ({ ignored }) =>
      `scans are told to ignore it for ${ignoredWords(ignored.value?.ignored)}, and no other is listed: whether any image has it is not known.`,
    next: ['Next: end the ignoring in the TCSS console and scan again, if you need to know.'],
  },
  not_listed: {
    sentence: () =>
      "in no list of this account's vulnerabilities. This cannot rule out images that were not scanned, or that TCSS does not know this vulnerability.",
    next: ['Next: check the number.', COVERAGE_STEP],
  },
  filtered_out: {
    sentence: ({ vulnerabilities }) =>
      `no image of the newest version is listed; of any version the service counts ${countWords(sumCounts(vulnerabilities.map(({ counts }) => counts)))}.`,
    next: ['Next: the same call without latest_only.'],
  },
  past_end: {
    sentence: ({ search }) => `no list has a row from row ${search.offset} on, so this is past the end.`,
    next: ['Next: the same call with a smaller offset.'],
  },
  unverified: {
    sentence: (facts) =>
      `no image came, and the reason could not be verified (${unverifiedWords(facts)}): do not read this as not affected.`,
    next: ['Next: ask again, and look at the vulnerability in the TCSS console.'],
  },
};

function ignoredWords(ignored: Ignored | undefined): string {
  if (ignored === undefined || ignored.isForAll) return 'all images';
  const { registryImages, nodeImages } = ignored;
  return `${plural(registryImages, 'registry image')} and ${plural(nodeImages, 'node image')}`;
}

function unverifiedWords(facts: FoundVulnerability): string {
  const { lists, sides, ignored, vulnerabilities } = facts;
  const reads = [...lists, ignored, ...SIDES.flatMap((side) => sides[side] ?? [])];
  if (reads.some(({ failure }) => failure !== undefined)) return 'a list could not be read';
  if (vulnerabilities.some(({ pocId }) => pocId === undefined)) {
    return 'the service gave no number to ask with';
  }
  if (vulnerabilities.some(isScanning)) return 'a scan for it is running';
  if (lists.some(isLonger)) return 'a list is longer than what was compared';
  if (unreadableRows(facts) !== undefined) return 'a row of a list could not be read';
  if (allWindows(facts).some((window) => whyUnread(window).length > 0))
    return 'a list could not be read whole';
  return "the service's lists, counts and states do not agree";
}

/** What to ask for next. */
export function nextSteps(
  facts: FoundVulnerability,
  { next_offset: offset }: Pick<Coverage, 'next_offset'>,
  fit: Fit,
): readonly string[] {
  const { search, none, sides } = facts;
  if (none !== undefined) return NONE_WORDS[none].next;
  return given(
    offset !== undefined && continueAt(offset),
    raiseBound(boundOfLists(facts, fit), search.limit),
    (sides.registry_images?.value?.rows.length ?? 0) > 0
      ? 'Next: list_image_vulnerabilities with the image_id of one, for what else it needs.'
      : (sides.node_images?.value?.rows.length ?? 0) > 0 &&
          'Next: list_image_vulnerabilities with where nodes and the node_image_id of one as image, for what else it needs.',
  );
}

/** What is not known because an Action failed or was denied; `what` ends in a verb. */
export function failureNote(what: string, action: string, failure: TcssMcpError | undefined): string[] {
  if (failure === undefined) return [];
  const why = isDenied(failure)
    ? `the key lacks tcss:${action}`
    : `${action} failed (${failureWord(failure)})`;
  return [`${what} not known: ${why}.`];
}

const ENDED_WORDS = {
  deadline: 'the deadline passed',
  page_failed: 'a page failed',
  short_page: 'the service sent fewer rows than its total',
} as const;

/** What a reader must know besides the numbers. */
export function notesOf(facts: FoundVulnerability): Notes {
  const { search, lists, details, sides, ignored, vulnerabilities, hasMore, none } = facts;
  const unreadable = unreadableRows(facts);
  const ignoring = ignored.value?.ignored;
  return {
    essential: given(
      SIDES.flatMap((side) => sideNotes(side, facts)),
      lists.flatMap(({ list, failure }) =>
        failureNote(
          `What the ${list} list of vulnerabilities holds is`,
          VULNERABILITY_LISTS[list].name,
          failure,
        ),
      ),
      failureNote('Whether scans ignore it is', ignored.action, ignored.failure),
      ignoring === undefined &&
        ignored.value !== undefined &&
        whyUnread(ignored.value.window).length > 0 &&
        'Whether scans ignore it is not known: the list of what they ignore could not be read whole.',
      details
        .filter(({ failure }) => failure !== undefined)
        .slice(0, 1)
        .flatMap(({ action, failure }) => failureNote('Its description is', action, failure)),
      search.latestOnly &&
        hasOlder(facts) &&
        'Images that are not of the newest version came too: the service does not seem to apply the filter for them.',
      hasMore &&
        'The CVE has more numbers at the service (PocID) than were asked about: there may be more images.',
      vulnerabilities.length > 1 &&
        `The CVE has ${vulnerabilities.length} numbers at the service (PocID): an image with several of them is listed and counted several times.`,
      vulnerabilities.some(isScanning) && 'A scan for it is running: more may be found.',
      ignoring !== undefined &&
        none !== 'ignored' &&
        `Scans are told to ignore it for ${ignoredWords(ignoring)}: whether these have it is not known.`,
      unreadable !== undefined &&
        `${plural(unreadable, 'row')} could not be read, in whole or in part; what could not be read is left out.`,
    ),
    optional: given(
      SIDES.flatMap((side) => {
        const counted = sides[side] === undefined ? countOf(side, facts, false) : undefined;
        return counted
          ? `The service also counts ${plural(counted, NOUNS[side])}: where all shows them.`
          : [];
      }),
      (sides.containers?.value?.rows.length ?? 0) > 0 &&
        'Containers are those that ran from node images when these were checked: later starts and stops are not in the list.',
      none === undefined && 'Only images with a licence that were scanned can be in these lists.',
    ),
  };
}

function countOf(
  side: Side,
  { vulnerabilities }: FoundVulnerability,
  isOfNewest: boolean,
): number | undefined {
  return sumCounts(vulnerabilities.map(({ counts, newestCounts }) => (isOfNewest ? newestCounts : counts)))[
    side
  ];
}

/** What is wrong with one list. */
function sideNotes(side: Side, facts: FoundVulnerability): string[] {
  const { search, sides, none } = facts;
  const { action = '', failure, value } = sides[side] ?? {};
  if (value === undefined) return failureNote(`Affected ${NOUNS[side]}s are`, action, failure);
  const { endedBy, total, totalChanged } = value;
  const counted = countOf(side, facts, search.latestOnly);
  const isOther = total !== undefined && counted !== undefined && counted !== total && none !== 'unverified';
  return given(
    endedBy !== undefined &&
      `The list of ${NOUNS[side]}s is not whole, since ${ENDED_WORDS[endedBy]}${value.rows.length === 0 ? ': ask again with the same offset' : ''}.`,
    totalChanged &&
      `The list of ${NOUNS[side]}s changed while it was read: rows may be missing, or shown twice.`,
    isOther && `The service counts ${plural(counted, NOUNS[side])}; its list holds ${total}.`,
  );
}
