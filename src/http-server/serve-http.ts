/** `http`: serves MCP over HTTP until a signal or a fault ends it. */
import { createServer, type Server } from 'node:http';
import { type Config, parseConfig, readWellFormed, settings as variables } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { EXIT, type Host } from '../host.ts';
import { LISTS } from '../lists.ts';
import type { Log } from '../log.ts';
import { type Offer, offerOf } from '../offer.ts';
import { openPipeline } from '../pipeline.ts';
import { NAME } from '../version.ts';
import { createAuthorize, openTokens } from './authorization.ts';
import { createAdmission, mostCalls } from './limits.ts';
import { createListener, listen } from './listener.ts';
import { createMetrics } from './metrics.ts';
import {
  type Address,
  type HttpSettings,
  MCP_PATH,
  parseHttpSettings,
  readTokenSettings,
} from './settings.ts';

/** Windows of rows that are kept: a team has more conversations at the same time than one person. */
const CACHE_SIZE = 32;

/** How long a call may take to end after its deadline. */
const ENDING_MS = 1000;

/** Returns once it listens. @throws {ConfigError} that tells every setting that cannot be used. */
export async function serveHttp(demo: boolean, host: Host): Promise<void> {
  const { env, platform, stderr } = host;
  const { config, settings, offer } = readSettings(env);
  const metrics = createMetrics();
  const perSecond = config.requestsPerSecond / settings.replicas;
  const pipeline = openPipeline(
    { ...config, requestsPerSecond: perSecond },
    {
      demo,
      env,
      platform,
      writeError: (line) => stderr.write(line),
      onRequest: metrics.upstream,
      cacheSize: CACHE_SIZE,
    },
  );
  const { answers, log } = pipeline;
  const tokens = openTokens(settings, log);
  const verifier = await openVerifier(settings, config, log);
  const admission = createAdmission(mostCalls(perSecond, config.timeoutMs));
  const listener = createListener({
    settings,
    authorize: createAuthorize(settings, tokens, verifier),
    admission,
    metrics,
    offer,
    answers,
    log,
  });
  await pipeline.getReady();

  const admin = metricsServer(() => metrics.write(admission.underWay()));
  let isEnding = false;
  const end = async (drainMs: number) => {
    if (isEnding) return host.exit(EXIT.failed);
    isEnding = true;
    listener.drain();
    await new Promise((resolve) => setTimeout(resolve, drainMs));
    await listener.close(config.timeoutMs + ENDING_MS);
    admin.closeAllConnections();
    admin.close();
    await pipeline.close().catch(() => undefined);
    return host.exit(EXIT.done);
  };
  // A load balancer needs time to see that this replica is ending; a person at a terminal does not.
  for (const [signal, drainMs] of [
    ['SIGTERM', settings.drainMs],
    ['SIGINT', 0],
  ] as const) {
    host.on(signal, () => void end(drainMs));
  }
  host.on('uncaughtException', (error) => {
    log('error', `ended by an uncaught error: ${error instanceof Error ? error.stack : typeof error}`);
    host.exit(EXIT.failed);
  });
  const say = (line: string) => stderr.write(`${NAME}: ${line}\n`);
  try {
    const port = await listenOr(() => listener.listen(), 'TCSS_HTTP_LISTEN', settings.listen);
    if (demo) say('demo, every image and finding is made up');
    say(`MCP at http://${hostPort(settings.listen, port)}${MCP_PATH}`);
    if (settings.admin !== undefined) {
      const { admin: address } = settings;
      const adminPort = await listenOr(() => listen(admin, address), 'TCSS_HTTP_ADMIN', address);
      say(`metrics at http://${hostPort(address, adminPort)}/metrics`);
    }
  } catch (error) {
    if (!(error instanceof CannotListenError)) throw error;
    say(error.message);
    host.exit(EXIT.failed);
    return;
  }
}

/** Serves what `write` gives at /metrics, once it listens. */
function metricsServer(write: () => string): Server {
  return createServer(({ method, url }, response) => {
    const isAsked = method === 'GET' && url === '/metrics';
    response.writeHead(isAsked ? 200 : 404, { 'Content-Type': 'text/plain; version=0.0.4' });
    response.end(isAsked ? write() : 'metrics are at /metrics\n');
  });
}

/** Reads both kinds of settings, so that a person hears of all faults at once. @throws {ConfigError} */
function readSettings(env: Host['env']): { config: Config; settings: HttpSettings; offer: Offer } {
  const problems: string[] = [];
  const attempt = <Result>(read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const config = attempt(() => parseConfig(env));
  const settings = attempt(() => parseHttpSettings(env));
  // Neither a tool's name nor the tokens depend on the rest.
  const named = config ?? { tools: readWellFormed(variables, env).values.TCSS_TOOLS };
  const offer = attempt(() => offerOf(LISTS, named));
  // Opened later, with the log, which needs the settings.
  attempt(() => openTokens(readTokenSettings(env), () => undefined));
  if (config === undefined || settings === undefined || offer === undefined || problems.length > 0) {
    throw new ConfigError(problems.join('; '));
  }
  return { config, settings, offer };
}

async function openVerifier({ oauth }: HttpSettings, config: Config, log: Log) {
  if (oauth === undefined) return undefined;
  const { createJwtVerifier } = await import('./jwt.ts');
  return createJwtVerifier(oauth, config, log);
}

/** An address that cannot be used, which is no matter of how it is written. */
class CannotListenError extends Error {
  override readonly name = 'CannotListenError';
}

async function listenOr(start: () => Promise<number>, variable: string, address: Address): Promise<number> {
  try {
    return await start();
  } catch (error) {
    const { code = 'no code' } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'the port is in use' : 'the address cannot be used';
    throw new CannotListenError(
      `cannot listen on ${hostPort(address, address.port)} (${variable}): ${why} (${code})`,
    );
  }
}

function hostPort({ host }: Address, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
