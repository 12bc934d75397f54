/** list_image_risks: the high-risk behaviours that a scan found in one registry image. */
import { z } from 'zod/v3';
import { gatherImageRows } from '../gather/image-rows.ts';
import { riskRows } from '../gather/risk-rows.ts';
import { riskPresentation } from '../present/risk-item.ts';
import { presentRows } from '../present/rows.ts';
import { describeAssetImageRegistryRiskInfoList } from '../tcss/image-risk.ts';
import { describeAssetImageRegistryDetail, describeAssetImageRegistryList } from '../tcss/registry-image.ts';
import { defineTool } from '../tool.ts';
import { advice, count, rowsAnswer, text } from './answer.ts';
import {
  imageArguments,
  integer,
  levelsArgument,
  levelValues,
  nameArgument,
  pageArguments,
  toFilter,
} from './arguments.ts';

const MAX_CODE = 2 ** 31 - 1;
const codes = z.array(integer(0, MAX_CODE)).min(1).max(20).optional();

const input = z
  .object({
    ...imageArguments,
    levels: levelsArgument,
    behaviors: codes.describe('only these Behavior codes (1: runs as root, 3: credential)'),
    types: codes.describe('only these Type codes'),
    name: nameArgument,
    order: z.enum(['desc', 'asc']).default('desc').describe('by level: desc (default) is most severe first'),
    ...pageArguments,
  })
  .strict();

const output = z
  .object({
    ...rowsAnswer({
      behavior: count,
      evidence: text,
    }),
    advice,
  })
  .passthrough();

/** The tool as clients see it. */
export const listImageRisks = defineTool({
  name: 'list_image_risks',
  title: 'List the risks of a container image',
  description:
    'Use this to learn what is risky in one container image of a registry connected to Tencent Cloud TCSS: containers that start as root, credentials left in the Dockerfile, ENV or image history, and other high-risk behaviours found by a scan. Equal rows are one finding with its number of occurrences. Secret values are redacted. Not the CVEs, not the malware.',
  whenToUse: 'high-risk behaviours of one image: root, leaked credentials',
  actions: {
    needs: [[describeAssetImageRegistryRiskInfoList]],
    uses: [describeAssetImageRegistryDetail, describeAssetImageRegistryList],
  },
  judgedBy: 'counts',
  input,
  exactlyOneOf: [['image_id', 'image']],
  example: { image_id: 6947411, levels: ['critical', 'high'] },
  output,

  fetch(args, context) {
    const filter = toFilter(args.order, {
      Level: levelValues(args.levels),
      Behavior: args.behaviors,
      Type: args.types,
      Name: args.name === undefined ? undefined : [args.name],
    });
    return gatherImageRows(riskRows, args, filter, context);
  },

  present: (facts, args, presentation) => presentRows(riskPresentation, facts, args, presentation),
});
