/** One finding in the two views. Pure. */
import type { RiskRow } from '../gather/risk-rows.ts';
import { behaviorMeaning } from '../tcss/vocabulary.ts';
import { cutToBytes } from './bytes.ts';
import { type Finding, findingId } from './findings.ts';
import { compact } from './words.ts';

/** How many layer times `full` lists for a finding. */
const SAMPLES = 3;

/** A finding whose texts are fit to be shown, not yet cut. */
export interface DisplayFinding {
  readonly id: string;
  readonly level: RiskRow['level'];
  readonly levelRaw: string | undefined;
  readonly behavior: number | undefined;
  readonly type: number | undefined;
  readonly description: string | undefined;
  readonly evidence: string | undefined;
  readonly occurrences: number;
  /** Layer times as the service gives them, sorted as text, none twice. */
  readonly times: readonly string[];
}

/** Makes a finding's texts fit to be shown; `rows` are those of the window that it was made from. */
export function displayFinding(
  { row, positions }: Finding,
  rows: readonly RiskRow[],
  show: (text: string) => string,
): DisplayFinding {
  const shown = (text: string | undefined) => (text === undefined ? undefined : show(text));
  const times = positions.flatMap((position) => rows[position]?.time ?? []);
  return {
    id: findingId(row),
    level: row.level,
    levelRaw: shown(row.levelRaw),
    behavior: row.behavior,
    type: row.type,
    description: shown(row.description),
    evidence: shown(row.evidence),
    occurrences: positions.length,
    times: [...new Set(times)].sort(),
  };
}

/** A finding with the pinned names of the output schema, its fields cut to `fieldBytes`. */
export type RiskItem = ReturnType<typeof itemOf>;

/** What of a finding can be left out. */
export interface ItemOptions {
  /** Most UTF-8 bytes of each text. */
  readonly fieldBytes: number;
  readonly withSamples: boolean;
  readonly withMeaning: boolean;
}

/** The finding for structuredContent; fields without a value are left out. */
export function itemOf(finding: DisplayFinding, { fieldBytes, withSamples, withMeaning }: ItemOptions) {
  const { behavior, times } = finding;
  const cut: string[] = [];
  const fitted = (name: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const short = cutToBytes(text, fieldBytes);
    if (short !== text) cut.push(name);
    return short;
  };
  const [first] = times;
  const last = times.at(-1);
  return compact({
    id: finding.id,
    level: finding.level,
    level_raw: fitted('level_raw', finding.levelRaw),
    behavior,
    behavior_meaning: behavior !== undefined && withMeaning ? behaviorMeaning(behavior) : undefined,
    type: finding.type,
    description: fitted('description', finding.description),
    evidence: fitted('evidence', finding.evidence),
    occurrences: finding.occurrences,
    first_time: first,
    last_time: last === first ? undefined : last,
    samples: withSamples && times.length > 2 ? times.slice(0, SAMPLES) : undefined,
    cut: cut.length > 0 ? cut : undefined,
  });
}

/** The finding as one line, numbered within its window. */
export function lineOf(item: RiskItem, number: number): string {
  const facts = [
    item.level_raw === undefined ? item.level : `${item.level} "${item.level_raw}"`,
    item.behavior === undefined ? 'no behavior code' : `behavior ${item.behavior}`,
    ...(item.type === undefined ? [] : [`type ${item.type}`]),
    ...((item.occurrences ?? 1) > 1 ? [`${item.occurrences} times`] : []),
    ...(item.first_time === undefined
      ? []
      : [[item.first_time, item.last_time].filter(Boolean).join(' to ')]),
    ...(item.samples === undefined ? [] : [`layers of ${item.samples.join(', ')}`]),
    item.id,
  ];
  const words = [item.description, item.evidence].filter((text) => text !== undefined && text !== '');
  return `${number}. ${facts.join(', ')}: ${words.join(' | ') || 'no description and no evidence given'}`;
}
