/** The answer that lists the vulnerabilities of the whole account. Pure. */
import {
  type AccountVulnerabilities,
  areKept,
  type ListRead,
  PAGES_READ,
  VULNERABILITY_LISTS,
  type Vulnerability,
} from '../gather/list-vulnerabilities.ts';
import { isFaulty, LEVELS, type Level } from '../tcss/vocabulary.ts';
import { countWords, failureNote } from './affected-words.ts';
import { presentList, type WhyPartial, whyFailed, whyUnread } from './list.ts';
import { levelWords } from './row-item.ts';
import { compact, cutToBytes, given, plural, quotedIfMarked } from './text.ts';
import type { Draft, Fit, Notes, Presentation } from './view.ts';

/** What vulnerabilities can be sorted by. */
export const VULNERABILITY_SORTS = ['images', 'level', 'newest'] as const;

/** Most images hit, most severe, or last found first. */
export type VulnerabilitySort = (typeof VULNERABILITY_SORTS)[number];

const SORT_WORDS: Readonly<Record<VulnerabilitySort, string>> = {
  images: 'most images first',
  level: 'most severe first',
  newest: 'last found first',
};

/** Which of the vulnerabilities the caller wants to see. */
interface Options {
  readonly sort: VulnerabilitySort;
  readonly offset: number;
  readonly limit: number;
  /** The question leaves some vulnerabilities out. */
  readonly isNarrowed: boolean;
}

/** The vulnerabilities in the order asked for, ready to be fitted. */
export function presentVulnerabilities(
  facts: AccountVulnerabilities,
  { sort, offset, limit, isNarrowed }: Options,
  presentation: Presentation,
): Draft {
  const { vulnerabilities, lists } = facts;
  const windows = lists.flatMap(({ window }) => window ?? []);
  const rows = windows.flatMap((window) => window.rows);
  const gaps = gapsOf(lists);
  return presentList(
    {
      key: 'vulnerabilities',
      items: inOrder(vulnerabilities, sort).slice(offset, offset + limit),
      show(one, fit) {
        const item = itemOf(one, fit);
        return { item, line: lineOf(item) };
      },
      matching: vulnerabilities.length,
      offset,
      limit,
      fetched: vulnerabilities.length,
      gaps,
      unreadable: rows.filter(isFaulty).length || undefined,
      read: `${plural(vulnerabilities.length, 'CVE')} read from ${plural(rows.length, 'row')} of ${plural(windows.length, 'list')}`,
      order: SORT_WORDS[sort],
      nothingRead: vulnerabilities.length > 0 ? undefined : nothingWords(isNarrowed, gaps),
      continuing: areKept(lists)
        ? 'what was read is kept for 60 s; after that the order may differ'
        : 'the lists are read again for it, so the order may differ',
      next: {
        none: given(
          isNarrowed && 'Next: fewer filters.',
          'Next: explain_coverage, for which images are not scanned.',
        ),
        some: ['Next: find_vulnerability with the cve of one, for the images and containers that have it.'],
      },
      notes: notesOf(facts),
      counts: { ...byLevel(vulnerabilities), cover: gaps.length === 0 ? 'all_rows' : 'rows_read' },
      requestId: windows[0]?.requestId,
    },
    presentation,
  );
}

function byLevel(vulnerabilities: readonly Vulnerability[]): Record<Level, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  for (const { level } of vulnerabilities) counts[level] += 1;
  return counts;
}

function nothingWords(isNarrowed: boolean, gaps: readonly WhyPartial[]): string {
  if (gaps.length > 0)
    return 'No vulnerability came of the lists that could be read: this says nothing about the images.';
  return isNarrowed
    ? 'No vulnerability in the lists fits the filters: of images that have a licence and were scanned.'
    : 'The lists of vulnerabilities are empty: no image that has a licence and was scanned is known to have any.';
}

/** Why a list holds more than was read; empty if every list was read whole. */
function gapsOf(lists: readonly ListRead[]): WhyPartial[] {
  const reasons = lists.flatMap(({ window, failure }) => {
    if (failure !== undefined) return [whyFailed(failure)];
    if (window === undefined) return [];
    const isCutOff = window.endedBy === undefined && window.rows.length < (window.total ?? 0);
    return given<WhyPartial>(
      whyUnread(window).filter((why) => why !== 'unreadable'),
      isCutOff && 'window',
    );
  });
  return [...new Set(reasons)];
}

/** How many images a vulnerability is in; those of which nothing is known come last. */
function imagesOf({ counts: { registry_images: registry, node_images: nodes } }: Vulnerability): number {
  return registry === undefined && nodes === undefined ? -1 : (registry ?? 0) + (nodes ?? 0);
}

