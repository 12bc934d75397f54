/**
 * Sends one signed request and gives the whole answer. The only importer of undici, and itself
 * loaded with the first call: undici costs more to load than the rest of the server.
 */
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { MAX_ATTEMPTS, TransportError } from '../errors.ts';

/** One POST; `headers` hold everything but Host and Content-Length, which follow from the URL and the body. */
export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A whole answer of status 200, decompressed. `dateMs`: its Date header, in ms since the epoch, if it has one. */
export interface HttpAnswer {
  readonly body: Uint8Array;
  readonly dateMs: number | undefined;
}

/** Connections to one endpoint, kept alive between calls. */
export interface Transport {
  /**
   * Sends and reads to the end. Redirects are not followed.
   * @throws {TransportError} on anything but a status of 200 and a whole body within the limit.
   * @throws the signal's reason when it aborts; the socket is closed then.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Closes every socket at once. */
  close(): Promise<void>;
}

/** Largest body that is read, in bytes after decompression; counted while it streams. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** Sockets kept to the endpoint: as many as pages are asked for at once. */
const CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** `httpsProxy` and `noProxy` as in the environment variables; a loopback endpoint never uses a proxy. */
export function createTransport(options: {
  endpoint: URL;
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
}): Transport {
  const agentOptions: Agent.Options = {
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // One deadline covers the whole call; it reaches here as the signal.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const { httpsProxy } = options;
  const dispatcher: Dispatcher =
    httpsProxy === undefined || options.endpoint.protocol === 'http:'
      ? new Agent(agentOptions)
      : new EnvHttpProxyAgent({
          ...agentOptions,
          httpProxy: '',
          httpsProxy,
          noProxy: ['localhost', '127.0.0.1', '[::1]', options.noProxy ?? ''].join(','),
        });

  return {
    async send({ url, headers, body }, signal) {
      // undici would connect all the same.
      signal.throwIfAborted();
      try {
        const answer = await dispatcher.request({
          origin: url.origin,
          path: '/',
          method: 'POST',
          headers: { ...headers, 'accept-encoding': 'gzip' },
          body,
          signal,
        });
        const read = await readAnswer(answer);
        // undici frees the socket one turn of the event loop after its answer; a call before that opens another.
        await setImmediate();
        return read;
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof TransportError ? error : connectionError(error);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

async function readAnswer({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<HttpAnswer> {
  // A stream that is destroyed before its end says so in an event that must have a listener.
  body.on('error', () => {});
  try {
    if (statusCode !== 200) throw statusError(statusCode, headers['retry-after']);
    const dateMs = Date.parse(String(headers['date']));
    return {
      body: await readBody(decoded(body, headers['content-encoding'])),
      dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    };
  } finally {
    // Closes the socket, unless the answer was read to its end.
    body.destroy();
  }
}

function decoded(source: Readable, encoding: string | string[] = 'identity'): Readable {
  switch (String(encoding).toLowerCase()) {
    case 'identity':
      return source;
    case 'gzip':
    case 'x-gzip': {
      const gunzip = createGunzip();
      // pipe() does not pass errors on: a socket that breaks would leave the gunzip waiting for ever.
      source.on('error', (error) => gunzip.destroy(error));
      return source.pipe(gunzip);
    }
    default:
      throw new TransportError('http-status', 'the answer has a content-encoding that was not asked for', {
        status: 200,
      });
  }
}

async function readBody(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT_BYTES) {
      throw new TransportError('too-large', `the answer is larger than ${BODY_LIMIT_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function statusError(status: number, retryAfter: string | string[] | undefined): TransportError {
  const meaning =
    status >= 300 && status < 400
      ? 'a redirect, which is never followed'
      : 'TCSS itself answers 200 even to errors, so this is a proxy or gateway';
  return new TransportError('http-status', `HTTP status ${status}: ${meaning}`, {
    status,
    attempts: status === 429 || status >= 500 ? MAX_ATTEMPTS : 1,
    // Only whole seconds: a date would need the service's clock.
    retryAfterMs: /^\d{1,6}$/.test(String(retryAfter)) ? Number(retryAfter) * 1000 : undefined,
  });
}

/** What the codes of the network mean; anything else is shown by its code alone. */
const CONNECTION_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the endpoint does not speak TLS',
  EPIPE: 'the connection was closed while sending',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'no connection could be made in time',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  UND_ERR_DESTROYED: 'this server is ending',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut off',
  HTTPParserError: 'the answer is not HTTP',
  UND_ERR_ABORTED: 'the proxy refused the connection',
  Z_BUF_ERROR: 'the compressed answer was cut off',
  Z_DATA_ERROR: 'the compressed answer is damaged',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired; check the clock of this machine',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed; set NODE_EXTRA_CA_CERTS if that is meant',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the TLS chain ends in an unknown CA; set NODE_EXTRA_CA_CERTS if a proxy is meant to be there',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the CA of the TLS certificate is unknown; set NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate cannot be verified; set NODE_EXTRA_CA_CERTS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host',
};

/** Faults of a moment, after which the same request may go through. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
]);

function connectionError(error: unknown): TransportError {
  const code = errorCode(error) ?? 'no code';
  return new TransportError('connection', `${CONNECTION_FAULTS[code] ?? 'the connection failed'} (${code})`, {
    cause: error,
    attempts: TRANSIENT.has(code) ? MAX_ATTEMPTS : 1,
  });
}

/** The code of an error, of its first part (several addresses tried) or of its cause; a parser's codes are one. */
function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'HTTPParserError') return error.name;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  return errorCode(error instanceof AggregateError ? error.errors[0] : error.cause);
}
