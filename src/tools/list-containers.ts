/** list_containers: what runs an image, and what runs as root. */
import { z } from 'zod/v3';
import { REFERENCE_LENGTH } from '../gather/image-reference.ts';
import { listContainers as list } from '../gather/list-containers.ts';
import { presentContainers } from '../present/containers.ts';
import { describeAssetContainerList } from '../tcss/container.ts';
import { defineTool } from '../tool.ts';
import { anyAnswer, integer, limitArgument, maxBytesArgument, words } from './contract.ts';

const input = z
  .object({
    image: words(REFERENCE_LENGTH).optional().describe('[namespace/]name[:tag] or sha256: id'),
    run_as_root: z.boolean().optional().describe('only those of root'),
    status: z.enum(['running', 'all']).default('running').describe('default running'),
    offset: integer(0, Number.MAX_SAFE_INTEGER).default(0).describe('rows to skip, default 0'),
    limit: limitArgument,
    max_bytes: maxBytesArgument,
  })
  .strict();

const container = z.object({ id: z.string(), name: z.string() }).partial().passthrough();

const output = z.object({ ...anyAnswer, containers: z.array(container).optional() }).passthrough();

/** The tool as clients see it. */
export const listContainers = defineTool({
  name: 'list_containers',
  title: 'List containers',
  description:
    'Use this to see which containers run an image, or which run as root, in clusters and elsewhere. Read coverage: an account may have a million.',
  whenToUse: 'what runs an image, or runs as root',
  actions: { needs: [[describeAssetContainerList]], uses: [] },
  input,
  exactlyOneOf: [],
  example: { image: 'payments/api:1.4.2', run_as_root: true },
  output,

  fetch({ image, run_as_root = false, status, offset, limit }, context) {
    const question = { image, runAsRoot: run_as_root, runningOnly: status === 'running', offset, limit };
    return list(question, context);
  },

  present: presentContainers,
});
