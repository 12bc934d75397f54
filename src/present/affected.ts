/** The answer about one vulnerability: the images and containers that it affects, or what it means that there are none. Pure. */
import type { AffectedContainer, AffectedImage, FoundVulnerability } from '../gather/find-vulnerability.ts';
import { SIDES } from '../gather/list-vulnerabilities.ts';
import type { RowFaults } from '../tcss/vocabulary.ts';
import {
  affectedSummary,
  boundOfLists,
  countWords,
  nextSteps,
  notesOf,
  sumCounts,
  unreadableRows,
  whyPartial,
  windowsOf,
  worstLevel,
} from './affected-words.ts';
import type { Coverage } from './list.ts';
import { compact, cutToBytes, given, plural, quotedIfMarked } from './text.ts';
import { CONCISE_FIELD_BYTES, type Draft, type Fit, type Presentation, renderAnswer } from './view.ts';

/** What a CVE affects, ready to be fitted: the first rows of each list alike, so that one offset continues all. */
export function presentAffected(facts: FoundVulnerability, presentation: Presentation): Draft {
  const { search, sides, none, requestId } = facts;
  const registryImages = sides.registry_images?.value?.rows ?? [];
  const nodeImages = sides.node_images?.value?.rows ?? [];
  const containers = sides.containers?.value?.rows ?? [];
  const notes = notesOf(facts);
  // What follows the rows of a list that broke off is asked for next, so the others are shown no further.
  const brokenOff = windowsOf(facts).flatMap(([, { endedBy, rows }]) =>
    endedBy !== undefined && rows.length > 0 ? [rows.length] : [],
  );
  return {
    items: Math.min(Math.max(registryImages.length, nodeImages.length, containers.length), ...brokenOff),
    fieldBytes: CONCISE_FIELD_BYTES,
    view(fit) {
      const shownOf = <Row extends RowFaults>(rows: readonly Row[]) =>
        rows.slice(0, fit.shown).filter(({ isLost }) => isLost === undefined);
      const inRegistry = shownOf(registryImages).map((image) => imageOf(image, fit));
      const onNodes = shownOf(nodeImages).map((image) => imageOf(image, fit));
      const running = shownOf(containers).map((container) => containerOf(container, fit));
      const coverage = coverageOf(facts, fit, inRegistry.length + onNodes.length + running.length);
      const vulnerability = vulnerabilityOf(facts, fit);
      const answer = {
        summary: affectedSummary(facts, coverage, fit),
        coverage,
        next: nextSteps(facts, coverage, fit),
        notes,
        data: given(
          vulnerability && vulnerabilityLines(vulnerability),
          linesOf('registry images', inRegistry.map(imageLine), search.offset),
          linesOf('node images', onNodes.map(imageLine), search.offset),
          linesOf('containers', running.map(containerLine), search.offset),
        ),
        keys: {
          vulnerability,
          images: [...inRegistry, ...onNodes],
          containers: search.where === 'registry' ? undefined : running,
          empty_because: none,
          unreadable: unreadableRows(facts),
        },
        requestId,
      };
      return renderAnswer(answer, fit, presentation);
    },
  };
}

/** `total`: what all lists that were asked hold together. */
function coverageOf(facts: FoundVulnerability, fit: Fit, shown: number) {
  const { search, sides, none } = facts;
  const windows = windowsOf(facts);
  const totals = Object.fromEntries(
    windows.flatMap(([side, { total }]) => (total === undefined ? [] : [[side, total]])),
  );
  const asked = SIDES.filter((side) => sides[side] !== undefined);
  const isTotalKnown = asked.length > 0 && asked.every((side) => side in totals);
  const total = isTotalKnown ? Object.values(totals).reduce((all, one) => all + one, 0) : undefined;
  const why = whyPartial(facts, fit);
  const isAll = none === undefined ? shown === total : none === 'none_affected' || none === 'filtered_out';
  return compact({
    total,
    totals: windows.length > 0 ? totals : undefined,
    fetched: windows.reduce((all, [, { rows }]) => all + rows.length, 0),
    shown,
    complete: isAll && why.length === 0,
    why_partial: why,
    next_offset: boundOfLists(facts, fit) === undefined ? undefined : search.offset + fit.shown,
  } satisfies { [Key in keyof Coverage]: Coverage[Key] | undefined } & { totals: object | undefined });
}

const cutter = (fieldBytes: number) => (text: string | undefined) =>
  text === undefined ? undefined : cutToBytes(text, fieldBytes);

