/** The sentences of an answer about one image's rows: only numbers and words of this server. Pure. */

import type { TcssMcpError } from '../errors.ts';
import type { ImageFacts } from '../gather/image-rows.ts';
import { type ImageId, placeOf } from '../gather/listed-image.ts';
import type { LookUp } from '../gather/resolve-image.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { type EmptyBecause, whyUnfinished } from '../gather/scan-state.ts';
import { describeAssetImageDetail } from '../tcss/node-image.ts';
import { describeAssetImageRegistryDetail } from '../tcss/registry-image.ts';
import { isFaulty, KNOWN_LEVELS, type RowFaults } from '../tcss/vocabulary.ts';
import { BOUND_WORDS, type Bound, type Coverage, raiseBound } from './list.ts';
import { countRowsOf, type Finding, isInLevelOrder, type KindWords, levelWords } from './row-item.ts';
import { failureWord, given, isDenied, plural, statusWord } from './text.ts';
import type { Notes } from './view.ts';

/** Facts about one image's rows and how much of them an answer shows. */
export interface Shown {
  readonly facts: ImageFacts<ImageRow>;
  readonly kind: KindWords;
  readonly findings: readonly Finding[];
  /** How many findings are shown, from `facts.alreadyShown` on. */
  readonly count: number;
  /** Undefined if every remaining finding of the window is shown. */
  readonly bound: Bound | undefined;
  readonly limit: number;
}

interface EmptyWords {
  readonly sentence: (facts: ImageFacts<ImageRow>, kind: KindWords) => string;
  readonly next: (facts: ImageFacts<ImageRow>, kind: KindWords) => string;
}

const ASSIGN_LICENCE =
  'Next: assign a licence to the image in the TCSS console, have it scanned, then ask again.';

/** What zero rows mean: how the first sentence ends after the image's id, and the next step. */
export const EMPTY_WORDS: Readonly<Record<EmptyBecause, EmptyWords>> = {
  past_end: {
    sentence: ({ window }) =>
      window.total === undefined
        ? `no row from row ${window.start} on; the service gave no total.`
        : `no row from row ${window.start} on: only ${plural(window.total, 'row')} match, so this is past the end.`,
    next: () => 'Next: the same call with a smaller offset and no cursor.',
  },
  no_answer: {
    sentence: () => 'the service sent neither a list nor a total: this says nothing about the image.',
    next: () => 'Next: ask again; if this persists, report the RequestId to Tencent Cloud.',
  },
  not_licensed: {
    sentence: (_, { notKnown }) => `no rows, because the image has no scan licence: ${notKnown}.`,
    next: () => ASSIGN_LICENCE,
  },
  not_scanned: {
    sentence: (_, { soughtFor, notKnown }) =>
      `no rows, because the image was never scanned for ${soughtFor}: ${notKnown}.`,
    next: () => 'Next: start a scan of the image in the TCSS console, then ask again.',
  },
  scanning: {
    sentence: (_, { notKnown }) => `no rows yet, because a scan is running or waiting: ${notKnown}.`,
    next: () => 'Next: ask again when the scan has finished.',
  },
  scan_failed: {
    sentence: ({ scanStatus }, { scan, notKnown }) =>
      `no rows, because the last ${scan} scan did not succeed (${statusWord(scanStatus)}): ${notKnown}.`,
    next: (facts) =>
      isUnlicensed(facts)
        ? ASSIGN_LICENCE
        : 'Next: start the scan again in the TCSS console, then ask again.',
  },
  filtered_out: {
    sentence: ({ scanCount: all }) =>
      `no row matches the filters${all === undefined ? '' : `; without them the scan counts ${plural(all, 'row')}`}.`,
    next: () => 'Next: the same call without filters.',
  },
  clean: {
    sentence: (_, { nothing }) => `scanned, and the scan found ${nothing}: 0 rows.`,
    next: (_, { notCovered }) => `This covers ${notCovered}.`,
  },
  unverified: {
    sentence: (facts, { soughtFor }) => {
      const { scanStatus, entryFailure } = facts;
      if (isScannedForSomething(facts)) {
        return `no rows came; the image was scanned, but the service does not say whether for ${soughtFor}: do not read this as a clean result.`;
      }
      const why = entryFailure === undefined ? statusWord(scanStatus) : failureWord(entryFailure);
      return `no rows came, and the reason could not be verified (${why}): do not read this as a clean result.`;
    },
    next: () => 'Next: ask again, and look at the image in the TCSS console.',
  },
};

