/** All answers of one call, from the first row to the last, as one: what a report shows. Pure but for what `ask` does. */
import { UPGRADES_NOTE } from '../present/upgrades.ts';
import { LEVELS } from '../tcss/vocabulary.ts';
import { type Fields, type Layout, levelOf, occurrencesOf } from './layout.ts';

/** More answers are not asked for: each shows up to 100 rows. */
const MOST_ANSWERS = 2000;

/** A whole list, or the part of it that could be read. */
export interface Walk {
  /** The keys of structuredContent: lists whole, equal findings merged, the rest of the last answer. */
  readonly structured: Fields;
  /** Why something may be missing, in this server's words; empty for a whole list. */
  readonly problems: readonly string[];
}

/** What is asked beside the call's own arguments. */
export type Place = { readonly cursor?: string; readonly offset?: number };

/** One answer: its structuredContent, or the text of its error. */
export type Asked = { readonly structured: Fields } | { readonly error: string };

interface Coverage {
  readonly total?: number;
  readonly fetched?: number;
  readonly complete?: boolean;
  readonly why_partial?: readonly string[];
  readonly next_cursor?: string;
  readonly next_offset?: number;
}

/** What each reason of `why_partial` means for a report. */
const WHY: Readonly<Record<string, string>> = {
  limit: 'more rows match than could be asked for',
  max_bytes: 'more rows match than could be asked for',
  window: 'more rows match than were read',
  deadline: 'a deadline passed before all rows were read',
  page_failed: 'something could not be read from the service',
  changed: 'the rows changed while they were read',
  image_ambiguous: 'the reference fits several images: give one id',
  scanning: 'a scan is running or waiting',
  scan_failed: 'the last scan did not succeed',
  denied: 'the key lacks a permission',
  unreadable: 'rows could not be read in full',
  not_asked: 'not everything was asked for',
};

/** Reasons that the next answer makes good by reading on. */
const MADE_GOOD = ['limit', 'max_bytes', 'window', 'deadline', 'page_failed'];

/** Reasons that follow from walking. */
const OF_WALKING = ['cursor', 'offset'];

/** What zero rows may mean without anything being missing. */
const KNOWN_EMPTY: readonly unknown[] = [undefined, 'clean', 'filtered_out', 'none_affected'];

/**
 * Asks until nothing follows, or an answer fails. `onRead` gets the rows shown so far, and how many there are.
 * Gives the error of the first answer if that fails.
 */
export async function walk(
  layout: Layout,
  ask: (place: Place) => Promise<Asked>,
  onRead: (rows: number, total: number) => void = () => undefined,
): Promise<Walk | { readonly error: string }> {
  const answers: Fields[] = [];
  const places = new Set<string>();
  let place: Place | undefined = {};
  let stop: string | undefined;
  let rows = 0;
  while (place !== undefined) {
    if (answers.length === MOST_ANSWERS) {
      stop = `only the first ${MOST_ANSWERS} answers were asked for`;
      break;
    }
    const asked = await ask(place);
    if ('error' in asked) {
      if (answers.length === 0) return asked;
      stop = `answer ${answers.length + 1} failed: ${asked.error.replaceAll(/\s*\n\s*/g, ' ')}`;
      break;
    }
    answers.push(asked.structured);
    const coverage = coverageOf(asked.structured);
    rows += rowsOf(layout, asked.structured);
    if (coverage.total !== undefined) onRead(rows, coverage.total);
    place = placeAfter(coverage);
    const named = JSON.stringify(place);
    if (places.has(named)) {
      stop = 'the same place was given twice';
      break;
    }
    places.add(named);
  }
  const structured = merged(layout, answers);
  const problems = [
    ...new Set([...(stop === undefined ? [] : [stop]), ...problemsOf(layout, answers, structured)]),
  ];
  const coverage = { ...coverageOf(structured), shown: rowsOf(layout, structured) };
  return {
    structured: {
      ...structured,
      coverage: {
        ...coverage,
        complete: problems.length === 0,
        why_partial: reasonsOf(answers),
      },
    },
    problems,
  };
}

function coverageOf({ coverage }: Fields): Coverage {
  return (coverage ?? {}) as Coverage;
}

function placeAfter({ next_cursor, next_offset }: Coverage): Place | undefined {
  if (next_cursor !== undefined) return { cursor: next_cursor };
  return next_offset === undefined ? undefined : { offset: next_offset };
}

function listOf(answer: Fields, key: string): readonly Fields[] {
  const list = answer[key];
  return Array.isArray(list) ? list : [];
}

function rowLists({ lists }: Layout) {
  return lists.filter(({ isOfOneReading }) => !isOfOneReading);
}

function rowsOf(layout: Layout, answer: Fields): number {
  return rowLists(layout)
    .flatMap(({ key }) => listOf(answer, key))
    .reduce((sum, row) => sum + occurrencesOf(row), 0);
}

/** The reasons that stand: those that no later answer makes good, and those of the last answer. */
function reasonsOf(answers: readonly Fields[]): string[] {
  const reasons = answers.flatMap((answer, at) => {
    const isLast = at === answers.length - 1;
    return (coverageOf(answer).why_partial ?? []).filter(
      (why) => (isLast || !MADE_GOOD.includes(why)) && (answers.length === 1 || !OF_WALKING.includes(why)),
    );
  });
  return [...new Set(reasons)];
}

