/** Opens sockets to the endpoint, directly or through a proxy's tunnel, and can give up those that are not open yet. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { MAX_ATTEMPTS, TransportError } from '../errors.ts';
import { connectionError } from './connection-error.ts';
import { authorizationOf } from './proxy.ts';

/** Longest time for a connection, and for a proxy's tunnel before it. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Longest time for one address of a name that has several, before the next one is tried. Node's own 250 ms
 * give up every address of a host that is far away.
 */
const PER_ADDRESS = { autoSelectFamilyAttemptTimeout: 2500 };

/** How undici gets its sockets. */
export interface Connector {
  readonly connect: buildConnector.connector;
  /** Closes every socket that is still being opened. */
  giveUp(): void;
}

/** A request that comes in the moment between is tried again, as after any reset. */
const GIVEN_UP = Object.assign(new Error('nobody waits for this connection'), { code: 'ECONNRESET' });

/** What is still being opened can be destroyed. */
interface Opening {
  destroy(error: Error): unknown;
}

/** `proxy`: through which to tunnel, if any. `isWanted`: whether any request is under way. */
export function createConnector(proxy: URL | undefined, isWanted: () => boolean): Connector {
  const opening = new Set<Opening>();
  // It gives the socket that it opens, which its type keeps to itself.
  const connectDirectly = buildConnector({ timeout: CONNECT_TIMEOUT_MS, ...PER_ADDRESS }) as (
    ...args: Parameters<buildConnector.connector>
  ) => Socket;

  const open: buildConnector.connector = (options, callback) => {
    const socket = connectDirectly(options, (...result: buildConnector.CallbackArgs) => {
      opening.delete(socket);
      callback(...result);
    });
    opening.add(socket);
  };

  const tunnel = (through: URL): buildConnector.connector => {
    return (options, callback) => {
      openTunnel(through, options, opening).then(
        (httpSocket) => {
          if (isWanted()) return open({ ...options, httpSocket }, callback);
          httpSocket.destroy();
          callback(GIVEN_UP, null);
        },
        (error: Error) => callback(error, null),
      );
    };
  };

  const connect = proxy === undefined ? open : tunnel(proxy);
  return {
    connect(options, callback) {
      // undici opens another socket after each abort, though nothing waits for it.
      if (isWanted()) connect(options, callback);
      else queueMicrotask(() => callback(GIVEN_UP, null));
    },
    giveUp() {
      for (const one of opening) one.destroy(GIVEN_UP);
    },
  };
}

/** A socket to the endpoint through the proxy, before TLS. Only the proxy is told of its authorization. */
function openTunnel(
  proxy: URL,
  { host = '', port }: buildConnector.Options,
  opening: Set<Opening>,
): Promise<Socket> {
  const authority = port === '' ? `${host}:443` : host;
  const hostname = proxy.hostname.replace(/^\[|\]$/g, '');
  const authorization = authorizationOf(proxy);
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    hostname,
    // Else it is taken from the Host header, which names the endpoint. An address is no server name.
    servername: isIP(hostname) > 0 ? '' : hostname,
    port: proxy.port,
    path: authority,
    headers: {
      host: authority,
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
    agent: false,
    timeout: CONNECT_TIMEOUT_MS,
    ...PER_ADDRESS,
  });
  opening.add(request);
  return new Promise<Socket>((resolve, reject) => {
    request
      .once('connect', ({ statusCode = 0 }, socket) => {
        socket.setTimeout(0);
        if (statusCode >= 200 && statusCode < 300) return resolve(socket);
        socket.destroy();
        reject(refusal(statusCode));
      })
      .once('timeout', () =>
        request.destroy(Object.assign(new Error('no tunnel'), { code: 'UND_ERR_CONNECT_TIMEOUT' })),
      )
      .on('error', (error) =>
        reject(error === GIVEN_UP ? error : connectionError(error, 'the proxy of HTTPS_PROXY: ')),
      )
      .end();
  }).finally(() => opening.delete(request));
}

const REFUSALS: Readonly<Record<number, string>> = {
  403: 'it does not let this server reach the endpoint',
  407: 'it wants a user and password, which belong into the URL of HTTPS_PROXY',
  502: 'it cannot reach the endpoint',
  503: 'it cannot reach the endpoint at the moment',
  504: 'the endpoint did not answer it in time',
};

function refusal(status: number): TransportError {
  const meaning = REFUSALS[status] ?? 'it opened no tunnel to the endpoint';
  return new TransportError('http-status', `the proxy of HTTPS_PROXY answered status ${status}: ${meaning}`, {
    status,
    attempts: status === 429 || status >= 500 ? MAX_ATTEMPTS : 1,
  });
}
