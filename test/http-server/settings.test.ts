import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { parseHttpSettings } from '../../src/http-server/settings.ts';

const PUBLIC = { TCSS_HTTP_LISTEN: '0.0.0.0:8080', TCSS_HTTP_URL: 'https://mcp.example.com/mcp' };
const TOKENS = { TCSS_HTTP_TOKENS: 'alice FAKE-token-of-alice-0123456789abcdef' };
const ISSUER = { TCSS_HTTP_ISSUER: 'https://idp.example.com/realm' };

test('everything has a default, on loopback', () => {
  const settings = parseHttpSettings({});

  expect(settings).toMatchObject({
    listen: { host: '127.0.0.1', port: 8080 },
    allowsLoopbackOrigins: true,
    tokensFile: undefined,
    tokens: undefined,
    oauth: undefined,
    replicas: 1,
    admin: undefined,
    drainMs: 5000,
  });
  expect(settings.url.href).toBe('http://127.0.0.1:8080/mcp');
  expect([...settings.hosts].sort()).toEqual(['127.0.0.1', '[::1]', 'localhost']);
});

test.each([
  ['[::]:0', { host: '::', port: 0 }],
  ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
  ['LOCALHOST:1', { host: 'localhost', port: 1 }],
])('TCSS_HTTP_LISTEN=%s', (listen, expected) => {
  expect(parseHttpSettings({ ...PUBLIC, ...TOKENS, TCSS_HTTP_LISTEN: listen }).listen).toEqual(expected);
});

test('off loopback the public host is the only one, and the audience the URL', () => {
  const settings = parseHttpSettings({
    ...PUBLIC,
    ...ISSUER,
    TCSS_HTTP_ORIGINS: 'https://a.example.com, https://b.example.com',
  });

  expect([...settings.hosts]).toEqual(['mcp.example.com']);
  expect([...settings.origins]).toEqual(['https://a.example.com', 'https://b.example.com']);
  expect(settings.oauth).toEqual({
    issuer: 'https://idp.example.com/realm',
    audience: 'https://mcp.example.com/mcp',
    scope: undefined,
  });
});

describe('is refused', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['no port', { TCSS_HTTP_LISTEN: '127.0.0.1' }, ['TCSS_HTTP_LISTEN must be HOST:PORT']],
    ['a port too high', { TCSS_HTTP_LISTEN: '127.0.0.1:65536' }, ['TCSS_HTTP_LISTEN']],
    ['no host', { TCSS_HTTP_LISTEN: ':8080' }, ['TCSS_HTTP_LISTEN']],
    [
      'off loopback without anything',
      { TCSS_HTTP_LISTEN: '0.0.0.0:80' },
      ['TCSS_HTTP_URL must be set', 'must authenticate'],
    ],
    [
      'a public URL without authentication',
      { TCSS_HTTP_URL: 'https://mcp.example.com/mcp' },
      ['must authenticate'],
    ],
    ['a URL with a user', { TCSS_HTTP_URL: 'https://FAKE@mcp.example.com/mcp' }, ['TCSS_HTTP_URL']],
    ['a URL with a query', { TCSS_HTTP_URL: 'https://mcp.example.com/mcp?token=FAKE' }, ['TCSS_HTTP_URL']],
    ['an origin with a path', { TCSS_HTTP_ORIGINS: 'https://a.example.com/' }, ['TCSS_HTTP_ORIGINS']],
    ['every origin', { TCSS_HTTP_ORIGINS: '*' }, ['TCSS_HTTP_ORIGINS']],
    [
      'an issuer over http',
      { TCSS_HTTP_ISSUER: 'http://idp.example.com' },
      ['TCSS_HTTP_ISSUER must be https'],
    ],
    ['an audience without an issuer', { TCSS_HTTP_AUDIENCE: 'x' }, ['TCSS_HTTP_AUDIENCE needs']],
    ['two scopes', { ...ISSUER, TCSS_HTTP_SCOPE: 'a b' }, ['TCSS_HTTP_SCOPE']],
    ['a scope with a quotation mark', { ...ISSUER, TCSS_HTTP_SCOPE: 'a"b' }, ['TCSS_HTTP_SCOPE']],
    ['another kind of authentication', { TCSS_HTTP_AUTH: 'basic' }, ['TCSS_HTTP_AUTH must be none']],
    ['none and a token', { TCSS_HTTP_AUTH: 'none', ...TOKENS }, ['contradicts']],
    ['tokens in two places', { ...TOKENS, TCSS_HTTP_TOKENS_FILE: '/FAKE' }, ['both set']],
    ['no replicas', { TCSS_HTTP_REPLICAS: '0' }, ['TCSS_HTTP_REPLICAS']],
    [
      'several at once',
      { TCSS_HTTP_LISTEN: 'x', TCSS_HTTP_DRAIN_MS: 'FAKE', TCSS_HTTP_ADMIN: '8081' },
      ['TCSS_HTTP_LISTEN', 'TCSS_HTTP_DRAIN_MS', 'TCSS_HTTP_ADMIN'],
    ],
    [
      'malformed ones beside those that are missing',
      { TCSS_HTTP_LISTEN: '0.0.0.0:80', TCSS_HTTP_DRAIN_MS: 'FAKE', TCSS_HTTP_SCOPE: 'x' },
      ['TCSS_HTTP_DRAIN_MS', 'TCSS_HTTP_URL must be set', 'must authenticate', 'TCSS_HTTP_SCOPE needs'],
    ],
  ])('%s', (_what, env, words) => {
    const reading = () => parseHttpSettings(env);

    expect(reading).toThrow(ConfigError);
    for (const word of words) expect(reading).toThrow(word);
    expect(reading).not.toThrow(/FAKE/);
  });
});

test.each([
  ['a gateway that authenticates', { ...PUBLIC, TCSS_HTTP_AUTH: 'none' }],
  ['an issuer on loopback', { TCSS_HTTP_ISSUER: 'http://127.0.0.1:9000' }],
  ['tokens on loopback', TOKENS],
])('may be: %s', (_what, env) => {
  expect(() => parseHttpSettings(env)).not.toThrow();
});

test('nothing is said to follow from what is malformed', () => {
  const env = { TCSS_HTTP_LISTEN: '0.0.0.0:80', TCSS_HTTP_URL: 'FAKE', TCSS_HTTP_ISSUER: 'FAKE' };

  expect(() => parseHttpSettings({ ...env, TCSS_HTTP_SCOPE: 'x' })).toThrow(
    /^TCSS_HTTP_URL must be a URL [^;]*; TCSS_HTTP_ISSUER must be a URL [^;]*$/,
  );
});
