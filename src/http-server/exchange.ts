/** One POST as a transport of the MCP SDK: one request in, its answer out, as JSON or as a stream of events. */
import type { ServerResponse } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import type { PostedRequest } from './classify.ts';

/** An answer to a request. */
export type Answer = Exclude<JSONRPCMessage, { method: string }>;

/** What one exchange is made of. */
export interface ExchangeOptions {
  readonly request: PostedRequest;
  readonly response: ServerResponse;
  /** Whether the request is of the stateless era, where errors have a status of their own. */
  readonly isStateless: boolean;
  /** In which forms the client takes the answer; at least one. */
  readonly accepts: { readonly json: boolean; readonly stream: boolean };
  /** After how many ms of silence a comment keeps the connection open. */
  readonly keepAliveMs: number;
  /** Gets the answer as it is sent; never called when the client goes away before. */
  readonly onAnswer: (answer: Answer) => void;
}

/**
 * Delivers the request when it is started, and closes with the connection, whoever ends it. The answer is JSON, unless
 * the client takes a stream and progress or a long silence comes before it.
 */
export class HttpExchange implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  readonly #options: ExchangeOptions;
  #isStreaming = false;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { request, response, accepts, keepAliveMs } = this.#options;
    response.once('close', () => {
      clearInterval(this.#keepAlive);
      this.onclose?.();
    });
    if (accepts.stream) this.#keepAlive = setInterval(() => this.#write(': keepalive\n\n'), keepAliveMs);
    // Whatever it is: the protocol judges it.
    this.onmessage?.(request as JSONRPCRequest);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const { response, accepts, onAnswer } = this.#options;
    if (response.writableEnded || response.destroyed) return;
    if ('method' in message) {
      if (accepts.stream) this.#write(eventOf(message));
      return;
    }
    clearInterval(this.#keepAlive);
    onAnswer(message);
    if (this.#isStreaming || !accepts.json) {
      this.#write(eventOf(message));
      response.end();
    } else {
      sendJson(response, statusOf(message, this.#options.isStateless), message);
    }
  }

  async close(): Promise<void> {
    const { response } = this.#options;
    if (!response.writableEnded) response.destroy();
  }

  #write(text: string): void {
    const { response } = this.#options;
    if (!this.#isStreaming) {
      this.#isStreaming = true;
      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-cache, no-transform',
        // nginx would hold events back until it has a buffer full of them.
        'X-Accel-Buffering': 'no',
      });
    }
    response.write(text);
    this.#keepAlive?.refresh();
  }
}

function eventOf(message: JSONRPCMessage): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}

/** Answers with JSON that nobody may keep. */
export function sendJson(...answer: Parameters<typeof beginJson>): void {
  answer[0].end(beginJson(...answer));
}

/** Writes the head of such an answer, and gives its body. */
export function beginJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    ...headers,
  });
  return bytes;
}

/** The errors that are the HTTP request's fault, by code, in the stateless era. */
const STATUSES = new Map([
  [-32601, 404],
  [-32700, 400],
  [-32600, 400],
  [-32020, 400],
  [-32021, 400],
  [-32022, 400],
]);

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports for the statuses of errors */
function statusOf(answer: Answer, isStateless: boolean): number {
  if (!isStateless || !('error' in answer)) return 200;
  const { code, data } = answer.error;
  // Params that do not fit a method are answered like any request; only the envelope is the transport's matter.
  const isEnvelope = code === -32602 && typeof data === 'object' && data !== null && 'envelope' in data;
  return isEnvelope ? 400 : (STATUSES.get(code) ?? 200);
}
