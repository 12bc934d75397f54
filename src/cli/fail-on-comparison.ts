/** `--fail-on` over a comparison: only what the target introduced counts. Pure. */
import { z } from 'zod/v3';
import { plural } from '../present/words.ts';
import type { KnownLevel } from '../tcss/vocabulary.ts';
import { atOrAbove, cannotJudge, type Verdict } from './verdict.ts';

const side = z.object({ coverage: z.object({ complete: z.boolean() }) });

/** What is read of an answer's structuredContent; one that lists candidates has no sides. */
const comparison = z.object({
  base: side.optional(),
  target: side.optional(),
  introduced: z.array(z.object({ level: z.string() })).default([]),
  fixed: z.array(z.unknown()).default([]),
  coverage: z.object({ next_offset: z.number().optional() }),
});

/**
 * Judges an answer that begins with the first difference. Those introduced come first, the most severe
 * of them first and those of an unknown level last, so an answer that shows only some is enough to find one.
 */
export function judgeComparison(level: KnownLevel, structured: Readonly<Record<string, unknown>>): Verdict {
  const { base, target, introduced, fixed, coverage } = comparison.parse(structured);
  if (base === undefined || target === undefined) {
    return cannotJudge('a reference fits several images; give one id');
  }
  const judged: readonly string[] = atOrAbove(level);
  const hits = introduced.filter((finding) => judged.includes(finding.level)).length;
  const unknown = introduced.filter((finding) => finding.level === 'unknown').length;
  const areAllShown = coverage.next_offset === undefined || fixed.length > 0;
  if (hits > 0 && !base.coverage.complete) {
    return cannotJudge('the base is not fully known, so findings need not be new');
  }
  if (hits > 0) {
    const isWhole = areAllShown && target.coverage.complete;
    return {
      exit: 'found',
      because: `${isWhole ? '' : 'at least '}${plural(hits, 'finding')} introduced at or above it`,
    };
  }
  if (!target.coverage.complete) return cannotJudge('the target is not fully known');
  if (!areAllShown) {
    return cannotJudge(
      `not every introduced finding is shown; give as levels ${judged.join(', ')}, or a larger limit`,
    );
  }
  if (unknown > 0)
    return cannotJudge(`${plural(unknown, 'introduced finding')} of a level that is not known`);
  return { exit: 'done', because: `no finding introduced at or above it, ${introduced.length} below` };
}
