/** From rows to findings, and one finding in the two views, whatever its kind. Pure. */

import { createHash } from 'node:crypto';
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import type { KindWords } from './empty-words.ts';
import { compact, cutToBytes, quotedIfMarked } from './text.ts';
import type { Advice } from './view.ts';

/** Bytes of a text of the service's own in `concise`: its first words. */
export const BRIEF_BYTES = 120;

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
export type RowItem<Own> = { readonly [Key in keyof Own]?: Exclude<Own[Key], undefined> } & {
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

/** How one kind of row is presented; `Own` are its own keys of a finding, absent ones undefined. */
export interface RowPresentation<Row extends ImageRow, Own extends object> {
  /** Before the hash of a finding's id. */
  readonly idPrefix: string;
  readonly words: KindWords;
  /** The finding's own keys, nothing cut. `rows` are those of the window that it was made from. */
  readonly own: (finding: Finding<Row>, rows: readonly Row[], isFull: boolean) => Own;
  /** Which of them are upstream's texts, and so may be cut; the bytes that each has at most in `concise`. */
  readonly texts: { readonly [Key in keyof Own]?: number };
  /** Which of them a reader can do without when room is short. */
  readonly spare: readonly (keyof Own)[];
  /** What neighbours often share, told once for all of them: facts of ours, then upstream's texts. */
  readonly shared: (item: RowItem<Own>) => LineParts;
  /** What is told of each finding: facts of ours, then upstream's texts, the most telling first. */
  readonly line: (item: RowItem<Own>) => LineParts;
  /** What is said of all findings of the window, and of those shown. */
  readonly ofWindow?: (findings: readonly Finding<Row>[]) => Extras;
  readonly ofShown?: (items: readonly RowItem<Own>[]) => Extras;
}

/** A finding with all that is known of it. */
export function itemOf<Row extends ImageRow, Own extends object>(
  { idPrefix, own }: Pick<RowPresentation<Row, Own>, 'idPrefix' | 'own'>,
  finding: Finding<Row>,
  rows: readonly Row[],
  isFull: boolean,
): RowItem<Own> {
  const { row, positions } = finding;
  return compact({
    id: findingId(idPrefix, row),
    level: row.level,
    level_raw: row.levelRaw,
    ...own(finding, rows, isFull),
    occurrences: positions.length,
  }) as RowItem<Own>;
}

/** A finding as an answer has room for it: long texts cut and named in `cut`; what is brief by intent is no loss. */
export function cutItem<Own extends object>(
  { texts, spare }: Pick<RowPresentation<never, Own>, 'texts' | 'spare'>,
  item: RowItem<Own>,
  { fieldBytes, isFull, isTerse }: ItemFit,
): RowItem<Own> {
  const cut: string[] = [];
  const entries = Object.entries(item).flatMap(([name, value]): [string, unknown][] => {
    if (isTerse && spare.includes(name as keyof Own)) return [];
    const brief = name === 'level_raw' ? Number.POSITIVE_INFINITY : texts[name as keyof Own];
    if (brief === undefined) return [[name, value]];
    const most = isFull ? Number.POSITIVE_INFINITY : brief;
    const whole = Array.isArray(value) ? value.map(String) : [String(value)];
    const fitted = whole.map((text) => cutToBytes(text, Math.min(most, fieldBytes)));
    if (most >= fieldBytes && fitted.some((text, at) => text !== whole[at])) cut.push(name);
    return [[name, Array.isArray(value) ? fitted : fitted[0]]];
  });
  const { id, level, occurrences } = item;
  return {
    id,
    level,
    ...Object.fromEntries(entries),
    occurrences,
    ...(cut.length > 0 ? { cut } : {}),
  } as RowItem<Own>;
}

/**
 * The findings as lines of data: a heading where the level changes; what several findings may share is told once,
 * after a letter of its own, and each finding's line names that letter.
 */
export function linesOf<Own extends object>(
  { shared, line }: Pick<RowPresentation<never, Own>, 'shared' | 'line'>,
  items: readonly RowItem<Own>[],
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
    const { facts, texts } = line(item);
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
    const group = groups.get(row.key);
    if (group === undefined) groups.set(row.key, { row, positions: [position] });
    else group.positions.push(position);
  });
  // A stable sort keeps the order of first rows within a level.
  return [...groups.values()].sort((a, b) => rank(a.row.level, order) - rank(b.row.level, order));
}

/** `prefix`, `-` and 12 hex digits of SHA-256 over a row's identity: the same across tags, pages and days. */
export function findingId(prefix: string, { key }: Pick<ImageRow, 'key'>): string {
  return `${prefix}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
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
