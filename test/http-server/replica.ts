/** One replica inside the test's own process: the listener and all behind it, over a simulated TCSS. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type Config, parseConfig, Secret } from '../../src/config.ts';
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';
import { createAuthorize, openTokens } from '../../src/http-server/authorization.ts';
import { createJwtVerifier } from '../../src/http-server/jwt.ts';
import { createAdmission, LIMITS, type Limits } from '../../src/http-server/limits.ts';
import { createListener } from '../../src/http-server/listener.ts';
import { createMetrics } from '../../src/http-server/metrics.ts';
import { parseHttpSettings } from '../../src/http-server/settings.ts';
import { LISTS } from '../../src/lists.ts';
import { offerOf } from '../../src/offer.ts';
import { openPipeline } from '../../src/pipeline.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

/** How a replica differs from one with default settings. */
export interface ReplicaOptions {
  /** TCSS_HTTP_ variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly timeoutMs?: number;
  readonly mostCalls?: number;
  /** Shared with other replicas; default: one of its own. */
  readonly simulator?: Simulator;
}

/** An answer over HTTP. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; of a stream its last event. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  readonly json: any;
  /** The messages of a stream. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  readonly events: readonly any[];
}

/** A request as a test sends it; Content-Type is JSON unless headers say otherwise, and null leaves a header out. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A running replica; close it in `onTestFinished` or `afterAll`. */
export interface Replica {
  readonly port: number;
  readonly simulator: Simulator;
  /** Lines of stderr, at level debug. */
  readonly log: readonly string[];
  send(sent?: Sent): Promise<HttpReply>;
  /** A request of the era with sessions. */
  ask(method: string, params?: object, headers?: Sent['headers']): Promise<HttpReply>;
  metrics(): string;
  drain(): void;
  close(ms?: number): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function startReplica(options: ReplicaOptions = {}): Promise<Replica> {
  const simulator =
    options.simulator ?? (await startSimulator({ requestsPerSecond: Number.POSITIVE_INFINITY }));
  const settings = parseHttpSettings({ TCSS_HTTP_LISTEN: '127.0.0.1:0', ...options.env });
  const config: Config = {
    ...parseConfig({}),
    credentials: {
      secretId: new Secret(DEMO_CREDENTIALS.secretId),
      secretKey: new Secret(DEMO_CREDENTIALS.secretKey),
    },
    endpoint: new URL(simulator.url),
    requestsPerSecond: Number.POSITIVE_INFINITY,
    timeoutMs: options.timeoutMs ?? 25_000,
    logLevel: 'debug',
  };
  const lines: string[] = [];
  const metrics = createMetrics();
  const pipeline = openPipeline(config, {
    demo: false,
    env: {},
    platform: 'linux',
    writeError: (line) => lines.push(line),
    onRequest: metrics.upstream,
  });
  const admission = createAdmission(options.mostCalls ?? 35);
  const verifier =
    settings.oauth &&
    createJwtVerifier(settings.oauth, { httpsProxy: undefined, noProxy: undefined }, pipeline.log);
  const listener = createListener({
    settings,
    authorize: createAuthorize(settings, openTokens(settings, pipeline.log), verifier),
    admission,
    metrics,
    offer: offerOf(LISTS, config),
    answers: pipeline.answers,
    log: pipeline.log,
    limits: { ...LIMITS, ...options.limits },
  });
  const port = await listener.listen();
  const send = (sent: Sent = {}) => sendTo(port, sent);
  return {
    port,
    simulator,
    log: lines,
    send,
    ask: (method, params = {}, headers = {}) =>
      send({ headers, body: { jsonrpc: '2.0', id: 0, method, params } }),
    metrics: () => metrics.write(admission.underWay()),
    drain: () => listener.drain(),
    async close(ms = 0) {
      await listener.close(ms);
      await pipeline.close();
      if (options.simulator === undefined) await simulator.close();
    },
  };
}

/** Sends a POST of JSON to /mcp, unless told otherwise, over a connection of its own. */
export function sendTo(port: number, { method = 'POST', path = '/mcp', headers, body, signal }: Sent) {
  const all = { 'Content-Type': 'application/json', ...headers };
  const given = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === 'string' ? value : [...value]]],
    ),
  );
  const options = { host: '127.0.0.1', port, method, path, headers: given, agent: false, signal };
  return new Promise<HttpReply>((resolve, reject) => {
    const request = httpRequest({ ...options, ...(signal && { signal }) }, async (response) => {
      let text = '';
      try {
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
      } catch (error) {
        reject(error);
        return;
      }
      const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
      const isJson = text !== '' && response.headers['content-type'] === 'application/json';
      const json = isJson ? JSON.parse(text) : events.at(-1);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json, events });
    });
    request.on('error', reject);
    request.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** The `_meta` and headers of a request of 2026-07-28. */
export function stateless(
  method: string,
  params: Record<string, unknown> = {},
  id: string | number = 0,
): Sent {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    ...(params['_meta'] as object | undefined),
  };
  const name = params['name'] ?? params['uri'];
  return {
    headers: {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...(typeof name === 'string' && { 'Mcp-Name': name }),
    },
    body: { jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } },
  };
}
