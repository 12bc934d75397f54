/**
 * A stand-in for TCSS on loopback: real HTTP, Tencent's envelope and codes. A request meets, in
 * this order, the gate (protocol, signature, version, Action, rate), a scripted fault, its Action's handler.
 * Where the service is undocumented it is strict. It is no evidence about the live service.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REQUESTS_PER_SECOND } from '../tcss/action.ts';
import { type Account, DEMO_CREDENTIALS, type DemoCredentials, demoAccount } from './data-set.ts';
import { type FaultOptions, faultScripts } from './fault-scripts.ts';
import { gate } from './gate.ts';
import { Refusal } from './refusal.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_RECORDS = 10_000;

/** A running simulated TCSS; see `startSimulator`. */
export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every request that arrived, refused ones too, in order of arrival; the last 10,000. */
  readonly requests: readonly RecordedRequest[];
  /** Scripts a fault for requests that passed every check. Scripts of one action queue up. */
  failNext(fault: Fault, options?: FaultOptions): void;
  /** Ends every socket and timer at once; may be called again. */
  close(): Promise<void>;
}

/** One request as it arrived; its members fill in while it is read and answered. */
export interface RecordedRequest {
  readonly action: string | undefined;
  /** Parsed JSON; undefined until read, and when it is none. */
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds on the simulator's clock. */
  readonly at: number;
  /** The client went away before the answer ended. */
  readonly closedEarly?: boolean;
}

/** What happens to a request instead of its proper answer. */
export type Fault =
  /** Tencent's envelope: HTTP 200 with `Response.Error`. */
  | { readonly code: string; readonly message?: string; readonly requestId?: string }
  /** An answer as it stands, as a gateway would give it. */
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  /** Takes the proper `Response`; an object is sent as the body's `Response`, anything else as the body. */
  | { readonly respond: (answer: object) => object | string | Buffer }
  /** Never answers, or sends headers and half of the body and then nothing. */
  | { readonly hang: 'headers' | 'body' }
  /** The proper answer, later. */
  | { readonly delayMs: number }
  /** Resets the connection. */
  | { readonly reset: true };

/** How a simulator is set up; everything has a default. */
export interface SimulatorOptions {
  /** Default: `demoAccount()`. */
  readonly account?: Account;
  readonly credentials?: DemoCredentials;
  /** Taken in any sliding second for each Action; `Infinity` = no limit. Default 20, as the service. */
  readonly requestsPerSecond?: number;
  /** Milliseconds; also what signatures are checked against and the `Date` header says. */
  readonly now?: () => number;
}

/** Listens on 127.0.0.1 at a free port. RequestIds count up, so that answers can be compared as a whole. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { now = Date.now, credentials = DEMO_CREDENTIALS, requestsPerSecond = REQUESTS_PER_SECOND } = options;
  const account = options.account ?? demoAccount(now());
  const admit = gate({ credentials, requestsPerSecond, now });
  const scripts = faultScripts<Fault>();
  const requests: { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let isClosing = false;
  let requestCount = 0;

  const server = createServer((incoming, outgoing) => {
    // Rejects when the client went away while sending (its record says so) or a `respond` threw.
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const action = incoming.headers['x-tc-action']?.toString();
    const record: (typeof requests)[number] = {
      action,
      body: undefined,
      headers: incoming.headers,
      at: now(),
    };
    if (requests.push(record) > MAX_RECORDS) requests.shift();
    const RequestId = `00000000-0000-4000-8000-${String(++requestCount).padStart(12, '0')}`;
    outgoing.setHeader('date', new Date(now()).toUTCString());
    let isOurs = false; // the end of the connection was this side's doing
    outgoing.once('close', () => {
      if (!outgoing.writableFinished && !isOurs && !isClosing) record.closedEarly = true;
    });

    const raw = await readBody(incoming);
    record.body = raw && parseJson(raw);
    const passed = attempt(() => ({ handler: admit(incoming, raw) }));
    if ('Error' in passed) return send(outgoing, { ...passed, RequestId });
    const answer = () => ({ ...attempt(() => passed.handler(objectBody(record.body), account)), RequestId });
    const fault = scripts.take(action ?? '');
    if (!fault) return send(outgoing, answer());
    isOurs = 'reset' in fault;
    play(fault, answer, RequestId, outgoing);
  }

  function play(fault: Fault, answer: () => object, RequestId: string, outgoing: ServerResponse): void {
    if ('code' in fault) {
      const { code: Code, message: Message = 'A scripted failure.', requestId = RequestId } = fault;
      send(outgoing, { Error: { Code, Message }, RequestId: requestId });
    } else if ('status' in fault) {
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    } else if ('respond' in fault) {
      send(outgoing, fault.respond(answer()));
    } else if ('delayMs' in fault) {
      const timer = setTimeout(() => send(outgoing, answer()), fault.delayMs);
      timers.add(timer);
      outgoing.once('close', () => {
        clearTimeout(timer);
        timers.delete(timer);
      });
    } else if ('reset' in fault) {
      outgoing.socket?.resetAndDestroy();
    } else if (fault.hang === 'body') {
      const body = Buffer.from(JSON.stringify({ Response: answer() }));
      outgoing.writeHead(200, headersFor(body)).write(body.subarray(0, body.length >> 1));
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    failNext: scripts.add,
    close() {
      isClosing = true;
      for (const timer of timers) clearTimeout(timer);
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function headersFor(body: Buffer) {
  return { 'content-type': 'application/json', 'content-length': body.length };
}

function send(outgoing: ServerResponse, answer: object | string | Buffer): void {
  const isWhole = typeof answer === 'string' || Buffer.isBuffer(answer);
  const body = Buffer.from(isWhole ? answer : JSON.stringify({ Response: answer }));
  outgoing.writeHead(200, headersFor(body)).end(body);
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
