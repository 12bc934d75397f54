/**
 * A stand-in for TCSS on loopback, with real HTTP and Tencent's envelope and codes. Strict where the service is not
 * documented; it proves nothing about the live service.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REQUESTS_PER_SECOND, TCSS_VERSION } from '../tcss/action.ts';
import { type Account, DEMO_CREDENTIALS, type DemoCredentials, demoAccount, handlers } from './data-set.ts';
import { type Handler, Refusal } from './request.ts';
import { verifySignature } from './verify-signature.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Closes every socket at once. May be called again. */
  close(): Promise<void>;
}

/** All options have defaults. */
export interface SimulatorOptions {
  /** Default: `demoAccount()`. */
  readonly account?: Account;
  readonly credentials?: DemoCredentials;
  /** The limit for each Action in any second; `Infinity` for none. Default: 20, as in the service. */
  readonly requestsPerSecond?: number;
  /** Ms since the epoch: the time for signatures and the `Date` header. */
  readonly now?: () => number;
  /** For tests: sees every request and decides how to answer it. */
  readonly intercept?: Intercept;
}

/**
 * `read` reads the request to its end and checks it, and rejects when the client goes away meanwhile. The result is
 * sent as the body's `Response`, or undefined if the function answers by itself.
 */
export type Intercept = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  read: () => Promise<CheckedRequest>,
) => Promise<object | undefined>;

/** A request that was read and checked, but not answered yet. */
export interface CheckedRequest {
  /** Undefined when it is not JSON. */
  readonly body: unknown;
  /** Signature, version, Action and rate are valid. */
  readonly isAdmitted: boolean;
  /** The proper `Response`: the Action's answer or a refusal. */
  respond(): { readonly RequestId: string };
}

/**
 * Listens on a free port of 127.0.0.1. Checks protocol, size, signature, version, Action and rate, in this order, then
 * lets the Action's handler answer. RequestIds count up, so that whole answers can be compared.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { now = Date.now, credentials = DEMO_CREDENTIALS, requestsPerSecond = REQUESTS_PER_SECOND } = options;
  const { account = demoAccount(now()), intercept = async (_in, _out, read) => (await read()).respond() } =
    options;
  const countRequest = slidingSecond(requestsPerSecond, now);
  let requestCount = 0;

  function admit({ method, url, headers }: IncomingMessage, raw: Buffer | undefined): Handler<Account> {
    if (method !== 'POST') throw new Refusal('UnsupportedProtocol', 'Only POST with JSON is supported.');
    if (url !== '/') throw new Refusal('InvalidParameter', 'The path must be / without a query.');
    if (!raw) throw new Refusal('RequestSizeLimitExceeded', 'The request is larger than 10 MB.');
    verifySignature({ method, headers, body: raw }, credentials, now());
    if (headers['x-tc-version'] !== TCSS_VERSION) {
      throw new Refusal('NoSuchVersion', 'The version of the API does not exist.');
    }
    const action = String(headers['x-tc-action']);
    const handler = handlers.get(action);
    if (!handler) throw new Refusal('InvalidAction', 'The Action does not exist.');
    countRequest(action);
    return handler;
  }

  async function read(incoming: IncomingMessage, RequestId: string): Promise<CheckedRequest> {
    const raw = await readBody(incoming);
    const body = raw && parseJson(raw);
    const admitted = attempt(() => ({ handler: admit(incoming, raw) }));
    if ('Error' in admitted) return { body, isAdmitted: false, respond: () => ({ ...admitted, RequestId }) };
    const answer = () => attempt(() => admitted.handler(objectBody(body), account));
    return { body, isAdmitted: true, respond: () => ({ ...answer(), RequestId }) };
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const id = `00000000-0000-4000-8000-${String(++requestCount).padStart(12, '0')}`;
    outgoing.setHeader('date', new Date(now()).toUTCString());
    const Response = await intercept(incoming, outgoing, () => read(incoming, id));
    if (Response === undefined) return;
    const body = Buffer.from(JSON.stringify({ Response }));
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy()); // the client went away while sending
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Counts only the requests that it admits, each for 1,000 ms. */
function slidingSecond(limit: number, now: () => number): (action: string) => void {
  const admitted = new Map<string, number[]>();
  return (action) => {
    if (limit === Number.POSITIVE_INFINITY) return;
    const time = now();
    const recent = (admitted.get(action) ?? []).filter((at) => at > time - 1000);
    admitted.set(action, recent);
    if (recent.length >= limit) {
      throw new Refusal('RequestLimitExceeded', `More than ${limit} requests in one second.`);
    }
    recent.push(time);
  };
}

function attempt<Result extends object>(run: () => Result): Result | { Error: object } {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return { Error: { Code: error.code, Message: error.message } };
    return { Error: { Code: 'InternalError', Message: `Fault of the simulator: ${String(error)}` } };
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined; // answered as InvalidParameter, after the signature was checked
  }
}

function objectBody(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Record<string, unknown>;
  }
  throw new Refusal('InvalidParameter', 'The body must be a JSON object.');
}
