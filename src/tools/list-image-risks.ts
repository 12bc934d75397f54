/** list_image_risks: the high-risk behaviours that a scan found in one registry image. */
import { z } from 'zod/v3';
import { gatherNamed } from '../gather/image-rows.ts';
import { riskRows } from '../gather/risk-rows.ts';
import { EMPTY_BECAUSE } from '../gather/scan-state.ts';
import { digestNamed } from '../present/named.ts';
import { riskPresentation } from '../present/risk-item.ts';
import { risksUri } from '../resources/risks-uri.ts';
import { LEVELS } from '../tcss/vocabulary.ts';
import { defineTool } from '../tool.ts';
import { anyAnswer, count, text } from './answer.ts';
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
    order: z.enum(['desc', 'asc']).default('desc').describe('by level: desc is most severe first'),
    ...pageArguments,
  })
  .strict();

/** The first tool's answer in full: it stands for those of the others. */
const output = z
  .object({
    source: anyAnswer.source,
    image: z.object({ id: count, reference: text, scanned_at: text }).passthrough().optional(),
    coverage: z
      .object({
        total: count.optional(),
        fetched: count,
        shown: count,
        complete: z.boolean(),
        why_partial: z.array(z.string()),
        next_offset: count.optional(),
        next_cursor: text,
      })
      .passthrough(),
    counts: z
      .object({
        critical: count,
        high: count,
        medium: count,
        low: count,
        unknown: count,
        cover: z.enum(['all_rows', 'rows_read']),
      })
      .passthrough()
      .optional(),
    findings: z
      .array(
        z
          .object({
            id: z.string(),
            level: z.enum(LEVELS),
            behavior: count.optional(),
            type: count.optional(),
            description: text,
            evidence: text,
            occurrences: count,
            first_time: text,
            last_time: text,
          })
          .passthrough(),
      )
      .optional(),
    advice: z.array(z.object({ behavior: count, text: z.string() }).passthrough()).optional(),
    candidates: z.array(z.object({ id: count, reference: text }).passthrough()).optional(),
    empty_because: z.enum(EMPTY_BECAUSE).optional(),
    notes: z.array(z.string()).optional(),
    unreadable: anyAnswer.unreadable,
  })
  .passthrough();

/** The tool as clients see it. */
export const listImageRisks = defineTool({
  name: 'list_image_risks',
  title: 'List the risks of a container image',
  description:
    'Use this to learn what is risky in one container image of a registry connected to Tencent Cloud TCSS: containers that start as root, credentials left in the Dockerfile, ENV or image history, and other high-risk behaviours found by a scan. A name that fits several images is answered with candidates. Answers say how many of the matching rows they cover and what an empty result means. Equal rows are one finding with its number of occurrences. Secret values are redacted. Not the CVEs, not the malware; it never starts a scan.',
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
    return gatherNamed(riskRows, args, filter, context);
  },

  digest: (facts, args, presentation) => digestNamed(riskPresentation, facts, args, presentation, risksUri),
});
