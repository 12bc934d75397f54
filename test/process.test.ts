/** How the built server ends, or does not, when its surroundings break. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../src/demo/data-set.ts';
import { type SpawnedServer, type SpawnOptions, spawnServer } from './spawned-server.ts';

/** Made up; opens nothing. */
const KEY = 'zYxWvUtSrQpOnMlKjIhGfEdCbA987654';
const CALL = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.mixed } };

const LIST_COUNT = 20;
const LISTS = Array.from(
  { length: LIST_COUNT },
  (_, id) => `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list' })}\n`,
).join('');

async function started(options: SpawnOptions = { args: ['--demo'] }): Promise<SpawnedServer> {
  const server = spawnServer(options);
  onTestFinished(async () => {
    await server.end('SIGKILL').catch(() => undefined);
  });
  await server.initialize();
  return server;
}

/** Options with which SIGUSR2 runs `code` inside the server. */
function harmful(code: string): SpawnOptions {
  const listener = Buffer.from(`process.on('SIGUSR2', () => {${code}})`).toString('base64');
  return {
    env: { TENCENTCLOUD_SECRET_ID: 'AKIDmadeUp0123456789', TENCENTCLOUD_SECRET_KEY: KEY },
    nodeArgs: ['--import', `data:text/javascript;base64,${listener}`],
  };
}

// Promised within a second: a machine that is busy with other things gets another try.
describe('a client that hangs up', { retry: 2 }, () => {
  test('its end of stdout: exit 0 within a second, nothing on stderr', async () => {
    const server = await started();
    const before = server.stderr();

    server.hangUp('stdout');
    for (let id = 100; id < 120; id += 1) {
      server.send({ jsonrpc: '2.0', id, method: 'tools/call', params: CALL });
    }

    expect(await server.untilEnded()).toMatchObject({ code: 0, signal: null });
    expect((await server.untilEnded()).afterMs).toBeLessThan(1000);
    expect(server.stderr()).toBe(before);
  });

  test('its end of stderr: the server serves on, though it has something to log', async () => {
    const server = await started({ args: ['--demo'], env: { TCSS_LOG_LEVEL: 'debug' } });

    server.hangUp('stderr');
    for (let line = 0; line < 20; line += 1) server.send('junk');

    expect((await server.request('tools/call', CALL)).result.structuredContent.source).toBe('demo');
    expect(await server.end('stdin')).toMatchObject({ code: 0 });
  });

  test('stdin behind its requests: a slow reader still gets every answer', async () => {
    const reader = spawn('sh', ['-c', '"$0" dist/main.js | (sleep 0.2; cat)', process.execPath]);
    onTestFinished(() => void reader.kill('SIGKILL'));
    reader.stdin.end(LISTS);
    const output = Buffer.concat(await reader.stdout.toArray()).toString();

    expect(output.trimEnd().split('\n')).toHaveLength(LIST_COUNT);
    // More than the pipe holds.
    expect(output.length).toBeGreaterThan(70_000);
  });

  test('on answers that it never reads: SIGTERM is exit 0 within a second all the same', async () => {
    const child = spawn(process.execPath, ['dist/main.js']);
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdin.write(LISTS.repeat(10));
    await once(child.stdout, 'readable');
    const toldAt = performance.now();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');

    expect(code).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(1000);
  });
});

describe('a fault of its own is one line, redacted, and exit 1', { retry: 2 }, () => {
  const THROWN: [string, string, RegExp][] = [
    ['an unhandled rejection', `Promise.reject(new Error('late ${KEY}'))`, /Error: late/],
    ['a thrown null', 'throw null', /not an Error/],
    [
      'many uncaught errors at once',
      `for (let n = 0; n < 5; n++) setTimeout(() => { throw new Error('first ${KEY}\\nsecond password=FAKE-hunter2') })`,
      /Error: first/,
    ],
  ];

  test.each(THROWN)('%s', async (_name, code, expected) => {
    const server = await started(harmful(code));

    const ending = await server.end('SIGUSR2');
    const said = server.stderr().split('\n').slice(0, -1);

    expect(ending).toMatchObject({ code: 1, signal: null });
    expect(ending.afterMs).toBeLessThan(1000);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^tcss-mcp-server error: ended by an uncaught error: /);
    expect(said[0]).toMatch(expected);
    expect(server.stderr()).not.toContain(KEY.slice(4, 12));
    expect(server.stderr()).not.toContain('hunter2');
  });
});

describe('around it', () => {
  const isLinux = process.platform === 'linux';

  test.runIf(isLinux)(
    'nothing listens before the first call, and no file is written by a session',
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'home-'));
      onTestFinished(() => rmSync(home, { recursive: true }));
      const server = await started({
        args: ['--demo'],
        env: { HOME: home, TMPDIR: home, XDG_CACHE_HOME: home, TCSS_LOG_LEVEL: 'debug' },
      });
      await server.request('tools/list');
      const before = listeningSockets(server.pid);
      await server.request('tools/call', CALL);
      const after = listeningSockets(server.pid);
      await server.end('SIGTERM');

      expect({ before, after }).toEqual({ before: 0, after: 1 });
      expect(readdirSync(home)).toEqual([]);
    },
  );
});

/** TCP sockets in the state LISTEN that a process holds. */
function listeningSockets(pid: number): number {
  const listening = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === '0A')
      .map((columns) => `socket:[${columns[9]}]`),
  );
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return ''; // closed meanwhile
      }
    })
    .filter((target) => listening.includes(target)).length;
}

describe('started by hand', () => {
  const NOTICE =
    'tcss-mcp-server: this is an MCP server, waiting for a client on stdin; in a terminal try --help, or call find_images --demo';

  // It gives what it runs a terminal for all three streams; that of BSD takes other arguments.
  test.runIf(process.platform === 'linux' && existsSync('/usr/bin/script'))(
    'in a terminal it says once that it waits for a client, and serves on',
    async () => {
      const terminal = spawn('script', ['-qec', `exec '${process.execPath}' dist/main.js`, '/dev/null'], {
        env: { PATH: process.env['PATH'], HOME: '/no-such-home' },
      });
      onTestFinished(() => void terminal.kill('SIGKILL'));
      let output = '';
      terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });

      await expect.poll(() => output, { timeout: 10_000 }).toContain(NOTICE);
      terminal.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
      await expect.poll(() => output, { timeout: 10_000 }).toContain('"result":{}');
      terminal.stdin.end();
      await once(terminal, 'close');

      expect(output.split(NOTICE)).toHaveLength(2);
      expect(terminal.exitCode).toBe(0);
    },
  );
});
