/**
 * The adapter to the MCP SDK; no other file knows the protocol. The SDK's server answers `initialize` and `ping`, and
 * this file everything else, over any transport that implements the SDK's interface.
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type CallToolRequest,
  CallToolRequestSchema,
  ClientCapabilitiesSchema,
  type CompleteRequest,
  CompleteRequestSchema,
  ErrorCode,
  type GetPromptRequest,
  GetPromptRequestSchema,
  ImplementationSchema,
  InitializeRequestSchema,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  type JSONRPCNotification,
  JSONRPCNotificationSchema,
  type JSONRPCRequest,
  JSONRPCRequestSchema,
  type JSONRPCResultResponse,
  ListPromptsRequestSchema,
  ListToolsRequestSchema,
  LoggingLevelSchema,
  type Result,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { config } from 'zod/v4/core';
import type { Answers } from './answers.ts';
import { invalidParams, nameForError, RequestError } from './errors.ts';
import type { Offer } from './offer.ts';
import {
  type ClientChecks,
  createProtocolEra,
  type Refusal,
  STATELESS_VERSION,
  statelessResult,
} from './protocol-eras.ts';
import type { CallOptions } from './run-tool.ts';
import { HOMEPAGE, ICON, NAME, VERSION } from './version.ts';

/** Compiling schemas that are used once takes longer than it saves. */
config({ jitless: true });

const INFO = { name: NAME, title: 'Tencent Cloud container image risks', version: VERSION };

/** What a client hears once; answers of the stateless era repeat only the rest. */
const INTRODUCTION = {
  ...INFO,
  websiteUrl: HOMEPAGE,
  icons: [{ src: ICON, mimeType: 'image/png', sizes: ['32x32'] }],
};

const CAPABILITIES = { tools: {}, prompts: {}, completions: {} };

/** One client's connection. */
export interface Connection {
  /** Resolves once no request is waiting for its answer. */
  untilAnswered(): Promise<void>;
  /** Answers every waiting request with an error, aborts its work, and closes the transport. */
  cutOff(): void;
  close(): Promise<void>;
}

/**
 * Serves the requests that come over `transport`, which nobody else may use: lists at once, others after `load` has
 * loaded what answers them. Cheap and without side effects, since a client may start a server twice. `onError` gets
 * what cannot be answered, such as malformed messages.
 */
export function connect(
  transport: Transport,
  offer: Offer,
  load: () => Promise<Answers>,
  onError: (error: Error) => void = () => undefined,
): Connection {
  const options = { capabilities: CAPABILITIES, instructions: offer.instructions };
  const server = new Server(INTRODUCTION, options);
  const handlers = new Map<string, Handler>(Object.entries(handlersFor(offer, load)));
  server.onerror = onError;
  server.fallbackRequestHandler = ({ method, params }, extra) =>
    (handlers.get(method) ?? notFound)(params, callOptions(extra));
  const exchange = new Exchange(transport, options);
  server.connect(exchange).catch(onError);
  return {
    untilAnswered: () => exchange.untilAnswered(),
    cutOff() {
      exchange.refuseOpenRequests();
      server.close().catch(onError);
    },
    close: () => server.close(),
  };
}

/** Answers one method; its params fit its schema. All are async, so that answers come in the order of the requests. */
// biome-ignore lint/suspicious/noExplicitAny: each method has its own params, of the schema in PARAMS
type Handler = (params: any, options: CallOptions) => Promise<Result>;

function handlersFor({ tools, prompts }: Offer, load: () => Promise<Answers>) {
  let answers: Answers | undefined;
  return {
    'tools/list': async () => ({ tools }),
    'prompts/list': async () => ({ prompts }),
    async 'tools/call'({ name, arguments: args = {} }: CallToolRequest['params'], options: CallOptions) {
      if (!tools.some((tool) => tool.name === name)) {
        const menu = tools.map((tool) => tool.name).join(', ');
        throw invalidParams(`Tool ${nameForError(name)} not found; the tools are: ${menu}`);
      }
      answers ??= await load();
      return answers.callTool(name, args, options);
    },
    async 'prompts/get'({ name, arguments: args = {} }: GetPromptRequest['params']) {
      answers ??= await load();
      const { description, text } = answers.getPrompt(name, args);
      return { description, messages: [{ role: 'user', content: { type: 'text', text } }] };
    },
    async 'completion/complete'({ ref, argument, context }: CompleteRequest['params']) {
      answers ??= await load();
      if (ref.type !== 'ref/prompt') throw invalidParams('only arguments of prompts are completed');
      return { completion: answers.completePrompt(ref.name, argument, context?.arguments ?? {}) };
    },
  };
}

