/** Looks at an endpoint's TLS, through the same connections as requests. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { TLSSocket } from 'node:tls';
import { createTransport } from './transport.ts';

/** What the handshake showed. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** Who issued the certificate, as it says: untrusted text. */
  readonly issuer: string | undefined;
  /** When the certificate expires, in ms since the epoch; NaN when it does not say. */
  readonly expiresMs: number;
}

/** Where undici reports each new connection. */
const CONNECTED = 'undici:client:connected';

/**
 * Connects to an https endpoint, through the proxy if there is one, and hangs up after the handshake. Sends nothing.
 * @throws {TransportError} when that fails. @throws the signal's reason when it aborts.
 */
export async function probeTls(
  options: { endpoint: URL; httpsProxy?: string | undefined; noProxy?: string | undefined },
  signal: AbortSignal,
): Promise<TlsFacts> {
  const { endpoint: url } = options;
  const done = new AbortController();
  let facts: TlsFacts | undefined;
  const inspect = (message: unknown) => {
    const { connectParams, socket } = message as { connectParams: { host: string }; socket: unknown };
    // A proxy may speak TLS too.
    if (connectParams.host !== url.host || !(socket instanceof TLSSocket)) return;
    facts = factsOf(socket);
    done.abort();
  };
  subscribe(CONNECTED, inspect);
  const transport = createTransport(options);
  try {
    await transport.send(
      { url, headers: {}, body: new Uint8Array() },
      AbortSignal.any([signal, done.signal]),
    );
  } catch (error) {
    if (facts === undefined) throw error;
  } finally {
    unsubscribe(CONNECTED, inspect);
    await transport.close();
  }
  if (facts === undefined) throw new Error(`undici reported nothing on ${CONNECTED}`);
  return facts;
}

function factsOf(socket: TLSSocket): TlsFacts {
  const { issuer, valid_to: validTo } = socket.getPeerCertificate();
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    issuer: [issuer?.O, issuer?.CN].flat().find((name) => name !== undefined),
    expiresMs: Date.parse(validTo),
  };
}
