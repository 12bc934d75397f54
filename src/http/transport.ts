/**
 * Sends one signed request and gives the whole answer. Loaded with the first call, since undici, which is
 * behind it, costs more to load than the rest of the server.
 */
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { TransportError } from '../errors.ts';
import { connectionError } from './connection-error.ts';
import { createDispatcher } from './dispatcher.ts';
import { proxyFor } from './proxy.ts';
import { abortable } from './time.ts';

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

/** `httpsProxy` and `noProxy` as in the environment variables; a loopback endpoint never uses a proxy. */
export function createTransport(options: {
  endpoint: URL;
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
}): Transport {
  const dispatcher = createDispatcher(proxyFor(options));
  return {
    async send({ url, headers, body }, signal) {
      // undici would connect all the same.
      signal.throwIfAborted();
      try {
        const asked = request(url, {
          dispatcher,
          method: 'POST',
          headers: { ...headers, 'accept-encoding': 'gzip' },
          body,
          signal,
        });
        // undici itself sees an abort only once it has a connection.
        const read = await readAnswer(await abortable(asked, signal));
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
    // Only whole seconds: a date would need the service's clock.
    retryAfterMs: /^\d{1,6}$/.test(String(retryAfter)) ? Number(retryAfter) * 1000 : undefined,
  });
}