async function notFound(): Promise<never> {
  throw new RequestError(ErrorCode.MethodNotFound, 'Method not found');
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** How a request is cancelled, and where its progress goes if the client asked for it. */
function callOptions({ signal, sendNotification, _meta }: Extra): CallOptions {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return { signal };
  const onProgress = (progress: number, total: number) => {
    const notification = { progressToken, progress, total, message: `${progress} of ${total} rows read` };
    // A client that has gone needs no progress.
    sendNotification({ method: 'notifications/progress', params: notification }).catch(() => undefined);
  };
  return { signal, onProgress };
}

const CHECKS: ClientChecks = {
  isCapabilities: (value) => ClientCapabilitiesSchema.safeParse(value).success,
  isInfo: (value) => ImplementationSchema.safeParse(value).success,
  isLogLevel: (value) => LoggingLevelSchema.safeParse(value).success,
};

/** The answer to requests that are still open when the server ends. */
const ENDING = `${NAME} is ending and could not answer in time: restart it and ask again`;

/**
 * Stands between the SDK's server and a transport. It checks each message once, tracks the era, and refuses what the
 * SDK would accept or refuse badly. Requests get numbers of its own as ids, since the SDK cannot cancel a request
 * with the id 0 and confuses two with the same id.
 */
class Exchange implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  readonly #transport: Transport;
  readonly #offer: object;
  readonly #era = createProtocolEra(CHECKS);
  /** The requests that are waiting for their answer, by number. */
  readonly #open = new Map<number, JSONRPCRequest>();
  #lastNumber = 0;
  #onAllAnswered = () => {};

  /** `offer` answers server/discover. */
  constructor(transport: Transport, offer: object) {
    this.#transport = transport;
    this.#offer = offer;
  }

  async start(): Promise<void> {
    this.#transport.onmessage = (received) => this.#receive(received);
    this.#transport.onclose = () => {
      this.onclose?.();
      for (const number of this.#open.keys()) this.#settle(number);
    };
    this.#transport.onerror = (error) => this.onerror?.(error);
    await this.#transport.start();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if ('method' in message) return this.#transport.send(message);
    const number = Number(message.id);
    const request = this.#open.get(number);
    // The request was cancelled meanwhile.
    if (request === undefined) return;
    const sent = this.#answer(request, message);
    this.#settle(number);
    await sent;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  untilAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAllAnswered = resolve;
      if (this.#open.size === 0) resolve();
    });
  }

  refuseOpenRequests(): void {
    const error = { code: ErrorCode.ConnectionClosed, message: ENDING };
    for (const [number, request] of this.#open) {
      this.#answerAtOnce(request, { error });
      this.#settle(number);
    }
  }

  #receive(received: unknown): void {
    const { message, fault, error } = readMessage(received);
    if (message === undefined) {
      this.onerror?.(error);
      return;
    }
    const verdict = this.#era.read(message);
    if (!('id' in message)) {
      if (verdict === 'serve') this.#notify(message);
    } else if (verdict === 'discover') {
      const offer = { supportedVersions: [STATELESS_VERSION], ...this.#offer };
      this.#answerAtOnce(message, { result: statelessResult(message.method, offer, INTRODUCTION) });
    } else if (verdict !== 'serve') {
      this.#answerAtOnce(message, { error: verdict });
    } else if (fault !== undefined) {
      this.#answerAtOnce(message, { error: fault });
    } else {
      const number = ++this.#lastNumber;
      this.#open.set(number, message);
      this.onmessage?.({ ...message, id: number });
    }
  }

  /** Passes a notification on; a cancellation only for requests that are waiting, with their numbers. */
  #notify(notification: JSONRPCNotification): void {
    const { jsonrpc, method, params } = notification;
    if (method !== 'notifications/cancelled') {
      this.onmessage?.(notification);
      return;
    }
    for (const [number, { id }] of this.#open) {
      if (id !== params?.['requestId']) continue;
      this.onmessage?.({ jsonrpc, method, params: { requestId: number } });
      this.#settle(number);
    }
  }

  #answer({ id, method }: JSONRPCRequest, answer: Outcome): Promise<void> {
    if ('error' in answer) return this.#transport.send({ jsonrpc: '2.0', id, error: answer.error });
    const result = this.#era.isStateless() ? statelessResult(method, answer.result, INFO) : answer.result;
    return this.#transport.send({ result, jsonrpc: '2.0', id });
  }

  #answerAtOnce(request: JSONRPCRequest, answer: Outcome): void {
    this.#answer(request, answer).catch((error) => this.onerror?.(error));
  }

  #settle(number: number): void {
    this.#open.delete(number);
    if (this.#open.size === 0) this.#onAllAnswered();
  }
}

