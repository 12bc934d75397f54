/** find_images: which images of the registry match a name, tag or digest, the riskiest first. */
import { z } from 'zod/v3';
import { findImages as find, SCAN_STATES } from '../gather/find-images.ts';
import { IMAGES_READ } from '../gather/image-list.ts';
import { IMAGE_SORTS } from '../present/image-item.ts';
import { presentImages } from '../present/images.ts';
import { describeAssetImageRegistryList } from '../tcss/registry-image.ts';
import { defineTool } from '../tool.ts';
import { anyAnswer, candidates, count, integer, limitArgument, maxBytesArgument, words } from './contract.ts';

/** Most characters of a query: a name of 255 with a tag of 128 and a digest fits. */
const QUERY_LENGTH = 500;

const input = z
  .object({
    query: words(QUERY_LENGTH).optional().describe('words found in repository, name, tag, digest, instance'),
    registry_type: words(60).optional().describe('ccr, tcr, harbor, ...'),
    scan_state: z.enum(SCAN_STATES).optional().describe('of the risk scan'),
    with_risks: z.boolean().optional().describe('only those with risks'),
    latest_only: z.boolean().optional().describe('only those marked latest'),
    sort: z.enum(IMAGE_SORTS).default('risks').describe('most or newest first; default risks'),
    offset: integer(0, IMAGES_READ).default(0).describe(`images to skip, 0-${IMAGES_READ}, default 0`),
    limit: limitArgument,
    max_bytes: maxBytesArgument,
  })
  .strict();

const output = z
  .object({
    ...anyAnswer,
    cache_age_s: count.optional(),
    images: candidates,
    nearest: candidates,
  })
  .passthrough();

/** The tool as clients see it. */
export const findImages = defineTool({
  name: 'find_images',
  title: 'Find container images',
  description:
    'Use this to find container images of registries connected to Tencent Cloud TCSS by name, tag or digest, or the riskiest ones. Gives image_id, scan states and counts; an absent count is unknown, not zero.',
  whenToUse: 'which images there are, riskiest first; were they scanned',
  actions: {
    needs: [[describeAssetImageRegistryList]],
    uses: [],
  },
  input,
  exactlyOneOf: [],
  example: { query: 'payments/api', sort: 'risks' },
  output,

  fetch(args, context) {
    const question = {
      query: args.query,
      registryType: args.registry_type,
      scanState: args.scan_state,
      withRisks: args.with_risks,
      latestOnly: args.latest_only,
    };
    return find(question, context);
  },

  present: presentImages,
});
