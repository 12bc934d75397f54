import { afterEach, describe, expect, test } from 'vitest';
import { checkNetwork } from '../../src/cli/network-checks.ts';
import { parseConfig } from '../../src/config.ts';
import { makeUpCa } from '../http/made-up-ca.ts';
import { closeFronts, startProxy, startSilence, startTls } from '../http/tls-front.ts';

afterEach(closeFronts);

async function examined(env: Record<string, string>) {
  const { checks, blocked } = await checkNetwork(parseConfig(env), env, (text) => text);
  const [endpoint, proxy, dns, tls] = checks;
  return { endpoint, proxy, dns, tls, blocked };
}

const NO_ANSWER =
  'check that no firewall or proxy keeps this server from the endpoint; raise TCSS_TIMEOUT_MS if it is only slow';

/** An https endpoint that is not there, so that nothing leaves this machine. */
const NOWHERE = { TCSS_ENDPOINT: 'https://tcss.invalid', TCSS_TIMEOUT_MS: '3000' };

describe('the endpoint', () => {
  test.each([
    [
      'https://tcss.intl.tencentcloudapi.com',
      'ok',
      /^tcss\.intl\.\S+, the international site; no region is sent$/,
    ],
    ['https://tcss.tencentcloudapi.com', 'ok', /^tcss\.\S+, the mainland site; /],
    ['https://tcss.ap-singapore.tencentcloudapi.com', 'ok', /^tcss\.ap-singapore\.tencentcloudapi\.com; /],
    ['https://tcss.internal.tencentcloudapi.com', 'ok', /^tcss\.internal\.tencentcloudapi\.com; /],
    ['https://cvm.tencentcloudapi.com', 'warning', /; this is a host of another Tencent Cloud product$/],
    [
      'https://tcssx.intl.tencentcloudapi.com',
      'warning',
      /; this is a host of another Tencent Cloud product/,
    ],
    ['https://console.example.com', 'warning', /this is not a host of Tencent Cloud's API$/],
    ['https://tcss.tencentcloudapi.com.example.com', 'warning', /this is not a host of Tencent Cloud's API$/],
  ])('%s: %s', async (endpoint, status, found) => {
    // A proxy that refuses stands between, so that the hosts are not looked up.
    const { port } = await startProxy({ status: 403 });

    const checks = await examined({ TCSS_ENDPOINT: endpoint, HTTPS_PROXY: `http://127.0.0.1:${port}` });

    expect(checks.endpoint).toMatchObject({ status, found: expect.stringMatching(found) });
  });

  test('on this machine over http needs none of the rest', async () => {
    const checks = await examined({
      TCSS_ENDPOINT: 'http://127.0.0.1:9',
      TENCENTCLOUD_REGION: 'ap-singapore',
    });

    expect(checks.endpoint?.found).toBe('127.0.0.1:9; region ap-singapore is sent');
    expect([checks.proxy, checks.dns, checks.tls].map((check) => `${check?.status} ${check?.found}`)).toEqual(
      Array(3).fill('ok not needed: the endpoint is on this machine'),
    );
    expect(checks.blocked).toBeUndefined();
  });
});

describe('the name of the endpoint', () => {
  test('that cannot be looked up: TLS is not tried', async () => {
    const { dns, tls, blocked } = await examined(NOWHERE);

    expect(dns).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('the host name cannot be resolved'),
      fix: expect.stringContaining('set HTTPS_PROXY'),
    });
    expect(tls).toMatchObject({ status: 'not_tried', found: blocked });
  });

  test('is not looked up when it is an address', async () => {
    const { dns } = await examined({ TCSS_ENDPOINT: 'https://127.0.0.1:9' });

    expect(dns).toMatchObject({ status: 'ok' });
  });
});

