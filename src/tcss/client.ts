/** The one verb: call an Action. Everything between a request object and a checked answer. */
import type { Credentials } from '../credentials/credentials.ts';
import { ApiError, ContractError, TransportError } from '../errors.ts';
import type { RateLimiter } from '../http/rate-limiter.ts';
import { retry } from '../http/retry.ts';
import type { Clock, Deadline } from '../http/time.ts';
import type { Transport } from '../http/transport.ts';
import type { Log } from '../log.ts';
import { sign } from '../tc3/sign.ts';
import { NAME, VERSION } from '../version.ts';
import { type Action, TCSS_SERVICE, TCSS_VERSION } from './action.ts';
import { withCredentialSource } from './api-error.ts';
import { openEnvelope, parseBody } from './envelope.ts';

/** The port through which every tool reaches TCSS. All Actions used are reads. */
export interface TcssClient {
  /**
   * Sends one request and gives its checked answer.
   * @throws {ConfigError} without credentials. @throws {ApiError} when the service says no.
   * @throws {TransportError} when no usable answer came. @throws {ContractError} when it cannot be read.
   * @throws the reason of the deadline's signal when it aborts.
   */
  call<Request extends object, Response>(
    action: Action<Request, Response>,
    request: Request,
    deadline: Deadline,
  ): Promise<Response>;
  /** Closes every socket at once; calls under way fail. */
  close(): Promise<void>;
}

/** What a call goes out with: made at the first call, since starting must have no side effect. */
export interface Connection {
  readonly transport: Transport;
  readonly endpoint: URL;
  /** Asked at each attempt, since files with keys that expire change. @throws {ConfigError} without any. */
  readonly credentials: () => Credentials;
  close(): Promise<void>;
}

/** Makes the connection. May fail; the next call tries again. */
export type Connect = () => Promise<Connection>;

const CONTENT_TYPE = 'application/json; charset=utf-8';
const SIGNED_HEADERS = ['content-type', 'host', 'x-tc-action'];

/**
 * Gets each attempt when it has ended: the name of the Action, and `ok`, the category of the service's refusal, the
 * fault of the transport, `unreadable` or `aborted`.
 */
export type OnRequest = (action: string, outcome: string) => void;

/** The client behind both the live service and the demo. */
export function createTcssClient(options: {
  connect: Connect;
  limiter: RateLimiter;
  clock: Clock;
  language: string;
  region: string | undefined;
  log: Log;
  /** Numbers from 0 up to 1, for the jitter of waits. */
  random: () => number;
  onRequest?: OnRequest | undefined;
}): TcssClient {
  const { limiter, clock, log, random, onRequest = () => undefined } = options;
  let connection: Promise<Connection> | undefined;
  /** Corrected after a failure, for this and later calls: how far this machine's clock is off, and the region. */
  const corrected = { skewMs: 0, region: options.region };

  function connected(): Promise<Connection> {
    if (connection === undefined) {
      connection = options.connect();
      connection.catch(() => {
        connection = undefined;
      });
    }
    return connection;
  }

  function signedHeaders(action: string, body: Uint8Array, endpoint: URL, credentials: Credentials) {
    const timestampSeconds = Math.floor((clock.now() + corrected.skewMs) / 1000);
    const headers = {
      'Content-Type': CONTENT_TYPE,
      Host: endpoint.host,
      'X-TC-Action': action,
    };
    const authorization = sign({ method: 'POST', headers, body }, credentials, {
      service: TCSS_SERVICE,
      timestampSeconds,
      signedHeaders: SIGNED_HEADERS,
    });
    return {
      ...headers,
      Authorization: authorization,
      'User-Agent': `${NAME}/${VERSION}`,
      'X-TC-Version': TCSS_VERSION,
      'X-TC-Timestamp': String(timestampSeconds),
      'X-TC-Language': options.language,
      'X-TC-RequestClient': `${NAME}-${VERSION}`,
      ...(corrected.region === undefined ? {} : { 'X-TC-Region': corrected.region }),
      ...(credentials.token === undefined ? {} : { 'X-TC-Token': credentials.token }),
    };
  }

  /**
   * One attempt: wait for the rate limit, sign, send, read the answer. Signed each time, since timestamps expire.
   * Undefined when the failure named something that has been corrected, so the same request may pass now.
   * `correctedFor` holds the error codes after which this call has corrected something already.
   */
  async function attempt<Request extends object, Response>(
    action: Action<Request, Response>,
    body: Uint8Array,
    wire: Connection,
    { signal, correctedFor }: { signal: AbortSignal; correctedFor: Set<string> },
  ): Promise<{ read: Response } | undefined> {
    const credentials = wire.credentials();
    await limiter.take(action.name, signal);
    const startedMs = clock.now();
    const report = (outcome: string, words: string) => {
      onRequest(action.name, outcome);
      log('info', `${action.name} ${clock.now() - startedMs} ms, ${words}`);
    };
    let dateMs: number | undefined;
    try {
      const headers = signedHeaders(action.name, body, wire.endpoint, credentials);
      const answer = await wire.transport.send({ url: wire.endpoint, headers, body }, signal);
      dateMs = answer.dateMs;
      const read = openEnvelope(parseBody(answer.body, action.name), action);
      report('ok', requestIdWords((read as { RequestId?: string }).RequestId));
      return { read };
    } catch (error) {
      report(outcomeOf(error), describeFailure(error));
      if (!(error instanceof ApiError)) throw error;
      if (error.category === 'rate-limit') limiter.slowDown(action.name);
      if (correctedFor.has(error.code) || !correct(error.code, dateMs)) {
        throw withCredentialSource(error, credentials);
      }
      correctedFor.add(error.code);
      return undefined;
    }
  }

  /** Corrects the clock or the region after a failure; false when the failure is about neither. */
  function correct(code: string, dateMs: number | undefined): boolean {
    if (code === 'AuthFailure.SignatureExpire' && dateMs !== undefined) {
      corrected.skewMs = dateMs - clock.now();
      return true;
    }
    if (code === 'UnsupportedRegion' && corrected.region !== undefined) {
      corrected.region = undefined;
      return true;
    }
    return false;
  }

  return {
    async call(action, request, deadline) {
      const { signal } = deadline;
      const wire = await connected();
      // Serialised once: these very bytes are hashed and sent.
      const body = Buffer.from(JSON.stringify(request));
      const correctedFor = new Set<string>();
      const attemptUntilCorrected = async () => {
        for (;;) {
          const outcome = await attempt(action, body, wire, { signal, correctedFor });
          if (outcome !== undefined) return outcome.read;
        }
      };
      return retry(attemptUntilCorrected, { clock, random, deadline });
    },
    async close() {
      const open = await connection?.catch(() => undefined);
      await open?.close();
    },
  };
}

function outcomeOf(error: unknown): string {
  if (error instanceof ApiError) return error.category;
  if (error instanceof ContractError) return 'unreadable';
  return error instanceof TransportError ? error.fault : 'aborted';
}

/** A failure in the words of the log: no message, since upstream may have written it. */
function describeFailure(error: unknown): string {
  if (error instanceof ApiError) return `${error.code}, ${requestIdWords(error.requestId)}`;
  if (error instanceof ContractError) return `unreadable answer, ${requestIdWords(error.requestId)}`;
  return error instanceof TransportError ? error.fault : 'aborted';
}

function requestIdWords(requestId: string | undefined): string {
  return `RequestId ${requestId ?? 'absent'}`;
}
