/**
 * What clients are shown before they ask for anything: the same as long as the process runs. To make it
 * takes the schemas of every tool, so the build runs this module and puts what it gives in its place.
 */
import { listPrompts } from './prompts/prompts.ts';
import type { AnyTool } from './tool.ts';
import { listTools } from './tool-list.ts';
import { tools } from './tools/index.ts';

/** What each of the list requests answers with. */
export type Lists = ReturnType<typeof listsWith>;

/** The lists of a server with these tools. */
export function listsWith(these: readonly AnyTool[]) {
  return {
    tools: listTools(these),
    prompts: listPrompts(),
  };
}

/** The lists of this server. */
export const LISTS: Lists = listsWith(tools);
