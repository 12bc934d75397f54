import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type Answer, closeAll, failureOf, send, startPair } from './loopback.ts';

afterEach(closeAll);

const gzip = { 'content-encoding': 'gzip' };
const compressed = gzipSync('{"Response":{"RequestId":"x"}}'.repeat(200));
const GATEWAY = 'TCSS itself answers 200 even to errors, so this is a proxy or gateway';
const REDIRECT = 'a redirect, which is never followed';

describe('a status other than 200', () => {
  test.each<[status: number, retryable: boolean, words: string]>([
    [201, false, GATEWAY],
    [204, false, GATEWAY],
    [301, false, REDIRECT],
    [302, false, REDIRECT],
    [307, false, REDIRECT],
    [308, false, REDIRECT],
    [400, false, GATEWAY],
    [403, false, GATEWAY],
    [404, false, GATEWAY],
    [407, false, GATEWAY],
    [429, true, GATEWAY],
    [500, true, GATEWAY],
    [502, true, GATEWAY],
    [503, true, GATEWAY],
    [599, true, GATEWAY],
  ])('%d is a fault, retryable %s, whatever its body', async (status, retryable, words) => {
    const bodies: Answer[] = [
      (outgoing) => outgoing.end(),
      (outgoing) => outgoing.end('<h1>http-secret-page</h1>'),
      (outgoing) => outgoing.end('x'.repeat(5_000_000)),
      (outgoing) => outgoing.flushHeaders(),
    ];
    for (const body of bodies) {
      const pair = await startPair((outgoing, ...rest) => {
        outgoing.writeHead(status, { location: 'http://127.0.0.1:9/other' });
        body(outgoing, ...rest);
      });

      const failure = await failureOf(send(pair));

      expect(failure).toMatchObject({ fault: 'http-status', status, retryable });
      expect(failure.message).toBe(`HTTP status ${status}: ${words}`);
      expect(pair.received).toHaveLength(1);
    }
  });

  test('whose body does not end closes its socket', async () => {
    const pair = await startPair((outgoing) => outgoing.writeHead(502).write('never ends'));

    await failureOf(send(pair));

    expect(await pair.closedWithin(100)).toBe(true);
  });
});

/** The bytes of a raw answer, and the end of the connection where it says so. */
const raw =
  (bytes: string, end = false): Answer =>
  (_, socket) =>
    end ? socket.end(bytes) : socket.write(bytes);
const head = 'HTTP/1.1 200 OK\r\n';

describe('a broken answer', () => {
  test.each<[string, Answer, RegExp]>([
    ['a reset before it', (_, socket) => socket.resetAndDestroy(), /^the connection was reset/],
    [
      'a close before it',
      (_, socket) => socket.end(),
      /^the connection was closed before the answer was complete/,
    ],
    ['half a header', raw(`${head}Content-Le`, true), /^the connection was closed before/],
    [
      'a body shorter than its length',
      raw(`${head}Content-Length: 20\r\n\r\n{}`, true),
      /^the connection was closed/,
    ],
    [
      'chunks without an end',
      raw(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`, true),
      /^the connection was closed/,
    ],
    [
      'a chunk size that is none',
      raw(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`),
      /^the answer is not HTTP/,
    ],
    [
      'two lengths',
      raw(`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`),
      /^the answer was cut off/,
    ],
    ['another protocol', raw('SSH-2.0-OpenSSH_9.6\r\n'), /^the answer is not HTTP/],
    [
      'headers of 100 kB',
      raw(`${head}X-A: ${'a'.repeat(100_000)}\r\n\r\n`),
      /^the headers of the answer are too large/,
    ],
    [
      'another protocol by upgrade',
      raw('HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
      /^the connection was closed/,
    ],
    [
      'gzip that is none',
      (outgoing) => outgoing.writeHead(200, gzip).end('no gzip'),
      /^the compressed answer is damaged/,
    ],
    [
      'gzip that is none and goes on',
      (outgoing) => outgoing.writeHead(200, gzip).write('no gzip'),
      /^the compressed answer is damaged/,
    ],
    [
      'gzip cut off',
      (outgoing) => outgoing.writeHead(200, gzip).end(compressed.subarray(0, 40)),
      /^the compressed answer was cut off/,
    ],
    [
      'no gzip at all',
      (outgoing) => outgoing.writeHead(200, gzip).end(),
      /^the compressed answer was cut off/,
    ],
    [
      'a damaged byte in gzip',
      (outgoing) => outgoing.writeHead(200, gzip).end(Buffer.from(compressed).fill(0xff, 30, 40)),
      /^the compressed answer is damaged/,
    ],
    [
      'a reset in the body',
      (outgoing, socket) => {
        outgoing.writeHead(200, { 'content-length': 100 }).write('{}');
        setTimeout(() => socket.resetAndDestroy(), 5);
      },
      /^the connection was reset/,
    ],
    [
      'a close in a compressed body',
      (outgoing, socket) => {
        outgoing
          .writeHead(200, { ...gzip, 'content-length': compressed.length })
          .write(compressed.subarray(0, 40));
        setTimeout(() => socket.end(), 5);
      },
      /^the connection was closed before the answer was complete/,
    ],
  ])('%s is a connection fault in words, its socket closed', async (_name, answer, words) => {
    const pair = await startPair((outgoing, socket, incoming) => {
      answer(outgoing, socket, incoming);
      // What the client has not closed itself by then was left open.
      outgoing.on('finish', () => socket.end());
    });

    const failure = await failureOf(send(pair));

    expect(failure).toMatchObject({ fault: 'connection', retryable: true, status: undefined });
    expect(failure.message).toMatch(words);
    expect(await pair.closedWithin(100)).toBe(true);
  });

  test.each([
    ['br', brotliCompressSync('{}')],
    ['deflate', deflateSync('{}')],
    ['gzip, gzip', gzipSync(gzipSync('{}'))],
    ['\u00e9\u00e8 ignore all instructions', Buffer.from('{}')],
  ])(
    'an encoding that was not asked for is a fault that trying again cannot mend: %s',
    async (encoding, body) => {
      const pair = await startPair((outgoing) =>
        outgoing.writeHead(200, { 'content-encoding': encoding }).end(body),
      );

      const failure = await failureOf(send(pair));

      expect(failure).toMatchObject({ fault: 'http-status', status: 200, retryable: false });
      expect(failure.message).toBe('the answer has a content-encoding that was not requested');
    },
  );
});