/** Rising numbers and texts come later, so what is best has the lowest. */
const KEYS = {
  images: (one: Vulnerability) => -imagesOf(one),
  level: ({ level }: Vulnerability) => LEVELS.indexOf(level),
  cvss: ({ cvss = -1 }: Vulnerability) => -cvss,
  containers: ({ counts: { containers = -1 } }: Vulnerability) => -containers,
};

function inOrder(vulnerabilities: readonly Vulnerability[], sort: VulnerabilitySort): Vulnerability[] {
  const found = (a: Vulnerability, b: Vulnerability) => compare(b.lastFound ?? '', a.lastFound ?? '');
  const by = (key: keyof typeof KEYS) => (a: Vulnerability, b: Vulnerability) =>
    compare(KEYS[key](a), KEYS[key](b));
  const rest = [
    by('images'),
    by('level'),
    by('containers'),
    by('cvss'),
    (a: Vulnerability, b: Vulnerability) => compare(a.cve ?? '', b.cve ?? ''),
  ];
  const orders = sort === 'newest' ? [found, ...rest] : [by(sort), ...rest];
  return vulnerabilities.toSorted((a, b) => orders.map((order) => order(a, b)).find((one) => one !== 0) ?? 0);
}

function compare<Value extends number | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function itemOf(one: Vulnerability, { fieldBytes, terse }: Fit) {
  const cut = (text: string | undefined) => (text === undefined ? undefined : cutToBytes(text, fieldBytes));
  return compact({
    cve: cut(one.cve),
    poc_id: one.pocId,
    name: cut(one.name),
    level: one.level,
    level_raw: cut(one.levelRaw),
    cvss: one.cvss,
    tags: terse ? undefined : one.tags.map((tag) => cutToBytes(tag, fieldBytes)),
    ...one.counts,
    last_found: cut(one.lastFound),
  });
}

function lineOf(item: ReturnType<typeof itemOf>): string {
  const { cve, poc_id: pocId, name } = item;
  const counts = countWords(item);
  return given(
    quotedIfMarked(given(cve ?? 'no number given', pocId !== cve && pocId && `(${pocId})`).join(' ')),
    quotedIfMarked(
      given(
        item.level,
        item.level_raw,
        item.cvss !== undefined && `CVSS ${item.cvss.toFixed(1)}`,
        item.tags,
      ).join(', '),
    ),
    counts === '' ? 'images not counted' : counts,
    name && quotedIfMarked(name),
    item.last_found && quotedIfMarked(`last found ${item.last_found}`),
  ).join(' | ');
}

/** What the emergency list says of a vulnerability that no scan found. */
const NOT_FOUND_WORDS: Readonly<Record<string, string>> = {
  NOT_SCAN: 'not looked for yet',
  SCANNING: 'being looked for',
  SCANNED_NOT_RISK: 'looked for and not found',
};

function notesOf({ vulnerabilities, lists, ignored, notFound, ageMs }: AccountVulnerabilities): Notes {
  const counts = byLevel(vulnerabilities);
  const isEmergencyAsked = lists.some(({ list }) => list === 'emergency');
  const left = Object.entries(notFound).map(
    ([status, count = 0]) => `${count} ${NOT_FOUND_WORDS[status] ?? 'of another state'}`,
  );
  return {
    essential: given(
      vulnerabilities.length > 0 && `By level: ${levelWords((level) => counts[level])}.`,
      lists.flatMap(({ list, failure, window }) => {
        const { name } = VULNERABILITY_LISTS[list];
        if (window === undefined) return failureNote(`What the ${list} list holds is`, name, failure);
        const missing = (window.total ?? 0) - window.rows.length;
        return missing > 0
          ? `${plural(missing, 'row')} of the ${list} list not read${window.endedBy === undefined ? `: one answer reads at most ${PAGES_READ} pages, so narrow the question` : ''}.`
          : [];
      }),
      ignored.includes('levels') &&
        'Vulnerabilities of levels that were not asked for came too, and were left out: the service does not seem to apply the level filter.',
      ignored.includes('runningOnly') &&
        'Vulnerabilities that affect no container came too, and were left out: the service does not seem to apply running_only.',
      left.length > 0 && `Urgent ones that no scan found are not listed: ${left.join(', ')}.`,
    ),
    optional: given(
      !isEmergencyAsked && 'The emergency list has no such filter and was not read.',
      'Numbers of images are those of the whole account, whatever the filters.',
      ageMs !== undefined && ageMs >= 1000 && `The lists were read ${Math.round(ageMs / 1000)} s ago.`,
    ),
  };
}
