/**
 * `--fail-on LEVEL`: whether an answer lets a pipeline pass. What cannot be judged does not pass: a gate
 * that takes "not known" for "none" is worse than no gate.
 */
import { z } from 'zod/v3';
import { ConfigError, partOfAnswer } from '../errors.ts';
import { readScanState } from '../gather/scan-state.ts';
import { plural, statusWord } from '../present/words.ts';
import type { Runtime } from '../run-tool.ts';
import { KNOWN_LEVELS, type KnownLevel } from '../tcss/vocabulary.ts';
import { judgeComparison } from './fail-on-comparison.ts';
import { atOrAbove, COMPARISON, cannotJudge, type Verdict } from './verdict.ts';

/** The tools whose answers count rows by level, and where an image's entry tells of their scan. */
const SCANS = {
  list_image_risks: 'RiskStatus',
  list_image_vulnerabilities: 'CveStatus',
  list_image_malware: 'VirusStatus',
} as const;

/** The tools that `--fail-on` judges. */
export const JUDGED: readonly string[] = [...Object.keys(SCANS), COMPARISON];

/** What is read of an answer's structuredContent. */
const rowsAnswer = z.object({
  image: z.object({ id: z.number() }).optional(),
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

/** Refuses, before anything is asked, what could never be judged. @throws {ConfigError} that says why. */
export function checkFailOn(level: KnownLevel, tool: string, args: Readonly<Record<string, unknown>>): void {
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

/** Judges the answer of one of the tools, at most one request later. @throws the signal's reason when it aborts. */
export async function judge(
  level: KnownLevel,
  tool: string,
  structured: Readonly<Record<string, unknown>>,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<Verdict> {
  if (tool === COMPARISON) return judgeComparison(level, structured);
  const { image, counts, empty_because: empty, candidates } = rowsAnswer.parse(structured);
  if (candidates !== undefined) return cannotJudge('the reference fits several images; give one id');
  if (image === undefined || counts === undefined) {
    return cannotJudge(`of this image's findings nothing is known (${empty ?? 'no counts'})`);
  }
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
  // Of an empty list the scan's state was looked at for the answer.
  if (empty === undefined) {
    const status = SCANS[tool as keyof typeof SCANS];
    const problem = await scanProblem(image.id, status, runtime, signal);
    if (problem !== undefined) return cannotJudge(problem);
  }
  const below = KNOWN_LEVELS.reduce((sum, one) => sum + counts[one], 0);
  return { exit: 'done', because: `no row at or above it, ${below} below` };
}

/** Rows of a scan that is not over, or of one long ago, need not be all. */
async function scanProblem(
  id: number,
  status: (typeof SCANS)[keyof typeof SCANS],
  { client, redaction }: Runtime,
  signal: AbortSignal,
): Promise<string | undefined> {
  const state = await readScanState(id, { client, redaction, signal }).catch((error) => ({
    failure: partOfAnswer(error, signal),
  }));
  if ('failure' in state) return 'the state of the scan could not be read';
  const { detail } = state;
  if (detail.IsAuthorized === 0) return 'the image has no scan licence, so its rows may be out of date';
  return detail[status] === 'SCANNED'
    ? undefined
    : `the scan is not complete (${statusWord(detail[status])})`;
}
