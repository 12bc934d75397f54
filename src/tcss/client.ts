/** The one verb: call an Action. Everything between a request object and a checked answer. */
import type { Credentials } from '../credentials/credentials.ts';
import { ApiError, ContractError, TransportError } from '../errors.ts';
import type { Clock } from '../http/clock.ts';
import type { RateLimiter } from '../http/rate-limiter.ts';
import type { Transport } from '../http/transport.ts';
import type { Log } from '../log.ts';
import { sign } from '../tc3/sign.ts';
import { NAME, VERSION } from '../version.ts';
import { type Action, TCSS_SERVICE, TCSS_VERSION } from './action.ts';
import { openEnvelope, parseBody } from './envelope.ts';

/** The port through which every tool reaches TCSS. All Actions used are reads. */
export interface TcssClient {
  /**
   * Sends one request and gives its checked answer.
   * @throws {ConfigError} without credentials. @throws {ApiError} when the service says no.
   * @throws {TransportError} when no usable answer came. @throws {ContractError} when it cannot be read.
   * @throws the signal's reason when it aborts.
   */
  call<Request extends object, Response>(
    action: Action<Request, Response>,
    request: Request,
    signal: AbortSignal,
  ): Promise<Response>;
  /** Closes every socket at once; calls under way fail. */
  close(): Promise<void>;
}

/** What a call goes out with: made at the first call, since starting must have no side effect. */
export interface Connection {
  readonly transport: Transport;
  readonly endpoint: URL;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** Makes the connection. @throws {ConfigError} without credentials; the next call tries again. */
export type Connect = () => Promise<Connection>;

const CONTENT_TYPE = 'application/json; charset=utf-8';
const SIGNED_HEADERS = ['content-type', 'host', 'x-tc-action'];

/** The client behind both the live service and the demo. */
export function createTcssClient(options: {
  connect: Connect;
  limiter: RateLimiter;
  clock: Clock;
  language: string;
  region: string | undefined;
  log: Log;
}): TcssClient {
  const { limiter, clock, log } = options;
  let connection: Promise<Connection> | undefined;

  function connected(): Promise<Connection> {
    if (connection === undefined) {
      connection = options.connect();
      connection.catch(() => {
        connection = undefined;
      });
    }
    return connection;
  }

  function signedHeaders(action: string, body: Uint8Array, { endpoint, credentials }: Connection) {
    const timestampSeconds = Math.floor(clock.now() / 1000);
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
      ...(options.region === undefined ? {} : { 'X-TC-Region': options.region }),
      ...(credentials.token === undefined ? {} : { 'X-TC-Token': credentials.token }),
    };
  }

  return {
    async call(action, request, signal) {
      const wire = await connected();
      // Serialised once: these very bytes are hashed and sent.
      const body = Buffer.from(JSON.stringify(request));
      await limiter.take(action.name, signal);
      const startedMs = clock.now();
      const report = (outcome: string) =>
        log('info', `${action.name} ${clock.now() - startedMs} ms, ${outcome}`);
      try {
        const headers = signedHeaders(action.name, body, wire);
        const answer = await wire.transport.send({ url: wire.endpoint, headers, body }, signal);
        const parsed = parseBody(answer.body, action.name);
        const read = openEnvelope(parsed, action);
        report(requestIdWords((read as { RequestId?: string }).RequestId));
        return read;
      } catch (error) {
        report(describeFailure(error));
        throw error;
      }
    },
    async close() {
      const open = await connection?.catch(() => undefined);
      await open?.close();
    },
  };
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
