/** What `--fail-on` can come to. Pure. */
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

/** Neither pass nor find. */
export function cannotJudge(why: string): Verdict {
  return { exit: 'failed', because: `cannot be judged: ${why}` };
}
