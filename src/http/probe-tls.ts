/** A look at the TLS of an endpoint, over the connections that requests use. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { TransportError } from '../errors.ts';
import { createConnector } from './connect.ts';
import { connectionError } from './connection-error.ts';
import { proxyFor } from './proxy.ts';

/** What a handshake showed. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** Who issued the certificate, as it says itself: text from outside. */
  readonly issuer: string | undefined;
  /** When the certificate ends, in ms since the epoch; NaN when it does not say. */
  readonly expiresMs: number;
}

/**
 * Connects to an https endpoint, through the proxy if there is one, shakes hands and hangs up.
 * @throws {TransportError} when that fails. @throws the signal's reason when it aborts.
 */
export async function probeTls(
  options: { endpoint: URL; httpsProxy?: string | undefined; noProxy?: string | undefined },
  signal: AbortSignal,
): Promise<TlsFacts> {
  signal.throwIfAborted();
  const connector = createConnector(proxyFor(options), () => !signal.aborted);
  const stop = () => connector.giveUp();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const socket = await open(connector.connect, options.endpoint);
    try {
      return factsOf(socket);
    } finally {
      socket.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TransportError ? error : connectionError(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function open(
  connect: ReturnType<typeof createConnector>['connect'],
  { host, hostname, protocol, port }: URL,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect({ host, hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port }, (error, socket) =>
      error === null ? resolve(socket) : reject(error),
    );
  });
}

function factsOf(socket: Socket): TlsFacts {
  if (!(socket instanceof TLSSocket)) throw new TypeError('an https endpoint gives TLS sockets');
  const { issuer, valid_to: validTo } = socket.getPeerCertificate();
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    issuer: [issuer?.O, issuer?.CN].flat().find((name) => name !== undefined),
    expiresMs: Date.parse(validTo),
  };
}
