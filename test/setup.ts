/**
 * The whole house for one test: simulated TCSS, signed client, server and the SDK's own client, with
 * nothing between them but HTTP on loopback and an in-memory pipe.
 */

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type {
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
} from '@modelcontextprotocol/sdk/validation';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { createAnswers } from '../src/answers.ts';
import { type Config, MAX_BYTES_RANGE, parseConfig, Secret } from '../src/config.ts';
import { type Credentials, credentialsFrom } from '../src/credentials/credentials.ts';
import { type Account, DEMO_CREDENTIALS, type DemoCredentials } from '../src/demo/data-set.ts';
import type { Clock } from '../src/http/time.ts';
import { createTransport } from '../src/http/transport.ts';
import { LISTS, listsWith } from '../src/lists.ts';
import { offerOf } from '../src/offer.ts';
import { runTool } from '../src/run-tool.ts';
import { connect } from '../src/server.ts';
import type { AnyTool } from '../src/tool.ts';
import { tools as menu } from '../src/tools/index.ts';
import { wire } from '../src/wire.ts';
import { type Alter, type Simulator, startSimulator } from './simulator/simulator.ts';

/** The time in a house unless a clock is given: 2026-11-24 12:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 24, 12);

/** Stands at `NOW_MS`; waits are over at once, unless they are cut off. */
const standingClock: Clock = {
  now: () => NOW_MS,
  sleep: async (_ms, signal) => signal.throwIfAborted(),
};

/** For a whole call, unless a house is given another time. */
export const TIMEOUT_MS = 25_000;

/** The SDK's own check of structuredContent; compiling all schemas takes longer than most tests. */
const compiledOnce = compileWhenUsed(new AjvJsonSchemaValidator());

/** Compiles a schema when the first value is checked against it, once for all clients. */
function compileWhenUsed(compiler: jsonSchemaValidator): jsonSchemaValidator {
  const compiled = new Map<string, JsonSchemaValidator<unknown>>();
  return {
    getValidator<T>(schema: JsonSchemaType) {
      const key = JSON.stringify(schema);
      return (value: unknown) => {
        const validator = compiled.get(key) ?? compiler.getValidator<unknown>(schema);
        compiled.set(key, validator);
        return validator(value) as ReturnType<JsonSchemaValidator<T>>;
      };
    },
  };
}

/** How a house differs from the usual one; everything has a default. */
export interface HouseOptions {
  /** What the simulated service holds; default: the demo's account. */
  readonly account?: Account;
  /** What is done to every answer of the simulated service; default: nothing. */
  readonly alter?: Alter;
  /** What the simulated service takes in a second, and what the client sends; default both without limit. */
  readonly requestsPerSecond?: number;
  readonly rateLimit?: number;
  /** Of the client, of the answers and of the service; default: stands at `NOW_MS`, and waits are over at once. */
  readonly clock?: Clock;
  /** The key pair the client has, or a part of it; `undefined` = none. Default: the demo's. */
  readonly credentials?: Partial<Credentials> | undefined;
  /** The key pair the service knows; default: the demo's. */
  readonly knownCredentials?: DemoCredentials;
  /** What answers name as their source; default: demo, as its account says. */
  readonly source?: 'live' | 'demo';
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly nonce?: string;
  readonly tools?: readonly AnyTool[];
}

/** What came back from one call. */
export interface Answer {
  readonly text: string;
  /** structuredContent; `{}` when there is none, as with an error. */
  // biome-ignore lint/suspicious/noExplicitAny: each tool has its own shape, and tests look into it freely
  readonly structured: any;
  readonly isError: boolean;
  readonly raw: CallToolResult;
}

/** A running house; `close` leaves nothing open and may be called again. */
export interface House {
  /** Calls the only or first tool. */
  callTool(args: Record<string, unknown>, options?: RequestOptions): Promise<Answer>;
  callTool(name: string, args: Record<string, unknown>, options?: RequestOptions): Promise<Answer>;
  /** Has read tools/list, so it checks structuredContent against the published schema by itself. */
  readonly client: Client;
  readonly simulator: Simulator;
  /** Everything that was logged, as it would stand on stderr. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** Opens a house. Close it in `onTestFinished` or `afterAll`. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const { clock = standingClock, tools = menu, nonce = '0a1b2c3d' } = options;
  const credentials = 'credentials' in options ? (options.credentials ?? {}) : DEMO_CREDENTIALS;
  const log: string[] = [];
  const simulator = await startSimulator({
    ...(options.account === undefined ? {} : { account: options.account }),
    ...(options.alter === undefined ? {} : { alter: options.alter }),
    credentials: options.knownCredentials ?? DEMO_CREDENTIALS,
    requestsPerSecond: options.requestsPerSecond ?? Number.POSITIVE_INFINITY,
    now: () => clock.now(),
  });
  const endpoint = new URL(simulator.url);
  const config: Config = {
    ...parseConfig({}),
    credentials: asSettings(credentials),
    endpoint,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxBytes: options.maxBytes ?? MAX_BYTES_RANGE.default,
    requestsPerSecond: options.rateLimit ?? Number.POSITIVE_INFINITY,
    logLevel: 'debug',
  };
  const surroundings = {
    demo: (options.source ?? 'demo') === 'demo',
    env: {},
    platform: 'linux' as const,
    writeError: (line: string) => log.push(line),
  };
  const { runtime } = wire(config, surroundings, {
    clock,
    nonce: () => nonce,
    random: () => 0,
    connect: async () => {
      const pair = credentialsFrom(config.credentials);
      const transport = createTransport({ endpoint });
      return { transport, endpoint, credentials: () => pair, close: () => transport.close() };
    },
  });
  const answers = createAnswers(
    tools,
    (tool, args, callOptions) => runTool(tool, args, runtime, callOptions),
    { peek: () => runtime.cache().images.peek(), redact: runtime.redaction.redact },
  );
  const client = new Client({ name: 'test', version: '1.0.0' }, { jsonSchemaValidator: compiledOnce });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const connection = connect(
    far,
    offerOf(tools === menu ? LISTS : listsWith(tools), config),
    async () => answers,
  );
  await client.connect(near);
  await client.listTools();

  async function callTool(...call: unknown[]): Promise<Answer> {
    const [name, args, requestOptions] = typeof call[0] === 'string' ? call : [tools[0]?.name, ...call];
    const raw = (await client.callTool(
      { name: String(name), arguments: args as Record<string, unknown> },
      undefined,
      requestOptions as RequestOptions,
    )) as CallToolResult;
    const text = raw.content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
    return { text, structured: raw.structuredContent ?? {}, isError: raw.isError === true, raw };
  }

  return {
    callTool,
    client,
    simulator,
    log,
    async close() {
      await client.close();
      await connection.close();
      await runtime.client.close();
      await simulator.close();
    },
  };
}

function asSettings(credentials: Partial<Credentials>) {
  return Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, new Secret(value)]));
}
