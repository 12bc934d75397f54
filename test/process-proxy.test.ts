/** The machine's proxy settings and the built server: none of them stops it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../src/demo/data-set.ts';
import { runToEnd, type SpawnOptions, spawnServer } from './spawned-server.ts';

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

const CALL = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.mixed } };

async function resultOfCall(options: SpawnOptions) {
  const server = spawnServer(options);
  onTestFinished(async () => {
    await server.end('SIGKILL').catch(() => undefined);
  });
  await server.initialize();
  const { result } = await server.request('tools/call', CALL);
  return { result, output: `${server.lines.join('\n')}${server.stderr()}` };
}

describe.each(UNUSABLE)('HTTPS_PROXY=%s', (HTTPS_PROXY) => {
  test('is told by the first call that needs it', async () => {
    const env = { ...KEYS, HTTPS_PROXY, TCSS_ENDPOINT: 'https://tcss.invalid', TCSS_LOG_LEVEL: 'debug' };

    const { result, output } = await resultOfCall({ env });

    expect(result.isError).toBe(true);
    expect(result.content[0].text).toMatch(/^HTTPS_PROXY \(or https_proxy, which wins\) cannot be used: /);
    expect(output).not.toMatch(/FAKEpassword|FAKE%password|proxy\.invalid/);
  });

  test('does not touch the demo', async () => {
    const { result } = await resultOfCall({ args: ['--demo'], env: { HTTPS_PROXY } });

    expect(result.structuredContent.source).toBe('demo');
  });

  test('does not touch an endpoint on this machine', async () => {
    const service = createServer((request, response) => {
      request.resume();
      response.end('{"Response":{"TotalCount":0,"List":[],"RequestId":"00000000"}}');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void service.close());
    const { port } = service.address() as AddressInfo;

    const { result } = await resultOfCall({
      env: { ...KEYS, HTTPS_PROXY, TCSS_ENDPOINT: `http://127.0.0.1:${port}` },
    });

    expect(result.structuredContent.source).toBe('live');
  });

  test('does not touch a host that NO_PROXY exempts', async () => {
    const env = { ...KEYS, HTTPS_PROXY, NO_PROXY: 'invalid.', TCSS_ENDPOINT: 'https://tcss.invalid' };

    const { result } = await resultOfCall({ env: { ...env, TCSS_TIMEOUT_MS: '3000' } });

    expect(result.content[0].text).not.toContain('cannot be used');
  });

  test('is one failed check of doctor among the others', async () => {
    const env = { ...KEYS, HTTPS_PROXY, TCSS_ENDPOINT: 'https://tcss.invalid' };

    const { code, stdout } = await runToEnd({ args: ['doctor', '--json'], env });
    const { checks } = JSON.parse(stdout);
    const statusOf = (name: string) => checks.find((check: { name: string }) => check.name === name).status;

    expect(code).toBe(1);
    expect([statusOf('proxy'), statusOf('settings'), statusOf('credentials')]).toEqual([
      'failed',
      'ok',
      'ok',
    ]);
    expect(stdout).not.toMatch(/FAKEpassword|FAKE%password|proxy\.invalid/);
  });
});
