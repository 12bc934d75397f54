/** `call TOOL JSON`: one tool call from a terminal or a pipeline, through the same code as those of MCP clients. */
import type { CallCommand } from '../command-line.ts';
import { offered, parseConfig } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { EXIT, type Terminal } from '../host.ts';
import { readGiven, runTool } from '../run-tool.ts';
import type { AnyTool } from '../tool.ts';
import { tools } from '../tools/index.ts';
import { NAME } from '../version.ts';
import { wire } from '../wire.ts';
import { checkGate, judge } from './gate.ts';

/** More bytes of stdin are refused: no arguments are longer. */
const LIMIT_BYTES = 1_000_000;

/** What to do about arguments that cannot be read. */
const FIX = `give an object such as '{"image":"payments/api:1.4.2"}' in quotes, or - and the JSON on stdin`;

/**
 * Writes the answer to stdout, errors and the verdict of `--fail-on` to stderr. Gives the exit code.
 * @throws {ConfigError} on wrong usage or settings, before anything is sent.
 */
export async function runCall(command: CallCommand, terminal: Terminal): Promise<number> {
  const { demo, json, failOn } = command;
  const config = parseConfig(terminal.env);
  const tool = toolNamed(command.tool, offered(tools, config));
  const args = readGiven(tool.input.shape, await readArguments(command.args, terminal.stdin));
  const gate = failOn === undefined ? undefined : { level: failOn, tool, args };
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
    const verdict = judge(gate.level, structuredContent);
    terminal.writeError(`${NAME}: --fail-on ${gate.level}: ${verdict.because}\n`);
    return EXIT[verdict.exit];
  } finally {
    await runtime.client.close();
  }
}

function toolNamed(name: string | undefined, tools: readonly AnyTool[]): AnyTool {
  const tool = tools.find((one) => one.name === name);
  if (tool !== undefined) return tool;
  const menu = tools.map((one) => one.name).join(', ');
  // A word that does not look like the name of a tool may be a secret.
  const named = /^[a-z_]{1,40}$/.test(name ?? '')
    ? `there is no tool ${name}`
    : 'call needs the name of a tool';
  throw new ConfigError(`${named}; the tools are: ${menu}`);
}

/**
 * Parses `text`, or all of stdin when it is `-`; undefined means no arguments.
 * @throws {ConfigError} when that is no JSON object, without quoting it.
 */
async function readArguments(
  text: string | undefined,
  stdin: () => AsyncIterable<string | Uint8Array>,
): Promise<Record<string, unknown>> {
  if (text === undefined) return {};
  const read = parse(text === '-' ? await readAll(stdin()) : text);
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
    return read as Record<string, unknown>;
  }
  throw new ConfigError(`the arguments are not a JSON object: ${FIX}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The parser's message quotes the text.
    throw new ConfigError(`the arguments are not JSON: ${FIX}`);
  }
}

async function readAll(stdin: AsyncIterable<string | Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LIMIT_BYTES)
      throw new ConfigError(`stdin contains more than ${LIMIT_BYTES} bytes of arguments`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
