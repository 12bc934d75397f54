/** What a tool is: its contract, its one effect and its pure answer. */
import type { z } from 'zod/v3';
import type { GatherContext } from './gather/image-rows.ts';
import type { Draft, Presentation } from './present/view.ts';

/** What a tool's fetch may use. The deadline's signal aborts on the client's cancellation and at the call's deadline. */
export type ToolContext = GatherContext;

/** One tool. Names, limits and wording follow the policy that test/tool-policy.test.ts holds. */
export interface Tool<Shape extends z.ZodRawShape, Facts> {
  readonly name: string;
  readonly title: string;
  /** At most 1,000 characters, when to use it first. */
  readonly description: string;
  /** Strict: an unknown key is an error that names it. */
  readonly input: z.ZodObject<Shape, 'strict'>;
  /** Groups of arguments of which exactly one must be given. */
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

/** A tool of any shape, as the list and the pipeline handle it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of tools is heterogeneous by nature
export type AnyTool = Tool<any, any>;

/** Identity; makes TypeScript infer the shapes of one tool from its own parts. */
export function defineTool<Shape extends z.ZodRawShape, Facts>(tool: Tool<Shape, Facts>): Tool<Shape, Facts> {
  return tool;
}
