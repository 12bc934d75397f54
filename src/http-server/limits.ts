/** What clients can make this server hold: bodies, connections, time, and calls at the same time. */
import type { IncomingMessage, ServerResponse } from 'node:http';

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

/** Gives a body; undefined when the client has gone, or why it is not read to its end. */
export type ReadBody = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<Buffer | 'too_large' | 'busy' | undefined>;

/** Reads bodies within the limits, which hold for all of them together. */
export function createBodyReader({ bodyBytes, heldBytes }: Limits): ReadBody {
  let held = 0;
  return async (request, response) => {
    if (Number(request.headers['content-length']) > bodyBytes) return 'too_large';
    if (request.headers.expect !== undefined) response.writeContinue();
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const settle = (body: Buffer | 'too_large' | 'busy' | undefined) => {
        held -= bytes;
        request.off('data', read).off('end', finish).off('close', leave);
        resolve(body);
      };
      const read = (chunk: Buffer) => {
        bytes += chunk.length;
        held += chunk.length;
        chunks.push(chunk);
        if (bytes > bodyBytes) settle('too_large');
        else if (held > heldBytes) settle('busy');
      };
      const finish = () => settle(Buffer.concat(chunks));
      const leave = () => settle(undefined);
      request.on('data', read).once('end', finish).once('close', leave);
    });
  };
}

/** The most requests that one call of a thousand rows takes. */
const REQUESTS_A_CALL = 14;

/** However slow the service, a few people can ask at the same time. */
const FEWEST_CALLS = 4;

/** Calls of one caller at the same time. */
export const CALLS_A_CALLER = 4;

/** How many calls can be served within `timeoutMs` at `perSecond` requests to the service. */
export function mostCalls(perSecond: number, timeoutMs: number): number {
  return Math.max(FEWEST_CALLS, Math.floor((perSecond * timeoutMs) / 1000 / REQUESTS_A_CALL));
}

/** Why a call is not admitted: this replica has as many as it can serve, or this caller as many as one may have. */
export type NotAdmitted = 'busy' | 'caller_busy';

/** Counts calls under way. */
export interface Admission {
  /** Counts a call until the function that it gives is called. `caller` is undefined where callers are not told apart. */
  admit(caller: string | undefined): (() => void) | NotAdmitted;
  underWay(): number;
}

/** Admits at most `most` calls, and of each caller `CALLS_A_CALLER`. */
export function createAdmission(most: number): Admission {
  const ofCaller = new Map<string, number>();
  let all = 0;
  const count = (caller: string, change: number) => {
    const calls = (ofCaller.get(caller) ?? 0) + change;
    if (calls === 0) ofCaller.delete(caller);
    else ofCaller.set(caller, calls);
  };
  return {
    admit(caller) {
      if (all >= most) return 'busy';
      if (caller !== undefined && (ofCaller.get(caller) ?? 0) >= CALLS_A_CALLER) return 'caller_busy';
      all += 1;
      if (caller !== undefined) count(caller, 1);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        all -= 1;
        if (caller !== undefined) count(caller, -1);
      };
    },
    underWay: () => all,
  };
}
