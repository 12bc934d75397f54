import { describe, expect, test } from 'vitest';
import { proxyFor } from '../../src/http/proxy.ts';

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
  ])('reads ports and addresses: %s under %s is proxied: %s', (endpoint, noProxy, proxied) => {
    expect(isProxied(endpoint, noProxy)).toBe(proxied);
  });
});
