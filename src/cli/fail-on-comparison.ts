/** `--fail-on` over a comparison: only what the target introduced, or what was rated anew, counts. Pure. */
import { z } from 'zod/v3';
import { plural } from '../present/text.ts';
import type { KnownLevel } from '../tcss/vocabulary.ts';
import { atOrAbove, cannotJudge, judgedImage, scanProblem, type Verdict } from './verdict.ts';

const side = z.object({
  image: judgedImage,
  coverage: z.object({ complete: z.boolean(), fetched: z.number() }),
});
const findings = z.array(z.object({ level: z.string() }));

/** What is read of an answer's structuredContent; one that lists candidates has no sides. */
const comparison = z.object({
  base: side.optional(),
  target: side.optional(),
  /** Absent when nothing may be claimed. */
  introduced: findings.optional(),
  rerated: findings.default([]),
  fixed: z.array(z.unknown()).default([]),
  coverage: z.object({ next_offset: z.number().optional() }),
});

/**
 * Judges an answer that begins with the first difference. Those introduced come first, then those rated
 * anew, with the level of the target; in each the most severe first and those of an unknown level last.
 * What was fixed comes behind them, so where any of it is shown, all of them are.
 */
export function judgeComparison(level: KnownLevel, structured: Readonly<Record<string, unknown>>): Verdict {
  const { base, target, introduced, rerated, fixed, coverage } = comparison.parse(structured);
  if (base === undefined || target === undefined) {
    return cannotJudge('a reference fits several images; give one id');
  }
  // A finding that the base is not known to have need not be new, and old rows may hide a new one.
  if (!base.coverage.complete) return cannotJudge('the base is not fully known');
  if (introduced === undefined) {
    return cannotJudge(`${target.coverage.complete ? 'what was introduced' : 'the target'} is not known`);
  }
  const all = [...introduced, ...rerated];
  const judged: readonly string[] = atOrAbove(level);
  const isHit = (finding: { level: string }) => judged.includes(finding.level);
  const areAllShown = coverage.next_offset === undefined || fixed.length > 0;
  if (all.some(isHit)) {
    const atLeast = areAllShown && target.coverage.complete ? '' : 'at least ';
    const hits = hitWords(introduced.filter(isHit).length, rerated.filter(isHit).length);
    return { exit: 'found', because: `${atLeast}${hits} at or above it` };
  }
  if (!target.coverage.complete) return cannotJudge('the target is not fully known');
  if (!areAllShown) {
    return cannotJudge(
      `not every introduced finding is shown; give as levels ${judged.join(', ')}, or a larger limit`,
    );
  }
  const unknown = all.filter((finding) => finding.level === 'unknown').length;
  if (unknown > 0) return cannotJudge(`${plural(unknown, 'finding')} of a level that is not known`);
  for (const [name, { image, coverage }] of Object.entries({ base, target })) {
    const problem = scanProblem(image, coverage.fetched);
    if (problem !== undefined) return cannotJudge(`of the ${name}: ${problem}`);
  }
  return { exit: 'done', because: `no finding introduced at or above it, ${all.length} below` };
}

function hitWords(come: number, rated: number): string {
  if (rated === 0) return `${plural(come, 'finding')} introduced`;
  if (come === 0) return `${plural(rated, 'finding')} rated anew`;
  return `${plural(come, 'finding')} introduced and ${rated} rated anew`;
}
