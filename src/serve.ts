/** Serves MCP on stdin and stdout until the client, a signal or a fault ends it. */
import type { Readable } from 'node:stream';
import { type Config, type LogLevel, parseConfig } from './config.ts';
import { LISTS } from './lists.ts';
import type { Pipeline } from './pipeline.ts';
import { buildServer, serveStdio } from './server.ts';
import { NAME } from './version.ts';
import { LINE_LIMIT_BYTES, wholeLines } from './whole-lines.ts';

/** Time to close sockets and to write out answers; then it ends all the same. */
const ENDING_MS = 500;

/** Longest time for calls under way once stdin has ended; what takes longer is answered with an error. */
const ANSWERING_MS = 10_000;

/** How often it is looked meanwhile whether anybody still reads stdout. */
const LOOK_MS = 100;

/** A client that sends nothing for so long has had its first answers. */
const IDLE_MS = 50;

const IN_A_TERMINAL =
  'this is an MCP server, waiting for a client on stdin; in a terminal try --help, or call find_images --demo';

/** Comes back once it serves. @throws {ConfigError} on settings that cannot be used. */
export async function serve(demo: boolean, process: NodeJS.Process): Promise<void> {
  const config = parseConfig(process.env);
  let opened: Promise<Pipeline> | undefined;
  const pipeline = () => {
    opened ??= loadPipeline(config, demo, process);
    return opened;
  };
  // Where the lines are redacted. Without it nothing is said, for there is nothing that could be shown.
  const say = (level: LogLevel, message: string) =>
    pipeline().then(
      ({ log }) => log(level, message),
      () => undefined,
    );

  const server = buildServer(LISTS, async () => (await pipeline()).answers);

  let isEnding = false;
  const end = async (code: number, why?: string) => {
    if (isEnding) return;
    isEnding = true;
    const exit = () => process.exit(code);
    setTimeout(exit, ENDING_MS);
    server.cutOff();
    if (why !== undefined) await say('error', why);
    // Sockets first, so that the service sees the end; then answers that a pipe has not taken yet.
    await opened?.then(({ close }) => close()).catch(() => undefined);
    process.stdout.write('', exit);
  };
  process.on('uncaughtException', (error) => end(1, `ended by an uncaught error: ${describe(error)}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0));
  // The client went away without closing stdin first; each further write fails anew.
  process.stdout.on('error', () => end(0));
  const lines = process.stdin.pipe(
    wholeLines(() => void say('warn', `protocol: a line of more than ${LINE_LIMIT_BYTES} bytes was dropped`)),
  );
  // Also when it fails, which ends no pipe.
  process.stdin.once('close', () => lines.end());
  lines.once('end', async () => {
    setTimeout(() => end(0), ANSWERING_MS);
    // To write nothing fails where nobody reads. A plain pipe fails only with the answer itself.
    setInterval(() => process.stdout.write(''), LOOK_MS);
    await server.untilAnswered();
    process.stdout.write('', () => end(0));
  });

  // A person who tries the bare command would wait for something to happen.
  if (process.stdin.isTTY) process.stderr.write(`${NAME}: ${IN_A_TERMINAL}\n`);
  if (demo) process.stderr.write(`${NAME}: demo, every image and finding is made up\n`);
  await serveStdio(server, lines, process.stdout, (error) => void say('warn', `protocol: ${error.name}`));

  // Out of the way of the first questions, and before a call that would have to wait for it.
  onceIdle(lines, () => {
    // What fails is told to the call that needs it.
    pipeline()
      .then(({ getReady }) => getReady())
      .catch(() => undefined);
  });
}

/** Does `work` once, as soon as nothing more has come for a while. */
function onceIdle(lines: Readable, work: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      lines.off('data', wait);
      work();
    }, IDLE_MS).unref();
  };
  lines.on('data', wait);
}

async function loadPipeline(config: Config, demo: boolean, process: NodeJS.Process): Promise<Pipeline> {
  const loaded = import('./pipeline.ts').catch((error: unknown) => {
    // Node's own message names a path.
    throw new Error('A file of this server cannot be loaded: was it replaced? Start the server anew.', {
      cause: error,
    });
  });
  const { openPipeline } = await loaded;
  const { env, platform } = process;
  return openPipeline(config, { demo, env, platform, writeError: (line) => process.stderr.write(line) });
}

/** What was thrown, which may be anything. */
function describe(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.stack ?? thrown.message;
  return typeof thrown === 'string' ? thrown : `not an Error but ${typeof thrown}`;
}
