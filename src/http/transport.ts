/**
 * Sends one request and gives the whole answer. Loaded with the first call, since undici takes longer to load
 * than the rest of the server.
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

/** A POST of `body`, or a GET where that is null; `headers` lack Host and Content-Length, which follow from URL and body. */
export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** A complete answer of status 200, decompressed. `dateMs`: its Date header, if it has one, in ms since the epoch. */
export interface HttpAnswer {
  readonly body: Uint8Array;
  readonly dateMs: number | undefined;
}

/** Connections to one endpoint, kept alive between calls. */
export interface Transport {
  /**
   * Sends, and reads the answer to its end. Redirects are not followed.
   * @throws {TransportError} on anything but status 200 and a complete body within the limit.
   * @throws the signal's reason when it aborts, after closing the socket.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Closes every socket at once. */
  close(): Promise<void>;
}

/** Larger bodies are refused; counted after decompression, while they stream. */
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
      // undici would connect first.
      signal.throwIfAborted();
      try {
        const asked = request(url, {
          dispatcher,
          method: body === null ? 'GET' : 'POST',
          headers: { ...headers, 'accept-encoding': 'gzip' },
          body,
          signal,
        });
        // undici notices an abort only once it has a connection.
        const read = await readAnswer(await abortable(asked, signal));
        // undici reuses the socket only in the next turn of the event loop; a request before that would open another.
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
  // Destroying a stream before its end emits an error, which needs a listener.
  body.on('error', () => {});
  try {
    if (statusCode !== 200) throw statusError(statusCode, headers['retry-after']);
    const dateMs = Date.parse(String(headers['date']));
    return {
      body: await readBody(decoded(body, headers['content-encoding'])),
      dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    };
  } finally {
    // Closes the socket unless the answer was read to its end.
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
      // pipe() does not pass errors on: after a broken connection gunzip would wait forever.
      source.on('error', (error) => gunzip.destroy(error));
      return source.pipe(gunzip);
    }
    default:
      throw new TransportError('http-status', 'the answer has a content-encoding that was not requested', {
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
    // Only in seconds: a date would need the service's clock.
    retryAfterMs: /^\d{1,6}$/.test(String(retryAfter)) ? Number(retryAfter) * 1000 : undefined,
  });
}
