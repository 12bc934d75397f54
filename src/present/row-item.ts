/** From rows to findings, and one finding in the two views, whatever its kind. Pure. */

import { hash } from 'node:crypto';
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import { compact, cutToBytes, given, quotedIfMarked } from './text.ts';
import type { Extras, Fit } from './view.ts';

/** Most bytes of a brief text in `concise`. */
const BRIEF_BYTES = 120;

/** A finding in structuredContent: its kind's own fields between those that every kind has. */
export type RowItem<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } & {
  readonly id: string;
  readonly level: Level;
  readonly level_raw?: string;
  readonly occurrences: number;
  /** Names of the fields that were cut. */
  readonly cut?: readonly string[];
};

/** Equal rows, which differ only in their time and count as one finding. */
export type Finding<Row extends ImageRow = ImageRow> = readonly [Row, ...Row[]];

/** The words used for one kind of row. */
export interface KindWords {
  /** What a scan looks for; follows "never scanned for". */
  readonly soughtFor: string;
  /** Names the scan; precedes "scan". */
  readonly scan: string;
  /** A clause for an image that was not looked at. */
  readonly notKnown: string;
  /** What a clean scan did not find. */
  readonly nothing: string;
  /** What a clean result does not cover. */
  readonly notCovered: string;
  /** What a reader must know about a filter that was sent for a registry image, by the filter's name. */
  readonly filterNotes?: Readonly<Record<string, string>>;
}

/** How one kind of row is presented; `Fields` are the fields that its findings have besides the common ones. */
export interface RowPresentation<Row extends ImageRow, Fields extends object> {
  /** Precedes the hash in a finding's id. */
  readonly idPrefix: string;
  readonly words: KindWords;
  /** The kind's fields of a finding, uncut. */
  readonly fields: (finding: Finding<Row>, isFull: boolean) => Fields;
  /** Fields that hold upstream's text and so can be cut. */
  readonly texts: readonly (keyof Fields)[];
  /** The same for general texts, such as a description: `concise` shows only how they begin. */
  readonly brief: readonly (keyof Fields)[];
  /** Fields to leave out when room is short. */
  readonly expendable: readonly (keyof Fields)[];
  /** What neighbouring findings often share; said once for all of them. @see phrase */
  readonly shared: (item: RowItem<Fields>) => string;
  /** What each finding's line says after the facts of `lead`, the most telling text first. @see phrase */
  readonly line: (item: RowItem<Fields>, lead: readonly (string | undefined)[]) => string;
  /** What is said about all findings of the window. */
  readonly windowExtras?: (findings: readonly Finding<Row>[]) => Extras;
  /** What is said about the findings that are shown. */
  readonly shownExtras?: (items: readonly RowItem<Fields>[]) => Extras;
}

/** A finding with everything that is known about it. */
export function itemOf<Row extends ImageRow, Fields extends object>(
  { idPrefix, fields }: RowPresentation<Row, Fields>,
  finding: Finding<Row>,
  isFull: boolean,
): RowItem<Fields> {
  const [row] = finding;
  return compact({
    id: findingId(idPrefix, row),
    level: row.level,
    level_raw: row.levelRaw,
    ...fields(finding, isFull),
    occurrences: finding.length,
  }) as RowItem<Fields>;
}

/** The finding with long texts cut. `cut` names them, except those that are brief on purpose. */
export function cutItem<Fields extends object>(
  { texts, brief, expendable }: RowPresentation<never, Fields>,
  item: RowItem<Fields>,
  { fieldBytes, terse }: Fit,
  isFull: boolean,
): RowItem<Fields> {
  const fitted: Record<string, unknown> = { ...item };
  if (terse) for (const name of expendable) delete fitted[name as string];
  const cut: string[] = [];
  for (const name of ['level_raw', ...texts, ...brief] as string[]) {
    const whole = fitted[name];
    if (whole === undefined) continue;
    const wantedBytes =
      isFull || !brief.includes(name as keyof Fields) ? Number.POSITIVE_INFINITY : BRIEF_BYTES;
    const maxBytes = Math.min(wantedBytes, fieldBytes);
    const part = Array.isArray(whole)
      ? whole.map((text) => cutToBytes(text, maxBytes))
      : cutToBytes(String(whole), maxBytes);
    if (wantedBytes >= fieldBytes && String(part) !== String(whole)) cut.push(name);
    fitted[name] = part;
  }
  return (cut.length > 0 ? { ...fitted, cut } : fitted) as RowItem<Fields>;
}

