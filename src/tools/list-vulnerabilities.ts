/** list_vulnerabilities: which vulnerabilities weigh most over all images. */
import { z } from 'zod/v3';
import { FOCUS, gatherVulnerabilities } from '../gather/list-vulnerabilities.ts';
import { presentVulnerabilities, VULNERABILITY_SORTS } from '../present/vulnerabilities.ts';
import {
  describeEmergencyVulList,
  describeSystemVulList,
  describeWebVulList,
} from '../tcss/vulnerability.ts';
import { defineTool } from '../tool.ts';
import {
  anyAnswer,
  counts,
  integer,
  levelsArgument,
  limitArgument,
  maxBytesArgument,
  text,
  words,
} from './contract.ts';

/** Most characters of a component's name or version. */
const NAME_LENGTH = 200;

const FOCUSES = Object.keys(FOCUS) as [keyof typeof FOCUS, ...(keyof typeof FOCUS)[]];

const input = z
  .object({
    levels: levelsArgument,
    focus: z.enum(FOCUSES).optional().describe('suggested: urgent to fix'),
    fixable: z.boolean().optional().describe('a fix is known, or not'),
    component: words(NAME_LENGTH).optional().describe('in this package'),
    version: words(NAME_LENGTH).optional().describe('in this version of it'),
    running_only: z.boolean().optional().describe('those in containers'),
    latest_only: z.boolean().optional().describe('those in newest versions'),
    sort: z.enum(VULNERABILITY_SORTS).default('images').describe('default images'),
    limit: limitArgument,
    offset: integer(0, 6000).default(0).describe('to skip, 0-6000, default 0'),
    max_bytes: maxBytesArgument,
  })
  .strict();

const output = z
  .object({
    ...anyAnswer,
    counts,
    vulnerabilities: z.array(z.object({ cve: text, poc_id: text }).partial().passthrough()).optional(),
  })
  .passthrough();

/** The tool as clients see it. */
export const listVulnerabilities = defineTool({
  name: 'list_vulnerabilities',
  title: 'List the vulnerabilities of all images',
  description:
    'Use this for what to fix first over all images, or where a component is vulnerable: each CVE with the number of images and containers it affects.',
  whenToUse: 'which CVEs weigh most over all images',
  actions: {
    needs: [[describeSystemVulList, describeWebVulList, describeEmergencyVulList]],
    uses: [],
  },
  input,
  exactlyOneOf: [],
  example: { focus: 'remote_exploit', running_only: true },
  output,

  fetch(args, context) {
    const question = {
      levels: args.levels,
      focus: args.focus,
      fixable: args.fixable,
      component: args.component,
      version: args.version,
      runningOnly: args.running_only,
      latestOnly: args.latest_only,
    };
    return gatherVulnerabilities(question, args.offset > 0, context);
  },

  present(facts, args, presentation) {
    const { sort, offset, limit, max_bytes: _, ...filters } = args;
    const isNarrowed = Object.values(filters).some((value) => value !== undefined && value !== false);
    return presentVulnerabilities(facts, { sort, offset, limit, isNarrowed }, presentation);
  },
});
