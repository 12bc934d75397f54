/**
 * `--fail-on LEVEL`: whether an answer lets a pipeline pass. What cannot be judged does not pass, since a gate that
 * takes "not known" for "none" is worse than no gate. Reads nothing but structuredContent, by its pinned keys. Pure.
 */
import { z } from 'zod/v3';
import { ConfigError } from '../errors.ts';
import type { EXIT } from '../host.ts';
import { plural } from '../present/text.ts';
import { KNOWN_LEVELS, type KnownLevel } from '../tcss/vocabulary.ts';
import type { AnyTool } from '../tool.ts';
import { tools } from '../tools/index.ts';

/** The call to be judged. */
export interface Gate {
  readonly level: KnownLevel;
  readonly tool: AnyTool;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What follows from the answer. `because` never repeats anything from it but numbers and states. */
export interface Verdict {
  readonly exit: keyof Pick<typeof EXIT, 'done' | 'failed' | 'found'>;
  readonly because: string;
}

/** @throws {ConfigError} on a call whose answer could never be judged. */
export function checkGate({ level, tool, args: { levels, offset } }: Gate): void {
  if (tool.judgedBy === undefined) {
    const judged = tools.filter(({ judgedBy }) => judgedBy !== undefined).map(({ name }) => name);
    throw new ConfigError(`--fail-on judges the answers of ${judged.join(', ')}`);
  }
  const left = Array.isArray(levels) ? atOrAbove(level).filter((one) => !levels.includes(one)) : [];
  if (left.length > 0) {
    throw new ConfigError(`levels leaves out ${left.join(' and ')}, which --fail-on ${level} judges`);
  }
  if (tool.judgedBy === 'introduced' && Number(offset ?? 0) > 0) {
    throw new ConfigError('--fail-on judges a comparison from its first difference: leave out offset');
  }
}

/** Judges structuredContent of a tool that is judged. */
export function judge(level: KnownLevel, structured: Readonly<Record<string, unknown>>): Verdict {
  if ('candidates' in structured) return cannotJudge('a reference fits several images; give one id');
  if ('base' in structured) return judgeIntroduced(level, structured);
  return 'images' in structured ? judgeAffected(level, structured) : judgeCounts(level, structured);
}

const number = z.number();
const image = z.object({ scan_status: z.string().optional(), scan_count: number.optional() });

const countedAnswer = z.object({
  image: image.optional(),
  counts: z
    .object({
      ...{ critical: number, high: number, medium: number, low: number, unknown: number },
      unaccounted: number.default(0),
      cover: z.string(),
    })
    .optional(),
  empty_because: z.string().default('no counts'),
});

function judgeCounts(level: KnownLevel, structured: unknown): Verdict {
  const { image, counts, empty_because: empty } = countedAnswer.parse(structured);
  if (image === undefined || counts === undefined) {
    return cannotJudge(`nothing is known about this image's findings (${empty})`);
  }
  const { cover, unaccounted, unknown } = counts;
  const isWhole = cover === 'all_rows';
  const hits = atOrAbove(level).reduce((sum, one) => sum + counts[one], 0);
  if (hits > 0) return found(plural(hits, 'row'), isWhole && unaccounted === 0);
  if (!isWhole) return cannotJudge('not every row was read or counted by level');
  if (unaccounted > 0) return cannotJudge(`${plural(unaccounted, 'row')} of no known level`);
  if (unknown > 0) return cannotJudge(`${plural(unknown, 'row')} of an unknown level; look at the answer`);
  // Every row has a known level below the gate's.
  const below = KNOWN_LEVELS.reduce((sum, one) => sum + counts[one], 0);
  const problem = scanProblem(image, below);
  return problem === undefined
    ? { exit: 'done', because: `no row at or above it, ${below} below` }
    : cannotJudge(problem);
}

const side = z.object({ image, coverage: z.object({ complete: z.boolean(), fetched: number }) });
const findings = z.array(z.object({ level: z.string() }));

const comparedAnswer = z.object({
  base: side,
  target: side,
  /** Absent when it is not known. */
  introduced: findings.optional(),
  rerated: findings.default([]),
  fixed: z.array(z.unknown()).default([]),
  coverage: z.object({ next_offset: number.optional() }),
});

/**
 * Only findings that the target introduced, or whose level changed, count. The answer shows the introduced ones first,
 * then those with a changed level, each from most severe to unknown, and then the fixed ones: if any of these is
 * shown, all of the others are.
 */
function judgeIntroduced(level: KnownLevel, structured: unknown): Verdict {
  const { base, target, introduced, rerated, fixed, coverage } = comparedAnswer.parse(structured);
  // Otherwise a finding that looks new may be an old one that was not read.
  if (!base.coverage.complete) return cannotJudge('the base is not fully known');
  const isTargetWhole = target.coverage.complete;
  if (introduced === undefined) {
    return cannotJudge(`${isTargetWhole ? 'what was introduced' : 'the target'} is not known`);
  }
  const judged: readonly string[] = atOrAbove(level);
  const areAllShown = coverage.next_offset === undefined || fixed.length > 0;
  const [newHits, changedHits] = [introduced, rerated].map(
    (list) => list.filter((finding) => judged.includes(finding.level)).length,
  ) as [number, number];
  const hits = [
    ...(newHits > 0 ? [`${plural(newHits, 'finding')} introduced`] : []),
    ...(changedHits > 0
      ? [`${newHits > 0 ? changedHits : plural(changedHits, 'finding')} with a changed level`]
      : []),
  ];
  if (hits.length > 0) return found(hits.join(' and '), areAllShown && isTargetWhole);
  if (!isTargetWhole) return cannotJudge('the target is not fully known');
  if (!areAllShown) {
    const fix = `give as levels ${judged.join(', ')}, or a larger limit`;
    return cannotJudge(`not every introduced finding is shown; ${fix}`);
  }
  const all = [...introduced, ...rerated];
  const unknown = all.filter((finding) => finding.level === 'unknown').length;
  if (unknown > 0) return cannotJudge(`${plural(unknown, 'finding')} of an unknown level`);
  for (const [name, { image, coverage }] of Object.entries({ base, target })) {
    const problem = scanProblem(image, coverage.fetched);
    if (problem !== undefined) return cannotJudge(`${name}: ${problem}`);
  }
  return { exit: 'done', because: `no finding introduced at or above it, ${all.length} below` };
}

const affectedAnswer = z.object({
  vulnerability: z.object({ level: z.string() }).optional(),
  images: z.array(z.unknown()),
  containers: z.array(z.unknown()).default([]),
  coverage: z.object({ complete: z.boolean(), total: number.optional() }),
  empty_because: z.string().default('not every list was read'),
});

/** One vulnerability: any image or container that has it counts, and no image is told of where none was looked at. */
function judgeAffected(level: KnownLevel, structured: unknown): Verdict {
  const {
    vulnerability,
    images,
    containers,
    coverage,
    empty_because: empty,
  } = affectedAnswer.parse(structured);
  const shown = images.length + containers.length;
  const isKnown = KNOWN_LEVELS.some((one) => one === vulnerability?.level);
  if (shown === 0) {
    return coverage.complete
      ? { exit: 'done', because: 'no image and no container is affected' }
      : cannotJudge(`whether any image is affected is not known (${empty})`);
  }
  const hits = `${coverage.total ?? shown} affected`;
  if (!isKnown) return cannotJudge(`${hits}, and the level of the vulnerability is not known`);
  const isAtOrAbove = atOrAbove(level).some((one) => one === vulnerability?.level);
  return isAtOrAbove
    ? found(hits, coverage.total !== undefined)
    : { exit: 'done', because: `${hits} by a vulnerability below it` };
}

/** The level and those above it, most severe first. */
function atOrAbove(level: KnownLevel): readonly KnownLevel[] {
  return KNOWN_LEVELS.slice(0, KNOWN_LEVELS.indexOf(level) + 1);
}

/** Why the rows of an image prove nothing; undefined when they are those of a complete scan. */
function scanProblem({ scan_status, scan_count }: z.output<typeof image>, rows: number): string | undefined {
  if (scan_status === undefined) return 'the state of the scan is not known';
  if (scan_status !== 'SCANNED') return `the scan is not complete (${scan_status})`;
  // Only given where it differs from the rows. That it counts these rows is inferred.
  return scan_count === undefined ? undefined : `the scan counts ${scan_count} rows, and ${rows} came`;
}

function found(hits: string, areAll: boolean): Verdict {
  return { exit: 'found', because: `${areAll ? '' : 'at least '}${hits} at or above it` };
}

/** Neither passed nor found. */
function cannotJudge(why: string): Verdict {
  return { exit: 'failed', because: `cannot be judged: ${why}` };
}
