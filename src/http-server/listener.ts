/**
 * The HTTP server: what is refused before the protocol, in a fixed order, and one exchange for each request that is
 * not. It holds no state between two POSTs, so that any replica can answer any of them.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answers } from '../answers.ts';
import { isLoopback } from '../config.ts';
import type { Log } from '../log.ts';
import type { Offer } from '../offer.ts';
import { type Connection, connect } from '../server.ts';
import type { Admission } from './admission.ts';
import { type Authorize, type Caller, metadataPaths, resourceMetadata } from './authorization.ts';
import { classify, type PostedRequest } from './classify.ts';
import { type Answer, HttpExchange, sendJson } from './exchange.ts';
import type { Metrics, Operation } from './metrics.ts';
import { type Address, type HttpSettings, MCP_PATH } from './settings.ts';

/** The bounds of what a client can make this server hold and wait for. */
export interface Limits {
  readonly bodyBytes: number;
  /** Of all bodies that are being read. */
  readonly heldBytes: number;
  readonly headersMs: number;
  /** For headers and body. */
  readonly requestMs: number;
  /** Until an idle connection is closed. */
  readonly idleMs: number;
  readonly connections: number;
  /** Until a silent answer gets a comment. */
  readonly keepAliveMs: number;
}

const MIB = 1024 * 1024;

/** What `http` runs with. */
export const LIMITS: Limits = {
  bodyBytes: MIB,
  heldBytes: 64 * MIB,
  headersMs: 10_000,
  requestMs: 30_000,
  // Longer than load balancers keep a connection, or they would send into one that is being closed.
  idleMs: 75_000,
  connections: 4096,
  // Shorter than load balancers wait for the next byte.
  keepAliveMs: 15_000,
};

/** What a listener needs. */
export interface ListenerOptions {
  readonly settings: HttpSettings;
  readonly authorize: Authorize;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly offer: Offer;
  readonly answers: Answers;
  readonly log: Log;
  readonly limits?: Limits;
}

/** A server that listens once it is told to. */
export interface Listener {
  /** Gives the port. @throws Node's error when the address cannot be used. */
  listen(): Promise<number>;
  /** From now on not ready, and no connection is kept after its answer; requests are still served. */
  drain(): void;
  /** Accepts nothing more, waits up to `ms` for what is under way, then ends it with an error. */
  close(ms: number): Promise<void>;
}

