/** From argv and environment to a served process: reads the settings, wires the rooms, ends cleanly. */
import { randomBytes } from 'node:crypto';
import { type Config, parseConfig } from './config.ts';
import { credentialChain } from './credentials/credential-chain.ts';
import type { Credentials } from './credentials/credentials.ts';
import { homeFolder } from './credentials/home-folder.ts';
import { ConfigError } from './errors.ts';
import { createImageList } from './gather/image-list.ts';
import { createWindowCache } from './gather/window-cache.ts';
import { systemClock } from './http/clock.ts';
import { createRateLimiter } from './http/rate-limiter.ts';
import { createLog } from './log.ts';
import { createRedaction } from './redact/redaction.ts';
import { type Runtime, runTool } from './run-tool.ts';
import { buildServer, serveStdio } from './server.ts';
import { type Connect, createTcssClient } from './tcss/client.ts';
import { tools } from './tools/index.ts';
import { NAME, VERSION } from './version.ts';
import { LINE_LIMIT_BYTES, wholeLines } from './whole-lines.ts';

const HELP = `${NAME} ${VERSION}: MCP server for the risks of container images (Tencent Cloud TCSS)

Usage: ${NAME} [--demo]

  --demo      answer from an embedded simulated TCSS with made-up data; no credentials, no network
  --help      print this
  --version   print the version

It speaks MCP on stdin and stdout: put it into the settings of an MCP client.
Environment: TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_TOKEN (temporary keys),
else the file of TENCENTCLOUD_PROFILE (~/.tccli/<profile or default>.credential), else ~/.tencentcloud/credentials;
TENCENTCLOUD_REGION, TCSS_ENDPOINT, TCSS_LANGUAGE, TCSS_TIMEOUT_MS, TCSS_MAX_BYTES, TCSS_RATE_LIMIT,
TCSS_SHOW_SECRETS, TCSS_LOG_LEVEL, HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS. See the README.
`;

/** Exit code for settings or arguments that cannot be used. */
const EXIT_USAGE = 2;

/** Time to close sockets and to write out answers; then it ends all the same. */
const ENDING_MS = 500;

/** Runs the process that `process` is; comes back once it serves or has set its exit code. */
export async function run(process: NodeJS.Process): Promise<void> {
  // A reader that went away is no fault: what is served ends by it below, and no log is needed to serve.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let config: Config;
  try {
    config = parseConfig(process.env, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${NAME}: ${error.message}\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  if (config.command === 'help') process.stdout.write(HELP);
  else if (config.command === 'version') process.stdout.write(`${VERSION}\n`);
  else await serve(config, process);
}

async function serve(config: Config, process: NodeJS.Process): Promise<void> {
  const { secretId, secretKey, token } = config.credentials;
  const ownSecrets = [
    ...[secretId, secretKey, token].flatMap((secret) => secret?.reveal() ?? []),
    ...(config.httpsProxy === undefined ? [] : [decodeURIComponent(new URL(config.httpsProxy).password)]),
  ];
  // It grows by what credential files hold.
  const redaction = createRedaction(ownSecrets, config.showSecrets);
  const log = createLog(config.logLevel, (line) => process.stderr.write(line), redaction.redact);
  const credentials = credentialChain({
    settings: config.credentials,
    profile: config.profile,
    home: homeFolder(process.env, process.platform),
    platform: process.platform,
    now: () => systemClock.now(),
    onSecret: (value) => ownSecrets.push(value),
    warn: (message) => log('warn', message),
  });
  const client = createTcssClient({
    connect: config.demo ? connectDemo : connectLive(config, credentials),
    limiter: createRateLimiter(config.requestsPerSecond, systemClock),
    clock: systemClock,
    language: config.language,
    region: config.region,
    log,
    random: Math.random,
  });
  const runtime: Runtime = {
    client,
    redaction,
    source: config.demo ? 'demo' : 'live',
    timeoutMs: config.timeoutMs,
    maxBytes: config.maxBytes,
    clock: systemClock,
    nonce: () => randomBytes(4).toString('hex'),
    log,
    windows: createWindowCache(() => systemClock.now()),
    images: createImageList({ client, redaction, now: () => systemClock.now() }),
  };

  let isEnding = false;
  const end = (code: number, why?: string) => {
    if (isEnding) return;
    isEnding = true;
    if (why !== undefined) log('error', why);
    const exit = () => process.exit(code);
    setTimeout(exit, ENDING_MS);
    // Sockets first, so that the service sees the end; then answers that a pipe has not taken yet.
    void client.close().finally(() => process.stdout.write('', exit));
  };
  process.on('uncaughtException', (error) => end(1, `ended by an uncaught error: ${describe(error)}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0));
  // The client went away without closing stdin first; each further write fails anew.
  process.stdout.on('error', () => end(0));
  process.stdin.once('close', () => end(0));
  const lines = process.stdin.pipe(
    wholeLines(() => log('warn', `protocol: a line of more than ${LINE_LIMIT_BYTES} bytes was dropped`)),
  );
  lines.once('end', () => end(0));

  if (config.demo) process.stderr.write(`${NAME}: demo, every image and finding is made up\n`);
  const server = buildServer(tools, (tool, args, options) => runTool(tool, args, runtime, options), {
    peek: runtime.images.peek,
    redact: redaction.redact,
  });
  await serveStdio(server, lines, process.stdout, (error) => log('warn', `protocol: ${error.name}`));
}

/** What was thrown, which may be anything. */
function describe(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.stack ?? thrown.message;
  return typeof thrown === 'string' ? thrown : `not an Error but ${typeof thrown}`;
}

function connectLive(config: Config, credentials: () => Credentials): Connect {
  return async () => {
    credentials(); // without any, nothing more is loaded
    const { createTransport } = await import('./http/transport.ts');
    const { endpoint, httpsProxy, noProxy } = config;
    const transport = createTransport({ endpoint, httpsProxy, noProxy });
    return { transport, endpoint, credentials, close: () => transport.close() };
  };
}

async function connectDemo() {
  const [{ createTransport }, { startSimulator }, { DEMO_CREDENTIALS }] = await Promise.all([
    import('./http/transport.ts'),
    import('./demo/simulator.ts'),
    import('./demo/data-set.ts'),
  ]);
  const simulator = await startSimulator();
  const endpoint = new URL(simulator.url);
  const transport = createTransport({ endpoint });
  return {
    transport,
    endpoint,
    credentials: () => DEMO_CREDENTIALS,
    close: async () => {
      await transport.close();
      await simulator.close();
    },
  };
}
