/** list_image_risks: the high-risk behaviours that a scan found in one registry image. */
import { z } from 'zod/v3';
import { CURSOR_LENGTH } from '../gather/cursor.ts';
import { gatherRisks, readFrom } from '../gather/image-risks.ts';
import { resolveImage } from '../gather/resolve-image.ts';
import type { RowFilter } from '../gather/risk-rows.ts';
import { EMPTY_BECAUSE } from '../gather/scan-state.ts';
import { WHY_PARTIAL } from '../present/coverage.ts';
import { digestRisks } from '../present/risks.ts';
import type { AssetFilter } from '../tcss/image-risk.ts';
import { KNOWN_LEVELS, LEVELS, levelCode } from '../tcss/vocabulary.ts';
import { defineTool, type Input } from '../tool.ts';
import { imageArguments, integer, maxBytesArgument } from './arguments.ts';

const MAX_CODE = 2 ** 31 - 1;
const codes = z.array(integer(0, MAX_CODE)).min(1).max(20).optional();

const input = z
  .object({
    ...imageArguments,
    levels: z.array(z.enum(KNOWN_LEVELS)).min(1).max(4).optional().describe('only these levels'),
    behaviors: codes.describe('only these Behavior codes (1: runs as root, 3: credential)'),
    types: codes.describe('only these Type codes'),
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Name filter; documented by the API, its effect is unverified'),
    order: z.enum(['desc', 'asc']).default('desc').describe('by level: desc is most severe first'),
    offset: integer(0, Number.MAX_SAFE_INTEGER).default(0).describe('row number to start at'),
    cursor: z
      .string()
      .trim()
      .min(1)
      .max(CURSOR_LENGTH)
      .optional()
      .describe('next_cursor of an answer to the same question'),
    limit: integer(1, 100).default(20).describe('most findings to show'),
    detail: z
      .enum(['summary', 'concise', 'full'])
      .default('concise')
      .describe('counts only; one line a finding; uncut evidence'),
    max_bytes: maxBytesArgument,
  })
  .strict();

const code = z.number().int();
const text = z.string().optional();
const count = z.number().int();

const output = z
  .object({
    source: z.enum(['live', 'demo']),
    request_id: text,
    image: z.object({ id: count, reference: text, scanned_at: text }).passthrough().optional(),
    coverage: z
      .object({
        total: count.optional(),
        fetched: count,
        shown: count,
        complete: z.boolean(),
        why_partial: z.array(z.enum(WHY_PARTIAL)),
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
        unaccounted: count.optional(),
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
            level_raw: text,
            behavior: code.optional(),
            behavior_meaning: text,
            type: code.optional(),
            description: text,
            evidence: text,
            occurrences: count,
            first_time: text,
            last_time: text,
            samples: z.array(z.string()).optional(),
            cut: z.array(z.string()).optional(),
          })
          .passthrough(),
      )
      .optional(),
    advice: z.array(z.object({ behavior: code, text: z.string() }).passthrough()).optional(),
    empty_because: z.enum(EMPTY_BECAUSE).optional(),
    notes: z.array(z.string()).optional(),
    untrusted_text: text,
    secrets_shown: z.boolean().optional(),
  })
  .passthrough();

/** The tool as clients see it. */
export const listImageRisks = defineTool({
  name: 'list_image_risks',
  title: 'List the risks of a container image',
  description:
    'Use this to learn what is risky in one container image of a registry connected to Tencent Cloud TCSS: containers that start as root, credentials left in the Dockerfile, ENV or image history, and other high-risk behaviours found by a scan. Give image_id, or image as [registry/][namespace/]name[:tag]. Answers say how many of the matching rows they cover and what an empty result means (clean, never scanned, scan failed, not licensed). Equal rows are one finding with its number of occurrences. Secret values are redacted. This is not the list of CVEs and not the list of malware; it reads only and never starts a scan.',
  input,
  exactlyOneOf: [['image_id', 'image']],
  example: { image_id: 6947411, levels: ['critical', 'high'] },
  output,

  async fetch(args, context) {
    const filter = toFilter(args);
    const from = readFrom(args, filter);
    const image =
      args.image_id === undefined
        ? await resolveImage(context.client, args.image ?? '', context.signal)
        : { id: args.image_id };
    return gatherRisks(image, { id: image.id, ...filter }, from, context);
  },

  digest: digestRisks,
});

function toFilter(args: Input<typeof input.shape>): RowFilter {
  const filters: AssetFilter[] = [
    { Name: 'Level' as const, Values: distinct((args.levels ?? []).map(levelCode)) },
    { Name: 'Behavior' as const, Values: distinct((args.behaviors ?? []).map(String)) },
    { Name: 'Type' as const, Values: distinct((args.types ?? []).map(String)) },
    { Name: 'Name' as const, Values: args.name === undefined ? [] : [args.name] },
  ].filter(({ Values }) => Values.length > 0);
  return { filters, order: args.order };
}

/** In one order and none twice, so that the same question has the same cursors. */
function distinct(values: string[]): string[] {
  return [...new Set(values)].sort();
}
