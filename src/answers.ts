/** Answers the requests other than those for lists. Knows tools and prompts, but not the protocol. */
import type { Completion, ListedImages } from './prompts/complete.ts';
import { completePrompt, type GivenArguments, getPrompt } from './prompts/prompts.ts';
import type { CallOptions, ToolResult } from './run-tool.ts';
import type { AnyTool } from './tool.ts';

/** An argument that a person is typing. */
interface Typed {
  readonly name: string;
  readonly value: string;
}

/** The prompt methods throw a RequestError for a prompt or argument that does not exist. */
export interface Answers {
  /** `name` is in the list of tools. Failures are results too. */
  callTool(name: string, args: Readonly<Record<string, unknown>>, options: CallOptions): Promise<ToolResult>;
  getPrompt(name: string, args: GivenArguments): { description: string; text: string };
  completePrompt(name: string, typed: Typed, given: GivenArguments): Completion;
}

/** Runs a tool. */
type CallTool = (
  tool: AnyTool,
  args: Readonly<Record<string, unknown>>,
  options: CallOptions,
) => Promise<ToolResult>;

/** `tools` are those that are offered; `images` are suggested while a person types the arguments of a prompt. */
export function createAnswers(tools: readonly AnyTool[], callTool: CallTool, images: ListedImages): Answers {
  return {
    callTool(name, args, options) {
      const tool = tools.find((one) => one.name === name);
      if (tool === undefined) throw new TypeError(`${name} is listed but does not exist`);
      return callTool(tool, args, options);
    },
    getPrompt: (name, args) => getPrompt(name, args, tools),
    completePrompt: (name, typed, given) => completePrompt(name, typed, images, given, tools),
  };
}