/** Why a request did not reach the protocol; `body` says what to do about it and nothing that came with it. */
interface HttpRefusal {
  readonly reason: string;
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is known of one HTTP request when it ends. */
interface Entry {
  readonly startedMs: number;
  trace: string | undefined;
  caller?: Caller;
  request?: PostedRequest;
  error?: Operation['error'];
  refused?: string;
}

const METHODS = [
  ...['initialize', 'ping', 'server/discover', 'tools/list', 'tools/call'],
  ...['prompts/list', 'prompts/get', 'completion/complete'],
];

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Opens nothing until it listens. */
export function createListener(options: ListenerOptions): Listener {
  const { settings, authorize, admission, metrics, offer, answers, log, limits = LIMITS } = options;
  const tools = new Set(offer.tools.map(({ name }) => name));
  const endpoints = new Set([MCP_PATH, settings.url.pathname]);
  const metadata = settings.oauth === undefined ? [] : metadataPaths(settings.url);
  const open = new Set<Connection>();
  let heldBytes = 0;
  let isDraining = false;

  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      // Node looks for connections whose time is over only every 30 s.
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16 * 1024,
    },
    handle,
  );
  server.on('checkContinue', handle);
  server.maxConnections = limits.connections;

  function handle(request: IncomingMessage, response: ServerResponse): void {
    // Whoever has gone needs no answer.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (isDraining) response.setHeader('Connection', 'close');
    const path = request.url?.replace(/\?.*$/s, '') ?? '';
    if (path === '/livez' || path === '/readyz') {
      const isReady = path === '/livez' || !isDraining;
      const text = isReady ? 'ok' : 'draining';
      response.writeHead(isReady ? 200 : 503, {
        'Content-Type': 'text/plain',
        'Content-Length': text.length,
      });
      response.end(text);
      return;
    }
    const { traceparent } = request.headers;
    const entry: Entry = { startedMs: performance.now(), trace: traceOf(traceparent) };
    response.once('close', () => end(entry, response));
    serve(path, request, response, entry).catch((error: unknown) => {
      log(
        'error',
        `http: ${error instanceof Error ? (error.stack ?? error.message) : 'not an Error was thrown'}`,
      );
      response.destroy();
    });
  }

  async function serve(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    entry: Entry,
  ): Promise<void> {
    const refuse = ({ reason, status, body, headers = {} }: HttpRefusal) => {
      entry.refused = reason;
      if (response.destroyed) return;
      // What was not read would be read in vain, if the connection were kept.
      const hasBody = request.headers['content-length'] !== '0' && !request.complete;
      sendJson(response, status, body, { ...headers, ...(hasBody && isLarge(request) && CLOSE) });
    };
    const { headers } = request;
    const stranger = strangerRefusal(settings, headers.host, headers.origin);
    if (stranger !== undefined) return refuse(stranger);
    if (metadata.includes(path)) {
      if (request.method !== 'GET') return refuse(methodRefusal('GET'));
      // Not a secret, and read by clients that are web pages.
      sendJson(response, 200, resourceMetadata(settings), { 'Access-Control-Allow-Origin': '*' });
      return undefined;
    }
    if (!endpoints.has(path)) return refuse(refusal('path', 404, `Nothing is here: MCP is at ${MCP_PATH}`));

    const caller = await authorize(headers.authorization);
    if ('status' in caller) return refuse(caller);
    entry.caller = caller;
    if (request.method !== 'POST') return refuse(methodRefusal('POST'));
    const accepts = acceptedBy(headers.accept);
    const odd = formRefusal(headers['content-type'], accepts);
    if (odd !== undefined) return refuse(odd);

    const body = await readBody(request, response);
    if (body === undefined) return undefined;
    if (!Buffer.isBuffer(body)) return refuse(body);
    const json = parse(body);
    if (json === undefined) return refuse(rpcRefusal('not_json', 400, -32700, 'The body is not JSON'));
    const verdict = classify(json.value, headers);
    if (verdict.kind === 'refused') {
      const { error, id } = verdict;
      return refuse({ reason: 'message', status: 400, body: { jsonrpc: '2.0', id, error } });
    }
    if (verdict.kind === 'ignored') {
      response.writeHead(202, { 'Content-Length': 0 }).end();
      return undefined;
    }
    entry.request = verdict.request;
    entry.trace ??= traceOf(metaOf(verdict.request)?.['traceparent']);
    if (verdict.request.method === 'tools/call') {
      const admitted = admission.admit(caller.id);
      if (typeof admitted === 'string') return refuse(loadRefusal(admitted));
      response.once('close', admitted);
      // It may have closed while the body was read.
      if (response.destroyed) admitted();
    }
    exchange(verdict, accepts, response, entry);
    return undefined;
  }

  function exchange(
    { request, isStateless }: { request: PostedRequest; isStateless: boolean },
    accepts: { json: boolean; stream: boolean },
    response: ServerResponse,
    entry: Entry,
  ): void {
    if (response.destroyed) return;
    const { keepAliveMs } = limits;
    const onAnswer = (answer: Answer) => {
      entry.error = outcomeOf(answer);
    };
    let isMessage = true;
    const transport = new HttpExchange({ request, response, isStateless, accepts, keepAliveMs, onAnswer });
    const connection = connect(
      transport,
      offer,
      async () => answers,
      () => {
        isMessage = false;
      },
    );
    open.add(connection);
    response.once('close', () => open.delete(connection));
    // The protocol reads the request within connect, and reports one that it cannot read and will not answer.
    if (isMessage || response.writableEnded) return;
    entry.refused = 'message';
    const error = {
      code: -32600,
      message: 'The body is no JSON-RPC request: its params or _meta have another form',
    };
    sendJson(response, 400, { jsonrpc: '2.0', id: request.id, error });
  }

  /** Gives the body, a refusal, or undefined when the client has gone. */
  function readBody(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Buffer | HttpRefusal | undefined> {
    const tooLarge = {
      ...refusal('too_large', 413, `A body may have ${limits.bodyBytes} bytes at most`),
      headers: CLOSE,
    };
    if (Number(request.headers['content-length']) > limits.bodyBytes) return Promise.resolve(tooLarge);
    if (request.headers.expect !== undefined) response.writeContinue();
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const settle = (body: Buffer | HttpRefusal | undefined) => {
        heldBytes -= bytes;
        bytes = 0;
        request.off('data', read).off('end', finish).off('close', leave);
        resolve(body);
      };
      const read = (chunk: Buffer) => {
        bytes += chunk.length;
        heldBytes += chunk.length;
        chunks.push(chunk);
        if (bytes > limits.bodyBytes) settle(tooLarge);
        else if (heldBytes > limits.heldBytes)
          settle({ ...loadRefusal('busy'), headers: { ...RETRY, ...CLOSE } });
      };
      const finish = () => settle(Buffer.concat(chunks));
      const leave = () => settle(undefined);
      request.on('data', read).once('end', finish).once('close', leave);
    });
  }

  /** Counts and logs a request that has ended. */
  function end({ startedMs, trace, caller, request, error, refused }: Entry, response: ServerResponse): void {
    const ms = performance.now() - startedMs;
    const method = methodOf(request?.method);
    const tool = request?.method === 'tools/call' ? toolOf(request) : undefined;
    if (refused !== undefined) metrics.refusal(refused);
    else if (request !== undefined) {
      const operation = {
        method,
        tool,
        error: error ?? 'cancelled',
        caller: caller?.label ?? 'anonymous',
      } as const;
      metrics.operation({ ...operation, seconds: ms / 1000 });
    }
    const what = request === undefined ? [] : [method, ...(tool === undefined ? [] : [tool])];
    const outcome = refused === undefined ? error || 'ok' : `refused: ${refused}`;
    const status = response.headersSent ? String(response.statusCode) : 'no answer';
    const words = [
      ...what,
      status,
      response.writableFinished ? outcome : 'closed by the client',
      `${Math.round(ms)} ms`,
    ];
    const by = caller === undefined ? '' : `, caller ${caller.name}`;
    log('info', `http: ${words.join(', ')}${by}${trace === undefined ? '' : `, traceparent ${trace}`}`);
  }

  function toolOf({ params }: PostedRequest): string {
    const name = params?.['name'];
    return typeof name === 'string' && tools.has(name) ? name : 'other';
  }

  return {
    listen: () => listen(server, settings.listen),
    drain() {
      isDraining = true;
    },
    async close(ms) {
      isDraining = true;
      const closed = new Promise((resolve) => server.close(resolve));
      // Node closes a connection that was busy only when it has been idle for long.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => {
        for (const connection of open) connection.cutOff();
        // After the answers are written.
        setTimeout(() => server.closeAllConnections(), 50);
      }, ms);
      await closed;
      clearInterval(sweep);
      clearTimeout(late);
    },
  };
}

