import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Config, parseConfig, variablesSet, variablesUnfilled } from '../src/config.ts';
import { ConfigError } from '../src/errors.ts';

const read = (env: Record<string, string | undefined> = {}) => parseConfig(env);

function complaint(env: Record<string, string>): string {
  try {
    read(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('was accepted');
}

/** The credentials that a configuration holds, in clear. */
const keys = ({ credentials }: Config) => ({
  id: credentials.secretId?.reveal(),
  key: credentials.secretKey?.reveal(),
  token: credentials.token?.reveal(),
});

test('everything has a default, and no credentials is fine', () => {
  expect(read()).toEqual({
    credentials: { secretId: undefined, secretKey: undefined, token: undefined },
    profile: 'default',
    region: undefined,
    endpoint: new URL('https://tcss.intl.tencentcloudapi.com'),
    language: 'en-US',
    timeoutMs: 25_000,
    maxBytes: 8000,
    requestsPerSecond: 20,
    logLevel: 'warn',
    httpsProxy: undefined,
    noProxy: undefined,
  });
});

test.each<[variable: string, value: string, setting: keyof Config, expected: unknown]>([
  ['TENCENTCLOUD_PROFILE', 'team-a.eu_1@corp+x', 'profile', 'team-a.eu_1@corp+x'],
  ['TCCLI_PROFILE', '.hidden', 'profile', '.hidden'],
  ['TENCENTCLOUD_REGION', 'ap-singapore', 'region', 'ap-singapore'],
  ['TCSS_LANGUAGE', 'zh-CN', 'language', 'zh-CN'],
  ['TCSS_TIMEOUT_MS', '1', 'timeoutMs', 1],
  ['TCSS_MAX_BYTES', '2000', 'maxBytes', 2000],
  ['TCSS_MAX_BYTES', '40000', 'maxBytes', 40_000],
  ['TCSS_RATE_LIMIT', '0.5', 'requestsPerSecond', 0.5],
  ['TCSS_RATE_LIMIT', '2.5', 'requestsPerSecond', 2.5],
  ['TCSS_LOG_LEVEL', 'debug', 'logLevel', 'debug'],
  ['HTTPS_PROXY', 'http://proxy.example:3128', 'httpsProxy', 'http://proxy.example:3128'],
  ['HTTPS_PROXY', 'proxy.example:3128', 'httpsProxy', 'http://proxy.example:3128'],
  ['https_proxy', 'http://proxy.example:3128', 'httpsProxy', 'http://proxy.example:3128'],
  ['NO_PROXY', 'example.com,.local', 'noProxy', 'example.com,.local'],
  ['no_proxy', '*', 'noProxy', '*'],
])('%s=%s is read, blanks around it trimmed', (variable, value, setting, expected) => {
  expect(read({ [variable]: value })[setting]).toEqual(expected);
  expect(read({ [variable]: ` \t${value}\r\n` })[setting]).toEqual(expected);
});

describe('the key pair', () => {
  test.each([
    ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_TOKEN'],
    ['TENCENTCLOUD_SECRETID', 'TENCENTCLOUD_SECRETKEY', 'TENCENTCLOUD_SESSION_TOKEN'],
    ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRETKEY', 'TENCENTCLOUD_SECURITY_TOKEN'],
  ])('is read from %s, %s and %s', (id, key, token) => {
    expect(keys(read({ [id]: 'AKIDx', [key]: 'k', [token]: 't' }))).toEqual({
      id: 'AKIDx',
      key: 'k',
      token: 't',
    });
  });

  test('takes the first spelling that is set', () => {
    const env = { TENCENTCLOUD_TOKEN: '', TENCENTCLOUD_SESSION_TOKEN: 'b', TENCENTCLOUD_SECURITY_TOKEN: 'c' };

    expect(keys(read(env)).token).toBe('b');
    expect(keys(read({ ...env, TENCENTCLOUD_TOKEN: 'a' })).token).toBe('a');
  });

  test('TENCENTCLOUD_PROFILE wins over TCCLI_PROFILE', () => {
    expect(read({ TCCLI_PROFILE: 'a', TENCENTCLOUD_PROFILE: 'b' }).profile).toBe('b');
  });

  test('half of it does not stop the start', () => {
    expect(keys(read({ TENCENTCLOUD_SECRET_ID: 'AKIDx' }))).toMatchObject({ id: 'AKIDx', key: undefined });
  });
});

const VARIABLES = [
  ...['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRETID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_SECRETKEY'],
  ...['TENCENTCLOUD_TOKEN', 'TENCENTCLOUD_SESSION_TOKEN', 'TENCENTCLOUD_SECURITY_TOKEN'],
  ...['TENCENTCLOUD_PROFILE', 'TCCLI_PROFILE'],
  ...['TENCENTCLOUD_REGION', 'TCSS_ENDPOINT', 'TCSS_LANGUAGE', 'TCSS_TIMEOUT_MS', 'TCSS_MAX_BYTES'],
  ...['TCSS_RATE_LIMIT', 'TCSS_LOG_LEVEL', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY'],
];

test.each([
  'socks5://proxy',
  'proxy with blank:1',
  'http://',
  'http://us%er:pw@proxy',
  'file:///etc',
  'x'.repeat(9999),
])("the machine's proxy settings stop no start: %s", (value) => {
  expect(read({ HTTPS_PROXY: value, NO_PROXY: value }).noProxy).toBe(value);
});

test.each(['https_proxy', 'no_proxy'] as const)('%s wins over its upper-case spelling', (lower) => {
  const both = { [lower]: 'http://a.example.com', [lower.toUpperCase()]: 'http://b.example.com' };

  expect(Object.values(read(both))).toContain('http://a.example.com');
  expect(variablesSet(both)).toEqual([lower]);
  expect(variablesSet({ ...both, [lower]: ' ' })).toEqual([lower.toUpperCase()]);
});

test.each(VARIABLES)('%s counts as unset when empty, blank or an unexpanded reference', (variable) => {
  for (const value of [
    '',
    ' \t\n',
    `\${${variable}}`,
    ` \${env:${variable}} `,
    `\${input:key}`,
    `\${}`,
    undefined,
  ]) {
    expect(read({ [variable]: value })).toEqual(read());
  }
});

test('tells which variables are set, in the spelling that counts, and which were not filled in', () => {
  const env = {
    TENCENTCLOUD_SECRETID: 'AKIDx',
    TENCENTCLOUD_SECRET_KEY: `\${env:KEY}`,
    TCSS_LANGUAGE: ' ',
    https_proxy: 'proxy.example:3128',
    UNRELATED: `\${x}`,
  };

  expect(variablesSet(env)).toEqual(['TENCENTCLOUD_SECRETID', 'https_proxy']);
  expect(variablesUnfilled(env)).toEqual(['TENCENTCLOUD_SECRET_KEY']);
});

describe('a malformed value', () => {
  test.each<[variable: string, values: string[]]>([
    ['TENCENTCLOUD_SECRET_ID', ['AKID with blank', 'AKID\u0000', 'schlüssel', '密钥']],
    ['TENCENTCLOUD_SECRETKEY', ['two\nlines', 'a\u200bb']],
    ['TENCENTCLOUD_SECURITY_TOKEN', ['a\r\nX-Injected: 1']],
    [
      'TENCENTCLOUD_PROFILE',
      ['../default', 'a/b', 'a\\b', '..', '.', 'C:x', 'a b', 'a\0', 'x'.repeat(65), '密'],
    ],
    ['TCCLI_PROFILE', ['/etc/passwd', '...', '~/x']],
    ['TENCENTCLOUD_REGION', ['ap singapore', 'AP-SINGAPORE', 'x'.repeat(65), 'ap\r\nX-Injected: 1']],
    ['TCSS_LANGUAGE', ['en', 'en-us', 'de-DE']],
    ['TCSS_TIMEOUT_MS', ['0', '-1', '1.5', '1e3', '600001', '25s', '0x10', 'Infinity', '9'.repeat(400)]],
    ['TCSS_MAX_BYTES', ['1999', '40001', '8k', '8_000']],
    ['TCSS_RATE_LIMIT', ['0', '0.0', '-5', 'NaN', 'Infinity', '1e3', '20/s', '1,5']],
    ['TCSS_LOG_LEVEL', ['verbose', 'WARN', 'constructor']],
  ])('of %s is one line that names it', (variable, values) => {
    for (const value of values) {
      expect(complaint({ [variable]: value })).toMatch(new RegExp(`^${variable} must [^\\n]+$`));
    }
  });

  test('is never shown, whatever it is', () => {
    const junk = fc.string({ unit: fc.constantFrom(...'qwxzQWXZ0189 @:/?#%&=\n\u001b密'), minLength: 8 });
    const beginnings = fc.constantFrom('', 'https://', 'http://', 'AKID', '5');

    fc.assert(
      fc.property(fc.constantFrom(...VARIABLES), beginnings, junk, (variable, beginning, value) => {
        const env = { [variable]: beginning + value };
        let message = '';
        try {
          read(env);
        } catch (error) {
          message = (error as Error).message;
        }
        for (let at = 0; at + 8 <= value.length; at++) expect(message).not.toContain(value.slice(at, at + 8));
      }),
      { numRuns: 300 },
    );
  });

  test('does not hide another one', () => {
    expect(complaint({ TCSS_MAX_BYTES: '1', TCSS_LANGUAGE: 'x' })).toBe(
      'TCSS_LANGUAGE must be en-US or zh-CN; TCSS_MAX_BYTES must be at least 2000',
    );
  });
});
