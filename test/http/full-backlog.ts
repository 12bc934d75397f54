/** A port whose queue of connections is full, so that a further connect is not answered yet. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** More connections than any queue of length 1 takes. */
const MOST_QUEUED = 20;

/**
 * The port refuses each HTTP request and CONNECT, but accepts nobody until `open` is called. `isFull` is false on a
 * system that lets every connect through. It ends with the test.
 */
export async function startFullBacklog() {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:http').createServer((_, response) => response.writeHead(502).end());
     server.on('connect', (_, socket) => socket.end('HTTP/1.1 502 No\\r\\n\\r\\n'));
     const gate = new Int32Array(new SharedArrayBuffer(4));
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage({ port: server.address().port, gate });
       Atomics.wait(gate, 0, 0);
     });`,
    { eval: true },
  );
  const [{ port, gate }] = (await once(worker, 'message')) as [{ port: number; gate: Int32Array }];
  const queued: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of queued) socket.destroy();
    await worker.terminate();
  });
  let isFull = false;
  while (!isFull && queued.length < MOST_QUEUED) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    queued.push(socket);
    isFull = await Promise.race([
      once(socket, 'connect').then(() => false),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 60)),
    ]);
  }
  const open = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  return { port, isFull, open };
}
