import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { BODY_LIMIT_BYTES } from '../../src/http/transport.ts';
import { closeAll, failureOf, send, startPair } from './loopback.ts';

afterEach(closeAll);

const text = async (sending: ReturnType<typeof send>) => Buffer.from((await sending).body).toString();
const MIB = 1024 * 1024;

describe('a request', () => {
  test('is a POST of exactly these bytes to /, its headers as given', async () => {
    const pair = await startPair((outgoing) => outgoing.end('{}'));
    const body = Buffer.from('{"Name":"漏洞 \\u0000"}');

    await send(pair, undefined, body);

    const [{ incoming, body: arrived } = expect.fail()] = pair.received;
    expect(incoming).toMatchObject({ method: 'POST', url: '/' });
    expect(arrived).toEqual(body);
    expect(incoming.headers).toMatchObject({
      host: pair.url.host,
      'content-length': String(body.length),
      'accept-encoding': 'gzip',
      'x-tc-token': 'token-token-token',
    });
    expect(incoming.headers).not.toHaveProperty('transfer-encoding');
  });

  test('uses the socket of the one before', async () => {
    const pair = await startPair((outgoing) => outgoing.end('{}'));

    for (let n = 0; n < 20; n++) await send(pair);

    expect(pair.sockets).toHaveLength(1);
  });

  test('opens 64 sockets at most, and all are answered', async () => {
    const pair = await startPair((outgoing) => setTimeout(() => outgoing.end('{}'), 10));

    const answers = await Promise.all(Array.from({ length: 100 }, () => text(send(pair))));

    expect(new Set(answers)).toEqual(new Set(['{}']));
    expect(pair.sockets).toHaveLength(64);
  });
});

describe('an answer', () => {
  const unicode = JSON.stringify({ Desc: 'Dockerfile中存在账号密码 👍🏽' });

  test.each<[string, Record<string, string>, Buffer]>([
    ['plain', {}, Buffer.from(unicode)],
    ['of the encoding identity', { 'content-encoding': 'identity' }, Buffer.from(unicode)],
    ['compressed', { 'content-encoding': 'gzip' }, gzipSync(unicode)],
    ['compressed, in other letters', { 'Content-Encoding': 'GZip' }, gzipSync(unicode)],
    ['compressed, by the old name', { 'content-encoding': 'x-gzip' }, gzipSync(unicode)],
    [
      'compressed in two parts',
      { 'content-encoding': 'gzip' },
      Buffer.concat([gzipSync(unicode.slice(0, 9)), gzipSync(unicode.slice(9))]),
    ],
  ])('%s is read whole, and its socket used again', async (_name, headers, body) => {
    const pair = await startPair((outgoing) => outgoing.writeHead(200, headers).end(body));

    expect(await text(send(pair))).toBe(unicode);
    expect(await text(send(pair))).toBe(unicode);
    expect(pair.sockets).toHaveLength(1);
  });

  test('that comes byte by byte is read whole', async () => {
    const pair = await startPair(async (outgoing) => {
      for (const byte of Buffer.from(unicode)) {
        outgoing.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      outgoing.end();
    });

    expect(await text(send(pair))).toBe(unicode);
  });

  test.each(['plain', 'gzip'])('may be as large as the limit, %s', async (encoding) => {
    const body = Buffer.alloc(BODY_LIMIT_BYTES, 'x');
    const pair = await startPair((outgoing) =>
      encoding === 'gzip'
        ? outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))
        : outgoing.end(body),
    );

    expect((await send(pair)).body.byteLength).toBe(BODY_LIMIT_BYTES);
  });

  const beyond = gzipSync(Buffer.alloc(BODY_LIMIT_BYTES + 1));
  const endless = (outgoing: ServerResponse) => {
    const more = () => {
      while (!outgoing.destroyed && outgoing.write(Buffer.alloc(65_536, 'x')));
    };
    outgoing.on('drain', more);
    more();
  };

  test.each<[string, (outgoing: ServerResponse) => unknown]>([
    ['without an end', endless],
    ['with its length', (outgoing) => endless(outgoing.writeHead(200, { 'content-length': 2 ** 40 }))],
    ['gzip', (outgoing) => outgoing.writeHead(200, { 'content-encoding': 'gzip' }).write(beyond)],
  ])('beyond the limit ends while it streams, and its socket is closed: %s', async (_name, answer) => {
    const pair = await startPair((outgoing) => void answer(outgoing));

    const failure = await failureOf(send(pair));

    expect(failure).toMatchObject({ fault: 'too-large', retryable: false });
    expect(failure.message).toBe('the answer is larger than 8388608 bytes');
    expect(await pair.closedWithin(100)).toBe(true);
  });

  test('of 4 GiB in 4 MiB of gzip costs little more memory than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    const pair = await startPair((outgoing) => {
      outgoing.writeHead(200, { 'content-encoding': 'gzip' });
      pipeline(Array<Buffer>(64).fill(bomb), outgoing).catch(() => {}); // the client ends it
    });
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const sampling = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }, 1);

    const failure = await failureOf(send(pair));

    clearInterval(sampling);
    expect(failure.fault).toBe('too-large');
    expect(peak).toBeLessThan(32 * MIB);
    expect(await pair.closedWithin(100)).toBe(true);
  });
});
