/** From rows to findings, and one finding in the two views, whatever its kind. Pure. */

import { createHash } from 'node:crypto';
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import type { KindWords } from './empty-words.ts';
import { compact, cutToBytes, quotedIfMarked } from './text.ts';
import type { Advice } from './view.ts';

/** Bytes of a text of the service's own in `concise`: its first words. */
export const BRIEF_BYTES = 120;

/** Makes a text fit to be shown; no text stays none. */
export type ShowText = (text: string | undefined) => string | undefined;

/** Cuts a field to the bytes it may have and keeps in mind that it was cut; a brief one, of `atMost`, is no loss. */
export type FitText = (name: string, text: string | undefined, atMost?: number) => string | undefined;

/** How much of a finding is told. */
export interface ItemFit {
  /** Most UTF-8 bytes of each text. */
  readonly fieldBytes: number;
  /** The caller wants to see everything. */
  readonly isFull: boolean;
  /** Leave out what a reader can do without. */
  readonly isTerse: boolean;
}

/** A finding as structuredContent holds it, with its kind's own fields; no value means no key. */
export type RowItem<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } & {
  readonly id: string;
  readonly level: Level;
  readonly level_raw?: string;
  readonly occurrences: number;
  /** Names of the fields that were cut. */
  readonly cut?: readonly string[];
};

/** What an answer says once for all its findings: our own lines, and lines and keys of data. */
export interface Extras {
  readonly notes: readonly string[];
  readonly advice: readonly Advice[];
  readonly data: readonly string[];
  readonly keys: Readonly<Record<string, unknown>>;
}

/** Parts of a line; absent and empty ones are left out. */
export interface LineParts {
  readonly facts: readonly (string | undefined)[];
  readonly texts: readonly (string | undefined)[];
}

/** Nothing to add. */
export const NO_EXTRAS: Extras = { notes: [], advice: [], data: [], keys: {} };

/** How one kind of row is presented: `Shown` is made once a finding, `Fields` for each fit. */
export interface RowPresentation<Row extends ImageRow, Shown, Fields extends object> {
  /** Before the hash of a finding's id. */
  readonly idPrefix: string;
  readonly words: KindWords;
  /** `rows` are those of the window that the finding was made from. */
  readonly show: (finding: Finding<Row>, rows: readonly Row[], show: ShowText) => Shown;
  /** The kind's own keys of a finding. */
  readonly fields: (shown: Shown, fit: FitText, how: Omit<ItemFit, 'fieldBytes'>) => Fields;
  /** What neighbours often share, told once for all of them: facts of ours, then upstream's texts. */
  readonly shared: (item: RowItem<Fields>) => LineParts;
  /** What is told of each finding: facts of ours, then upstream's texts, the most telling first. */
  readonly own: (item: RowItem<Fields>) => LineParts;
  /** Made once for all findings of the window, then called for those shown. */
  readonly extras: (
    findings: readonly Finding<Row>[],
    show: ShowText,
  ) => (items: readonly RowItem<Fields>[], how: Omit<ItemFit, 'isFull'>) => Extras;
}

/** A finding whose texts are fit to be shown, not yet cut. */
export interface ShownFinding<Shown> {
  readonly id: string;
  readonly level: Level;
  readonly levelRaw: string | undefined;
  readonly occurrences: number;
  readonly own: Shown;
}

/** Makes a finding's texts fit to be shown. */
export function showFinding<Row extends ImageRow, Shown>(
  { idPrefix, show: showOwn }: Pick<RowPresentation<Row, Shown, never>, 'idPrefix' | 'show'>,
  finding: Finding<Row>,
  rows: readonly Row[],
  show: ShowText,
): ShownFinding<Shown> {
  return {
    id: findingId(idPrefix, finding.row),
    level: finding.row.level,
    levelRaw: show(finding.row.levelRaw),
    occurrences: finding.positions.length,
    own: showOwn(finding, rows, show),
  };
}

