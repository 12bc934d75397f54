/**
 * The HTTP server: what is refused before the protocol, in a fixed order, and one exchange for each request that is
 * not. It holds no state between two POSTs, so that any replica can answer any of them.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Answers } from '../answers.ts';
import type { Log } from '../log.ts';
import type { Offer } from '../offer.ts';
import { type Connection, connect } from '../server.ts';
import { type Authorize, type Caller, metadataPaths, resourceMetadata } from './authorization.ts';
import { classify, type PostedRequest } from './classify.ts';
import { type Answer, beginJson, HttpExchange, sendJson } from './exchange.ts';
import { type Admission, createBodyReader, LIMITS, type Limits } from './limits.ts';
import type { Metrics, Operation } from './metrics.ts';
import {
  acceptedBy,
  CLOSE,
  formRefusal,
  type HttpRefusal,
  loadRefusal,
  methodRefusal,
  RETRY,
  refusal,
  rpcError,
  sizeRefusal,
  strangerRefusal,
} from './refusals.ts';
import { type Address, type HttpSettings, MCP_PATH } from './settings.ts';

/** Refuses other bytes, in place of reading a name that nobody sent. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** How long the rest of a refused body is read, and dropped, until the client has seen the answer. */
const LINGER_MS = 1000;

/** How long a connection that has not asked anything may still do so, once no other is accepted. */
const SILENT_MS = 1000;

/** A body that is not read, and is smaller, costs less than a new connection. */
const UNREAD_BYTES = 64 * 1024;

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
  const readBody = createBodyReader(limits);
  let isDraining = false;
  let underWay = 0;

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
    closeWithConnection(response, request.socket);
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
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
      const what = error instanceof Error ? (error.stack ?? error.message) : 'not an Error was thrown';
      log('error', `http: ${what}`);
      entry.refused = 'fault';
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, rpcError(null, -32603, 'Internal error: see the log of the server'));
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
      if (!hasMuchToCome(request)) {
        sendJson(response, status, body, headers);
        return;
      }
      response.write(beginJson(response, status, body, { ...headers, ...CLOSE }));
      // The client would lose the answer if the connection closed while it still sends.
      const end = () => response.end();
      const late = setTimeout(end, LINGER_MS);
      request.resume().once('close', end);
      response.once('close', () => clearTimeout(late));
    };
    const { headers } = request;
    // Node would take the first of several, and what stands in front of this server perhaps another.
    const host = request.headersDistinct['host']?.join();
    const stranger = strangerRefusal(settings, host, headers.origin);
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
    if (body === 'too_large') return refuse(sizeRefusal(limits.bodyBytes));
    if (body === 'busy') return refuse({ ...loadRefusal('busy'), headers: { ...RETRY, ...CLOSE } });
    const json = parse(body);
    if (json === undefined) {
      return refuse({
        reason: 'not_json',
        status: 400,
        body: rpcError(null, -32700, 'The body is not JSON'),
      });
    }
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
    const message = 'The body is no JSON-RPC request: its params or _meta have another form';
    sendJson(response, 400, rpcError(request.id, -32600, message));
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
    const answered = response.writableFinished ? error || 'ok' : 'closed by the client';
    const outcome = refused === undefined ? answered : `refused: ${refused}`;
    const status = response.headersSent ? String(response.statusCode) : 'no answer';
    const words = [...what, status, outcome, `${Math.round(ms)} ms`];
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
      const startedMs = performance.now();
      const sweep = setInterval(() => {
        // Node closes a connection that was busy only when it has been idle for long, and a silent one never.
        server.closeIdleConnections();
        if (underWay === 0 && performance.now() - startedMs > SILENT_MS) server.closeAllConnections();
      }, 50);
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

/**
 * Of requests that came one after another without waiting (pipelining), Node tells only the response that it is
 * writing that the connection has closed. The others would be under way for ever.
 */
function closeWithConnection(response: ServerResponse, socket: Socket): void {
  const close = () => {
    if (response.closed) return;
    response.destroy();
    response.emit('close');
  };
  // As many as there are requests.
  socket.setMaxListeners(0).once('close', close);
  response.once('close', () => socket.off('close', close));
}

/** Whether the rest of a body is more than the connection is worth. */
function hasMuchToCome({ headers, complete }: IncomingMessage): boolean {
  const isChunked = headers['transfer-encoding'] !== undefined;
  return !complete && (isChunked || Number(headers['content-length'] ?? 0) > UNREAD_BYTES);
}

function parse(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(UTF8.decode(body)) };
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
