/**
 * `--fail-on LEVEL`: whether an answer lets a pipeline pass. What cannot be judged does not pass: a gate
 * that takes "not known" for "none" is worse than no gate.
 */
import { z } from 'zod/v3';
import { ConfigError } from '../errors.ts';
import { plural } from '../present/text.ts';
import { KNOWN_LEVELS, type KnownLevel } from '../tcss/vocabulary.ts';
import { judgeComparison } from './fail-on-comparison.ts';
import { atOrAbove, COMPARISON, cannotJudge, judgedImage, scanProblem, type Verdict } from './verdict.ts';

/** The tools that `--fail-on` judges. */
export const JUDGED: readonly string[] = [
  'list_image_risks',
  'list_image_vulnerabilities',
  'list_image_malware',
  COMPARISON,
];

/** What is read of an answer's structuredContent. */
const rowsAnswer = z.object({
  image: judgedImage.optional(),
  counts: z
    .object({
      critical: z.number(),
      high: z.number(),
      medium: z.number(),
      low: z.number(),
      unknown: z.number(),
      unaccounted: z.number().default(0),
      cover: z.enum(['all_rows', 'rows_read']),
    })
    .optional(),
  empty_because: z.string().optional(),
  candidates: z.array(z.unknown()).optional(),
});

/** One call as it was typed. */
export interface Gate {
  readonly level: KnownLevel;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Refuses, before anything is asked, what could never be judged. @throws {ConfigError} that says why. */
export function checkFailOn({ level, tool, args }: Gate): void {
  if (!JUDGED.includes(tool)) throw new ConfigError(`--fail-on judges the answers of ${JUDGED.join(', ')}`);
  const { levels, offset } = args;
  const left = Array.isArray(levels) ? atOrAbove(level).filter((one) => !levels.includes(one)) : [];
  if (left.length > 0) {
    throw new ConfigError(`levels leaves out ${left.join(' and ')}, which --fail-on ${level} judges`);
  }
  if (tool === COMPARISON && Number(offset ?? 0) > 0) {
    throw new ConfigError('--fail-on judges a comparison from its first difference on: leave out offset');
  }
}

/** Judges the answer of one of the tools, from its structuredContent alone. */
export function judge({ level, tool }: Gate, structured: Readonly<Record<string, unknown>>): Verdict {
  if (tool === COMPARISON) return judgeComparison(level, structured);
  const { image, counts, empty_because: empty, candidates } = rowsAnswer.parse(structured);
  if (candidates !== undefined) return cannotJudge('the reference fits several images; give one id');
  if (image === undefined || counts === undefined) {
    return cannotJudge(`of this image's findings nothing is known (${empty ?? 'no counts'})`);
  }
  const below = KNOWN_LEVELS.reduce((sum, one) => sum + counts[one], 0);
  const hits = atOrAbove(level).reduce((sum, one) => sum + counts[one], 0);
  const isWhole = counts.cover === 'all_rows' && counts.unaccounted === 0;
  if (hits > 0) {
    return { exit: 'found', because: `${isWhole ? '' : 'at least '}${plural(hits, 'row')} at or above it` };
  }
  if (counts.cover === 'rows_read') return cannotJudge('not every row was read, nor counted by level');
  if (counts.unaccounted > 0) return cannotJudge(`no level is known of ${plural(counts.unaccounted, 'row')}`);
  if (counts.unknown > 0) {
    return cannotJudge(`${plural(counts.unknown, 'row')} of a level that is not known; look at the answer`);
  }
  // Every row has a level that is known, and none is a hit.
  const problem = scanProblem(image, below);
  if (problem !== undefined) return cannotJudge(problem);
  return { exit: 'done', because: `no row at or above it, ${below} below` };
}