/** Whether a scan of an image on nodes has finished, of which it is not said what it looked for. */
function isScannedForSomething({ image, window, scanStatus }: ImageFacts<ImageRow>): boolean {
  return placeOf(image.id) === 'nodes' && scanStatus === 'SCANNED' && window.scanStatus === undefined;
}

/** How many characters of a node image's id a sentence names: enough to tell it from others. */
const ID_CHARACTERS = 'sha256:'.length + 12;

/** An image's id in a sentence. */
export function idWords(id: ImageId): string {
  return typeof id === 'number' ? String(id) : id.slice(0, ID_CHARACTERS);
}

/** The first sentence: what was read and how much of it is shown. */
export function rowsSummary({ facts, kind, findings, count, bound, limit }: Shown): string {
  const { alreadyShown } = facts;
  const image = `Image ${idWords(facts.image.id)}`;
  if (facts.empty !== undefined) return `${image}: ${EMPTY_WORDS[facts.empty].sentence(facts, kind)}`;

  const found = plural(findings.length, 'finding');
  const shownTo = alreadyShown + count;
  const severe = countSevereHidden(facts, findings.slice(alreadyShown, shownTo));
  const hidden = severe > 0 ? `; ${plural(severe, 'critical or high row')} not in this answer` : '';
  const read = `${rowsRead(facts)}${unfinishedWords(facts, kind)}`;
  if (bound === undefined && alreadyShown === 0) return `${image}: ${read}: ${found}${hidden}.`;
  const order = facts.query.order === 'asc' ? 'least severe first' : 'most severe first';
  const shown = count === 0 ? 'none shown' : `${alreadyShown + 1} to ${shownTo} shown, ${order}`;
  const why = bound === undefined ? '' : ` (${BOUND_WORDS[bound]}${bound === 'limit' ? ` ${limit}` : ''})`;
  return `${image}: ${read}: ${found}, ${shown}${why}${hidden}.`;
}

/** Warns that a scan which is running or has failed may list only some of its rows. */
export function unfinishedWords({ scanStatus }: ImageFacts<ImageRow>, { scan }: KindWords): string {
  const why = whyUnfinished(scanStatus);
  if (why === undefined) return '';
  return why === 'scanning'
    ? ', but a scan is running or waiting'
    : `, but the last ${scan} scan did not succeed (${statusWord(scanStatus)})`;
}

/** How many of the critical and high rows that were counted this answer does not show. */
function countSevereHidden({ window }: ImageFacts<ImageRow>, shown: readonly Finding[]): number {
  const { critical, high } = window.counts.byLevel;
  const severe = shown.filter(([{ level }]) => level === 'critical' || level === 'high');
  return Math.max(0, critical + high - countRowsOf(severe));
}

/** Which rows were read, and of how many. */
export function rowsRead({ window: { rows, total, start }, changed }: ImageFacts<ImageRow>): string {
  const readable = rows.filter(({ isLost }) => !isLost).length;
  if (readable < rows.length) {
    const all = total === undefined || total === rows.length ? '' : ` (${total} match)`;
    return `${readable} of the ${plural(rows.length, 'row')} received could be read${all}`;
  }
  if (total === undefined) return `${plural(rows.length, 'row')} read (the service gave no total)`;
  if (rows.length !== total) return `rows ${start} to ${start + rows.length - 1} of ${total} read`;
  if (changed) return `${plural(total, 'row')} read while their number changed`;
  return total === 1 ? 'the one matching row read' : `all ${total} matching rows read`;
}

/** Rows by level, and what the numbers cover. */
export function countsLine({ window }: ImageFacts<ImageRow>): string {
  const { byLevel, unaccounted, cover } = window.counts;
  const covered =
    cover === 'all_rows' ? 'all matching rows' : `only the ${plural(window.rows.length, 'row')} read`;
  const rest = unaccounted > 0 ? `, unaccounted for ${unaccounted}` : '';
  return `Rows by level (${covered}): ${levelWords((level) => byLevel[level])}${rest}.`;
}

const COVERAGE_STEP = 'explain_coverage tells which scans are scheduled and whether licences are left.';

