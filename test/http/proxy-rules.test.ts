import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { authorizationOf, passwordIn, proxyFor } from '../../src/http/proxy.ts';

const PROXY = 'http://proxy.example.test:3128';
const isProxied = (endpoint: string, noProxy?: string) =>
  proxyFor({ endpoint: new URL(endpoint), httpsProxy: PROXY, noProxy }) !== undefined;

describe('proxyFor', () => {
  test('gives the proxy that is set, and none when none is', () => {
    const endpoint = new URL('https://tcss.example.test');

    expect(proxyFor({ endpoint, httpsProxy: PROXY })?.href).toBe(`${PROXY}/`);
    expect(proxyFor({ endpoint })).toBeUndefined();
  });

  test.each([
    'http://127.0.0.1:4711',
    'https://127.0.0.1',
    'https://127.0.0.1:4711',
    'https://127.4.5.6',
    'https://127.255.255.255:8443',
    'https://localhost',
    'https://LOCALHOST:8443',
    'https://[::1]',
    'http://[::1]:4711',
  ])('never gives one for loopback: %s', (endpoint) => {
    expect(isProxied(endpoint)).toBe(false);
    expect(isProxied(endpoint, 'example.test')).toBe(false);
  });

  test.each([
    'https://127.0.0.1.example.test',
    'https://localhost.example.test',
    'https://128.0.0.1',
    'https://[::2]',
    'https://[::1:1]',
  ])('takes nothing else for loopback: %s', (endpoint) => {
    expect(isProxied(endpoint)).toBe(true);
  });

  test.each([
    '*',
    ' * ',
    'other.example,*',
    'tcss.example.test',
    'TCSS.Example.Test',
    'example.test',
    '.example.test',
    '*.example.test',
    'test',
    'a.example, tcss.example.test,b.example',
    'a.example tcss.example.test',
    'tcss.example.test:443',
    ',,example.test,,',
    'example.test.',
    'TCSS.example.test.',
    '.example.test.',
    '*.example.test.',
    'example.test.:443',
    'test.',
    'a.example\texample.test',
  ])('exempts a host by its name, by a suffix or with all others: %s', (noProxy) => {
    expect(isProxied('https://tcss.example.test', noProxy)).toBe(false);
  });

  test.each([
    '',
    ',',
    'cs.example.test',
    'tcss.example',
    'xtcss.example.test',
    'a.tcss.example.test',
    '**',
    't*.example.test',
    'tcss.example.test:8443',
    'https://tcss.example.test',
    '.',
    '*.',
    '..',
    '.:443',
    'tcss.example.test:0443x',
    'example.test/24',
    '[',
    '[]',
    ':',
    ':443',
    '%',
    '\u0000',
  ])('does not exempt another: %s', (noProxy) => {
    expect(isProxied('https://tcss.example.test', noProxy)).toBe(true);
  });

  test.each([
    ['https://tcss.example.test:8443', 'example.test:8443', false],
    ['https://tcss.example.test:8443', 'example.test:443', true],
    ['https://tcss.example.test:8443', 'example.test', false],
    ['https://203.0.113.7', '203.0.113.7', false],
    ['https://203.0.113.7', '113.7', false],
    ['https://[2001:db8::7]', '2001:db8::7', false],
    ['https://[2001:db8::7]:8443', '[2001:db8::7]:8443', false],
    ['https://[2001:db8::7]', '[2001:db8::7]:8443', true],
    ['https://[2001:db8::7]', '[2001:db8::7]', false],
    ['https://[2001:db8::7]', '2001:DB8::7', false],
    ['https://[2001:db8::7]', '[2001:db8::7]:443', false],
    // Address ranges are not read, as in undici.
    ['https://203.0.113.7', '203.0.113.0/24', true],
    ['https://[2001:db8::7]', '2001:db8::/32', true],
  ])('reads ports and addresses: %s under %s is proxied: %s', (endpoint, noProxy, proxied) => {
    expect(isProxied(endpoint, noProxy)).toBe(proxied);
  });
});

