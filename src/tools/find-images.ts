/** find_images: which images of the registry or on nodes match a name, tag or digest, the riskiest first. */
import { z } from 'zod/v3';
import { InputError } from '../errors.ts';
import { findImages as find, SCAN_STATES } from '../gather/find-images.ts';
import { IMAGES_READ } from '../gather/image-list.ts';
import { PLACES } from '../gather/listed-image.ts';
import { presentBehaviors } from '../present/behaviors.ts';
import { IMAGE_SORTS } from '../present/image-item.ts';
import { presentImages } from '../present/images.ts';
import { describeAssetImageList } from '../tcss/node-image.ts';
import { describeAssetImageRegistryList } from '../tcss/registry-image.ts';
import { defineTool } from '../tool.ts';
import {
  anyAnswer,
  candidates,
  codesArgument,
  count,
  integer,
  limitArgument,
  maxBytesArgument,
  words,
} from './contract.ts';
import {
  describeAssetImageRegistryRiskInfoList,
  describeAssetImageRiskList,
  riskRows,
} from './list-image-risks.ts';

/** Most characters of a query: a name of 255 with a tag of 128 and a digest fits. */
const QUERY_LENGTH = 500;

const input = z
  .object({
    query: words(QUERY_LENGTH).optional().describe('words found in repository, name, tag, digest, instance'),
    registry_type: words(60).optional().describe('ccr, tcr, harbor, ...'),
    where: z.enum(PLACES).optional().describe('where the images lie; default registry'),
    scan_state: z.enum(SCAN_STATES).optional().describe('of the risk scan'),
    with_risks: z.boolean().optional().describe('only those with risks'),
    behaviors: codesArgument.describe('only those with risks of these codes (1 root, 3 credential)'),
    running: z.boolean().optional().describe('only those with running containers'),
    latest_only: z.boolean().optional().describe('only those marked latest'),
    sort: z.enum(IMAGE_SORTS).optional().describe('most or newest first; default risks; not with behaviors'),
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
    nearest: z.array(z.object({}).passthrough()).optional(),
  })
  .passthrough();

const NO_SORT =
  'sort cannot be used with behaviors: images are asked in the order of their risks, most first. Leave one of the two out';

/** The tool as clients see it. */
export const findImages = defineTool({
  name: 'find_images',
  title: 'Find container images',
  description:
    'Use this to find container images that Tencent Cloud TCSS knows, in registries or on nodes, by name, tag or digest, or the riskiest ones, or those that leak credentials (behaviors). Gives ids, scan states and counts; an absent count is unknown, not zero.',
  whenToUse: 'which images there are, riskiest first; which leak secrets',
  actions: {
    needs: [[describeAssetImageRegistryList]],
    uses: [describeAssetImageList, describeAssetImageRegistryRiskInfoList, describeAssetImageRiskList],
  },
  input,
  exactlyOneOf: [],
  example: { query: 'payments/api', sort: 'risks' },
  output,

  async fetch(args, context) {
    const { behaviors, sort, where = 'registry', offset, limit } = args;
    if (behaviors !== undefined && sort !== undefined) throw new InputError(NO_SORT);
    const question = {
      query: args.query,
      registryType: args.registry_type,
      scanState: args.scan_state,
      withRisks: args.with_risks,
      latestOnly: args.latest_only,
      running: args.running,
    };
    const asked = behaviors && { behaviors, offset, limit, lists: riskRows.lists };
    return find(where, question, asked, context);
  },

  present({ search, ...found }, { behaviors = [], sort = 'risks', ...args }, presentation) {
    return search === undefined
      ? presentImages(found, { sort, ...args }, presentation)
      : presentBehaviors({ ...found, search }, { behaviors, ...args }, presentation);
  },
});
