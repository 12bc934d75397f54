/** Connects the parts, from settings to what answers calls. Used for serving and by the commands. */
import { randomUUID } from 'node:crypto';
import type { Config } from './config.ts';
import { credentialChain, homeFolder } from './credentials/credential-chain.ts';
import type { Credentials } from './credentials/credentials.ts';
import { type AccountCache, createAccountCache } from './gather/cache.ts';
import { passwordIn } from './http/proxy.ts';
import { createRateLimiter } from './http/rate-limiter.ts';
import { type Clock, systemClock } from './http/time.ts';
import { createLog } from './log.ts';
import { createRedaction } from './redact/redaction.ts';
import type { Runtime } from './run-tool.ts';
import { type Connect, createTcssClient, type OnRequest } from './tcss/client.ts';
import { tools } from './tools/index.ts';

/** What it needs of the process. */
export interface Surroundings {
  readonly demo: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Gets complete lines for stderr, redacted. */
  readonly writeError: (line: string) => void;
  /** Gets the Date header of each answer that has one, in ms since the epoch. */
  readonly onDate?: (dateMs: number) => void;
  /** Gets the Action and the outcome of each request to the service. */
  readonly onRequest?: OnRequest;
  /** How many windows of rows and entries of images are kept; default 8. */
  readonly cacheSize?: number;
}

/** What tests replace. */
export interface Replaced {
  readonly clock: Clock;
  /** 8 random hex digits, different each time. */
  readonly nonce: () => string;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly connect: Connect;
}

/** What the commands work with. */
export interface Wired {
  readonly runtime: Runtime;
  /** The current ones. @throws {ConfigError} when there are none that can be used. */
  readonly credentials: () => Credentials;
}

/** Has no side effect: nothing is read, opened or sent before the first call. */
export function wire(config: Config, surroundings: Surroundings, replaced: Partial<Replaced> = {}): Wired {
  const { demo, env, platform, writeError, onDate, onRequest, cacheSize } = surroundings;
  const { clock = systemClock, nonce = () => randomUUID().slice(0, 8), random = Math.random } = replaced;
  const { secretId, secretKey, token } = config.credentials;
  const secrets = [
    ...[secretId, secretKey, token].map((secret) => secret?.reveal()),
    passwordIn(config.httpsProxy ?? ''),
  ].filter((secret) => secret !== undefined);
  // Secrets of credential files are added when they are read.
  const redaction = createRedaction(secrets);
  const log = createLog(config.logLevel, writeError, redaction.redact);
  const credentials = credentialChain({
    settings: config.credentials,
    profile: config.profile,
    home: homeFolder(env, platform),
    platform,
    now: () => clock.now(),
    onSecret: (value) => secrets.push(value),
    warn: (message) => log('warn', message),
  });
  const connect = replaced.connect ?? (demo ? connectDemo : connectLive(config, credentials));
  const client = createTcssClient({
    connect: onDate === undefined ? connect : watched(connect, onDate),
    limiter: createRateLimiter(config.requestsPerSecond, clock),
    clock,
    language: config.language,
    region: config.region,
    log,
    random,
    onRequest,
  });
  /** Replaced when a credential file changes to another account. */
  let last: { readonly secretId: string; readonly cache: AccountCache } | undefined;
  const runtime: Runtime = {
    client,
    redaction,
    source: demo ? 'demo' : 'live',
    withheld: tools.map(({ name }) => name).filter((name) => config.tools?.includes(name) === false),
    timeoutMs: config.timeoutMs,
    maxBytes: config.maxBytes,
    clock,
    nonce,
    log,
    cache() {
      const { secretId } = demo ? { secretId: 'demo' } : credentials();
      if (last?.secretId !== secretId) {
        last = {
          secretId,
          cache: createAccountCache({ client, redaction, now: () => clock.now() }, cacheSize),
        };
      }
      return last.cache;
    },
  };
  return { runtime, credentials };
}

/** Loaded late, since undici is a third of the code. */
export const loadTransport = () => import('./http/transport.ts');

function connectLive(config: Config, credentials: () => Credentials): Connect {
  return async () => {
    credentials(); // throws without any, before anything is loaded
    const { createTransport } = await loadTransport();
    const { endpoint, httpsProxy, noProxy } = config;
    const transport = createTransport({ endpoint, httpsProxy, noProxy });
    return { transport, endpoint, credentials, close: () => transport.close() };
  };
}

async function connectDemo() {
  const [{ createTransport }, { startSimulator }, { DEMO_CREDENTIALS }] = await Promise.all([
    loadTransport(),
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

function watched(connect: Connect, onDate: (dateMs: number) => void): Connect {
  return async () => {
    const connection = await connect();
    const { transport } = connection;
    return {
      ...connection,
      transport: {
        ...transport,
        async send(request, signal) {
          const answer = await transport.send(request, signal);
          if (answer.dateMs !== undefined) onDate(answer.dateMs);
          return answer;
        },
      },
    };
  };
}
