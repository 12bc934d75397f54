/**
 * A TLS service with a made-up CA, alone and behind a proxy. Node reads NODE_EXTRA_CA_CERTS when it starts, so what needs
 * it is asked of the built server; the rest of a `call` in this process.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { EXIT } from '../../src/host.ts';
import { typed } from '../cli/typed.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { spawnServer } from '../spawned-server.ts';
import { makeUpCa } from './made-up-ca.ts';
import { closeFronts, startProxy, startTls } from './tls-front.ts';

const YESTERDAY = Date.now() - 86_400_000;
const { ca, certify, selfSigned } = makeUpCa();
const folder = mkdtempSync(join(tmpdir(), 'tcss-made-up-ca-'));
const caFile = join(folder, 'ca.pem');
const trusted = { NODE_EXTRA_CA_CERTS: caFile };
let simulator: Simulator;

beforeAll(async () => {
  writeFileSync(caFile, ca);
  simulator = await startSimulator();
});
afterEach(closeFronts);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await simulator.close();
});

function certifyWithCa() {
  const { key, cert } = certify(['localhost']);
  return { key, cert: cert + ca };
}

const IMAGE = { image_id: DEMO_IMAGE_IDS.mixed };
const SETTINGS = {
  TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretId,
  TENCENTCLOUD_SECRET_KEY: DEMO_CREDENTIALS.secretKey,
  TCSS_LOG_LEVEL: 'debug',
};

/** One call: its answer's text, and all that was written. */
async function callOnce(env: Record<string, string>) {
  return 'NODE_EXTRA_CA_CERTS' in env ? callServer(env) : callHere(env);
}

async function callHere(env: Record<string, string>) {
  const { code, stdout, stderr } = await typed(['call', 'list_image_risks', JSON.stringify(IMAGE)], {
    ...SETTINGS,
    ...env,
  });
  return {
    text: stdout + stderr,
    isError: code === EXIT.failed,
    structured: undefined,
    written: stdout + stderr,
  };
}

async function callServer(env: Record<string, string>) {
  const server = spawnServer({ env: { ...SETTINGS, ...env } });
  onTestFinished(async () => {
    await server.end('SIGKILL').catch(() => undefined);
  });
  await server.initialize();
  const { result } = await server.request('tools/call', {
    name: 'list_image_risks',
    arguments: IMAGE,
  });
  return {
    text: String(result.content[0].text),
    isError: result.isError === true,
    structured: result.structuredContent,
    written: server.lines.join('\n') + server.stderr(),
  };
}

