/** The built commands as a shell meets them: exit codes, pipes, signals; and that serving does not load them. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../src/demo/data-set.ts';
import { runToEnd, type SpawnOptions, spawnServer } from './spawned-server.ts';

const MIXED = JSON.stringify({ image_id: DEMO_IMAGE_IDS.mixed });
const CALL = ['call', 'list_image_risks', MIXED];

function spawned(options: SpawnOptions) {
  const command = spawnServer(options);
  onTestFinished(async () => void (await command.end('SIGKILL').catch(() => undefined)));
  return command;
}

describe('call', () => {
  test('the answer is on stdout, the verdict on stderr and in the exit code', async () => {
    const { code, stdout, stderr } = await runToEnd({ args: [...CALL, '--demo', '--fail-on', 'critical'] });

    expect(code).toBe(3);
    expect(stdout).toMatch(/^Image 6947412: all 37 matching rows read/);
    expect(stderr).toMatch(/^tcss-mcp-server: --fail-on critical: \d+ rows? at or above it\n$/);
  });

  test('wrong usage is exit 2 and one line, a tool error exit 1', async () => {
    const [usage, failed] = await Promise.all([
      runToEnd({ args: ['call', 'list_everything', '{}', '--demo'] }),
      runToEnd({ args: ['call', 'list_image_risks', MIXED] }),
    ]);

    expect(usage).toMatchObject({ code: 2, stdout: '' });
    expect(usage.stderr).toMatch(/^tcss-mcp-server: there is no tool list_everything; the tools are: .*\n$/);
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^no credentials: /) });
  });

  test('arguments come from stdin, and a large answer through the pipe is whole, without progress', async () => {
    const command = spawned({ args: ['call', 'list_image_risks', '-', '--json', '--demo'] });
    await command.write(JSON.stringify({ image_id: DEMO_IMAGE_IDS.large, limit: 100, max_bytes: 40_000 }));

    expect(await command.end('stdin')).toMatchObject({ code: 0 });
    expect(JSON.parse(command.lines.join('')).coverage).toMatchObject({ total: 5000 });
    expect(command.lines).toHaveLength(1);
    expect(command.stderr()).toBe('');
  });

  test('a reader that went away is no failure and no noise', async () => {
    const command = spawned({ args: [...CALL, '--demo'] });
    command.hangUp('stdout');

    expect(await command.untilEnded()).toMatchObject({ code: 0, signal: null });
    expect(command.stderr()).toBe('');
  });

  test.runIf(existsSync('/dev/full'))('an answer that could not be written is exit 1, and said', () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const ended = [[...CALL, '--demo'], ['config', 'cursor'], ['--help']].map((args) =>
      spawnSync(process.execPath, ['dist/main.js', ...args], {
        env: { PATH: process.env['PATH'] },
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      }),
    );

    for (const { status, stderr } of ended) {
      expect(status).toBe(1);
      expect(stderr).toMatch(/(?:^|\n)tcss-mcp-server: cannot write to stdout \(ENOSPC\)\n$/);
    }
    for (const at of [0, 2]) expect(ended[at]?.stderr.match(/\n/g)).toHaveLength(1);
  });

  // Promised at once: a machine that is busy with other things gets another try.
  test('Ctrl-C ends it at once, and its request', { retry: 2 }, async () => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void silent.close());
    const command = spawned({
      args: CALL,
      env: {
        TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretId,
        TENCENTCLOUD_SECRET_KEY: DEMO_CREDENTIALS.secretKey,
        TCSS_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      },
    });
    const [request] = await once(silent, 'request');
    const closed = once(request.socket, 'close');

    const { signal, afterMs } = await command.end('SIGINT');
    await closed;

    expect(signal).toBe('SIGINT');
    expect(afterMs).toBeLessThan(500);
    expect(command.lines.join('') + command.stderr()).toBe('');
  });
});

test('a server start loads no code of the commands, of the demo or of undici', () => {
  const start = loadedWith('main.js');

  expect(start).toContain('list_image_risks');
  for (const words of [
    'The CAM policy with exactly',
    'mcpServers',
    'n07r3a1EXAMPLE',
    'UND_ERR_INVALID_ARG',
  ]) {
    expect(start).not.toContain(words);
  }
});

/** The code of a built file and of all that it imports before it can run; main.js loads its one next file at once. */
function loadedWith(file: string, seen = new Set<string>()): string {
  if (seen.has(file)) return '';
  seen.add(file);
  const code = readFileSync(`dist/${file}`, 'utf8');
  const imported = [...code.matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)];
  const next = file === 'main.js' ? [...code.matchAll(/import\("\.\/([\w.-]+\.js)"\)/g)] : [];
  return [code, ...[...imported, ...next].map(([, name = '']) => loadedWith(name, seen))].join('\n');
}

test.runIf(existsSync('/usr/bin/script') && process.platform === 'linux')(
  'a long call shows how far it is in a terminal, and takes that away',
  () => {
    const call = `dist/main.js call list_image_risks '{"image_id":${DEMO_IMAGE_IDS.large},"detail":"summary"}' --demo`;
    const inTerminal = spawnSync('/usr/bin/script', ['-qec', `"${process.execPath}" ${call}`, '/dev/null'], {
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    }).stdout;
    const shown = inTerminal.split('\r\u001b[K');
    expect(shown.slice(0, 2)).toEqual(['', 'tcss-mcp-server: reading 100 of 1000']);
    expect(shown.at(-1)).toMatch(/^Image 6947413: /);
  },
);
