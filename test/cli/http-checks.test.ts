import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkHttp } from '../../src/cli/http-checks.ts';
import { parseConfig } from '../../src/config.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';

async function check(env: Record<string, string>) {
  const checks = await checkHttp(env, parseConfig({}));
  expect(JSON.stringify(checks)).not.toContain('FAKE');
  return checks.map(({ name, status, found }) => `${name}: ${status}: ${found}`);
}

test('nothing is checked where nothing is set', async () => {
  expect(await check({ TCSS_LANGUAGE: 'en-US' })).toEqual([]);
});

test('what would not start has failed', async () => {
  expect(await check({ TCSS_HTTP_LISTEN: '0.0.0.0:8080' })).toEqual([
    expect.stringMatching(/^http settings: failed: TCSS_HTTP_URL must be set .* callers must authenticate/),
    'http callers: not_tried: the settings cannot be used',
  ]);
  expect(await check({ TCSS_HTTP_TOKENS: 'alice FAKE' })).toEqual([
    'http settings: ok: set: TCSS_HTTP_TOKENS',
    expect.stringMatching(/^http callers: failed: TCSS_HTTP_TOKENS: line 1 /),
  ]);
});

test('what would start is told, with a warning where anybody may call or listen in', async () => {
  expect(await check({ TCSS_HTTP_REPLICAS: '3' })).toEqual([
    'http settings: ok: set: TCSS_HTTP_REPLICAS',
    'http callers: warning: anybody who can reach it may call',
  ]);
  const open = { TCSS_HTTP_URL: 'http://mcp.example.com/mcp', TCSS_HTTP_TOKENS: `alice ${TOKEN}` };
  expect(await check(open)).toEqual([
    'http settings: warning: TCSS_HTTP_URL is http, so tokens travel in clear text',
    'http callers: ok: 1 token',
  ]);
});

test('the keys of an issuer are read', async () => {
  const server = createServer((request, response) => {
    const metadata = { issuer: `${origin}/`, jwks_uri: `${origin}/keys` };
    response.end(JSON.stringify(request.url === '/keys' ? { keys: [{}, {}] } : metadata));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  expect(await check({ TCSS_HTTP_ISSUER: `${origin}/` })).toEqual([
    'http settings: ok: set: TCSS_HTTP_ISSUER',
    'http callers: ok: those whom the issuer vouches for',
    'http issuer: ok: its metadata and 2 keys can be read',
  ]);
  expect((await check({ TCSS_HTTP_ISSUER: `${origin}/other` }))[2]).toMatch(
    /^http issuer: failed: its keys cannot be read: its metadata name another issuer/,
  );
});