describe('the certificate of the endpoint', () => {
  test('of a made-up CA is taken with NODE_EXTRA_CA_CERTS', async () => {
    const { port } = await startTls(certify(['localhost']), simulator.url);

    const { structured } = await callOnce({ TCSS_ENDPOINT: `https://localhost:${port}`, ...trusted });

    expect(structured.coverage.total).toBe(37);
  });

  test.each<[string, { key: string; cert: string }, Record<string, string>, string]>([
    [
      'of an unknown CA',
      certify(['localhost']),
      {},
      'the TLS certificate cannot be verified; set NODE_EXTRA_CA_CERTS (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    [
      'signed by itself',
      selfSigned(['localhost']),
      {},
      'the TLS certificate is self-signed; set NODE_EXTRA_CA_CERTS if that is intended (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [
      'of an unknown CA that is sent along',
      certifyWithCa(),
      {},
      'the TLS chain ends in an unknown CA; set NODE_EXTRA_CA_CERTS if it is that of your proxy (SELF_SIGNED_CERT_IN_CHAIN)',
    ],
    [
      'that has expired',
      certify(['localhost'], YESTERDAY),
      trusted,
      'the TLS certificate has expired; check the clock of this machine (CERT_HAS_EXPIRED)',
    ],
    [
      'of another host',
      certify(['other.example.test']),
      trusted,
      'the TLS certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
  ])('%s is refused in words, and nothing is sent', async (_name, certified, env, words) => {
    const { port } = await startTls(certified, simulator.url);
    const before = simulator.requests.length;

    const { text, isError } = await callOnce({ TCSS_ENDPOINT: `https://localhost:${port}`, ...env });

    expect(isError).toBe(true);
    expect(text).toContain(`No usable answer from TCSS: ${words}.`);
    expect(simulator.requests).toHaveLength(before);
  });
});

describe('a proxy before it', () => {
  const PASSWORD = 'made-up-p@ssword';
  const userInfo = `made-up-user:${encodeURIComponent(PASSWORD)}`;
  const basic = Buffer.from(`made-up-user:${PASSWORD}`).toString('base64');

  test('leads to a host that only it can resolve, and alone is told its authorization', async () => {
    const tls = await startTls(certify(['tcss.example.test']), simulator.url);
    const proxy = await startProxy(tls);
    const before = simulator.requests.length;

    const { structured, written } = await callOnce({
      TCSS_ENDPOINT: 'https://tcss.example.test',
      HTTPS_PROXY: `http://${userInfo}@127.0.0.1:${proxy.port}`,
      NO_PROXY: 'other.example.test',
      ...trusted,
    });

    expect(structured.coverage.total).toBe(37);
    expect(new Set(proxy.tunnels.map(({ authority }) => authority))).toEqual(
      new Set(['tcss.example.test:443']),
    );
    expect(proxy.tunnels[0]?.headers['proxy-authorization']).toBe(`Basic ${basic}`);
    expect(JSON.stringify(proxy.tunnels)).not.toContain('TC3-HMAC');
    const arrived = JSON.stringify(simulator.requests.slice(before).map(({ headers }) => headers));
    expect(arrived).toContain('tcss.example.test');
    expect(arrived).not.toContain('proxy-authorization');
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), basic])
      expect(written).not.toContain(secret);
  });

  test('may be spoken to over TLS, and the certificate behind it is checked all the same', async () => {
    const tls = await startTls(certify(['other.example.test']), simulator.url);
    const proxy = await startProxy(tls);
    const front = await startTls(certify(['localhost']), `http://127.0.0.1:${proxy.port}`);

    const { text, written } = await callOnce({
      TCSS_ENDPOINT: 'https://tcss.example.test',
      HTTPS_PROXY: `https://${userInfo}@localhost:${front.port}`,
      ...trusted,
    });

    expect(text).toContain('TCSS: the TLS certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)');
    // Rows and the image's entry are asked for at the same time.
    expect(proxy.tunnels).toHaveLength(2);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), basic])
      expect(written).not.toContain(secret);
  });

  test.each(['127.0.0.1', '[::1]'])('may be spoken to over TLS at an address: %s', async (host) => {
    const proxy = await startProxy({ status: 407 });
    const front = await startTls(certify([host]), `http://127.0.0.1:${proxy.port}`, host);

    const { text, written } = await callOnce({
      TCSS_ENDPOINT: 'https://tcss.example.test',
      HTTPS_PROXY: `https://${host}:${front.port}`,
      ...trusted,
    });

    expect(text).toContain('the proxy of HTTPS_PROXY answered status 407');
    expect(written).not.toContain('Warning');
  });

  test('that refuses is explained, without its password', async () => {
    const proxy = await startProxy({ status: 407 });

    const { text, written } = await callOnce({
      TCSS_ENDPOINT: 'https://tcss.example.test',
      HTTPS_PROXY: `http://${userInfo}@127.0.0.1:${proxy.port}`,
    });

    expect(text).toContain('the proxy of HTTPS_PROXY answered status 407: it requires a user and password');
    // Rows and the image's entry are asked for at the same time.
    expect(proxy.tunnels).toHaveLength(2);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), basic])
      expect(written).not.toContain(secret);
  });

  test('is not used for loopback under NO_PROXY', async () => {
    const tls = await startTls(certify(['localhost']), simulator.url);
    const proxy = await startProxy({ status: 502 });

    const { structured } = await callOnce({
      TCSS_ENDPOINT: `https://localhost:${tls.port}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: 'localhost',
      ...trusted,
    });

    expect(structured.coverage.total).toBe(37);
    expect(proxy.sockets).toHaveLength(0);
  });
});