/** The finding for structuredContent. */
export function itemOf<Shown, Fields extends object>(
  { fields }: Pick<RowPresentation<never, Shown, Fields>, 'fields'>,
  shown: ShownFinding<Shown>,
  { fieldBytes, ...how }: ItemFit,
): RowItem<Fields> {
  const cut = new Set<string>();
  const fitted: FitText = (name, text, atMost = fieldBytes) => {
    if (text === undefined) return undefined;
    if (atMost >= fieldBytes && cutToBytes(text, fieldBytes) !== text) cut.add(name);
    return cutToBytes(text, Math.min(atMost, fieldBytes));
  };
  return compact({
    id: shown.id,
    level: shown.level,
    level_raw: fitted('level_raw', shown.levelRaw),
    ...fields(shown.own, fitted, how),
    occurrences: shown.occurrences,
    cut: cut.size > 0 ? [...cut] : undefined,
  }) as RowItem<Fields>;
}

/**
 * The findings as lines of data: a heading where the level changes; what several findings may share is told once,
 * after a letter of its own, and each finding's line names that letter.
 */
export function linesOf<Fields extends object>(
  { shared, own }: Pick<RowPresentation<never, never, Fields>, 'shared' | 'own'>,
  items: readonly RowItem<Fields>[],
  label: (index: number) => string,
): string[] {
  const letters = new Map<string, string>();
  let level: string | undefined;
  return items.flatMap((item, index) => {
    const before = level;
    level = `${item.level_raw === undefined ? item.level : `${item.level} "${item.level_raw}"`}:`;
    const common = joined(shared(item));
    const isNew = common !== '' && !letters.has(common);
    if (isNew) letters.set(common, letterOf(letters.size));
    const letter = letters.get(common);
    const { facts, texts } = own(item);
    const times = item.occurrences > 1 ? `${item.occurrences} times` : undefined;
    return [
      ...(level === before ? [] : [level]),
      ...(isNew ? [`${letter} = ${common}`] : []),
      `${label(index)} ${joined({ facts: [letter, item.id, times, ...facts], texts })}`,
    ];
  });
}

/** A to Z, then AA, AB and so on. */
function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}

function joined({ facts, texts }: LineParts): string {
  const joinedBy = (separator: string, parts: LineParts['facts']) => parts.filter(Boolean).join(separator);
  const given = texts.filter(Boolean);
  return joinedBy(': ', [
    joinedBy(', ', facts),
    joinedBy(' | ', given.length > 1 ? given.map(quotedIfMarked) : given),
  ]);
}

/** A group of equal rows. */
export interface Finding<Row extends ImageRow = ImageRow> {
  /** The first of its rows; the others differ in their time alone. */
  readonly row: Row;
  /** Positions of its rows in the window, rising. */
  readonly positions: readonly number[];
}

/**
 * Groups equal rows and puts the findings in order: most severe first (`asc`: least severe first),
 * unknown levels last in both, then by the position of the first row. Rows that are lost are in none.
 */
export function groupRows<Row extends ImageRow>(rows: readonly Row[], order: 'desc' | 'asc'): Finding<Row>[] {
  const groups = new Map<string, { row: Row; positions: number[] }>();
  rows.forEach((row, position) => {
    if (row.isLost) return;
    const group = groups.get(row.identity);
    if (group === undefined) groups.set(row.identity, { row, positions: [position] });
    else group.positions.push(position);
  });
  // A stable sort keeps the order of first rows within a level.
  return [...groups.values()].sort((a, b) => rank(a.row.level, order) - rank(b.row.level, order));
}

/** `prefix`, `-` and 12 hex digits of SHA-256 over a row's identity: the same across tags, pages and days. */
export function findingId(prefix: string, { identity }: ImageRow): string {
  return `${prefix}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/** Rows that a list of findings stands for. */
export function countRowsOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { positions }) => sum + positions.length, 0);
}

/** Whether rows came in level order; the service is asked for it, and not known to keep it. */
export function isInLevelOrder(rows: readonly ImageRow[], order: 'desc' | 'asc'): boolean {
  const known = rows.filter(({ isLost }) => !isLost);
  return known.every(
    (row, at) => at === 0 || rank(known[at - 1]?.level ?? row.level, order) <= rank(row.level, order),
  );
}

function rank(level: Level, order: 'desc' | 'asc'): number {
  const index = LEVELS.indexOf(level);
  return level === 'unknown' || order === 'desc' ? index : -index;
}