/** How a request ended. */
type Outcome = Pick<JSONRPCResultResponse, 'result'> | Pick<JSONRPCErrorResponse, 'error'>;

/** The methods whose params are checked here, with the schema of their params. */
const PARAMS = {
  initialize: InitializeRequestSchema,
  'tools/list': ListToolsRequestSchema,
  'tools/call': CallToolRequestSchema,
  'prompts/list': ListPromptsRequestSchema,
  'prompts/get': GetPromptRequestSchema,
  'completion/complete': CompleteRequestSchema,
};

/** The schema of a complete request for each of them. */
const REQUESTS = new Map(
  Object.entries(PARAMS).map(([method, { shape }]) => [
    method,
    JSONRPCRequestSchema.extend({ params: shape.params }),
  ]),
);

type Message = JSONRPCRequest | JSONRPCNotification;
type ReadMessage =
  | { readonly message: Message; readonly fault?: Refusal; readonly error?: never }
  | { readonly message?: never; readonly fault?: never; readonly error: Error };

/**
 * Reads any JSON as a request or notification. Params that do not fit its method are a fault, anything else an error,
 * responses too, since this server asks nothing of clients. Removes meaningless nulls from `received` itself.
 */
function readMessage(received: unknown): ReadMessage {
  omitNulls(received);
  const { data, error } = schemaFor(received).safeParse(received);
  if (data !== undefined) return { message: data as Message };
  const isInParams = ({ path: [place, field] }: Issue) =>
    place === 'params' && field !== undefined && field !== '_meta';
  if (!error.issues.every(isInParams)) return { error };
  const message = received as JSONRPCRequest;
  return { message, fault: paramsFault(message.method, error.issues) };
}

function schemaFor(received: unknown) {
  if (!isObject(received) || !('id' in received)) return JSONRPCNotificationSchema;
  return REQUESTS.get(String(received['method'])) ?? JSONRPCRequestSchema;
}

/** Some clients send null for what they leave out. */
function omitNulls(message: unknown): void {
  if (!isObject(message)) return;
  message['params'] ??= {};
  const { params } = message;
  if (!isObject(params)) return;
  for (const key of ['_meta', 'arguments', 'cursor']) if (params[key] === null) delete params[key];
  const { _meta: meta } = params;
  if (isObject(meta) && meta['progressToken'] === null) delete meta['progressToken'];
  const { arguments: args } = params;
  if (message['method'] !== 'prompts/get' || !isObject(args)) return;
  // A prompt's arguments are texts. Those of tools are read later, with their schemas.
  for (const [name, value] of Object.entries(args)) {
    if (value === null || (Array.isArray(value) && value.length === 0)) delete args[name];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Issue {
  readonly path: readonly PropertyKey[];
}

/** The most fields that one refusal names. */
const NAMED_FIELDS = 5;

/** The SDK would report malformed params as an internal error of many lines. */
function paramsFault(method: string, issues: readonly Issue[]): Refusal {
  const paths = issues.map(({ path }) => path.slice(1).map((key) => nameForError(String(key))));
  const fields = [...new Set(paths.map((path) => path.join('.')))];
  const more = fields.length > NAMED_FIELDS ? [`and ${fields.length - NAMED_FIELDS} more`] : [];
  const named = [...fields.slice(0, NAMED_FIELDS), ...more].join(', ');
  const message = `Invalid params of ${method}, missing or of the wrong type: ${named}`;
  return { code: ErrorCode.InvalidParams, message };
}
