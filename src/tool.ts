/** What a tool is: a contract, a fetch, and a pure answer. */
import type { z } from 'zod/v3';
import type { GatherContext } from './gather/image-rows.ts';
import type { Draft, Presentation } from './present/view.ts';
import type { AnyAction } from './tcss/action.ts';

/** What a tool's fetch may use. */
export type ToolContext = GatherContext;

/** The Actions that a tool calls: the source of the policy, of what doctor checks, and of docs/permissions.md. */
interface ToolActions {
  /** Groups, of each of which the key must be allowed at least one: without it there is no answer. */
  readonly needs: readonly (readonly AnyAction[])[];
  /** Without one of these the answer says what is missing. */
  readonly uses: readonly AnyAction[];
}

/** One tool. Names, limits and wording follow the policy in test/tool-policy.test.ts. */
export interface Tool<Shape extends z.ZodRawShape, Facts> {
  readonly name: string;
  readonly title: string;
  /** At most 1,000 characters. Says first when to use it. */
  readonly description: string;
  /** For the server's instructions, after the name and a colon: at most 60 characters, no full stop. */
  readonly whenToUse: string;
  readonly actions: ToolActions;
  /** What of its answer `--fail-on` judges, in the keys of structuredContent; absent where it holds no levels. */
  readonly judgedBy?: 'counts' | 'introduced' | 'vulnerability';
  /** Strict: an unknown key is an error that names it. */
  readonly input: z.ZodObject<Shape, 'strict'>;
  /** Groups of arguments, of each of which exactly one must be given. */
  readonly exactlyOneOf: readonly (readonly (string & keyof Shape)[])[];
  /** A valid call, shown when arguments are refused. */
  readonly example: Readonly<Record<string, unknown>>;
  /** Shape of structuredContent; extra keys are allowed. */
  readonly output: z.ZodTypeAny;
  /** Asks the service. @throws the error family of errors.ts. */
  fetch(input: Input<Shape>, context: ToolContext): Promise<Facts>;
  /** Makes the answer of the facts; pure. */
  present(facts: Facts, input: Input<Shape>, presentation: Presentation): Draft;
}

/** Arguments after the schema read them. */
export type Input<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, 'strict'>>;

/** A tool of any shape. */
// biome-ignore lint/suspicious/noExplicitAny: a list of tools is heterogeneous by nature
export type AnyTool = Tool<any, any>;

/** Returns its argument. Lets TypeScript infer the types of a tool from its parts. */
export function defineTool<Shape extends z.ZodRawShape, Facts>(tool: Tool<Shape, Facts>): Tool<Shape, Facts> {
  return tool;
}

/** Whether its answer is about one image that the caller names: a part of any review of it. */
export function isOverOneImage({ exactlyOneOf }: AnyTool): boolean {
  return exactlyOneOf.some((names) => names.includes('image_id'));
}

/**
 * Every Action that any of the tools calls, each once. One that is needed to find something to ask another about
 * comes before it.
 */
export function actionsOf(tools: readonly AnyTool[]): readonly AnyAction[] {
  const called = tools.flatMap(({ actions: { needs, uses } }) => [...needs.flat(), ...uses]);
  return [...new Set(called.flatMap((action) => [action.probe.after ?? action, action]))];
}
