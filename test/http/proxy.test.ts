import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createTransport } from '../../src/http/transport.ts';
import { failureOf, HEADERS } from './loopback.ts';
import { makeUpCa } from './made-up-ca.ts';
import { closedWithin, closeFronts, startProxy, startSilence, startTls } from './tls-front.ts';

afterEach(closeFronts);

/** Only a proxy could resolve it. */
const ENDPOINT = 'https://tcss.example.test';
const PASSWORD = 'made-up-p@ss/word';
const USER_INFO = `made%2Dup-user:${encodeURIComponent(PASSWORD)}`;
const BASIC = `Basic ${Buffer.from(`made-up-user:${PASSWORD}`).toString('base64')}`;

async function sendThrough(
  httpsProxy: string,
  options: { endpoint?: string; noProxy?: string; ms?: number } = {},
) {
  const url = new URL(options.endpoint ?? ENDPOINT);
  const transport = createTransport({ endpoint: url, httpsProxy, noProxy: options.noProxy });
  const signal = AbortSignal.timeout(options.ms ?? 1500);
  const request = { url, headers: HEADERS, body: Buffer.from('{}') };
  try {
    return await failureOf(transport.send(request, signal));
  } finally {
    await transport.close();
  }
}

describe('a proxy', () => {
  test.each([
    [ENDPOINT, 'tcss.example.test:443'],
    ['https://tcss.example.test:8443', 'tcss.example.test:8443'],
    ['https://[2001:db8::7]', '[2001:db8::7]:443'],
    ['https://203.0.113.7:8443', '203.0.113.7:8443'],
  ])('is asked for a tunnel to %s, and told nothing else', async (endpoint, authority) => {
    const proxy = await startProxy({ status: 502 });

    await sendThrough(`http://127.0.0.1:${proxy.port}`, { endpoint });

    expect(proxy.tunnels.map((tunnel) => tunnel.authority)).toEqual([authority]);
    expect(proxy.tunnels[0]?.headers).toEqual({
      connection: 'close',
      host: new URL(endpoint).host,
      'proxy-connection': 'keep-alive',
    });
  });

  test.each([
    [USER_INFO, BASIC],
    ['only-a-user', `Basic ${Buffer.from('only-a-user:').toString('base64')}`],
  ])('is told the user info of its URL: %s', async (userInfo, authorization) => {
    const proxy = await startProxy({ status: 407 });

    await sendThrough(`http://${userInfo}@127.0.0.1:${proxy.port}`);

    expect(proxy.tunnels[0]?.headers['proxy-authorization']).toBe(authorization);
  });

  test.each([
    [403, false, 'it does not let this server reach the endpoint'],
    [407, false, 'it requires a user and password, which belong in the URL of HTTPS_PROXY'],
    [418, false, 'it opened no tunnel to the endpoint'],
    [429, true, 'it opened no tunnel to the endpoint'],
    [502, true, 'it cannot reach the endpoint'],
    [503, true, 'it cannot reach the endpoint at the moment'],
    [504, true, 'the endpoint did not answer it in time'],
  ])(
    'that refuses with %d is explained, and nothing of its URL is shown',
    async (status, retryable, words) => {
      const proxy = await startProxy({ status });

      const failure = await sendThrough(`http://${USER_INFO}@127.0.0.1:${proxy.port}`);

      expect(failure).toMatchObject({ fault: 'http-status', status, retryable, attempts: retryable ? 5 : 1 });
      expect(failure.message).toBe(`the proxy of HTTPS_PROXY answered status ${status}: ${words}`);
      const shown = inspect(failure, { depth: 9 });
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), BASIC.slice(6)])
        expect(shown).not.toContain(secret);
      expect(await closedWithin(proxy.sockets, 100)).toBe(true);
    },
  );

  test('at which nothing listens is named as the one that failed', async () => {
    const { port } = await startProxy({ status: 502 });
    closeFronts();

    const failure = await sendThrough(`http://${USER_INFO}@127.0.0.1:${port}`);

    expect(failure.message).toBe('the proxy of HTTPS_PROXY: the connection was refused (ECONNREFUSED)');
    expect(inspect(failure, { depth: 9 })).not.toContain(encodeURIComponent(PASSWORD));
  });

  test('that hangs up is named likewise, and asked again', async () => {
    const { port } = await startProxy('hanging up');

    const failure = await sendThrough(`http://127.0.0.1:${port}`);

    expect(failure.message).toMatch(/^the proxy of HTTPS_PROXY: the connection was (?:closed|reset)/);
    expect(failure).toMatchObject({ attempts: 5, retryable: true });
  });

  test('that speaks no TLS though its URL says https is explained', async () => {
    const { port } = await startProxy({ status: 502 });

    const failure = await sendThrough(`https://127.0.0.1:${port}`);

    expect(failure.message).toMatch(/^the proxy of HTTPS_PROXY: .*TLS.* \(\w+\)$/);
  });

  test('lets the fault of the certificate behind its tunnel through', async () => {
    const tls = await startTls(makeUpCa().certify(['tcss.example.test']), 'http://127.0.0.1:9');
    const proxy = await startProxy(tls);

    const failure = await sendThrough(`http://127.0.0.1:${proxy.port}`);

    expect(failure.message).toBe(
      'the TLS certificate cannot be verified; set NODE_EXTRA_CA_CERTS (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    );
    expect(await closedWithin([...proxy.sockets, ...tls.sockets], 100)).toBe(true);
  });

  test('that never answers ends with the signal, its socket closed', async () => {
    const proxy = await startProxy('silence');

    await expect(sendUntilAborted(proxy.port)).rejects.toThrow(/aborted due to timeout/);
    expect(await closedWithin(proxy.sockets, 100)).toBe(true);
  });

  test('to an endpoint that never shakes hands ends with the signal', async () => {
    const silence = await startSilence();
    const proxy = await startProxy(silence);

    await expect(sendUntilAborted(proxy.port)).rejects.toThrow(/aborted due to timeout/);
    expect(silence.sockets).toHaveLength(1);
  });

  const sendUntilAborted = (port: number) => sendThrough(`http://127.0.0.1:${port}`, { ms: 200 });

  /** All addresses of this machine: no name of loopback, and can be reached without a resolver. */
  const reachable = (port: number) => `https://0.0.0.0:${port}`;

  test.each(['*', '0.0.0.0', '.0.0.0', 'other.example,*'])(
    'is not asked under NO_PROXY=%s',
    async (noProxy) => {
      const proxy = await startProxy({ status: 502 });
      const tls = await startTls(makeUpCa().certify(['0.0.0.0']), 'http://127.0.0.1:9');
      const through = `http://127.0.0.1:${proxy.port}`;

      const direct = await sendThrough(through, { endpoint: reachable(tls.port), noProxy });
      const proxied = await sendThrough(through, { endpoint: reachable(tls.port), noProxy: 'other.example' });

      expect(direct.message).toContain('the TLS certificate cannot be verified');
      expect(tls.sockets).toHaveLength(1);
      expect(proxied.status).toBe(502);
      expect(proxy.tunnels).toHaveLength(1);
    },
  );

  test.each(['https://127.0.0.1', 'https://localhost'])('is never asked for loopback: %s', async (host) => {
    const proxy = await startProxy({ status: 502 });
    const tls = await startTls(makeUpCa().certify(['localhost', '127.0.0.1']), 'http://127.0.0.1:9');

    const failure = await sendThrough(`http://127.0.0.1:${proxy.port}`, { endpoint: `${host}:${tls.port}` });

    expect(failure.message).toContain('the TLS certificate cannot be verified');
    expect(proxy.sockets).toHaveLength(0);
    expect(tls.sockets).toHaveLength(1);
  });
});
