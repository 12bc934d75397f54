/** Connections to the endpoint, directly or through a proxy's tunnel, kept alive between calls. */
import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { TransportError } from '../errors.ts';
import { connectionError } from './connection-error.ts';
import { authorizationOf } from './proxy.ts';

/** Longest time for a connection, and for a proxy's answer to the wish for a tunnel. */
const CONNECT_TIMEOUT_MS = 10_000;

const connect = {
  timeout: CONNECT_TIMEOUT_MS,
  /**
   * Longest time for one address of a name that has several, before the next one is tried. Node's own 250 ms
   * give up every address of a host that is far away.
   */
  autoSelectFamilyAttemptTimeout: 2500,
};

const OPTIONS = {
  /** As many as pages are asked for at once. */
  connections: 16,
  keepAliveTimeout: 30_000,
  // One deadline covers the whole call; it reaches here as the signal.
  headersTimeout: 0,
  bodyTimeout: 0,
};

/** Nothing is opened before the first request. The process's environment is not asked. */
export function createDispatcher(proxy: URL | undefined): Dispatcher {
  if (proxy === undefined) return new Agent({ ...OPTIONS, connect });
  const token = authorizationOf(proxy);
  return new ProxyAgent({
    ...OPTIONS,
    // Without user and password, which undici would not send where one of them is missing.
    uri: proxy.origin,
    ...(token === undefined ? {} : { token }),
    clientFactory: (origin) =>
      new TunnelPool(origin, { connect: connectToProxy, headersTimeout: CONNECT_TIMEOUT_MS }),
  });
}

const connector = buildConnector(connect);

/** ProxyAgent gives the proxy's host as the server's name, also an address, which is none; else it follows from the host. */
const connectToProxy: buildConnector.connector = ({ servername: _, ...options }, done) =>
  connector(options, done);

/** The proxy as ProxyAgent asks it for tunnels. What fails here is the proxy's failure, and says so. */
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

/** What the proxy's statuses mean, and what to change where that is known. */
const REFUSALS: Readonly<Record<number, readonly [meaning: string, fix?: string]>> = {
  403: [
    'it does not let this server reach the endpoint',
    'have the proxy let this server reach the endpoint, or exempt its host in NO_PROXY',
  ],
  407: [
    'it wants a user and password, which belong into the URL of HTTPS_PROXY',
    'put user and password into the URL of HTTPS_PROXY',
  ],
  502: ['it cannot reach the endpoint'],
  503: ['it cannot reach the endpoint at the moment'],
  504: ['the endpoint did not answer it in time'],
};

const NO_TUNNELS = 'see that HTTPS_PROXY is the address and port of a proxy that opens tunnels (CONNECT)';

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
