/** The answer about one vulnerability: the images and containers that it affects, or what it means that there are none. Pure. */
import { type TcssMcpError, TransportError } from '../errors.ts';
import {
  type AffectedContainer,
  type AffectedImage,
  type FoundVulnerability,
  type NoneBecause,
  SIDES,
  type Side,
  type VulnerabilityText,
} from '../gather/find-vulnerability.ts';
import { VULNERABILITY_LISTS } from '../gather/list-vulnerabilities.ts';
import type { Window } from '../gather/window.ts';
import { isFaulty, LEVELS, type Level, type RowFaults } from '../tcss/vocabulary.ts';
import { BOUND_WORDS, boundOf, type Coverage, raiseBound, type WhyPartial } from './list.ts';
import { compact, cutToBytes, failureWord, given, isDenied, plural, quotedIfMarked } from './text.ts';
import {
  CONCISE_FIELD_BYTES,
  type Draft,
  type Fit,
  type Notes,
  type Presentation,
  renderAnswer,
} from './view.ts';

/** Most components of one image that are shown. */
const COMPONENTS_SHOWN = 3;

/** Names one thing of each list. */
const NOUNS: Readonly<Record<Side, string>> = {
  registry_images: 'registry image',
  node_images: 'node image',
  containers: 'container',
};

/** A row of each list side by side, so that one offset continues all of them. */
interface Places {
  readonly registry_images: readonly AffectedImage[];
  readonly node_images: readonly AffectedImage[];
  readonly containers: readonly AffectedContainer[];
}

/** What a CVE affects, ready to be fitted: the first rows of each list alike. */
export function presentAffected(facts: FoundVulnerability, presentation: Presentation): Draft {
  const { search, sides, requestId } = facts;
  const places: Places = {
    registry_images: sides.registry_images?.value?.rows ?? [],
    node_images: sides.node_images?.value?.rows ?? [],
    containers: sides.containers?.value?.rows ?? [],
  };
  const notes = notesOf(facts);
  return {
    items: Math.max(...SIDES.map((side) => places[side].length)),
    fieldBytes: CONCISE_FIELD_BYTES,
    view(fit) {
      const images = [
        ...places.registry_images.slice(0, fit.shown),
        ...places.node_images.slice(0, fit.shown),
      ];
      const shownImages = images.filter(isThere).map((image) => imageOf(image, fit));
      const shownContainers = places.containers
        .slice(0, fit.shown)
        .filter(isThere)
        .map((one) => containerOf(one, fit));
      const coverage = coverageOf(facts, fit, shownImages.length + shownContainers.length);
      const vulnerability = vulnerabilityOf(facts, fit);
      const answer = {
        summary: summaryOf(facts, coverage, fit),
        coverage,
        next: nextSteps(facts, coverage, fit),
        notes,
        data: given(
          vulnerability && vulnerabilityLines(vulnerability),
          linesOf(
            'registry images',
            shownImages.filter(({ where }) => where === 'registry'),
            search.offset,
            imageLine,
          ),
          linesOf(
            'node images',
            shownImages.filter(({ where }) => where === 'nodes'),
            search.offset,
            imageLine,
          ),
          linesOf('containers', shownContainers, search.offset, containerLine),
        ),
        keys: {
          vulnerability,
          images: shownImages,
          containers: search.where === 'registry' ? undefined : shownContainers,
          empty_because: facts.none,
          unreadable: unreadable(facts),
        },
        requestId,
      };
      return renderAnswer(answer, fit, presentation);
    },
  };
}

function isThere({ isLost }: RowFaults): boolean {
  return isLost === undefined;
}

function windowsOf({ sides }: FoundVulnerability): readonly (readonly [Side, Window<RowFaults>])[] {
  return SIDES.flatMap((side) => {
    const window = sides[side]?.value;
    return window === undefined ? [] : [[side, window] as const];
  });
}

function unreadable(facts: FoundVulnerability): number | undefined {
  const rows = [
    ...windowsOf(facts).flatMap(([, window]) => window.rows),
    ...facts.lists.flatMap(({ window }) => window?.rows ?? []),
  ];
  return rows.filter(isFaulty).length || undefined;
}

