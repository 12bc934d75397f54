import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { TransportError } from '../../src/errors.ts';
import { createTransport, type Transport } from '../../src/http/transport.ts';

/** Answers one request, whose body was read; `socket` for what no well-behaved server would send. */
export type Answer = (outgoing: ServerResponse, socket: Socket, incoming: IncomingMessage) => void;

const running: (() => Promise<unknown>)[] = [];

/** Ends every server and transport that a test started. */
export async function closeAll(): Promise<void> {
  for (const close of running.splice(0)) await close();
}

/** A server on loopback, whatever it answers, and a transport to it. */
export async function startPair(answer: Answer, whenToAnswer: 'at-headers' | 'at-end' = 'at-end') {
  const sockets: Socket[] = [];
  const received: { incoming: IncomingMessage; body: Buffer }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    if (whenToAnswer === 'at-headers') return answer(outgoing, incoming.socket, incoming);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      return; // the client went away while sending
    }
    received.push({ incoming, body: Buffer.concat(chunks) });
    answer(outgoing, incoming.socket, incoming);
  });
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => {}); // the client's reset
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const transport = createTransport({ endpoint: url });
  running.push(async () => {
    await transport.close();
    server.close();
    server.closeAllConnections();
  });
  return {
    url,
    transport,
    received,
    /** Every socket that was ever opened. */
    sockets,
    /** True once no socket is open; gives up after `ms`. */
    closedWithin: async (ms: number) => {
      const end = performance.now() + ms;
      while (sockets.some((socket) => !socket.destroyed) && performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return sockets.every((socket) => socket.destroyed);
    },
  };
}

/** Headers that hold what must never get into an error. */
export const HEADERS = {
  'Content-Type': 'application/json',
  Authorization: 'TC3-HMAC-SHA256 Credential=AKIDsecret0000/x',
  'X-TC-Token': 'token-token-token',
};

/** Sends a small request, or `body`. */
export function send(
  { transport, url }: { transport: Transport; url: URL },
  signal: AbortSignal = AbortSignal.timeout(5000),
  body: Uint8Array = Buffer.from('{"Id":1}'),
) {
  return transport.send({ url, headers: HEADERS, body }, signal);
}

/** What a request that must fail fails with. */
export async function failureOf(sending: Promise<unknown>): Promise<TransportError> {
  try {
    await sending;
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
  throw new Error('an answer was read');
}
