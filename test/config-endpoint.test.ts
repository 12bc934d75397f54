import { describe, expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';

const endpoint = (text: string) => parseConfig({ TCSS_ENDPOINT: text }).endpoint.href;

describe('TCSS_ENDPOINT', () => {
  test.each([
    ['https://tcss.tencentcloudapi.com', 'https://tcss.tencentcloudapi.com/'],
    ['https://tcss.tencentcloudapi.com/', 'https://tcss.tencentcloudapi.com/'],
    ['HTTPS://TCSS.TencentCloudAPI.com', 'https://tcss.tencentcloudapi.com/'],
    ['https://tcss.example:8443', 'https://tcss.example:8443/'],
    ['https://tcss.example:443', 'https://tcss.example/'],
    ['https://203.0.113.7', 'https://203.0.113.7/'],
    ['https://[2001:db8::7]:8443', 'https://[2001:db8::7]:8443/'],
    ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example/'],
    ['http://localhost:4711', 'http://localhost:4711/'],
    ['http://LocalHost', 'http://localhost/'],
    ['http://127.0.0.1:4711', 'http://127.0.0.1:4711/'],
    ['http://127.255.3.9', 'http://127.255.3.9/'],
    ['http://[::1]:4711', 'http://[::1]:4711/'],
  ])('takes %s', (text, href) => {
    expect(endpoint(text)).toBe(href);
  });

  test.each([
    'http://tcss.tencentcloudapi.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://evil-localhost',
    'http://128.0.0.1',
    'http://[::2]',
    'http://[2001:db8::1]',
    'http://0.0.0.0',
    'http://[::]',
  ])('is https unless on loopback: %s', (text) => {
    expect(() => endpoint(text)).toThrow(/^TCSS_ENDPOINT must be https unless its host is loopback$/);
  });

  test.each([
    'http://2130706433',
    'https://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://127.1',
    'http://127.0.1',
    'http://127.0.0.01',
    'http://127.0.0.1.',
    'http://localhost.',
    'https://tcss.tencentcloudapi.com.',
    'http://[0:0:0:0:0:0:0:1]',
    'http://[::0001]',
    'http://[::ffff:127.0.0.1]',
    'https://[::ffff:127.0.0.1]',
  ])('names its host in the usual form: %s', (text) => {
    expect(() => endpoint(text)).toThrow(/^TCSS_ENDPOINT must name its host in the usual form$/);
  });

  test.each([
    'tcss.tencentcloudapi.com',
    '//tcss.tencentcloudapi.com',
    'https:tcss.tencentcloudapi.com',
    'https:/tcss.tencentcloudapi.com',
    'https:\\\\tcss.tencentcloudapi.com',
    'ftp://tcss.tencentcloudapi.com',
    'javascript://localhost',
    'https://',
    'https://user@tcss.tencentcloudapi.com',
    'https://user:password@tcss.tencentcloudapi.com',
    'http://localhost@evil.example',
    'http://localhost:80@evil.example',
    'https://tcss.tencentcloudapi.com/v2',
    'https://tcss.tencentcloudapi.com//',
    'https://tcss.tencentcloudapi.com?',
    'https://tcss.tencentcloudapi.com?a=1',
    'https://tcss.tencentcloudapi.com/#a',
    'https://tcss.tencentcloudapi.com#',
    'https://tcss.tencentcloudapi.com\\evil',
    'https://tcss.example:65536',
    'https://tcss.example:',
    'https://tcss.example:80a',
    'https://127.0.0.256',
    'https://[::1',
    'https://[fe80::1%25eth0]',
    'https://bücher.example',
    'https://ｔcss.example',
    'http://ⓛocalhost',
    'http://127。0。0。1',
    'https://tcss\u00ad.example',
    'https://tcss\n.example',
    'https://tcss .example',
    'https://tcss%2eexample',
    'https://tcss_.example',
    `https://${'a'.repeat(100_000)}/`.padEnd(200_000, '/'),
  ])('is scheme, host and port alone: %s', (text) => {
    expect(() => endpoint(text)).toThrow(/^TCSS_ENDPOINT must be a URL of scheme and host alone/);
  });
});
