/** A name with two addresses, of which the first takes its time and the second is of no use. */
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { probeTls } from '../../src/http/probe-tls.ts';
import { createTransport } from '../../src/http/transport.ts';
import { failureOf, HEADERS } from './loopback.ts';

afterEach(() => vi.restoreAllMocks());

/** Longer than Node waits for the first of several addresses by itself, which is 250 ms. */
const SLOW_MS = 400;

const HOST = 'two-addresses.example.com';

/** What each would be answered by, once it is connected to the slow address. */
describe.each([
  ['the endpoint', (port: number) => ({ endpoint: `http://${HOST}:${port}` }), /status 502/],
  [
    'the endpoint over TLS',
    (port: number) => ({ endpoint: `https://${HOST}:${port}` }),
    /does not speak TLS/,
  ],
  [
    'the proxy',
    (port: number) => ({ endpoint: 'https://tcss.example.com', httpsProxy: `http://${HOST}:${port}` }),
    /the proxy of HTTPS_PROXY answered status 502/,
  ],
  [
    'the proxy over TLS',
    (port: number) => ({ endpoint: 'https://tcss.example.com', httpsProxy: `https://${HOST}:${port}` }),
    /the proxy of HTTPS_PROXY: .*TLS/,
  ],
])('%s on an address that takes its time', (_name, optionsFor, answered) => {
  test('is connected to', async ({ skip }) => {
    const { port, isFull } = await startSlowPort();
    if (!isFull) skip('this system lets every connect through');
    const { endpoint, ...proxy } = optionsFor(port);
    const url = new URL(endpoint);
    const transport = createTransport({ endpoint: url, ...proxy });

    const request = { url, headers: HEADERS, body: Buffer.from('{}') };
    const failure = await failureOf(transport.send(request, AbortSignal.timeout(5000)));
    await transport.close();

    expect(failure.message).toMatch(answered);
  });
});

test('a look at TLS is patient likewise', async ({ skip }) => {
  const { port, isFull } = await startSlowPort();
  if (!isFull) skip('this system lets every connect through');

  const endpoint = new URL(`https://${HOST}:${port}`);
  const failure = await failureOf(probeTls({ endpoint }, AbortSignal.timeout(5000)));

  expect(failure.message).toMatch(/does not speak TLS/);
});

/**
 * A port whose queue is full until SLOW_MS later: a connect is answered after that. It refuses each request.
 * HOST then leads there, and to an address at which nothing listens.
 */
async function startSlowPort() {
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
  while (!isFull && queued.length < 20) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    queued.push(socket);
    isFull = await Promise.race([
      once(socket, 'connect').then(() => false),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 60)),
    ]);
  }
  const real = dns.lookup;
  vi.spyOn(dns, 'lookup').mockImplementation(((
    host: string,
    options: object,
    done: (...args: unknown[]) => void,
  ) => {
    if (host !== HOST) return real(host, options, done);
    setTimeout(() => {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    }, SLOW_MS);
    done(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]);
  }) as typeof dns.lookup);
  return { port, isFull };
}
