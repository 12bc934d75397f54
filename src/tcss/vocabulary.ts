/**
 * The words and codes of TCSS and what is known of them. A code without a published meaning keeps
 * its number; no meaning is ever guessed.
 */
import * as z from 'zod';
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

/** The value of a `Level` filter of lists over all images: a word, and MIDDLE for medium. */
export function levelName(level: KnownLevel): string {
  return level === 'medium' ? 'MIDDLE' : level.toUpperCase();
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

/** A CVSS score from 0 to 10 with one decimal: the service may send what is left of 9.8 after two conversions. */
export function readScore(text = ''): number | undefined {
  const score = /^\d{1,2}(?:\.\d+)?$/.test(text.trim()) ? Math.round(Number(text) * 10) / 10 : 11;
  return score <= 10 ? score : undefined;
}

/** What is known of the tags of a vulnerability, in each spelling that was seen. */
const TAG_WORDS = new Map([
  ['CanBeFixed', 'fixable'],
  ['DynamicLevelExp', 'exploit'],
  ['EXP', 'exploit'],
  ['DynamicLevelPoc', 'poc'],
  ['POC', 'poc'],
  ['NETWORK', 'network'],
]);

/** The word for a tag of a vulnerability, or the tag itself: any may come. */
export function tagWord(tag: string): string {
  return TAG_WORDS.get(tag) ?? tag;
}

/** A time as the service gives it, unless it is one of those that mean unknown. */
export function knownTime(text: string | undefined): string | undefined {
  return text === undefined || text === '' || /^(?:0001|1900|1970)-01-01/.test(text) ? undefined : text;
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

/** Digits in a string as the number they say; anything else as it is. */
function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
}

const count = z.preprocess(numberOf, exactNumber.int().min(0).nullish());

/**
 * A field of a row: null and absent read as undefined, and so does "", which is this API's usual nothing, unless
 * `read` makes something of it; `read` gives undefined for what it cannot read.
 */
function wireField<Value>(read: (value: NonNullable<unknown>) => Value | undefined) {
  const reader = z.unknown().transform((value, context): Value | undefined => {
    if (value === null || value === undefined) return undefined;
    const given = read(value);
    if (given === undefined && value !== '')
      context.addIssue({ code: 'custom', message: 'of another shape' });
    return given;
  });
  return reader.optional();
}

const isExact = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;

const readText = (value: unknown) => (isExact(value) ? String(value) : value);

/** Text; a number stands for its digits. */
export const wireText = wireField((value) => {
  const text = readText(value);
  return typeof text === 'string' ? text : undefined;
});

/** Several texts, those that say nothing left out; one by itself is a list of one. */
export const wireTexts = wireField((value) => {
  const texts = [value]
    .flat()
    .map(readText)
    .filter((text) => text !== '' && text !== null);
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
});

/** A code or a count: a whole number, also in a string. */
export const wireCode = wireField((value) => {
  const number = numberOf(value);
  return Number.isSafeInteger(number) ? Number(number) : undefined;
});

const FLAGS = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  [1, true],
  ['1', true],
  [false, false],
  ['false', false],
  [0, false],
  ['0', false],
]);

const readFlag = (value: unknown) => FLAGS.get(typeof value === 'string' ? value.toLowerCase() : value);

/** A yes or no, also as a number or a word. */
export const wireFlag = wireField(readFlag);

/** Whether the service advises to mend it: "true" or 是, a boolean, or a number that is 0 for no. */
export const wireSuggested = wireField(
  (value) => readFlag(value) ?? (value === '是' || isExact(value) || undefined),
);

/** A yes or no that is documented as 1 or 0; other codes stay what they are. */
export const wireFlagCode = wireField((value) => {
  const flag = readFlag(value);
  if (flag !== undefined) return Number(flag);
  return Number.isSafeInteger(numberOf(value)) ? Number(value) : undefined;
});

/** A severity as it came: the service spells it as a number or as a string. */
export const wireLevel = wireField((value) =>
  typeof value === 'string' || isExact(value) ? value : undefined,
);

/** What a row does not say though the service sent it; both are absent on a row of the documented shape. */
export interface RowFaults {
  /** Fields of a shape that cannot be read. */
  readonly leftOut?: readonly string[] | undefined;
  /** It is no object, so it says nothing at all. */
  readonly isLost?: true | undefined;
}

/**
 * A row by its fields: one that cannot be read is left out and named, and what is no object is a row without
 * fields, so that the rows after it keep their numbers. Fields that hold rows of their own lose those that are no
 * object.
 */
export function rowOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const whole = z.object(shape);
  return z.unknown().transform((value): z.output<typeof whole> & RowFaults => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { ...whole.parse({}), isLost: true };
    }
    const read = whole.safeParse(value);
    const odd = read.success ? [] : [...new Set(read.error.issues.map(({ path }) => String(path[0])))];
    const data = (
      read.success ? read.data : whole.parse({ ...value, ...Object.fromEntries(odd.map((name) => [name])) })
    ) as Record<string, unknown>;
    for (const [name, rows] of Object.entries(data)) {
      if (!Array.isArray(rows) || !rows.some(isFaulty)) continue;
      odd.push(name);
      data[name] = rows.filter((row: RowFaults) => row.isLost === undefined);
    }
    return (odd.length > 0 ? { ...data, leftOut: odd } : data) as z.output<typeof whole> & RowFaults;
  });
}

/** A row as its reader gives it. */
export type WireRow<Reader extends z.ZodType> = z.output<Reader>;

/** Whether a row says less than the service sent. */
export function isFaulty({ leftOut, isLost }: RowFaults): boolean {
  return leftOut !== undefined || isLost === true;
}

/** Most rows of a page that are looked at: none has more than PAGE_LIMIT, and each costs time and memory. */
const MAX_ROWS = 10 * PAGE_LIMIT;

/** Rows in a row, or of a page; null and absent are alike. */
export function rowsOf<Row extends z.ZodType>(row: Row) {
  return z.array(z.unknown()).max(MAX_ROWS).pipe(z.array(row)).nullish();
}

/** A page of rows: `List` null or absent is told apart from an empty one, since only the latter is an answer. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ List: rowsOf(row), TotalCount: count, RequestId: z.string().optional() });
}