/** The vulnerability with the service's own counts; its long texts on the first page alone. */
function vulnerabilityOf({ vulnerabilities, search }: FoundVulnerability, fit: Fit) {
  const [first] = vulnerabilities;
  if (first === undefined) return undefined;
  const cut = (text: string | undefined) =>
    text === undefined ? undefined : cutToBytes(text, fit.fieldBytes);
  const level = worstLevel(vulnerabilities);
  const isFirstPage = search.offset === 0 && !fit.terse;
  const tags = [...new Set(vulnerabilities.flatMap((one) => one.tags))].map((tag) =>
    cutToBytes(tag, fit.fieldBytes),
  );
  return compact({
    cve: cut(first.cve ?? search.cve),
    poc_ids: vulnerabilities.flatMap(({ pocId }) => pocId ?? []),
    name: cut(first.name),
    level,
    level_raw: level === 'unknown' ? cut(first.levelRaw) : undefined,
    cvss: first.cvss,
    tags: fit.terse ? undefined : tags,
    description: isFirstPage ? cut(first.description) : undefined,
    solution: isFirstPage ? cut(first.solution) : undefined,
    published: cut(first.published),
    registry_images: sumOf(vulnerabilities, ({ registryImages }) => registryImages),
    node_images: sumOf(vulnerabilities, ({ nodeImages }) => nodeImages),
    containers: sumOf(vulnerabilities, ({ containers }) => containers),
  });
}

function worstLevel(vulnerabilities: readonly VulnerabilityText[]): Level {
  return LEVELS.find((one) => vulnerabilities.some(({ level }) => level === one)) ?? 'unknown';
}

/** Undefined when no count is known. */
function sumOf(
  vulnerabilities: readonly VulnerabilityText[],
  countOf: (one: VulnerabilityText) => number | undefined,
): number | undefined {
  const counts = vulnerabilities.flatMap((one) => countOf(one) ?? []);
  return counts.length === 0 ? undefined : counts.reduce((all, one) => all + one, 0);
}

type VulnerabilityKeys = NonNullable<ReturnType<typeof vulnerabilityOf>>;

function vulnerabilityLines(one: VulnerabilityKeys): string[] {
  const facts = given(
    one.level,
    one.level_raw,
    one.cvss !== undefined && `CVSS ${one.cvss.toFixed(1)}`,
    one.tags,
    one.published && `published ${one.published}`,
  );
  const numbers = (one.poc_ids ?? []).filter((id) => id !== one.cve);
  const counts = SIDES.flatMap((side) => {
    const count = one[side];
    return count === undefined ? [] : plural(count, NOUNS[side]);
  });
  return given(
    [
      `vulnerability: ${given(one.cve, numbers.length > 0 && `(${numbers.join(', ')})`).join(' ')}: ${facts.join(', ')}`,
      one.name && quotedIfMarked(one.name),
    ]
      .filter(Boolean)
      .join(' | '),
    counts.length > 0 && `counted by the service: ${counts.join(', ')}`,
    one.description && `description: ${one.description}`,
    one.solution && `solution: ${one.solution}`,
  );
}

function imageOf(image: AffectedImage, { fieldBytes }: Fit) {
  const cut = (text: string | undefined) => (text === undefined ? undefined : cutToBytes(text, fieldBytes));
  const components = image.components.slice(0, COMPONENTS_SHOWN).map((one) =>
    compact({
      component: cut(one.component),
      version: cut(one.version),
      fixed_version: cut(one.fixedVersion),
      path: cut(one.path),
    }),
  );
  const others = image.components.length - components.length;
  return compact({
    where: image.where,
    image_id: image.imageId,
    // Needed whole to ask about the image.
    node_image_id: image.nodeImageId === undefined ? undefined : cutToBytes(image.nodeImageId, NODE_ID_BYTES),
    reference: cut(image.reference),
    latest: image.latest,
    hosts: image.hosts,
    running_containers: image.containers,
    components,
    other_components: others > 0 ? others : undefined,
  });
}

/** `sha256:` and 64 hex digits. */
const NODE_ID_BYTES = 71;

function imageLine(image: ReturnType<typeof imageOf>): string {
  const { image_id, node_image_id, reference, latest, hosts, running_containers: containers } = image;
  const id = image_id === undefined ? node_image_id : `id ${image_id}`;
  const others = image.other_components;
  return given(
    [id, quotedIfMarked(reference ?? 'no name given')].filter(Boolean).join(': '),
    latest === true && 'latest',
    given(
      hosts !== undefined && `on ${plural(hosts, 'node')}`,
      containers !== undefined && plural(containers, 'container'),
    ).join(', '),
    image.components?.map(
      ({ component = 'a component without a name', version, fixed_version: fixed, path }) =>
        quotedIfMarked(given(component, version, fixed && `(fixed in ${fixed})`, path).join(' ')),
    ),
    others !== undefined && `and in ${others} more`,
  ).join(' | ');
}