/** What to ask for next. `isCut`: detail full would show a field in full. */
export function nextSteps(
  { facts, kind, bound, limit }: Shown,
  { next_cursor: cursor, next_offset: offset }: Coverage,
  isCut: boolean,
): string[] {
  const { empty = whyUnfinished(facts.scanStatus) } = facts;
  const fromScan = empty && EMPTY_WORDS[empty].next(facts, kind);
  if (facts.empty !== undefined) {
    const isOutside = facts.empty === 'not_scanned' || facts.empty === 'not_licensed';
    return given(fromScan, isOutside && COVERAGE_STEP);
  }
  return given(
    cursor !== undefined && `To continue: the same call with cursor "${cursor}" and no offset.`,
    offset !== undefined && `Or from the next row on: offset ${offset}.`,
    fromScan,
    bound === 'summary' && 'To see findings: detail concise.',
    isCut && 'To see cut fields in full: detail full.',
    raiseBound(bound, limit),
  );
}

const CHANGED_NOTE =
  'The matching rows changed while they were read: some may be missing or counted twice. Start over for exact results.';
const IGNORED_TAG_NOTE =
  'Rows without the tags that were asked for came too: the service does not seem to apply the filter for fixable and exploit.';
const IGNORED_LEVEL_NOTE =
  'Rows of levels that were not asked for came too: the service does not seem to apply the level filter.';
const NAME_NOTE = 'The name filter was sent; the API documents it, but its effect is unverified.';

/** Notes on what was read. `scanAgeDays`: undefined if the time of the scan is not known. */
export function readingNotes(
  facts: ImageFacts<ImageRow>,
  { scan, filterNotes = {} }: KindWords,
  scanAgeDays: number | undefined,
): Notes {
  const lookUp = lookUpNotes(facts.image);
  const ofRegistry = placeOf(facts.image.id) === 'registry' ? filterNotes : {};
  const isNotLicensed = isUnlicensed(facts) && facts.empty !== 'not_licensed';
  const isScanning = whyUnfinished(facts.scanStatus) === 'scanning';
  return {
    essential: [...readingFaults(facts), ...scanNotes(facts, scan), ...lookUp.essential],
    optional: given(
      severityNotes(facts),
      facts.ageMs !== undefined && `Rows and counts were read ${Math.round(facts.ageMs / 1000)} s ago.`,
      lookUp.optional,
      scanAgeDays !== undefined && `Last scanned ${plural(scanAgeDays, 'day')} ago.`,
      isNotLicensed && `The image has no scan licence${isScanning ? '' : ': it will not be scanned again'}.`,
      facts.query.filters.flatMap(({ Name }) => (Name === 'Name' ? NAME_NOTE : (ofRegistry[Name] ?? []))),
    ),
  };
}

function isUnlicensed({ entry }: ImageFacts<ImageRow>): boolean {
  return entry?.IsAuthorized === 0;
}

/** How many rows the scan counts, if that is more than the list has: some may be missing. */
export function largerScanCount({
  window: { total },
  query,
  empty,
  scanCount = 0,
}: ImageFacts<ImageRow>): number | undefined {
  const isLarger =
    empty === undefined && query.filters.length === 0 && total !== undefined && total < scanCount;
  return isLarger ? scanCount : undefined;
}

const ENTRY_NOTE = "A field of the image's entry could not be read; it was left out.";

/** Notes on a scan that casts doubt on the rows, or whose state could not be read. */
function scanNotes(facts: ImageFacts<ImageRow>, scan: string): string[] {
  const { scanStatus, entry, entryFailure, empty } = facts;
  if (entryFailure !== undefined) return [unreadStateNote(entryFailure, scan, facts.image.id)];
  if (empty !== undefined) return [];
  const counted = largerScanCount(facts);
  const isKnownState = scanStatus === 'SCANNED' || whyUnfinished(scanStatus) !== undefined;
  return given(
    entry !== undefined && isFaulty(entry) && ENTRY_NOTE,
    !isKnownState && `The rows may be stale: the state of the ${scan} scan is ${statusWord(scanStatus)}.`,
    counted !== undefined &&
      `The ${scan} scan counts ${plural(counted, 'row')}, but the list has ${facts.window.total}.`,
  );
}

function unreadStateNote(failure: TcssMcpError, scan: string, id: ImageId): string {
  const { name: action } =
    placeOf(id) === 'nodes' ? describeAssetImageDetail : describeAssetImageRegistryDetail;
  return isDenied(failure)
    ? `The state of the ${scan} scan was not read: the key lacks tcss:${action}.`
    : `The state of the ${scan} scan could not be read (${failureWord(failure)}).`;
}

