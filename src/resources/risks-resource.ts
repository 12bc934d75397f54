/** The findings of one image as a resource: the answer of list_image_risks, with the URI where it goes on. */
import { ApiError, InputError } from '../errors.ts';
import type { Digest } from '../present/view.ts';
import type { CallOptions, ToolResult } from '../run-tool.ts';
import type { AnyTool } from '../tool.ts';
import { listImageRisks } from '../tools/list-image-risks.ts';
import { RequestError } from './request-error.ts';
import type { RisksAddress } from './risks-uri.ts';

/** Runs one tool call; never throws. */
export type CallTool = (
  tool: AnyTool,
  args: Readonly<Record<string, unknown>>,
  options: CallOptions,
) => Promise<ToolResult>;

const risks: AnyTool = listImageRisks;

/** The most findings of a part; the budget may bound it first. */
const FINDINGS = 100;

/**
 * Reads one part, within the budget that answers have by default.
 * @throws {RequestError} with the tool's own text when the tool fails.
 */
export async function readRisks(
  { imageId, cursor }: RisksAddress,
  callTool: CallTool,
  options: CallOptions,
): Promise<string> {
  let cause: unknown;
  const tool: AnyTool = {
    ...risks,
    async fetch(input, context) {
      try {
        return await risks.fetch(input, context);
      } catch (error) {
        cause = error;
        throw error;
      }
    },
    digest: (facts, input, presentation) => withNextUri(risks.digest(facts, input, presentation)),
  };
  const args = { image_id: imageId, limit: FINDINGS, ...(cursor === undefined ? {} : { cursor }) };
  const { content, isError } = await callTool(tool, args, options);
  const [{ text }] = content;
  if (isError) throw new RequestError(liesInUri(cause) ? -32602 : -32603, text);
  return text;
}

/** The line is added before the answer is fitted, so that it stands inside the budget. */
function withNextUri(digest: Digest): Digest {
  return {
    ...digest,
    view(fit) {
      const view = digest.view(fit);
      if (view.readOn === undefined) return view;
      const [headline, ...others] = view.text.split('\n');
      return { ...view, text: [headline, `Read on: ${view.readOn}`, ...others].join('\n') };
    },
  };
}

/** Whether another id or cursor would be answered: no such image, or a cursor that does not fit. */
function liesInUri(cause: unknown): boolean {
  if (cause instanceof ApiError)
    return cause.category === 'not-found' || cause.category === 'invalid-parameter';
  return cause instanceof InputError;
}
