/** A name with two addresses, of which the first takes its time and the second is of no use. */
import dns from 'node:dns';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { probeTls } from '../../src/http/probe-tls.ts';
import { createTransport } from '../../src/http/transport.ts';
import { startFullBacklog } from './full-backlog.ts';
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
  const { port, isFull, open } = await startFullBacklog();
  const real = dns.lookup;
  vi.spyOn(dns, 'lookup').mockImplementation(((
    host: string,
    options: object,
    done: (...args: unknown[]) => void,
  ) => {
    if (host !== HOST) return real(host, options, done);
    setTimeout(open, SLOW_MS);
    done(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]);
  }) as typeof dns.lookup);
  return { port, isFull };
}
