/** What a client may write to stdin of the built server, and that it goes on answering. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SpawnedServer, spawnServer } from './spawned-server.ts';

const MIB = 1024 * 1024;
const ping = (id: unknown) => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' });

let server: SpawnedServer;
beforeAll(async () => {
  server = spawnServer({ args: ['--demo'] });
  await server.initialize();
});
afterAll(() => server.end('SIGKILL').catch(() => undefined));

/** Ids that were answered since `from`, once every ping written before is answered. */
async function answeredSince(from: number): Promise<unknown[]> {
  const { id } = await server.request('ping');
  return server.lines
    .slice(from)
    .map((line) => JSON.parse(line).id)
    .filter((answered) => answered !== id);
}

describe('lines in pieces', () => {
  test('a message byte by byte, in the middle of characters too', async () => {
    const from = server.lines.length;
    for (const byte of Buffer.from(`${ping('é漢😀')}\n`)) await server.write(Buffer.of(byte));

    expect(await answeredSince(from)).toEqual(['é漢😀']);
  });

  test('two and a half messages in one chunk, then the rest', async () => {
    const from = server.lines.length;
    const [begun, rest] = [ping('c').slice(0, 9), ping('c').slice(9)];
    await server.write(`${ping('a')}\n${ping('b')}\n${begun}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.write(`${rest}\n`);

    expect(await answeredSince(from)).toEqual(['a', 'b', 'c']);
  });

  test('CRLF, blanks around and empty lines', async () => {
    const from = server.lines.length;
    await server.write(`\r\n\n \n${ping('crlf')}\r\n\t${ping('blanks')}  \n\n`);

    expect(await answeredSince(from)).toEqual(['crlf', 'blanks']);
  });
});

describe('huge lines', () => {
  test.each([10, 17, 64])('%i MB of junk on one line: the next one is answered', async (megabytes) => {
    const from = server.lines.length;
    const chunk = Buffer.alloc(MIB, 'x');
    for (let written = 0; written < megabytes; written += 1) await server.write(chunk);
    await server.write(`\n${ping(`after ${megabytes}`)}\n`);

    expect(await answeredSince(from)).toEqual([`after ${megabytes}`]);
  });

  test('junk that is too long is said once a line', () => {
    expect(server.stderr().match(/a line of more than \d+ bytes was dropped/g)).toHaveLength(2);
  });

  test('a valid call of 10 MB is answered, in few bytes', async () => {
    const { result } = await server.request('tools/call', {
      name: 'list_image_risks',
      arguments: { image: 'x'.repeat(10 * MIB) },
    });

    expect(result.isError).toBe(true);
    expect(Buffer.byteLength(result.content[0].text)).toBeLessThanOrEqual(1000);
  });

  test('a call whose arguments are 100,000 levels deep is answered', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    server.send(
      `{"jsonrpc":"2.0","id":"deep","method":"tools/call","params":{"name":"list_image_risks","arguments":{"image":${deep}}}}`,
    );
    // A call takes longer than a ping that is sent after it.
    const answer = () => server.lines.find((line) => line.includes('"deep"'));
    await expect.poll(answer).toBeDefined();

    const line = answer() ?? '';
    expect(line.length).toBeLessThan(2000);
    expect(line).toContain('a value nested too deep');
  });

  test('5,000 short lines at once are all answered', async () => {
    const from = server.lines.length;
    await server.write(Array.from({ length: 5_000 }, (_, at) => `${ping(`n${at}`)}\n`).join(''));

    expect(await answeredSince(from)).toHaveLength(5_000);
  });

  test.runIf(process.platform === 'linux')('memory stays bounded through all of it', () => {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];

    expect(Number(peak) / 1024).toBeLessThan(300);
  });
});

describe('strange lines', () => {
  test('invalid UTF-8, NUL and lone surrogates', async () => {
    const from = server.lines.length;
    for (const bytes of [
      [0xff, 0xfe, 0x0a],
      [0xc3, 0x0a],
      [0x00, 0x00, 0x0a],
      [0xed, 0xa0, 0x80, 0x0a],
      [0xf0, 0x9f, 0x98, 0x0a],
    ]) {
      await server.write(Buffer.from(bytes));
    }
    await server.write(
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":"utf'),
        Buffer.of(0xff),
        Buffer.from('","method":"ping"}\n'),
      ]),
    );

    expect(await answeredSince(from)).toEqual(['utf\ufffd']);
  });

  test('batches are not answered, as the protocol has none', async () => {
    const from = server.lines.length;
    server.send(`[${ping('x')},${ping('y')}]`);
    server.send('[]');
    server.send(`[${'[],'.repeat(10_000)}[]]`);

    expect(await answeredSince(from)).toEqual([]);
  });

  test('ids of every kind: each that the protocol allows comes back as it was', async () => {
    const from = server.lines.length;
    const allowed = [
      0,
      -1,
      2 ** 53 - 1,
      '',
      '0',
      ' ',
      '__proto__',
      'constructor',
      '\u2028',
      'x'.repeat(100_000),
    ];
    for (const id of allowed) server.send(ping(id));
    for (const id of [null, 1.5, true, {}, [], ['a'], { toString: 1 }]) server.send(ping(id));
    server.send('{"jsonrpc":"2.0","id":1e999,"method":"ping"}');

    expect(await answeredSince(from)).toEqual(allowed);
  });

  test('the same id twice is answered twice', async () => {
    const from = server.lines.length;
    await server.write(`${ping('twin')}\n${ping('twin')}\n`);

    expect(await answeredSince(from)).toEqual(['twin', 'twin']);
  });

  test('keys that other objects inherit stay data', async () => {
    const from = server.lines.length;
    server.send(
      '{"jsonrpc":"2.0","id":"p","method":"ping","__proto__":{"id":7},"params":{"__proto__":{"x":1}}}',
    );
    server.send(
      '{"jsonrpc":"2.0","id":"q","method":"tools/call","params":{"name":"list_image_risks","arguments":{"__proto__":{"image_id":1},"constructor":1}}}',
    );
    server.send(
      '{"jsonrpc":"2.0","id":"r","method":"tools/call","params":{"name":"__proto__","arguments":{}}}',
    );

    const answered = () => server.lines.slice(from).map((line) => JSON.parse(line).id);
    // Whether the first is a message is left open.
    await expect
      .poll(() =>
        answered()
          .filter((id) => id !== 'p')
          .sort(),
      )
      .toEqual(['q', 'r']);
  });
});
