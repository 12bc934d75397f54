/** `call TOOL JSON`: one tool call from a terminal or a pipeline, through the same code as those of MCP clients. */
import { type FileHandle, open } from 'node:fs/promises';
import type { CallCommand, ReportFormat } from '../command-line.ts';
import { offered, parseConfig } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { EXIT, type Terminal } from '../host.ts';
import { readGiven, runTool, type ToolResult } from '../run-tool.ts';
import type { AnyTool } from '../tool.ts';
import { tools } from '../tools/index.ts';
import { NAME } from '../version.ts';
import { wire } from '../wire.ts';
import { checkGate, judge } from './gate.ts';

/** More bytes of stdin are refused: no arguments are longer. */
const LIMIT_BYTES = 1_000_000;

/** What to do about arguments that cannot be read. */
const FIX = `give an object such as '{"image":"payments/api:1.4.2"}' in quotes, or - and the JSON on stdin`;

/** What a call gave, ready to be written. */
interface Outcome {
  /** In the format that was asked for. */
  readonly text: string;
  /** Instead of it on stdout, when it goes to a file. */
  readonly brief: string;
  readonly structured: Readonly<Record<string, unknown>>;
  /** Why a report may be incomplete. */
  readonly problems: readonly string[];
}

/**
 * Writes the answer or the report to stdout or to a file, errors and the verdict of `--fail-on` to stderr. Gives the
 * exit code.
 * @throws {ConfigError} on wrong usage or settings, before anything is sent.
 */
export async function runCall(command: CallCommand, terminal: Terminal): Promise<number> {
  const { demo, format, output, failOn } = command;
  const { showProgress } = terminal;
  const writeError = (text: string) => {
    showProgress?.('');
    terminal.writeError(text);
  };
  const config = parseConfig(terminal.env);
  const menu = offered(tools, config);
  const tool = toolNamed(command.tool, menu);
  const args = readGiven(tool.input.shape, await readArguments(command.args, terminal.stdin));
  const gate = failOn === undefined ? undefined : { level: failOn, tool, args };
  if (gate !== undefined) checkGate(gate);
  const report =
    format === 'text' || format === 'json' ? undefined : await reportIn(format, tool, args, menu);

  // Before anything is asked, so that a file of an earlier call is not taken for this one's.
  const file = output === undefined ? undefined : await openOutput(output);

  const { runtime } = wire(config, { demo, ...terminal, writeError });
  const { signal } = new AbortController();
  let walked = '';
  const onProgress = (done: number, total: number) =>
    showProgress?.(`${NAME}: ${walked}reading ${done} of ${total}`);
  const onRead = (rows: number, total: number) => {
    walked = `${rows} of ${total} rows; `;
    showProgress?.(`${NAME}: ${walked}`);
  };
  const ask = (given: typeof args) => runTool(tool, given, runtime, { signal, onProgress });
  try {
    const outcome = await (report?.(ask, runtime.clock.now, onRead) ??
      answerIn(format === 'json', ask, args));
    showProgress?.('');
    if ('error' in outcome) {
      writeError(`${outcome.error}\n`);
      return EXIT.failed;
    }
    const { text, brief, structured, problems } = outcome;
    const failure = await file?.writeFile(text).catch((error: NodeJS.ErrnoException) => error);
    if (failure !== undefined) writeError(`${NAME}: ${cannotWrite(failure)}\n`);
    else terminal.write(file === undefined ? text : brief);
    for (const problem of problems) writeError(`${NAME}: the report is incomplete: ${problem}\n`);
    const code = failure !== undefined || problems.length > 0 ? EXIT.failed : EXIT.done;
    if (gate === undefined) return code;
    const verdict = judge(gate.level, structured);
    writeError(`${NAME}: --fail-on ${gate.level}: ${verdict.because}\n`);
    return EXIT[verdict.exit] || code;
  } finally {
    await file?.close();
    await runtime.client.close();
  }
}

/** Empties the file or makes it. @throws {ConfigError} when it cannot be written. */
async function openOutput(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (error) {
    throw new ConfigError(cannotWrite(error as NodeJS.ErrnoException));
  }
}

/** Without the name of the file, as everything that was typed. */
function cannotWrite({ code = 'no code' }: NodeJS.ErrnoException): string {
  return `--output: the file cannot be written (${code})`;
}

type Ask = (args: Readonly<Record<string, unknown>>) => Promise<ToolResult>;

/** One answer, as its text or as structuredContent on one line. */
async function answerIn(
  asJson: boolean,
  ask: Ask,
  args: Readonly<Record<string, unknown>>,
): Promise<Outcome | { readonly error: string }> {
  const { content, structuredContent = {}, isError } = await ask(args);
  const [{ text }] = content;
  if (isError) return { error: text };
  const whole = `${asJson ? JSON.stringify(structuredContent) : text}\n`;
  return { text: whole, brief: `${text}\n`, structured: structuredContent, problems: [] };
}

/**
 * What makes the report of a call.
 * @throws {ConfigError} when there is none for the tool, or the arguments ask for a part of its list.
 */
async function reportIn(
  format: ReportFormat,
  tool: AnyTool,
  args: Readonly<Record<string, unknown>>,
  menu: readonly AnyTool[],
) {
  const { layoutFor, makeReport, WHOLE_ANSWERS } = await import('../report/report.ts');
  const layout = layoutFor(tool.name, format);
  if ('tools' in layout) {
    const formats = ['text', 'json', ...layout.formats].join(', ');
    const others = menu.map(({ name }) => name).filter((name) => layout.tools.includes(name));
    throw new ConfigError(
      `${tool.name} has no ${format} report: it has ${formats}; ${format} is for ${others.join(', ') || 'tools that are not offered'}`,
    );
  }
  if (args['cursor'] !== undefined || Number(args['offset'] ?? 0) > 0) {
    throw new ConfigError(`--format ${format} reports on the whole list: leave out cursor and offset`);
  }
  const taken = Object.entries(WHOLE_ANSWERS).filter(([name]) => Object.hasOwn(tool.input.shape, name));
  const wanted = { ...args, ...Object.fromEntries(taken) };
  return async (
    ask: Ask,
    nowMs: () => number,
    onRead: (rows: number, total: number) => void,
  ): Promise<Outcome | { readonly error: string }> => {
    const askFrom = async (place: object) => {
      const { content, structuredContent = {}, isError } = await ask({ ...wanted, ...place });
      return isError ? { error: content[0].text } : { structured: structuredContent };
    };
    const report = await makeReport(format, tool.name, layout, askFrom, { nowMs, onRead });
    return 'error' in report ? report : { ...report, brief: `${report.summary}\n` };
  };
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