describe('a proxy that cannot be used', () => {
  const PASSWORD = 'FAKEpassw0rd';
  const CASES: [string, RegExp][] = [
    [`socks5://user:${PASSWORD}@proxy.example.test:1080`, /SOCKS/],
    [`socks5h://user:${PASSWORD}@proxy.example.test:1080`, /SOCKS/],
    ['SOCKS4://proxy.example.test', /SOCKS/],
    ['socks://proxy.example.test', /SOCKS/],
    [`http://user:${PASSWORD}%@proxy.example.test:3128`, /a % .*%25/],
    [`http://user:%ff${PASSWORD}@proxy.example.test:3128`, /a % .*%25/],
    [`http://us%er:${PASSWORD}@proxy.example.test:3128`, /a % .*%25/],
    [`http://user:${PASSWORD}/x@proxy.example.test:3128`, /not the URL/],
    [`http://user:12/${PASSWORD}@proxy.example.test:3128`, /not the URL/],
    [`http://user:12?${PASSWORD}@proxy.example.test:3128`, /not the URL/],
    [`http://user:12#${PASSWORD}@proxy.example.test:3128`, /not the URL/],
    [`ftp://user:${PASSWORD}@proxy.example.test`, /not the URL/],
    [`${PASSWORD}://proxy.example.test`, /not the URL/],
    [`"http://user:${PASSWORD}@proxy.example.test"`, /not the URL/],
    [`http://user:${PASSWORD}@proxy.example.test:99999`, /not the URL/],
    [`http://user:${PASSWORD}@proxy example:3128`, /not the URL/],
    ['http://', /not the URL/],
    ['file:///etc/FAKEpassw0rd', /not the URL/],
    ['direct://', /not the URL/],
    ['\ud800\u0007', /not the URL/],
  ];

  test.each(CASES)('%s: the failure says why, and shows nothing of it', (httpsProxy, why) => {
    const failure = caught(() => proxyFor({ endpoint: new URL('https://tcss.example.test'), httpsProxy }));

    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure.message).toMatch(/^HTTPS_PROXY \(or https_proxy, which wins\) cannot be used: [^\n]+$/);
    expect(failure.message).toMatch(why);
    for (const part of [PASSWORD, 'proxy.example', 'user:12', 'etc/']) {
      expect(failure.message).not.toContain(part);
    }
  });

  test.each(CASES)('%s: is no matter where none is needed', (httpsProxy) => {
    for (const [endpoint, noProxy] of [
      ['http://127.0.0.1:4711', undefined],
      ['https://localhost', undefined],
      ['https://tcss.example.test', '*'],
      ['https://tcss.example.test', 'example.test'],
    ] as const) {
      expect(proxyFor({ endpoint: new URL(endpoint), httpsProxy, noProxy })).toBeUndefined();
    }
  });

  test.each(CASES)('%s: its password is known, so that it can be redacted', (httpsProxy) => {
    if (httpsProxy.includes(`:${PASSWORD}`)) expect(passwordIn(httpsProxy)).toContain(PASSWORD);
  });

  test('whatever the settings hold, there is a proxy, none, or a failure that shows nothing of them', () => {
    const junk = fc.string({
      unit: fc.constantFrom(...'qwxzQWXZ0189 @:/?#%&=[].,*\\n\u001b密'),
      minLength: 8,
    });
    const beginnings = fc.constantFrom('', 'https://', 'http://', 'http://u:', 'socks5://', '[', '//');

    fc.assert(
      fc.property(beginnings, junk, junk, (beginning, value, noProxy) => {
        const endpoint = new URL('https://tcss.example.test');
        try {
          const proxy = proxyFor({ endpoint, httpsProxy: beginning + value, noProxy });
          if (proxy !== undefined) authorizationOf(proxy);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          for (let at = 0; at + 8 <= value.length; at++) {
            expect((error as Error).message).not.toContain(value.slice(at, at + 8));
          }
        }
        passwordIn(beginning + value);
      }),
      { numRuns: 500 },
    );
  });

  function caught(work: () => unknown): Error {
    try {
      work();
    } catch (error) {
      return error as Error;
    }
    throw new Error('was accepted');
  }
});

describe('passwordIn', () => {
  test.each([
    ['http://user:pw@proxy.example.test', 'pw'],
    ['http://user:p%40ss%2F@proxy.example.test', 'p@ss/'],
    ['http://user:p@ss@proxy.example.test', 'p@ss'],
    ['http://user:p%@proxy.example.test', 'p%'],
    ['http://user:a:b@proxy.example.test', 'a:b'],
    ['http://us@er:pw@proxy.example.test', 'pw'],
    ['http://user@proxy.example.test:3128', undefined],
    ['http://user:@proxy.example.test', ''],
    ['http://user@proxy.example.test', undefined],
    ['http://proxy.example.test:3128', undefined],
    ['nonsense', undefined],
  ])('of %s', (httpsProxy, password) => {
    expect(passwordIn(httpsProxy)).toBe(password);
  });
});