function problemsOf(layout: Layout, answers: readonly Fields[], structured: Fields): string[] {
  const [first = {}] = answers;
  const reasons = reasonsOf(answers).map((why) => WHY[why] ?? why);
  // A walk by cursor or offset has no complete answer; the sides of a comparison say it for themselves.
  const parts = [answers.length === 1 ? first : {}, first['base'] ?? {}, first['target'] ?? {}] as Fields[];
  const isSilent = reasons.length === 0 && parts.some((part) => coverageOf(part).complete === false);
  const isUnknown = answers.some(({ empty_because }) => !KNOWN_EMPTY.includes(empty_because));
  return [
    ...(isUnknown || isSilent ? [String(first['summary'] ?? 'the answer is not complete')] : []),
    ...reasons,
    ...(hasMoved(layout, answers) ? ['the list changed while it was read: some rows may be missing'] : []),
    ...missingRows(structured),
  ];
}

/** Whether a row came twice in a list that goes on by number: then another may have been passed over. */
function hasMoved(layout: Layout, answers: readonly Fields[]): boolean {
  return rowLists(layout).some(({ key }) => {
    const rows = answers.flatMap((answer) => listOf(answer, key));
    return key !== 'findings' && new Set(rows.map(keyOf)).size < rows.length;
  });
}

/** Whether everything that was counted is here: by the list's total, by the scan, by the counts of a comparison. */
function missingRows(structured: Fields): string[] {
  const { findings, image } = structured;
  const { total } = coverageOf(structured);
  const scanCount = (image as Fields | undefined)?.['scan_count'];
  const rows = listOf(structured, 'findings').reduce((sum, row) => sum + occurrencesOf(row), 0);
  const isList = Array.isArray(findings) && (total !== undefined || rows > 0);
  return [
    ...(isList && total === undefined ? ['the service gave no total, so rows may be missing'] : []),
    ...(isList && total !== undefined && total !== rows ? [`${rows} of ${total} rows are here`] : []),
    ...(scanCount === undefined ? [] : [`the scan counts ${scanCount} rows, and the list has ${total}`]),
    ...['introduced', 'fixed'].flatMap((key) => {
      const [count, here] = [structured[`${key}_count`], listOf(structured, key).length];
      return count === undefined || count === here ? [] : [`${here} of ${count} ${key} findings are here`];
    }),
  ];
}

function merged({ lists }: Layout, answers: readonly Fields[]): Fields {
  const last = answers.at(-1) ?? {};
  const isOneReading = answers.map(coverageOf).every(({ fetched, total }) => fetched === total);
  const notes = notesOf(answers).filter((note) => isOneReading || note !== UPGRADES_NOTE);
  const merged: Record<string, unknown> = { ...last, notes, advice: adviceOf(answers) };
  for (const { key, isOfOneReading } of lists) {
    // Absent in every answer: then it is not known, which is something else than empty.
    if (answers.every((answer) => answer[key] === undefined)) continue;
    if (isOfOneReading) merged[key] = isOneReading ? listOf(last, key) : undefined;
    else
      merged[key] = (key === 'findings' ? addedUp : onceEach)(
        answers.flatMap((answer) => listOf(answer, key)),
      );
  }
  return merged;
}

/** A note of some of several answers is about those alone. */
function notesOf(answers: readonly Fields[]): readonly string[] {
  const [first = [], ...others] = answers.map(({ notes }) => (Array.isArray(notes) ? notes : []) as string[]);
  return first.filter((note) => others.every((notes) => notes.includes(note)));
}

function adviceOf(answers: readonly Fields[]): readonly Fields[] {
  const advice = answers.flatMap((answer) => listOf(answer, 'advice'));
  return [...new Map(advice.map((one) => [one['text'], one])).values()];
}

/** Equal findings of several readings as one, since each reading groups its own rows; the most severe first. */
function addedUp(findings: readonly Fields[]): readonly Fields[] {
  const byId = new Map<unknown, Fields>();
  for (const finding of findings) {
    const known = byId.get(finding['id']);
    byId.set(finding['id'], known === undefined ? finding : together(known, finding));
  }
  return [...byId.values()].sort((a, b) => LEVELS.indexOf(levelOf(a)) - LEVELS.indexOf(levelOf(b)));
}

function together(a: Fields, b: Fields): Fields {
  const times = [a, b].flatMap((row) => [row['first_time'] ?? [], row['last_time'] ?? []].flat()).sort();
  const [first, last] = [times[0], times.at(-1)];
  return {
    ...a,
    occurrences: occurrencesOf(a) + occurrencesOf(b),
    ...(first === undefined ? {} : { first_time: first }),
    ...(last === first ? {} : { last_time: last }),
  };
}

/** The rows of a list that goes on by number, which may have moved from one answer to the next. */
function onceEach(rows: readonly Fields[]): readonly Fields[] {
  const firsts = new Map<unknown, Fields>();
  for (const row of rows) if (!firsts.has(keyOf(row))) firsts.set(keyOf(row), row);
  return [...firsts.values()];
}

function keyOf(row: Fields): unknown {
  return row['id'] ?? row['poc_id'] ?? row['image_id'] ?? row['node_image_id'] ?? JSON.stringify(row);
}
