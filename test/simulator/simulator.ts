/** The simulated TCSS as tests use it: it keeps a record of requests and fails when a script says so. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CheckedRequest,
  type Intercept,
  type SimulatorOptions as PlainOptions,
  type Simulator as PlainSimulator,
  startSimulator as startPlainSimulator,
} from '../../src/demo/simulator.ts';
import { type FaultOptions, faultScripts } from './fault-scripts.ts';

const MAX_RECORDS = 10_000;

/** A running simulated TCSS that can be watched and made to fail. */
export interface Simulator extends PlainSimulator {
  /** Every request that arrived, refused ones too, in order of arrival; the last 10,000. */
  readonly requests: readonly RecordedRequest[];
  /** Scripts a fault for requests that passed every check. Scripts of one action queue up. */
  failNext(fault: Fault, options?: FaultOptions): void;
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

/** Changes the proper `Response` of any Action; refusals stay as they are. */
export type Alter = (answer: object, asked: { readonly action: string; readonly body: unknown }) => object;

/** Options of the simulator of src/demo, and for tests what is done to its answers. */
export type SimulatorOptions = Omit<PlainOptions, 'intercept'> & { readonly alter?: Alter };

/** As `startSimulator` of src/demo; closing ends hanging and delayed answers too. */
export async function startSimulator({ alter, ...options }: SimulatorOptions = {}): Promise<Simulator> {
  const { now = Date.now } = options;
  const scripts = faultScripts<Fault>();
  const requests: { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] }[] = [];
  const closing = new AbortController();

  const intercept: Intercept = async (incoming, outgoing, read) => {
    const { headers } = incoming;
    const action = headers['x-tc-action']?.toString();
    const record: (typeof requests)[number] = { action, body: undefined, headers, at: now() };
    if (requests.push(record) > MAX_RECORDS) requests.shift();
    let isOurs = false; // the end of the connection was this side's doing
    outgoing.once('close', () => {
      if (!outgoing.writableFinished && !isOurs && !closing.signal.aborted) record.closedEarly = true;
    });

    const checked = await read();
    const { body } = checked;
    record.body = body;
    const request = {
      ...checked,
      respond() {
        const answer = checked.respond();
        if (alter === undefined || 'Error' in answer) return answer;
        return { ...alter(answer, { action: action ?? '', body }), RequestId: answer.RequestId };
      },
    };
    const fault = request.isAdmitted ? scripts.take(action ?? '') : undefined;
    if (!fault) return request.respond();
    isOurs = 'reset' in fault;
    return play(fault, request, outgoing, closing.signal);
  };

  const simulator = await startPlainSimulator({ ...options, intercept });
  return {
    url: simulator.url,
    requests,
    failNext: scripts.add,
    close() {
      closing.abort();
      return simulator.close();
    },
  };
}

/** Gives the `Response` to send; undefined when the fault has taken care of that, or sends none. */
async function play(
  fault: Fault,
  { respond }: CheckedRequest,
  outgoing: ServerResponse,
  closing: AbortSignal,
) {
  if ('code' in fault) {
    const { code: Code, message: Message = 'A scripted failure.', requestId } = fault;
    return { Error: { Code, Message }, RequestId: requestId ?? respond().RequestId };
  }
  if ('delayMs' in fault) {
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    await sleep(fault.delayMs, undefined, { signal: AbortSignal.any([closing, gone.signal]) });
    return respond();
  }
  if ('respond' in fault) {
    const answer = fault.respond(respond());
    if (typeof answer !== 'string' && !Buffer.isBuffer(answer)) return answer;
    outgoing.writeHead(200, headersFor(answer)).end(answer);
  } else if ('status' in fault) {
    outgoing.writeHead(fault.status, fault.headers).end(fault.body);
  } else if ('reset' in fault) {
    outgoing.socket?.resetAndDestroy();
  } else if (fault.hang === 'body') {
    const body = Buffer.from(JSON.stringify({ Response: respond() }));
    outgoing.writeHead(200, headersFor(body)).write(body.subarray(0, body.length >> 1));
  }
  return undefined;
}

function headersFor(body: string | Buffer) {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
}
