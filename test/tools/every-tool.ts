/** Questions for tests that run over whatever tools there are. */
import type { AnyTool } from '../../src/tool.ts';
import type { Answer, House } from '../setup.ts';

/** The arguments that ask for as much as an answer can hold. */
const EVERYTHING = { detail: 'full', limit: 100, max_bytes: 40_000 };

/** What a tool is asked: its own example without what narrows the answer, and everything that it can show. */
export function everythingOf(tool: AnyTool): Record<string, unknown> {
  const { shape } = tool.input;
  const groups = tool.exactlyOneOf.flat();
  const example = Object.entries(tool.example).filter(
    ([name]) => groups.includes(name) || !shape[name].isOptional(),
  );
  const everything = Object.entries(EVERYTHING).filter(([name]) => name in shape);
  return Object.fromEntries([...example, ...everything]);
}

/** Everything a tool says of its example, over as many answers as it takes, in both views. */
export async function walk(house: House, tool: AnyTool): Promise<Answer[]> {
  const answers: Answer[] = [];
  let further: Record<string, unknown> | undefined = {};
  while (further !== undefined) {
    const answer: Answer = await house.callTool(tool.name, { ...everythingOf(tool), ...further });
    answers.push(answer);
    const { next_cursor: cursor, next_offset: offset } = answer.structured.coverage ?? {};
    further = cursor !== undefined ? { cursor } : offset !== undefined ? { offset } : undefined;
  }
  return answers;
}
