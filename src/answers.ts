/** What answers the requests that are more than a list. Knows tools and prompts, and no protocol. */
import type { Completion, ListedImages } from './prompts/complete.ts';
import { completePrompt, type GivenArguments, getPrompt } from './prompts/prompts.ts';
import type { CallOptions, ToolResult } from './run-tool.ts';
import type { AnyTool } from './tool.ts';

/** An argument that a person is typing. */
interface Typed {
  readonly name: string;
  readonly value: string;
}

/** Each throws a RequestError when the request asks for what there is not. */
export interface Answers {
  /** `name` is one of the list; a failure is a result. */
  callTool(name: string, args: Readonly<Record<string, unknown>>, options: CallOptions): Promise<ToolResult>;
  getPrompt(name: string, args: GivenArguments): { description: string; text: string };
  completePrompt(name: string, typed: Typed, given: GivenArguments): Completion;
}

/** Runs a tool of the list to its result. */
type CallTool = (
  tool: AnyTool,
  args: Readonly<Record<string, unknown>>,
  options: CallOptions,
) => Promise<ToolResult>;

/** `images` are offered while a person types the arguments of a prompt. */
export function createAnswers(tools: readonly AnyTool[], callTool: CallTool, images: ListedImages): Answers {
  return {
    callTool(name, args, options) {
      const tool = tools.find((one) => one.name === name);
      if (tool === undefined) throw new TypeError(`${name} is listed and not there`);
      return callTool(tool, args, options);
    },
    getPrompt,
    completePrompt: (name, typed, given) => completePrompt(name, typed, images, given),
  };
}
