/** explain_coverage: what TCSS does not know, and why. */
import { z } from 'zod/v3';
import { COVERAGE_ACTIONS, explainCoverage as explain } from '../gather/explain-coverage.ts';
import { presentCoverage } from '../present/explain-coverage.ts';
import { defineTool } from '../tool.ts';
import { anyAnswer, maxBytesArgument, text } from './contract.ts';

const input = z.object({ max_bytes: maxBytesArgument }).strict();

const part = z.object({}).passthrough().optional();
const parts = z.array(z.object({}).passthrough()).optional();

const output = z
  .object({
    ...anyAnswer,
    edition: part,
    registry: part,
    nodes: part,
    licences: part,
    schedules: parts,
    registries: parts,
    library_updated: text,
  })
  .passthrough();

/** The tool as clients see it. */
export const explainCoverage = defineTool({
  name: 'explain_coverage',
  title: 'Explain what TCSS covers',
  description:
    'Use this when an image is missing, unscanned or stale: edition, licences, images not scanned, scan schedules and their last result, registries that fail to sync and why.',
  whenToUse: 'why an image is missing, unscanned or stale',
  actions: { needs: [COVERAGE_ACTIONS], uses: [] },
  input,
  exactlyOneOf: [],
  example: {},
  output,

  fetch: (_args, context) => explain(context),

  present: presentCoverage,
});
