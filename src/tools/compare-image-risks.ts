/** compare_image_risks: what one image has that another has not. */
import { z } from 'zod/v3';
import { gatherComparison } from '../gather/comparison.ts';
import { REFERENCE_LENGTH } from '../gather/image-reference.ts';
import { levelValues, toFilter } from '../gather/row-kind.ts';
import { presentComparison } from '../present/comparison.ts';
import { defineTool } from '../tool.ts';
import {
  advice,
  anyAnswer,
  candidates,
  count,
  integer,
  levelsArgument,
  limitArgument,
  maxBytesArgument,
  oneImageActions,
  side,
  whereArgument,
  words,
} from './contract.ts';
import {
  describeAssetImageRegistryRiskInfoList,
  describeAssetImageRiskList,
  riskPresentation,
  riskRows,
} from './list-image-risks.ts';

/** An image by reference or by id. */
const image = words(REFERENCE_LENGTH);

/** Two windows of rows have no more differences. */
const MOST_SKIPPED = 2000;

const input = z
  .object({
    base: image.describe('the older image: a reference such as payments/api:1.4.1, or an id'),
    target: image.describe('the newer image, likewise'),
    where: whereArgument,
    levels: levelsArgument,
    offset: integer(0, MOST_SKIPPED).default(0).describe(`differences to skip, 0-${MOST_SKIPPED}, default 0`),
    limit: limitArgument,
    max_bytes: maxBytesArgument,
  })
  .strict();

const difference = z.array(z.object({ id: z.string() }).partial().passthrough()).optional();

/** The tool as clients see it. */
export const compareImageRisks = defineTool({
  name: 'compare_image_risks',
  title: 'Compare the risks of two container images',
  description:
    'Use this to learn what a new tag of an image made better or worse: risks that target has and base has not (introduced), the other way round (fixed), how many are unchanged.',
  whenToUse: 'what a new tag introduced, fixed or left',
  actions: {
    needs: [[describeAssetImageRegistryRiskInfoList]],
    uses: [...oneImageActions, describeAssetImageRiskList],
  },
  judgedBy: 'introduced',
  input,
  exactlyOneOf: [],
  example: { base: 'payments/api:1.4.1', target: 'payments/api:1.4.2' },
  output: z
    .object({
      ...anyAnswer,
      advice,
      introduced_count: count.optional(),
      fixed_count: count.optional(),
      unchanged_count: count.optional(),
      base: side,
      target: side,
      introduced: difference,
      rerated: difference,
      fixed: difference,
      candidates,
    })
    .passthrough(),

  fetch: ({ base, target, where = 'registry', levels }, context) =>
    gatherComparison(
      riskRows,
      { base, target, where },
      toFilter('desc', { Level: levelValues(levels) }),
      context,
    ),

  present: (facts, args, presentation) => presentComparison(riskPresentation, facts, args, presentation),
});
