/** `call TOOL JSON`: one tool call from a terminal or a pipeline, through the same code as an MCP client's. */
import type { CallCommand } from '../command-line.ts';
import { parseConfig } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { readGiven } from '../given-arguments.ts';
import { runTool } from '../run-tool.ts';
import type { AnyTool } from '../tool.ts';
import { tools } from '../tools/index.ts';
import { NAME } from '../version.ts';
import { wire } from '../wire.ts';
import { checkGate, judge } from './gate.ts';
import { readArguments } from './read-arguments.ts';
import { EXIT, type Terminal } from './terminal.ts';

/**
 * Gives the exit code. The answer stands on stdout; errors, and what `--fail-on` found, on stderr.
 * @throws {ConfigError} on wrong usage or settings, before anything is sent.
 */
export async function runCall(command: CallCommand, terminal: Terminal): Promise<number> {
  const { demo, json, failOn } = command;
  const tool = toolNamed(command.tool);
  const config = parseConfig(terminal.env);
  const args = readGiven(tool.input.shape, await readArguments(command.args, terminal.stdin));
  const gate = failOn === undefined ? undefined : { level: failOn, tool: tool.name, args };
  if (gate !== undefined) checkGate(gate);

  const { runtime } = wire(config, { demo, ...terminal });
  const { signal } = new AbortController();
  try {
    const { content, structuredContent = {}, isError } = await runTool(tool, args, runtime, { signal });
    if (isError) {
      terminal.writeError(`${content[0].text}\n`);
      return EXIT.failed;
    }
    terminal.write(`${json ? JSON.stringify(structuredContent) : content[0].text}\n`);
    if (gate === undefined) return EXIT.done;
    const verdict = judge(gate, structuredContent);
    terminal.writeError(`${NAME}: --fail-on ${gate.level}: ${verdict.because}\n`);
    return EXIT[verdict.exit];
  } finally {
    await runtime.client.close();
  }
}

function toolNamed(name: string | undefined): AnyTool {
  const tool = tools.find((one) => one.name === name);
  if (tool !== undefined) return tool;
  const menu = tools.map((one) => one.name).join(', ');
  // A word that is not like a tool's name may be a secret.
  const named = /^[a-z_]{1,40}$/.test(name ?? '')
    ? `there is no tool ${name}`
    : 'call needs the name of a tool';
  throw new ConfigError(`${named}; the tools are: ${menu}`);
}