function containerOf({ id, name, status, node, cluster, pod }: AffectedContainer, { fieldBytes }: Fit) {
  const fields = Object.entries({ id, name, status, node, cluster, pod });
  return compact(
    Object.fromEntries(
      fields.map(([key, text]) => [key, text === undefined ? undefined : cutToBytes(text, fieldBytes)]),
    ) as Record<'id' | 'name' | 'status' | 'node' | 'cluster' | 'pod', string | undefined>,
  );
}

function containerLine({
  id,
  name = 'no name given',
  status,
  node,
  cluster,
  pod,
}: ReturnType<typeof containerOf>): string {
  return given(
    quotedIfMarked(name),
    status && quotedIfMarked(status),
    node && quotedIfMarked(`node ${node}`),
    cluster && quotedIfMarked(`cluster ${cluster}`),
    pod && quotedIfMarked(`pod ${pod}`),
    id && quotedIfMarked(`id ${id}`),
  ).join(' | ');
}

function linesOf<Item>(
  heading: string,
  items: readonly Item[],
  offset: number,
  line: (item: Item) => string,
): string[] {
  if (items.length === 0) return [];
  return [`${heading}:`, ...items.map((item, at) => `${offset + at + 1}. ${line(item)}`)];
}

/** Which limit keeps rows of a list out of the answer. */
function boundOfLists(facts: FoundVulnerability, fit: Fit) {
  return boundOf(fit.shown > 0 && windowsOf(facts).some(([, window]) => hasMore(window, fit.shown)), fit);
}

/** Whether a list has rows after the first `shown` of its window. Without a total there may be more after a full page. */
function hasMore({ rows, start, total }: Window<RowFaults>, shown: number): boolean {
  if (rows.length > shown) return true;
  return total === undefined
    ? rows.length > 0 && rows.length === shown
    : rows.length > 0 && start + rows.length < total;
}

/** Why a list that was asked for says less than it might. */
export function whyFailed(failure: TcssMcpError): WhyPartial {
  if (isDenied(failure)) return 'denied';
  return failure instanceof TransportError && failure.fault === 'timeout' ? 'deadline' : 'page_failed';
}

/** Why rows of a list may be missing. */
export function whyUnread({
  rows,
  total,
  endedBy,
  totalChanged,
  listMissing,
}: Window<RowFaults>): WhyPartial[] {
  const isNothing = total === undefined && rows.length === 0 && listMissing;
  return given<WhyPartial>(
    endedBy === 'deadline' && 'deadline',
    ((endedBy !== undefined && endedBy !== 'deadline') || isNothing) && 'page_failed',
    total === undefined && rows.length > 0 && 'window',
    totalChanged && 'changed',
    rows.some(isFaulty) && 'unreadable',
  );
}

function coverageOf(facts: FoundVulnerability, fit: Fit, shown: number) {
  const { search, lists, details, sides, ignored, none, vulnerabilities } = facts;
  const asked = SIDES.filter((side) => sides[side] !== undefined);
  const windows = windowsOf(facts);
  const totals = Object.fromEntries(
    windows.flatMap(([side, { total }]) => (total === undefined ? [] : [[side, total]])),
  );
  const isTotalKnown = asked.length > 0 && asked.every((side) => side in totals);
  const total = isTotalKnown ? Object.values(totals).reduce((all, one) => all + one, 0) : undefined;
  const bound = boundOfLists(facts, fit);
  const failures = [...lists, ...details, ignored, ...asked.map((side) => sides[side])].flatMap(
    (one) => one?.failure ?? [],
  );
  const isScanning = vulnerabilities.some(({ status }) => status === 'SCANNING');
  const why = given<WhyPartial>(
    bound,
    search.offset > 0 && windows.some(([, window]) => (window.total ?? 0) > 0) && 'offset',
    isScanning && 'scanning',
    failures.map(whyFailed),
    [...lists.flatMap(({ window }) => window ?? []), ...windows.map(([, window]) => window)].flatMap(
      whyUnread,
    ),
    (facts.hasMore || lists.some(isLonger)) && 'window',
  );
  return compact({
    total,
    totals: windows.length > 0 ? totals : undefined,
    fetched: windows.reduce((all, [, { rows }]) => all + rows.length, 0),
    shown,
    complete:
      why.length === 0 &&
      (none === undefined ? shown === total : none === 'none_affected' || none === 'filtered_out'),
    why_partial: [...new Set(why)],
    next_offset: bound === undefined ? undefined : search.offset + fit.shown,
  } satisfies { [Key in keyof Coverage]: Coverage[Key] | undefined } & { totals: object | undefined });
}

