/** The real client before a service that does with its sockets what no simulator does. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import { type Clock, systemClock } from '../../src/http/time.ts';
import { createTransport } from '../../src/http/transport.ts';
import { createTcssClient } from '../../src/tcss/client.ts';

const running: (() => Promise<void>)[] = [];

/** Ends every client and service that a test started. */
export async function closeAll(): Promise<void> {
  for (const close of running.splice(0)) await close();
}

export interface RawOptions {
  /** Sent in a second; default 20. */
  readonly rateLimit?: number;
  readonly clock?: Clock;
}

/** A client of `url`, on the machine's clock unless another is given. */
export function startClientOf(url: string, options: RawOptions = {}) {
  const { clock = systemClock, rateLimit = 20 } = options;
  const endpoint = new URL(url);
  const client = createTcssClient({
    connect: async () => {
      const transport = createTransport({ endpoint });
      return { transport, endpoint, credentials: () => DEMO_CREDENTIALS, close: () => transport.close() };
    },
    limiter: createRateLimiter(rateLimit, clock),
    clock,
    language: 'en-US',
    region: undefined,
    log: () => {},
    random: () => 0.5,
  });
  running.push(() => client.close());
  return client;
}

/** A service that is given each socket once it is there, and again with each request on it; and its client. */
export async function startRawService(
  serve: { connected?: (socket: Socket) => void; asked?: (socket: Socket) => void },
  options: RawOptions & { scheme?: 'http' | 'https' } = {},
) {
  const sockets: Socket[] = [];
  let requests = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}); // the client's reset
    socket.on('data', (data) => {
      if (!data.includes('POST / HTTP/1.1')) return;
      requests += 1;
      serve.asked?.(socket);
    });
    serve.connected?.(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `${options.scheme ?? 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = startClientOf(url, options);
  running.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    client,
    sockets,
    get requests() {
      return requests;
    },
  };
}

/** Writes `head`, then `bytes` one by one and over again, one in 20 ms, until the socket is closed. */
export function drip(socket: Socket, bytes: string, head = ''): void {
  socket.write(head);
  let at = 0;
  const timer = setInterval(() => socket.write(bytes.charAt(at++ % bytes.length)), 20);
  socket.once('close', () => clearInterval(timer));
}

/** The head of an answer whose body is longer than it will ever be. */
export const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999\r\n\r\n';
