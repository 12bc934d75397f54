/** What stands between a client and a service on a real network: TLS, and a proxy that opens tunnels. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

const running: (() => void)[] = [];

/** Ends every server that a test started, and every socket of it. */
export function closeFronts(): void {
  for (const close of running.splice(0)) close();
}

async function listen(server: Server, host = '127.0.0.1'): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => {}); // the other side's reset
  });
  await once(server.listen(0, host.replace(/^\[|\]$/g, '')), 'listening');
  running.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

function join(near: Socket, far: Socket): void {
  near.on('error', () => far.destroy()).on('close', () => far.destroy());
  far.on('error', () => near.destroy()).on('close', () => near.destroy());
  near.pipe(far).pipe(near);
}

/** TLS on loopback in front of a plain service at `url`. */
export async function startTls(certified: { key: string; cert: string }, url: string, host?: string) {
  const server = createTlsServer(certified, (socket) =>
    join(socket, connect(Number(new URL(url).port), '127.0.0.1')),
  );
  server.on('tlsClientError', () => {});
  return listen(server, host);
}

/** Accepts, reads, and never says a word. */
export async function startSilence() {
  return listen(createNetServer((socket) => socket.resume()));
}

/** A request for a tunnel as it arrived. */
export interface TunnelRequest {
  readonly authority: string;
  readonly headers: IncomingHttpHeaders;
}

/** A proxy that leads every tunnel to `port` on loopback, or answers with a status, with nothing or by hanging up. */
export async function startProxy(to: { port: number } | { status: number } | 'silence' | 'hanging up') {
  const tunnels: TunnelRequest[] = [];
  const server = createServer((_incoming, outgoing) => outgoing.writeHead(405).end());
  server.on('connect', (incoming, socket: Socket) => {
    tunnels.push({ authority: incoming.url ?? '', headers: incoming.headers });
    socket.on('error', () => {});
    if (to === 'hanging up') {
      socket.destroy();
      return;
    }
    if (to === 'silence') {
      socket.resume().on('end', () => socket.end());
      return;
    }
    if ('status' in to) {
      socket.end(
        `HTTP/1.1 ${to.status} No\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 3\r\n\r\nno\n`,
      );
      return;
    }
    const far = connect(to.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(socket, far);
    });
    far.on('error', () => socket.destroy());
  });
  return { ...(await listen(server)), tunnels };
}

/** Whether all are closed, at the latest after `ms`. */
export async function closedWithin(sockets: readonly Socket[], ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (sockets.some((socket) => !socket.destroyed) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return sockets.every((socket) => socket.destroyed);
}