/** Whether a list of vulnerabilities has more rows than were compared with the CVE. */
function isLonger({ window }: FoundVulnerability['lists'][number]): boolean {
  return window?.total !== undefined && window.endedBy === undefined && window.rows.length < window.total;
}

/** `2 registry images, 3 node images and 5 containers`; a list that could not be read is not known. */
function affectedWords({ sides }: FoundVulnerability): string {
  const parts = SIDES.flatMap((side) => {
    const read = sides[side];
    if (read === undefined) return [];
    const { total, rows = [] } = read.value ?? {};
    if (read.value === undefined) return [`${NOUNS[side]}s not known`];
    return [total === undefined ? `${plural(rows.length, NOUNS[side])} or more` : plural(total, NOUNS[side])];
  });
  const last = parts.pop() ?? '';
  return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
}

function summaryOf(facts: FoundVulnerability, coverage: Pick<Coverage, 'complete'>, fit: Fit): string {
  const { search, none } = facts;
  if (none !== undefined) return `${search.cve}: ${NONE_WORDS[none].sentence(facts)}`;
  const level = worstLevel(facts.vulnerabilities);
  const known = level === 'unknown' ? '' : ` (${level})`;
  const affected = `${search.cve}${known} affects ${affectedWords(facts)}${search.latestOnly ? ' of the newest versions' : ''}`;
  const bound = boundOfLists(facts, fit);
  if (bound === undefined && coverage.complete) return `${affected}, all shown.`;
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]})`;
  return `${affected}; ${search.offset + 1} to ${search.offset + fit.shown} of each list shown${why}.`;
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

/** What it means that there is no image: how the first sentence goes on after the CVE, and the next step. */
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
    sentence: ({ ignored }) => {
      const { isForAll = false, registryImages = 0, nodeImages = 0 } = ignored.value ?? {};
      const where = isForAll
        ? 'all images'
        : `${plural(registryImages, 'registry image')} and ${plural(nodeImages, 'node image')}`;
      return `somebody had scans ignore it for ${where}, and no other is listed: whether any image has it is not known.`;
    },
    next: ['Next: end the ignoring in the TCSS console and scan again, if you need to know.'],
  },
  not_listed: {
    sentence: () =>
      "in no list of this account's vulnerabilities. This cannot rule out images that were not scanned, or that TCSS does not know this vulnerability.",
    next: ['Next: check the number.', COVERAGE_STEP],
  },
  filtered_out: {
    sentence: ({ vulnerabilities }) => {
      const images =
        (sumOf(vulnerabilities, ({ registryImages }) => registryImages) ?? 0) +
        (sumOf(vulnerabilities, ({ nodeImages }) => nodeImages) ?? 0);
      return `no image of the newest version is listed; the service counts ${plural(images, 'image')} of any version.`;
    },
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

function unverifiedWords({ lists, sides, ignored, vulnerabilities }: FoundVulnerability): string {
  const reads = [
    ...lists.map(({ failure, window }) => ({ failure, value: window })),
    ignored,
    ...SIDES.flatMap((side) => sides[side] ?? []),
  ];
  if (reads.some(({ failure }) => failure !== undefined)) return 'a list could not be read';
  if (vulnerabilities.some(({ pocId }) => pocId === undefined))
    return 'the service gave no number to ask with';
  if (vulnerabilities.some(({ status }) => status === 'SCANNING')) return 'a scan for it is running';
  if (lists.some(isLonger)) return 'a list is longer than what was compared';
  return "the service's lists, counts and states do not agree";
}

function nextSteps(facts: FoundVulnerability, { next_offset: offset }: Coverage, fit: Fit): string[] {
  const { search, none, sides } = facts;
  if (none !== undefined) return [...NONE_WORDS[none].next];
  const hasRegistryImages = (sides.registry_images?.value?.rows.length ?? 0) > 0;
  return given(
    offset !== undefined && `To continue: the same call with offset ${offset}.`,
    raiseBound(boundOfLists(facts, fit), search.limit),
    hasRegistryImages && 'Next: list_image_vulnerabilities with the image_id of one, for what else it needs.',
  );
}

/** What is not known because an Action failed or was denied; `what` ends in a verb. */
export function failureNote(what: string, action: string, failure: TcssMcpError): string {
  return isDenied(failure)
    ? `${what} not known: the key lacks tcss:${action}.`
    : `${what} not known: ${action} failed (${failureWord(failure)}).`;
}

const ENDED_WORDS = {
  deadline: 'the deadline passed',
  page_failed: 'a page failed',
  short_page: 'the service sent fewer rows than its total',
} as const;

function notesOf(facts: FoundVulnerability): Notes {
  const { lists, details, sides, ignored, vulnerabilities, search, hasMore: hasMorePocIds, none } = facts;
  const counts = {
    registry_images: 'registryImages',
    node_images: 'nodeImages',
    containers: 'containers',
  } as const;
  const newest = {
    registry_images: 'newestRegistryImages',
    node_images: 'newestNodeImages',
    containers: undefined,
  } as const;
  return {
    essential: given(
      SIDES.flatMap((side) => {
        const { action = '', failure, value } = sides[side] ?? {};
        if (failure !== undefined) return failureNote(`Affected ${NOUNS[side]}s are`, action, failure);
        if (value?.endedBy === undefined) return [];
        return `The list of ${NOUNS[side]}s is not whole, since ${ENDED_WORDS[value.endedBy]}: ask again with the same offset.`;
      }),
      lists.flatMap(({ list, failure }) =>
        failure === undefined
          ? []
          : failureNote(
              `What the ${list} list of vulnerabilities holds is`,
              VULNERABILITY_LISTS[list].name,
              failure,
            ),
      ),
      ignored.failure && failureNote('Whether scans ignore it is', ignored.action, ignored.failure),
      details
        .slice(0, 1)
        .flatMap(({ action, failure }) =>
          failure === undefined ? [] : failureNote('Its description is', action, failure),
        ),
      windowsOf(facts).some(([, { totalChanged }]) => totalChanged) &&
        'A list changed while it was read: rows may be missing or be shown twice.',
      hasMorePocIds &&
        'The CVE has more numbers at the service (PocID) than were asked about: there may be more images.',
      vulnerabilities.length > 1 &&
        `The CVE has ${vulnerabilities.length} numbers at the service (PocID): an image with several of them is listed and counted several times.`,
      vulnerabilities.some(({ status }) => status === 'SCANNING') &&
        'A scan for it is running: more may be found.',
      ignored.value !== undefined &&
        none !== 'ignored' &&
        `Somebody had scans ignore it for ${ignored.value.isForAll ? 'all images' : `${plural(ignored.value.registryImages, 'registry image')} and ${plural(ignored.value.nodeImages, 'node image')}`}: whether these have it is not known.`,
      SIDES.flatMap((side) => {
        const total = sides[side]?.value?.total;
        const key = search.latestOnly ? newest[side] : counts[side];
        const counted = key === undefined ? undefined : sumOf(vulnerabilities, (one) => one[key]);
        if (total === undefined || counted === undefined || counted === total || none === 'unverified')
          return [];
        return `The service counts ${plural(counted, NOUNS[side])}; its list holds ${total}.`;
      }),
      unreadableNote(facts),
    ),
    optional: given(
      SIDES.flatMap((side) => {
        const counted =
          sides[side] === undefined ? (sumOf(vulnerabilities, (one) => one[counts[side]]) ?? 0) : 0;
        return counted > 0
          ? `The service also counts ${plural(counted, NOUNS[side])}: where all shows them.`
          : [];
      }),
      (sides.containers?.value?.rows.length ?? 0) > 0 &&
        'Containers are those that ran from node images when these were checked: later starts and stops are not in the list.',
      none === undefined && 'Only images with a licence that were scanned can be in these lists.',
    ),
  };
}

function unreadableNote(facts: FoundVulnerability): string | undefined {
  const count = unreadable(facts);
  if (count === undefined) return undefined;
  return `${plural(count, 'row')} had a shape that could not be read, in whole or in part; what could not be read is left out.`;
}
