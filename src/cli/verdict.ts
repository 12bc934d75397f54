/** What `--fail-on` can come to. Pure. */
import { z } from 'zod/v3';
import { KNOWN_LEVELS, type KnownLevel } from '../tcss/vocabulary.ts';
import type { EXIT } from './terminal.ts';

/** `because`: the reason in numbers and our own words. */
export interface Verdict {
  readonly exit: keyof Pick<typeof EXIT, 'done' | 'failed' | 'found'>;
  readonly because: string;
}

/** The tool whose answer counts what a new tag introduced. */
export const COMPARISON = 'compare_image_risks';

/** The level and those above it, most severe first. */
export function atOrAbove(level: KnownLevel): readonly KnownLevel[] {
  return KNOWN_LEVELS.slice(0, KNOWN_LEVELS.indexOf(level) + 1);
}

/** What is read of an image in an answer's structuredContent. */
export const judgedImage = z.object({
  id: z.number(),
  scan_status: z.string().optional(),
  scan_count: z.number().optional(),
});

/** Why nothing may be concluded from the rows of an image; undefined when its scan stands behind them. */
export function scanProblem(
  { scan_status, scan_count }: z.output<typeof judgedImage>,
  rows: number,
): string | undefined {
  if (scan_status === undefined) return 'the state of the scan is not known';
  if (scan_status !== 'SCANNED') return `the scan is not complete (${scan_status})`;
  // That the counts of an entry are those of the rows is inferred: fewer rows than counted do not pass.
  return scan_count === undefined ? undefined : `the scan counts ${scan_count} rows, and ${rows} came`;
}

/** Neither pass nor find. */
export function cannotJudge(why: string): Verdict {
  return { exit: 'failed', because: `cannot be judged: ${why}` };
}