function readingFaults(facts: ImageFacts<ImageRow>): string[] {
  const { window, empty, changed, ignored } = facts;
  if (empty !== undefined) return [];
  const next = `row ${window.start + window.rows.length}`;
  const ends = {
    deadline: `The deadline passed before ${next} and those after it were read.`,
    page_failed: `Reading failed at ${next} (${window.failure === undefined ? 'no reason' : failureWord(window.failure)}); the rows before it are complete.`,
    short_page: `The service sent fewer rows than the total it gave; ${next} and those after it were not read.`,
  };
  return given(
    window.endedBy && ends[window.endedBy],
    changed && CHANGED_NOTE,
    ignored.includes('Tag') && IGNORED_TAG_NOTE,
    ignored.some((name) => name !== 'Tag') && IGNORED_LEVEL_NOTE,
    unreadableNotes(window.rows),
  );
}

/** Says that the window may lack the most severe rows: the service does not promise its order. */
function severityNotes({ window, query }: ImageFacts<ImageRow>): string[] {
  const { rows, total, counts } = window;
  if (rows.length === 0 || rows.length === total) return [];
  const missing = KNOWN_LEVELS.flatMap((level) => {
    const unread = counts.byLevel[level] - rows.filter((row) => row.level === level).length;
    return counts.cover === 'all_rows' && unread > 0 ? [`${unread} ${level}`] : [];
  });
  return given(
    counts.cover === 'rows_read' && 'Counts over all rows are not available.',
    !isInLevelOrder(rows, query.order) && 'The service did not send the rows in level order.',
    missing.length > 0 &&
      `Not among the rows read: ${missing.join(', ')}. Ask with levels to read one level first.`,
  );
}

/** How many rows could not be read whole; undefined for none, so that the key is left out. */
export function unreadableCount(rows: readonly RowFaults[]): number | undefined {
  return rows.filter(isFaulty).length || undefined;
}

/** Sentences about rows that lack a field and rows that are missing. */
export function unreadableNotes(rows: readonly RowFaults[]): string[] {
  const lost = rows.filter(({ isLost }) => isLost).length;
  const partly = (unreadableCount(rows) ?? 0) - lost;
  return given(
    partly > 0 &&
      `${plural(partly, 'row')} ${partly === 1 ? 'has' : 'have'} a field that could not be read; the field was left out.`,
    lost > 0 &&
      `${plural(lost, 'row')} could not be read at all and ${lost === 1 ? 'is' : 'are'} missing here.`,
  );
}

/** Notes on how a name was looked up in the registry list. */
export function lookUpNotes({
  imagesUnread = 0,
  isUncounted = false,
  entriesSkipped = 0,
  namesUnread = 0,
  listChanged = false,
  listAgeMs = 0,
  movedTag,
  nameUnread = false,
}: LookUp): Notes {
  const notCompared = given(
    imagesUnread > 0 && plural(imagesUnread, 'further image'),
    isUncounted && 'further images, whose number the service does not give',
    entriesSkipped > 0 &&
      `${entriesSkipped} list ${entriesSkipped === 1 ? 'entry' : 'entries'} without a usable id`,
    namesUnread > 0 && `${plural(namesUnread, 'image')} whose name could not be read`,
  );
  return {
    essential: given(
      notCompared.map((what) => `The name was not compared with ${what}: there may be another match.`),
      listChanged && 'The list of images changed while it was read: another image may have the name too.',
      nameUnread &&
        'The digits were taken for an id: the list of images could not be read, and an image may have that name.',
      movedTag !== undefined && movedTagNote(movedTag),
    ),
    optional: given(ageNote(listAgeMs)),
  };
}

/** Any other tag is upstream's text and may stand only among the data. */
const PLAIN_TAG = /^(?:latest|v?\d{1,10}(?:\.\d{1,10}){0,4})$/;

function movedTagNote(tag: string): string {
  const where = PLAIN_TAG.test(tag) ? `the tag ${tag}` : 'another tag, as its reference shows';
  return `The digest decides, because the tag given with it has moved: the digest is listed under ${where}.`;
}

/** How old the list is, if it was not read just now. */
export function ageNote(ageMs: number): string | undefined {
  return ageMs >= 1000 ? `The list of images was read ${Math.round(ageMs / 1000)} s ago.` : undefined;
}
