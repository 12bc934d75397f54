/**
 * The words and codes of TCSS and what is known of them. A code without a published meaning keeps
 * its number; no meaning is ever guessed.
 */
import { z } from 'zod/v3';
import { PAGE_LIMIT } from './action.ts';

/** Severity in the order in which answers list it; `unknown` is a value outside the published 1-4. */
export const LEVELS = ['critical', 'high', 'medium', 'low', 'unknown'] as const;

/** One severity word. */
export type Level = (typeof LEVELS)[number];

/** The levels that can be asked for; `unknown` has no code at the wire. */
export const KNOWN_LEVELS = ['critical', 'high', 'medium', 'low'] as const;

/** A level with a code at the wire. */
export type KnownLevel = (typeof KNOWN_LEVELS)[number];

const LEVEL_CODES: Record<KnownLevel, string> = { critical: '4', high: '3', medium: '2', low: '1' };

const LEVEL_WORDS = new Map<string, KnownLevel>([
  ...KNOWN_LEVELS.flatMap((level): [string, KnownLevel][] => [
    [level, level],
    [LEVEL_CODES[level], level],
  ]),
  // Lists of vulnerabilities say so in place of MEDIUM.
  ['middle', 'medium'],
]);

/** The value of a `Level` filter: a string even though it is a number. */
export function levelCode(level: KnownLevel): string {
  return LEVEL_CODES[level];
}

/**
 * Reads a level however it is spelt ("3", 3, "High"). 1 to 4 rise in severity (inferred from
 * published samples). Anything else is `unknown` and `raw` keeps it.
 */
export function readLevel(wire: string | number | null | undefined): { level: Level; raw?: string } {
  if (wire === null || wire === undefined) return { level: 'unknown' };
  const raw = String(wire);
  const level = LEVEL_WORDS.get(raw.trim().toLowerCase());
  return level === undefined ? { level: 'unknown', raw } : { level };
}

/** The states of a scan that documents and samples show. */
export const SCAN_STATUSES: ReadonlySet<string> = new Set([
  'NOT_SCAN',
  'WAIT_SCAN',
  'SCANNING',
  'SCANNED',
  'SCAN_ERR',
  'SCAN_TIMEOUT',
  'SCAN_CANCEL',
  'CANCELED',
]);

/** Only two Behavior codes have a meaning that published samples show; 2 and 4 have none. */
const BEHAVIORS = new Map([
  [1, 'container starts as root'],
  [3, 'credential in Dockerfile or ENV'],
]);

/** The meaning of a Behavior, or the words that say that none is published. */
export function behaviorMeaning(behavior: number): string {
  return BEHAVIORS.get(behavior) ?? `code ${behavior} (meaning not published)`;
}

/** Stands before each piece of advice: the field documented as "solution" holds the offending instruction. */
export const ADVICE_MARK = "Our advice, not the API's:";

/** What to do about a Behavior whose meaning is known. */
export const ADVICE: ReadonlyMap<number, string> = new Map([
  [1, 'Add a USER instruction with a non-root user and rebuild the image.'],
  [
    3,
    'Treat the credential as leaked: rotate it, rebuild without the layer that holds it, and pass it as a build secret or at run time.',
  ],
]);

/** Larger numbers would lose digits in JavaScript. */
const exactNumber = z.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

/** A count or an id: a safe integer of at least 0. */
export const wireCount = exactNumber.int().min(0);

/** Text that may be null or absent; both read as undefined. */
export const wireText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

/** A code that may be null or absent, or a number in a string. */
export const wireCode = z
  .union([
    exactNumber.int(),
    z
      .string()
      .regex(/^-?\d{1,15}$/)
      .transform(Number),
  ])
  .nullish()
  .transform((value) => value ?? undefined);

/** A severity as it came: the service spells it as a number or as a string. */
export const wireLevel = z.union([z.string(), exactNumber]).nullish();

/** Most rows of a page that are looked at: none has more than PAGE_LIMIT, and each costs time and memory. */
const MAX_ROWS = 10 * PAGE_LIMIT;

/** A page of rows: `List` null or absent is told apart from an empty one, since only the latter is an answer. */
export function pageOf<Row extends z.ZodTypeAny>(row: Row) {
  return z.object({
    List: z.array(z.unknown()).max(MAX_ROWS).pipe(z.array(row)).nullish(),
    TotalCount: wireCount.nullish(),
    RequestId: z.string().optional(),
  });
}
