/** What a report says, before it is written in Markdown or HTML: the texts are those of the answer, not yet escaped. Pure. */
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import { type Column, type Fields, type Layout, levelOf, occurrencesOf, textOf } from './layout.ts';
import type { Walk } from './walk.ts';

/** Rows by level, of all that are counted together. */
export interface Bar {
  /** Empty where there is one bar only. */
  readonly label: string;
  readonly counts: Readonly<Record<Level, number>>;
}

/** One list with what its columns show. */
export interface Table {
  readonly heading: string;
  readonly columns: readonly Pick<Column, 'heading' | 'isCode'>[];
  readonly rows: readonly TableRow[];
}

/** A row, and its level where rows have one. */
export interface TableRow {
  readonly level?: Level;
  readonly cells: readonly string[];
}

/** One report. */
export interface Document {
  readonly tool: string;
  /** Words of this server; `subject` follows. */
  readonly title: string;
  /** What the answer is about, as upstream wrote it; may be empty. */
  readonly subject: string;
  /** How much was found: only numbers and words of this server. */
  readonly headline: string;
  readonly problems: readonly string[];
  readonly bars: readonly Bar[];
  /** Names and values that belong to the subject. */
  readonly facts: readonly (readonly [string, string])[];
  readonly tables: readonly Table[];
  readonly notes: readonly string[];
}

/** The report on what was walked. */
export function documentOf(tool: string, layout: Layout, { structured, problems }: Walk): Document {
  const tables = layout.lists.flatMap(({ key, heading, columns }) => {
    const rows = listAt(structured, key);
    return rows === undefined || rows.length === 0 ? [] : [tableOf(heading, columns, rows)];
  });
  const candidates = listAt(structured, 'candidates') ?? [];
  return {
    tool,
    title: layout.title,
    subject: subjectOf(structured),
    headline: headlineOf(layout, structured, problems.length > 0),
    problems,
    bars: barsOf(structured),
    facts: factsOf(structured),
    tables:
      candidates.length > 0 ? [...tables, tableOf('Images that it fits', CANDIDATE, candidates)] : tables,
    notes: [
      ...['notes', 'advice'].flatMap((key) => (listAt(structured, key) ?? []).map(noteOf)),
      // What zero rows do not tell, and what to do about it; otherwise it is on how to read on.
      ...(structured['empty_because'] === undefined ? [] : (listAt(structured, 'next') ?? []).map(noteOf)),
    ],
  };
}

/** The control and format characters of a text as blanks, so that it stays one line whoever shows it. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ');
}

const CANDIDATE: readonly Column[] = [
  { heading: 'Id', cell: ({ id, node_image_id }) => textOf(id ?? node_image_id) },
  { heading: 'Image', cell: ({ reference }) => textOf(reference) },
  { heading: 'Scanned', cell: ({ scanned_at }) => textOf(scanned_at) },
];

function noteOf(note: unknown): string {
  return typeof note === 'string' ? note : textOf((note as Fields)['text']);
}

function listAt(structured: Fields, key: string): readonly Fields[] | undefined {
  const list = structured[key];
  return Array.isArray(list) ? list : undefined;
}

function at(fields: Fields, key: string): Fields {
  return (fields[key] ?? {}) as Fields;
}

/** Columns with nothing in them are left out. */
function tableOf(heading: string, columns: readonly Column[], rows: readonly Fields[]): Table {
  const cells = rows.map((row) => columns.map(({ cell }) => oneLine(cell(row))));
  const used = columns.map((_, at) => cells.some((row) => row[at] !== ''));
  return {
    heading,
    columns: columns.filter((_, at) => used[at]),
    rows: rows.map((row, index) => ({
      ...(row['level'] === undefined ? {} : { level: levelOf(row) }),
      cells: (cells[index] ?? []).filter((_, at) => used[at]),
    })),
  };
}

/** The image, both images, or the vulnerability. */
function subjectOf(structured: Fields): string {
  const { image, base, target, vulnerability } = structured;
  if (base !== undefined && target !== undefined) {
    return `${nameOf(at(at(structured, 'base'), 'image'))} → ${nameOf(at(at(structured, 'target'), 'image'))}`;
  }
  if (image !== undefined) return nameOf(at(structured, 'image'));
  return vulnerability === undefined ? '' : textOf(at(structured, 'vulnerability')['cve']);
}

/** An image by its reference, or else by its id. */
export function nameOf({ reference, id, node_image_id }: Fields): string {
  return oneLine(textOf(reference ?? id ?? node_image_id));
}

/** Without a row, an incomplete answer says nothing. */
function headlineOf({ lists }: Layout, structured: Fields, isIncomplete: boolean): string {
  const known = lists.flatMap(({ key, nouns, isOfOneReading }) => {
    const rows = isOfOneReading ? undefined : listAt(structured, key);
    if (rows === undefined) return [];
    const count = rows.length;
    const all = rows.reduce((sum, row) => sum + occurrencesOf(row), 0);
    const times = all === count || structured['base'] !== undefined ? '' : ` in ${all} rows`;
    return [`${count} ${nouns[count === 1 ? 0 : 1]}${times}`];
  });
  const { introduced, fixed, unchanged_count: unchanged } = structured;
  const isEmpty = lists.every(({ key }) => (listAt(structured, key) ?? []).length === 0);
  if (known.length === 0 || (isEmpty && isIncomplete && unchanged === undefined)) return 'Nothing is known';
  return [
    ...known,
    ...(introduced !== undefined && fixed === undefined ? ['what was fixed is not known'] : []),
    ...(unchanged === undefined ? [] : [`${unchanged} unchanged`]),
  ].join(', ');
}

function barsOf(structured: Fields): Bar[] {
  if (structured['base'] !== undefined) {
    return ['base', 'target'].flatMap((side) => barOf(side, at(structured, side)['counts']));
  }
  return barOf('', structured['counts']);
}

function barOf(label: string, counts: unknown): Bar[] {
  if (counts === undefined) return [];
  const numbers = LEVELS.map((level) => [level, Number((counts as Fields)[level] ?? 0)]);
  return [{ label, counts: Object.fromEntries(numbers) }];
}

/** What is known of an image, or of a vulnerability, beside its name. */
function factsOf(structured: Fields): [string, string][] {
  const sides = ['base', 'target'].filter((side) => structured[side] !== undefined);
  const images = sides.map((side): [string, Fields] => [`${side} `, at(at(structured, side), 'image')]);
  if (structured['image'] !== undefined) images.push(['', at(structured, 'image')]);
  const facts: [string, unknown][] = [
    ...images.flatMap(([of, image]): [string, unknown][] => [
      [`${of}image id`, image['id'] ?? image['node_image_id']],
      [`${of}scanned`, image['scanned_at']],
    ]),
    ...Object.entries(at(structured, 'vulnerability')).filter(([name]) => name !== 'cve'),
  ];
  return facts
    .map(([name, value]): [string, string] => [name.replaceAll('_', ' '), oneLine(textOf(value))])
    .filter(([, value]) => value !== '');
}