describe('the proxy', () => {
  test.each([
    [{}, 'ok', 'none: HTTPS_PROXY is not set'],
    [
      { HTTPS_PROXY: 'proxy.invalid:3128', NO_PROXY: '.invalid' },
      'ok',
      'none: NO_PROXY exempts the endpoint',
    ],
    [
      { HTTP_PROXY: 'http://proxy.example.com', all_proxy: 'x' },
      'warning',
      'none: HTTPS_PROXY is not set, and HTTP_PROXY, all_proxy does not count for https',
    ],
  ])('of %j', async (env, status, found) => {
    expect((await examined({ ...NOWHERE, ...env })).proxy).toMatchObject({ status, found });
  });

  test.each([
    'socks5h://FAKEuser:FAKEpassword@proxy.invalid:1080',
    'http://FAKEuser:FAKE%password@proxy.invalid',
  ])('that cannot be used is a failed check, and what needs it is not tried: %s', async (httpsProxy) => {
    const { endpoint, proxy, dns, tls, blocked } = await examined({ ...NOWHERE, HTTPS_PROXY: httpsProxy });

    expect(endpoint?.status).toBe('warning');
    expect(proxy).toMatchObject({
      status: 'failed',
      found: expect.stringMatching(/^HTTPS_PROXY .* cannot be used: /),
      fix: 'correct or unset HTTPS_PROXY and https_proxy, or exempt the endpoint in NO_PROXY',
    });
    expect(JSON.stringify(proxy)).not.toMatch(/FAKE|proxy\.invalid/);
    expect(dns).toMatchObject({ status: 'not_tried', found: blocked });
    expect(tls).toMatchObject({ status: 'not_tried', found: blocked });
    expect(blocked).toBe('the proxy cannot be used');
  });

  test.each([
    [{ TCSS_ENDPOINT: 'http://127.0.0.1:9' }, 'not needed: the endpoint is on this machine'],
    [{ ...NOWHERE, NO_PROXY: 'invalid.' }, 'none: NO_PROXY exempts the endpoint'],
  ])('that cannot be used and is not needed: %j', async (env, found) => {
    const { proxy } = await examined({ ...env, HTTPS_PROXY: 'socks5://proxy.invalid' });

    expect(proxy).toMatchObject({ status: 'ok', found });
  });

  test('is shown without its user, and asked for a tunnel', async () => {
    const { port, tunnels } = await startProxy({ status: 407 });

    const checks = await examined({
      ...NOWHERE,
      HTTPS_PROXY: `http://FAKEuser:FAKEpassword@127.0.0.1:${port}`,
    });

    expect(checks.proxy?.found).toBe(`http://127.0.0.1:${port}, with a user`);
    expect(checks.dns?.found).toBe('not needed: the proxy looks the name up');
    expect(checks.tls).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('it requires a user and password'),
    });
    expect(tunnels.map(({ authority }) => authority)).toEqual(['tcss.invalid:443']);
  });
});

describe('TLS', () => {
  test('with a certificate of an unknown authority fails with what to do', async () => {
    const { port } = await startTls(makeUpCa().certify(['localhost']), 'http://127.0.0.1:9');

    const { tls, blocked } = await examined({ TCSS_ENDPOINT: `https://localhost:${port}` });

    expect(tls).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('set NODE_EXTRA_CA_CERTS (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'),
    });
    expect(tls?.fix).toBe(
      'if you use a proxy or certificate authority of your own, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate',
    );
    expect(blocked).toBe('there is no connection to the endpoint');
  });

  test('that is never answered ends at the deadline', async () => {
    const { port, sockets } = await startSilence();

    const { tls } = await examined({ TCSS_ENDPOINT: `https://localhost:${port}`, TCSS_TIMEOUT_MS: '200' });

    expect(tls).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('the deadline of 200 ms for the whole call passed'),
    });
    expect(tls?.fix).toBe(NO_ANSWER);
    expect(sockets.length).toBeGreaterThan(0);
  });

  test('through a tunnel that is never opened likewise', async () => {
    const { port } = await startProxy('silence');

    const { tls } = await examined({
      ...NOWHERE,
      TCSS_TIMEOUT_MS: '200',
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
    });

    expect(tls).toMatchObject({ status: 'failed', fix: NO_ANSWER });
  });

  test.each<[string, (port: number) => Record<string, string>]>([
    ['the endpoint', (port) => ({ TCSS_ENDPOINT: `https://localhost:${port}` })],
    ['the proxy', (port) => ({ ...NOWHERE, HTTPS_PROXY: `https://127.0.0.1:${port}` })],
  ])('against a port of plain HTTP says so, and what to change: %s', async (_name, env) => {
    const { port } = await startProxy({ status: 400 });

    const { tls } = await examined(env(port));

    expect(tls).toMatchObject({
      status: 'failed',
      fix: 'check that the port of TCSS_ENDPOINT speaks TLS (usually no port is given), and that HTTPS_PROXY begins with http:// unless the proxy itself speaks TLS',
    });
  });

  test.each([
    [400, 'check that HTTPS_PROXY is the address and port of a proxy that opens tunnels (CONNECT)'],
    [403, 'allow the endpoint in the proxy, or exempt its host in NO_PROXY'],
    [405, 'check that HTTPS_PROXY is the address and port of a proxy that opens tunnels (CONNECT)'],
    [407, 'put the user and password in the URL of HTTPS_PROXY'],
    [502, 'check TCSS_ENDPOINT, HTTPS_PROXY and the network of this server.'],
  ])('through a proxy that answers %i has a fix', async (status, fix) => {
    const { port } = await startProxy({ status });

    const { tls } = await examined({ ...NOWHERE, HTTPS_PROXY: `http://127.0.0.1:${port}` });

    expect(tls).toMatchObject({ status: 'failed', fix });
  });
});
