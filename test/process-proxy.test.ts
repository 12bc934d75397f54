/** The machine's proxy settings: none of them stops what does not need the proxy. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { service, typed } from './cli/typed.ts';
import { spawnServer } from './spawned-server.ts';

/** Made up; opens nothing. */
const KEYS = {
  TENCENTCLOUD_SECRET_ID: 'AKIDFAKEmadeUpForTests0123456789',
  TENCENTCLOUD_SECRET_KEY: 'FAKEzYxWvUtSrQpOnMlKjIhGfEdCbA98',
};

const UNUSABLE = [
  'socks5h://FAKEuser:FAKEpassword@proxy.invalid:1080',
  'socks5://proxy.invalid:1080',
  'http://FAKEuser:FAKE%password@proxy.invalid:3128',
  'http://FAKEuser:12/FAKEpassword@proxy.invalid:3128',
  'FAKEpassword, or what?!',
];

const TOLD = /^HTTPS_PROXY \(or https_proxy, which wins\) cannot be used: /;
const SECRET = /FAKEpassword|FAKE%password|proxy\.invalid/;
const CALL = ['call', 'find_images', '{}', '--json'];

describe.each(UNUSABLE)('HTTPS_PROXY=%s', (HTTPS_PROXY) => {
  const behindIt = { ...KEYS, HTTPS_PROXY, TCSS_ENDPOINT: 'https://tcss.invalid', TCSS_LOG_LEVEL: 'debug' };

  test('is told by the first call that needs it', async () => {
    const { code, stdout, stderr } = await typed(CALL, behindIt);

    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(TOLD.source, 'm'));
    expect(stderr).not.toMatch(SECRET);
  });

  test('does not touch the demo', async () => {
    const { stdout } = await typed([...CALL, '--demo'], { HTTPS_PROXY });

    expect(JSON.parse(stdout).source).toBe('demo');
  });

  test('does not touch an endpoint on this machine', async () => {
    const { env } = await service();
    const { stdout } = await typed(CALL, { ...env, HTTPS_PROXY });

    expect(JSON.parse(stdout).source).toBe('live');
  });

  test('does not touch a host that NO_PROXY exempts', async () => {
    const { stderr } = await typed(CALL, { ...behindIt, NO_PROXY: 'invalid.', TCSS_TIMEOUT_MS: '3000' });

    expect(stderr).toContain('No usable answer from TCSS');
    expect(stderr).not.toContain('cannot be used');
  });

  test('is one failed check of doctor among the others', async () => {
    const { code, stdout } = await typed(['doctor', '--json'], behindIt);
    const { checks } = JSON.parse(stdout);
    const statusOf = (name: string) => checks.find((check: { name: string }) => check.name === name).status;

    expect(code).toBe(1);
    expect([statusOf('proxy'), statusOf('settings'), statusOf('credentials')]).toEqual([
      'failed',
      'ok',
      'ok',
    ]);
    expect(stdout).not.toMatch(SECRET);
  });
});

test('the built server starts with a proxy that cannot be used, and says so when it is called', async () => {
  const server = spawnServer({
    env: { ...KEYS, HTTPS_PROXY: String(UNUSABLE[0]), TCSS_ENDPOINT: 'https://tcss.invalid' },
  });
  onTestFinished(async () => void (await server.end('SIGKILL').catch(() => undefined)));
  await server.initialize();
  const { result } = await server.request('tools/call', { name: 'find_images', arguments: {} });

  expect(result.isError).toBe(true);
  expect(result.content[0].text).toMatch(TOLD);
  expect(server.lines.join('\n') + server.stderr()).not.toMatch(SECRET);
});