/** Listens, and gives the port. @throws Node's error when the address cannot be used. */
export function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const CLOSE = { Connection: 'close' };
const RETRY = { 'Retry-After': '1' };

function rpcRefusal(reason: string, status: number, code: number, message: string): HttpRefusal {
  return { reason, status, body: { jsonrpc: '2.0', id: null, error: { code, message } } };
}

/** A refusal of this server's own; its code means nothing. */
function refusal(reason: string, status: number, message: string): HttpRefusal {
  return rpcRefusal(reason, status, -32000, message);
}

function methodRefusal(allowed: string): HttpRefusal {
  return { ...refusal('method', 405, `Use ${allowed}`), headers: { Allow: allowed } };
}

function loadRefusal(reason: 'busy' | 'caller_busy'): HttpRefusal {
  if (reason === 'busy') {
    const busy = refusal(
      reason,
      503,
      'This server has as many calls under way as it can answer in time: try again',
    );
    return { ...busy, headers: RETRY };
  }
  const busy = refusal(
    reason,
    429,
    'You have as many calls under way as one caller may: wait for one to end',
  );
  return { ...busy, headers: RETRY };
}

/** Against pages that a browser has been led to believe are of this server (DNS rebinding). */
function strangerRefusal(
  { hosts, origins, allowsLoopbackOrigins }: HttpSettings,
  host: string | undefined,
  origin: string | undefined,
): HttpRefusal | undefined {
  const [, hostname] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.exec(host?.toLowerCase() ?? '') ?? [];
  if (hostname === undefined || !hosts.has(hostname)) {
    return refusal('host', 403, 'Host is not one of this server: TCSS_HTTP_URL names it');
  }
  if (origin === undefined || origins.has(origin)) return undefined;
  const [, originHost = ''] = /^https?:\/\/([^/:]+|\[[^\]]+\])(?::\d{1,5})?$/.exec(origin) ?? [];
  if (allowsLoopbackOrigins && isLoopback(originHost)) return undefined;
  return refusal('origin', 403, 'Origin is not allowed here: TCSS_HTTP_ORIGINS lists those that are');
}

function formRefusal(
  contentType: string | undefined,
  accepts: { readonly json: boolean; readonly stream: boolean },
): HttpRefusal | undefined {
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    return refusal('content_type', 415, 'Content-Type must be application/json');
  }
  if (accepts.json || accepts.stream) return undefined;
  return refusal('accept', 406, 'Accept must allow application/json or text/event-stream');
}

/** Which forms an Accept header allows; without one both. */
function acceptedBy(header: string | undefined): { readonly json: boolean; readonly stream: boolean } {
  const ranges = (header?.trim() || '*/*').split(',').flatMap((part) => {
    const [range, ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
    return parameters.some((one) => /^q=0(?:\.0*)?$/.test(one)) ? [] : [range];
  });
  const allows = (type: string) =>
    ranges.some((range) => range === '*/*' || range === type || range === `${type.split('/')[0]}/*`);
  return { json: allows('application/json'), stream: allows('text/event-stream') };
}

/** Whether the rest of a body is more than the connection is worth. */
function isLarge({ headers }: IncomingMessage): boolean {
  return !(Number(headers['content-length']) <= 64 * 1024);
}

function parse(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString()) };
  } catch {
    return undefined;
  }
}

function outcomeOf(answer: Answer): Operation['error'] {
  if ('error' in answer) return `${answer.error.code}`;
  return answer.result['isError'] === true ? 'tool_error' : '';
}

function methodOf(method: string | undefined): string {
  return METHODS.find((one) => one === method) ?? 'other';
}

function metaOf({ params }: PostedRequest): Readonly<Record<string, unknown>> | undefined {
  const meta = params?.['_meta'];
  return typeof meta === 'object' && meta !== null ? { ...meta } : undefined;
}

function traceOf(traceparent: unknown): string | undefined {
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}
