import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createTransport } from '../../src/http/transport.ts';
import { closeAll, failureOf, HEADERS, send, startPair } from './loopback.ts';

afterEach(closeAll);

describe('no connection', () => {
  /** A port at which nothing listens any more. */
  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'nothing listens',
      async () => `http://127.0.0.1:${await freePort()}`,
      /^the connection was refused \(ECONNREFUSED\)$/,
    ],
    [
      'nothing listens on either address',
      async () => `http://localhost:${await freePort()}`,
      /^the connection was refused \(ECONNREFUSED\)$/,
    ],
    [
      'the endpoint does not speak TLS',
      async () => (await startPair(() => {})).url.href.replace('http:', 'https:'),
      /^the endpoint does not speak TLS/,
    ],
  ])('%s', async (_name, address, words) => {
    const url = new URL(await address());
    const transport = createTransport({ endpoint: url });

    const failure = await failureOf(send({ transport, url }));

    await transport.close();
    expect(failure).toMatchObject({ fault: 'connection', retryable: !/TLS/.test(failure.message) });
    expect(failure.message).toMatch(words);
    expect(failure.message).not.toContain(url.host);
    for (const secret of Object.values(HEADERS)) expect(inspect(failure, { depth: 9 })).not.toContain(secret);
  });
});
