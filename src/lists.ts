/**
 * The lists of tools and prompts that clients see first. Making them takes the schemas of every tool, so the build
 * runs this module and replaces it with its result.
 */
import { listPrompts, toolsNeededBy } from './prompts/prompts.ts';
import { listSchema } from './published-schema.ts';
import { type AnyTool, isOverOneImage } from './tool.ts';
import { tools } from './tools/index.ts';

/** Every tool only reads. */
const ANNOTATIONS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
} as const;

/** The `tools` of a tools/list answer. */
export function listTools(tools: readonly AnyTool[]) {
  return tools.map(({ name, title, description, input, output }) => ({
    name,
    title,
    description,
    inputSchema: listSchema(input),
    outputSchema: listSchema(output),
    annotations: ANNOTATIONS,
  }));
}

/** What the list requests answer with, and below what the instructions and a choice of tools are made of. */
export type Lists = ReturnType<typeof listsWith>;

/** The lists of a server with these tools. */
export function listsWith(these: readonly AnyTool[]) {
  return {
    tools: listTools(these),
    prompts: listPrompts(),
    /** Of each tool. */
    whenToUse: Object.fromEntries(these.map(({ name, whenToUse }) => [name, whenToUse])),
    /** The tools that tell of one image. */
    overOneImage: these.filter(isOverOneImage).map(({ name }) => name),
    /** The tools that a prompt is about: without all of them it is not offered. */
    neededBy: toolsNeededBy(these),
  };
}

/** The lists of this server. */
export const LISTS: Lists = listsWith(tools);