/**
 * The findings as lines of data, with a heading where the level changes. What several findings may share is said
 * once, under a letter that each of their lines names.
 */
export function linesOf<Fields extends object>(
  { shared, line }: RowPresentation<never, Fields>,
  items: readonly RowItem<Fields>[],
  labelOf: (index: number) => string,
): string[] {
  const letters = new Map<string, string>();
  let heading: string | undefined;
  return items.flatMap((item, index) => {
    const previous = heading;
    heading = `${item.level_raw === undefined ? item.level : `${item.level} "${item.level_raw}"`}:`;
    const common = shared(item);
    const isNew = common !== '' && !letters.has(common);
    if (isNew) letters.set(common, letterOf(letters.size));
    const letter = letters.get(common);
    const times = item.occurrences > 1 ? `${item.occurrences} times` : undefined;
    return given(
      heading !== previous && heading,
      isNew && `${letter} = ${common}`,
      `${labelOf(index)} ${line(item, [letter, item.id, times])}`,
    );
  });
}

/** A to Z, then AA, AB and so on. */
function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}

/** Facts of this server's between commas, then texts of upstream's between ` | `. Absent and empty ones are left out. */
export function phrase(
  facts: readonly (string | undefined)[],
  texts: readonly (string | undefined)[],
): string {
  const said = given(...texts);
  return given(
    given(...facts).join(', '),
    (said.length > 1 ? said.map(quotedIfMarked) : said).join(' | '),
  ).join(': ');
}

/**
 * Groups equal rows and sorts the findings: most severe first (`asc`: least severe first), unknown levels last in
 * both, then by the position of the first row. Lost rows are in no finding.
 */
export function groupRows<Row extends ImageRow>(rows: readonly Row[], order: 'desc' | 'asc'): Finding<Row>[] {
  const groups = new Map<string, [Row, ...Row[]]>();
  for (const row of rows) {
    if (row.isLost) continue;
    const group = groups.get(row.key);
    if (group === undefined) groups.set(row.key, [row]);
    else group.push(row);
  }
  // The sort is stable, so within a level the order of first rows stays.
  return [...groups.values()].sort(([a], [b]) => rank(a.level, order) - rank(b.level, order));
}

/** `prefix`, `-` and 12 hex digits of SHA-256 over a row's identity: the same across tags, pages and days. */
export function findingId(prefix: string, { identity }: Pick<ImageRow, 'identity'>): string {
  return `${prefix}-${hash('sha256', JSON.stringify(Object.values(identity)), 'hex').slice(0, 12)}`;
}

/** How many rows the findings stand for. */
export function countRowsOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, rows) => sum + rows.length, 0);
}

/** Whether the rows came in order of level: the service is asked for it, but does not promise it. */
export function isInLevelOrder(rows: readonly ImageRow[], order: 'desc' | 'asc'): boolean {
  const ranks = rows.filter(({ isLost }) => !isLost).map(({ level }) => rank(level, order));
  return ranks.every((value, at) => at === 0 || (ranks[at - 1] ?? value) <= value);
}

function rank(level: Level, order: 'desc' | 'asc'): number {
  const index = LEVELS.indexOf(level);
  return level === 'unknown' || order === 'desc' ? index : -index;
}

/** `critical 2, high 0, medium 1, low 0`; unknown levels only if there are any. */
export function levelWords(countOf: (level: Level) => number): string {
  return LEVELS.map((level) => ({ level, count: countOf(level) }))
    .filter(({ level, count }) => level !== 'unknown' || count > 0)
    .map(({ level, count }) => `${level} ${count}`)
    .join(', ');
}
