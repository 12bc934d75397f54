/** The sentences of an answer about one image's rows: only numbers and our own words. Pure. */

import type { ImageFacts } from '../gather/image-rows.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { whyUnfinished } from '../gather/scan-state.ts';
import { describeAssetImageRegistryDetail } from '../tcss/registry-image.ts';
import { KNOWN_LEVELS, LEVELS } from '../tcss/vocabulary.ts';
import { type Bound, type Coverage, type Shown, unreadableNotes } from './coverage.ts';
import { EMPTY_WORDS, type KindWords } from './empty-words.ts';
import { lookUpNotes, type Notes } from './notes.ts';
import { countRowsOf, type Finding, isInLevelOrder } from './row-item.ts';
import { deniedBy, failureWord, plural, statusWord } from './text.ts';

const BOUND_WORDS: Readonly<Record<Bound, string>> = {
  summary: 'detail summary',
  max_bytes: 'the max_bytes budget',
  limit: 'limit',
};

/** The first sentence: what was read and what is shown of it. */
export function headline({ facts, kind, findings, count, bound, limit }: Shown): string {
  const { alreadyShown } = facts;
  const image = `Image ${facts.image.id}`;
  if (facts.empty !== undefined) return `${image}: ${EMPTY_WORDS[facts.empty].sentence(facts, kind)}`;

  const found = plural(findings.length, 'finding');
  const shownTo = alreadyShown + count;
  const severe = severeNotShown(facts, findings.slice(alreadyShown, shownTo));
  const hidden = severe > 0 ? `; ${plural(severe, 'critical or high row')} not in this answer` : '';
  const read = `${rowsRead(facts)}${unfinishedWords(facts, kind)}`;
  if (bound === undefined && alreadyShown === 0) return `${image}: ${read}: ${found}${hidden}.`;
  const which = facts.query.order === 'asc' ? 'least severe first' : 'most severe first';
  const shown = count === 0 ? 'none shown' : `${alreadyShown + 1} to ${shownTo} shown, ${which}`;
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]}${bound === 'limit' ? ` ${limit}` : ''})`;
  return `${image}: ${read}: ${found}, ${shown}${why}${hidden}.`;
}

/** Rows of a scan that runs, or that broke off, are not all that there may be. */
function unfinishedWords({ scanStatus }: ImageFacts<ImageRow>, { scan }: KindWords): string {
  const why = whyUnfinished(scanStatus);
  if (why === undefined) return '';
  return why === 'scanning'
    ? ', but a scan is running or waiting'
    : `, but the last ${scan} scan did not succeed (${statusWord(scanStatus)})`;
}

/** Critical and high rows, among all that were counted, that this answer does not show. */
function severeNotShown({ read }: ImageFacts<ImageRow>, shown: readonly Finding[]): number {
  const { critical, high } = read.counts.byLevel;
  const severe = shown.filter(({ row }) => row.level === 'critical' || row.level === 'high');
  return Math.max(0, critical + high - countRowsOf(severe));
}

/** Which rows were read, of how many. */
export function rowsRead({ read: { rows, total, start }, changed }: ImageFacts<ImageRow>): string {
  const readable = rows.filter(({ isLost }) => !isLost).length;
  if (readable < rows.length) {
    const all = total === undefined || total === rows.length ? '' : ` (${total} match)`;
    return `${readable} of the ${plural(rows.length, 'row')} that came could be read${all}`;
  }
  if (total === undefined)
    return `${plural(rows.length, 'row')} read, of a total that the service did not give`;
  if (rows.length !== total) return `rows ${start} to ${start + rows.length - 1} of ${total} read`;
  return changed
    ? `${plural(total, 'row')} read while their number changed`
    : total === 1
      ? 'the one matching row read'
      : `all ${total} matching rows read`;
}

/** Rows by level, and what the numbers cover. */
export function countsLine({ read }: ImageFacts<ImageRow>): string {
  const { byLevel, unaccounted, cover } = read.counts;
  const words = LEVELS.filter((level) => level !== 'unknown' || byLevel.unknown > 0).map(
    (level) => `${level} ${byLevel[level]}`,
  );
  if (unaccounted > 0) words.push(`unaccounted for ${unaccounted}`);
  const covered =
    cover === 'all_rows' ? 'all matching rows' : `only the ${plural(read.rows.length, 'row')} read`;
  return `Rows by level (${covered}): ${words.join(', ')}.`;
}

/** What to ask for next; `isCut`: a field is shorter than `detail` full would show it. */
export function nextSteps(
  { facts, kind, bound, limit }: Shown,
  coverage: Coverage,
  isCut: boolean,
): string[] {
  if (facts.empty !== undefined) return [EMPTY_WORDS[facts.empty].next(kind)];
  const { next_cursor: cursor, next_offset: offset } = coverage;
  return [
    ...(cursor === undefined ? [] : [`To go on: the same call with cursor "${cursor}" and no offset.`]),
    ...(offset === undefined ? [] : [`Or from the next row on: offset ${offset}.`]),
    ...(bound === 'summary' ? ['To see findings: detail concise.'] : []),
    ...(isCut ? ['To see cut fields whole: detail full.'] : []),
    ...(bound === 'max_bytes' ? ['To see more in one answer: a larger max_bytes (up to 40000).'] : []),
    ...(bound === 'limit' && limit < 100 ? ['To see more in one answer: a larger limit (up to 100).'] : []),
  ];
}

const CHANGED_NOTE =
  'The matching rows changed while they were read: some may be missing or counted twice. Start again to be exact.';
const IGNORED_NOTE =
  'Rows of other levels than asked for came too: the service seems not to apply the level filter.';
const NAME_NOTE = 'The name filter was sent; the API documents it, but its effect is unverified.';

/** The notes on what was read; `scanAgeDays` when a scan's time was read. */
export function readingNotes(
  facts: ImageFacts<ImageRow>,
  { scan, filterNotes = {} }: KindWords,
  scanAgeDays: number | undefined,
): Notes {
  const lookUp = lookUpNotes(facts.image);
  const isUnlicensed = facts.entry?.IsAuthorized === 0 && facts.empty !== 'not_licensed';
  return {
    essential: [...readingFaults(facts), ...stateNotes(facts, scan), ...lookUp.essential],
    others: [
      ...severityNotes(facts),
      ...(facts.ageMs === undefined
        ? []
        : [`Rows and counts were read ${Math.round(facts.ageMs / 1000)} s ago.`]),
      ...lookUp.others,
      ...(scanAgeDays === undefined ? [] : [`Last scanned ${plural(scanAgeDays, 'day')} ago.`]),
      ...(isUnlicensed ? ['The image has no scan licence: it will not be scanned again.'] : []),
      ...facts.query.filters.flatMap(({ Name }) => (Name === 'Name' ? NAME_NOTE : (filterNotes[Name] ?? []))),
    ],
  };
}

/** How many rows the scan counts, where that is more than the list has: some may be missing. */
export function uncountedBy({ read, query, empty, scanCount = 0 }: ImageFacts<ImageRow>): number | undefined {
  const { total } = read;
  const isLess =
    empty === undefined && query.filters.length === 0 && total !== undefined && total < scanCount;
  return isLess ? scanCount : undefined;
}

/** What the state of the scan, or that it could not be read, takes from the answer. */
function stateNotes(facts: ImageFacts<ImageRow>, scan: string): string[] {
  const { scanStatus, entryFailure, empty } = facts;
  if (entryFailure !== undefined) {
    return [
      deniedBy(entryFailure)
        ? `The state of the ${scan} scan was not read: the key lacks tcss:${describeAssetImageRegistryDetail.name}.`
        : `The state of the ${scan} scan could not be read (${failureWord(entryFailure)}).`,
    ];
  }
  if (empty !== undefined) return [];
  const counted = uncountedBy(facts);
  return [
    ...(scanStatus === 'SCANNED' || whyUnfinished(scanStatus) !== undefined
      ? []
      : [`The rows may be stale: the state of the ${scan} scan is ${statusWord(scanStatus)}.`]),
    ...(counted === undefined
      ? []
      : [`The ${scan} scan counts ${plural(counted, 'row')}, and the list has ${facts.read.total}.`]),
  ];
}

function readingFaults(facts: ImageFacts<ImageRow>): string[] {
  const { read } = facts;
  if (facts.empty !== undefined) return [];
  const at = `row ${read.start + read.rows.length}`;
  const ends = {
    deadline: `The deadline passed before ${at} and those after it were read.`,
    page_failed: `Reading failed at ${at} (${read.failure === undefined ? 'no reason' : failureWord(read.failure)}); the rows before it are complete.`,
    short_page: `The service sent fewer rows than its total promises; ${at} and those after it were not read.`,
  };
  return [
    ...(read.endedBy === undefined ? [] : [ends[read.endedBy]]),
    ...(facts.changed ? [CHANGED_NOTE] : []),
    ...(facts.filterIgnored ? [IGNORED_NOTE] : []),
    ...unreadableNotes(read.rows),
  ];
}

/** When the window may lack the most severe rows: the service's order is not known to be kept. */
function severityNotes({ read, query }: ImageFacts<ImageRow>): string[] {
  const { rows, total, counts } = read;
  if (rows.length === 0 || rows.length === total) return [];
  const missing = KNOWN_LEVELS.flatMap((level) => {
    const unread = counts.byLevel[level] - rows.filter((row) => row.level === level).length;
    return counts.cover === 'all_rows' && unread > 0 ? [`${unread} ${level}`] : [];
  });
  return [
    ...(counts.cover === 'rows_read' ? ['Counts over all rows could not be had.'] : []),
    ...(isInLevelOrder(rows, query.order) ? [] : ['The service did not send the rows in level order.']),
    ...(missing.length > 0
      ? [`Not among the rows read: ${missing.join(', ')}. Ask with levels to read one level first.`]
      : []),
  ];
}
