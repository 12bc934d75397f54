/** Serves MCP on stdin and stdout until the client, a signal or a fault ends it. */
import type { Readable } from 'node:stream';
import { type Config, type LogLevel, parseConfig } from './config.ts';
import type { Host } from './host.ts';
import { LISTS } from './lists.ts';
import { offerOf } from './offer.ts';
import type { Pipeline } from './pipeline.ts';
import { connect } from './server.ts';
import { LineTooLongError, StdioTransport } from './stdio.ts';
import { NAME } from './version.ts';

/** How long closing sockets and writing answers may take before the process ends anyway. */
const ENDING_MS = 500;

/** How long calls in progress may take once stdin has ended; after that they are answered with an error. */
const ANSWERING_MS = 10_000;

/** How often to check meanwhile whether anybody still reads stdout. */
const CHECK_MS = 100;

/** A client that has sent nothing for this long has its first answers. */
const IDLE_MS = 50;

const IN_A_TERMINAL =
  'this is an MCP server, waiting for a client on stdin; in a terminal try --help, or call find_images --demo';

/** Returns once it serves. @throws {ConfigError} on settings that cannot be used. */
export async function serve(demo: boolean, host: Host): Promise<void> {
  const config = parseConfig(host.env);
  const offer = offerOf(LISTS, config);
  let opened: Promise<Pipeline> | undefined;
  const pipeline = () => {
    opened ??= loadPipeline(config, demo, host);
    return opened;
  };
  // Logs through the pipeline, which redacts. If that cannot be loaded, nothing is logged.
  const log = (level: LogLevel, message: string) =>
    pipeline().then(
      (loaded) => loaded.log(level, message),
      () => undefined,
    );

  // A person who runs the bare command would wait for something to happen.
  if (host.stdin.isTTY) host.stderr.write(`${NAME}: ${IN_A_TERMINAL}\n`);
  if (demo) host.stderr.write(`${NAME}: demo, every image and finding is made up\n`);
  const transport = new StdioTransport(host.stdin, host.stdout);
  const connection = connect(
    transport,
    offer,
    async () => (await pipeline()).answers,
    (error) => {
      // Other messages may contain what others wrote.
      void log('warn', `protocol: ${error instanceof LineTooLongError ? error.message : error.name}`);
    },
  );

  let isEnding = false;
  const end = async (code: number, why?: string) => {
    if (isEnding) return;
    isEnding = true;
    const exit = () => host.exit(code);
    setTimeout(exit, ENDING_MS);
    connection.cutOff();
    if (why !== undefined) await log('error', why);
    // First the sockets, so that the service stops its work; then answers that a pipe has not taken yet.
    await opened?.then(({ close }) => close()).catch(() => undefined);
    host.stdout.write('', exit);
  };
  host.on('uncaughtException', (error) => end(1, `ended by an uncaught error: ${describe(error)}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) host.once(signal, () => end(0));
  // The client went away without closing stdin; every further write would fail too.
  host.stdout.on('error', () => end(0));
  void transport.ended.then(async () => {
    setTimeout(() => end(0), ANSWERING_MS);
    // Writing nothing fails on a socket that nobody reads; a plain pipe fails only with the answer.
    setInterval(() => host.stdout.write(''), CHECK_MS);
    await connection.untilAnswered();
    host.stdout.write('', () => end(0));
  });

  // After the first questions and before the first call, so that neither waits for it.
  onceIdle(host.stdin, () => {
    // If it fails, the call that needs it reports that.
    pipeline()
      .then(({ getReady }) => getReady())
      .catch(() => undefined);
  });
}

/** Does `work` once, as soon as no input has come for a while. */
function onceIdle(input: Readable, work: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      input.off('data', wait);
      work();
    }, IDLE_MS).unref();
  };
  input.on('data', wait);
}

async function loadPipeline(config: Config, demo: boolean, host: Host): Promise<Pipeline> {
  const loaded = import('./pipeline.ts').catch((error: unknown) => {
    // Node's own message names a path.
    throw new Error('A file of this server cannot be loaded: was it replaced? Restart the server.', {
      cause: error,
    });
  });
  const { openPipeline } = await loaded;
  const { env, platform } = host;
  return openPipeline(config, { demo, env, platform, writeError: (line) => host.stderr.write(line) });
}

/** What was thrown, which may be anything. */
function describe(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.stack ?? thrown.message;
  return typeof thrown === 'string' ? thrown : `not an Error but a ${typeof thrown}`;
}