/** The vulnerability with the service's own counts; its long texts on the first page alone. */
function vulnerabilityOf({ vulnerabilities, search }: FoundVulnerability, { fieldBytes, terse }: Fit) {
  const [first] = vulnerabilities;
  if (first === undefined) return undefined;
  const cut = cutter(fieldBytes);
  const level = worstLevel(vulnerabilities);
  const isWhole = search.offset === 0 && !terse;
  const tags = [...new Set(vulnerabilities.flatMap((one) => one.tags))];
  return compact({
    cve: cut(first.cve ?? search.cve),
    poc_ids: vulnerabilities.flatMap(({ pocId }) => pocId ?? []),
    name: cut(first.name),
    level,
    level_raw: level === 'unknown' ? cut(first.levelRaw) : undefined,
    cvss: first.cvss,
    tags: terse ? undefined : tags.map((tag) => cutToBytes(tag, fieldBytes)),
    description: isWhole ? cut(first.description) : undefined,
    solution: isWhole ? cut(first.solution) : undefined,
    published: cut(first.published),
    ...sumCounts(vulnerabilities.map(({ counts }) => counts)),
  });
}

function vulnerabilityLines(one: NonNullable<ReturnType<typeof vulnerabilityOf>>): string[] {
  const numbers = (one.poc_ids ?? []).filter((id) => id !== one.cve);
  const facts = given(
    one.level,
    one.level_raw,
    one.cvss !== undefined && `CVSS ${one.cvss.toFixed(1)}`,
    one.tags,
    one.published && `published ${one.published}`,
  );
  const counts = countWords(one);
  return given(
    given(
      `vulnerability: ${given(one.cve, numbers.length > 0 && `(${numbers.join(', ')})`).join(' ')}: ${facts.join(', ')}`,
      one.name && quotedIfMarked(one.name),
    ).join(' | '),
    counts !== '' && `counted by the service: ${counts}`,
    one.description && `description: ${one.description}`,
    one.solution && `solution: ${one.solution}`,
  );
}

/** Most components of one image that are shown. */
const COMPONENTS_SHOWN = 3;

/** `sha256:` and 64 hex digits: needed whole to ask about the image. */
const NODE_ID_BYTES = 71;

function imageOf(image: AffectedImage, { fieldBytes }: Fit) {
  const cut = cutter(fieldBytes);
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
    node_image_id: cutter(NODE_ID_BYTES)(image.nodeImageId),
    reference: cut(image.reference),
    latest: image.latest,
    hosts: image.hosts,
    running_containers: image.containers,
    components,
    other_components: others > 0 ? others : undefined,
  });
}

function imageLine(image: ReturnType<typeof imageOf>): string {
  const { image_id, node_image_id, reference, hosts, running_containers: containers } = image;
  const id = image_id === undefined ? node_image_id : `id ${image_id}`;
  return given(
    given(id, quotedIfMarked(reference ?? 'no name given')).join(': '),
    image.latest === true && 'latest',
    given(
      hosts !== undefined && `on ${plural(hosts, 'node')}`,
      containers !== undefined && plural(containers, 'container'),
    ).join(', '),
    image.components?.map(
      ({ component = 'a component without a name', version, fixed_version: fixed, path }) =>
        quotedIfMarked(given(component, version, fixed && `(fixed in ${fixed})`, path).join(' ')),
    ),
    image.other_components !== undefined && `and in ${image.other_components} more`,
  ).join(' | ');
}

function containerOf({ id, name, status, node, cluster, pod }: AffectedContainer, { fieldBytes }: Fit) {
  const cut = cutter(fieldBytes);
  return compact({
    id: cut(id),
    name: cut(name),
    status: cut(status),
    node: cut(node),
    cluster: cut(cluster),
    pod: cut(pod),
  });
}

function containerLine(container: ReturnType<typeof containerOf>): string {
  const { id, name = 'no name given', status, node, cluster, pod } = container;
  return given(
    name,
    status,
    node && `node ${node}`,
    cluster && `cluster ${cluster}`,
    pod && `pod ${pod}`,
    id && `id ${id}`,
  )
    .map(quotedIfMarked)
    .join(' | ');
}

function linesOf(heading: string, lines: readonly string[], offset: number): string[] {
  return lines.length === 0 ? [] : [`${heading}:`, ...lines.map((line, at) => `${offset + at + 1}. ${line}`)];
}
