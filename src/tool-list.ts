/** The list of tools as clients read it. Made when it is first asked for, since schemas cost time to publish. */
import { listSchema } from './published-schema.ts';
import type { AnyTool } from './tool.ts';

/** Every tool reads and nothing else: it changes nothing, and asking twice is as good as once. */
const ANNOTATIONS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
} as const;

/** The `tools` of a tools/list answer, in the order of the menu. */
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
