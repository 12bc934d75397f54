/** Connections to the endpoint, directly or through a proxy's tunnel, kept alive between calls. */
import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { TransportError } from '../errors.ts';
import { connectionError } from './connection-error.ts';
import { authorizationOf } from './proxy.ts';

/** How long a connection, and a proxy's answer to CONNECT, may take. */
const CONNECT_TIMEOUT_MS = 10_000;

const connect = {
  timeout: CONNECT_TIMEOUT_MS,
  /**
   * How long to try one of several addresses before the next. Node's default of 250 ms is too short for every address
   * of a host that is far away.
   */
  autoSelectFamilyAttemptTimeout: 2500,
};

const OPTIONS = {
  /**
   * More than are ever under way at the service's rate. A request that has its turn must not wait for a connection, or
   * it arrives together with those of the next second, and one of them is refused.
   */
  connections: 64,
  keepAliveTimeout: 30_000,
  // The signal of the call's deadline covers both.
  headersTimeout: 0,
  bodyTimeout: 0,
};

/** Opens nothing before the first request, and ignores the process's environment. */
export function createDispatcher(proxy: URL | undefined): Dispatcher {
  if (proxy === undefined) return new Agent({ ...OPTIONS, connect });
  const token = authorizationOf(proxy);
  return new ProxyAgent({
    ...OPTIONS,
    // Without user and password, which undici sends only where both are given.
    uri: proxy.origin,
    ...(token === undefined ? {} : { token }),
    clientFactory: (origin) =>
      new TunnelPool(origin, { connect: connectToProxy, headersTimeout: CONNECT_TIMEOUT_MS }),
  });
}

const connector = buildConnector(connect);

/** Drops the servername that ProxyAgent gives even for an address, which cannot be one; for names it follows from the host. */
const connectToProxy: buildConnector.connector = ({ servername: _, ...options }, done) =>
  connector(options, done);

/** The proxy, as ProxyAgent asks it for tunnels. Its failures say that they are the proxy's. */
class TunnelPool extends Pool {
  override readonly connect = (async (options: Dispatcher.ConnectOptions) => {
    const tunnel = await super.connect(options).catch((error: unknown) => {
      throw connectionError(error, 'the proxy of HTTPS_PROXY: ');
    });
    if (tunnel.statusCode === 200) return tunnel;
    tunnel.socket.on('error', () => {}).destroy();
    throw refusal(tunnel.statusCode);
  }) as Pool['connect'];
}

/** What a proxy's statuses mean, and what to change where that is known. */
const REFUSALS: Readonly<Record<number, readonly [meaning: string, fix?: string]>> = {
  403: [
    'it does not let this server reach the endpoint',
    'allow the endpoint in the proxy, or exempt its host in NO_PROXY',
  ],
  407: [
    'it requires a user and password, which belong in the URL of HTTPS_PROXY',
    'put the user and password in the URL of HTTPS_PROXY',
  ],
  502: ['it cannot reach the endpoint'],
  503: ['it cannot reach the endpoint at the moment'],
  504: ['the endpoint did not answer it in time'],
};

const NO_TUNNELS = 'check that HTTPS_PROXY is the address and port of a proxy that opens tunnels (CONNECT)';

function refusal(status: number): TransportError {
  const mayPass = status === 429 || status >= 500;
  const [meaning, fix = mayPass ? undefined : NO_TUNNELS] = REFUSALS[status] ?? [
    'it opened no tunnel to the endpoint',
  ];
  return new TransportError('http-status', `the proxy of HTTPS_PROXY answered status ${status}: ${meaning}`, {
    status,
    fix,
  });
}
