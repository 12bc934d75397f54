/** The built server over real pipes: what stands on stdout and stderr, and how it ends. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../src/demo/data-set.ts';
import { VERSION } from '../src/version.ts';
import { runToEnd, type SpawnedServer, type SpawnOptions, spawnServer } from './spawned-server.ts';

/** Made up; opens nothing. */
const KEYS = {
  TENCENTCLOUD_SECRET_ID: 'AKIDmadeUpForTests0123456789abcdefgh',
  TENCENTCLOUD_SECRET_KEY: 'zYxWvUtSrQpOnMlKjIhGfEdCbA987654',
  TENCENTCLOUD_TOKEN: 'madeUpSessionToken/Q7w8E9r0T1y2U3i4O5p6',
};

const call = (args?: object) => ({
  name: 'list_image_risks',
  ...(args === undefined ? {} : { arguments: args }),
});
const ANY_IMAGE = call({ image_id: 4711 });

function spawned(options: SpawnOptions): SpawnedServer {
  const server = spawnServer(options);
  onTestFinished(async () => {
    await server.end('SIGKILL').catch(() => undefined);
  });
  return server;
}

describe('one conversation with --demo', () => {
  let server: SpawnedServer;
  beforeAll(() => {
    server = spawnServer({ args: ['--demo'] });
  });
  afterAll(() => server.end('SIGKILL').catch(() => undefined));

  test('begins with initialize', async () => {
    const { result } = await server.initialize();

    expect(result).toMatchObject({
      protocolVersion: '2025-11-25',
      capabilities: { tools: {}, prompts: {}, completions: {} },
      serverInfo: { name: 'tcss-mcp-server', version: VERSION },
    });
  });

  test('tools/list is byte for byte the one that was committed', async () => {
    const { id } = await server.request('tools/list');

    await expect(`${server.lineOf(id)}\n`).toMatchFileSnapshot('tools-list.snapshot.json');
  });

  test('a call is answered', async () => {
    const { result } = await server.request('tools/call', call({ image_id: DEMO_IMAGE_IDS.mixed }));

    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toMatchObject({ source: 'demo', coverage: { total: 37 } });
  });

  test('a call without arguments is one with none', async () => {
    const { result } = await server.request('tools/call', call());

    expect(result.isError).toBe(true);
    expect(result.content[0].text).toContain('image_id and image: give exactly one of them, got neither');
  });

  test('an unknown tool is a protocol error that names it and the tools there are', async () => {
    const { error } = await server.request('tools/call', { name: 'list_everything', arguments: {} });

    expect(error).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/list_everything.*list_image_risks/),
    });
  });

  test.each(['server/discover', 'resources/list', 'no/such'])('%s is not a method', async (method) => {
    const { error } = await server.request(method, {});

    expect(error).toMatchObject({ code: -32601 });
  });

  test('malformed lines and junk do not end it', async () => {
    for (const junk of [
      '',
      'not JSON',
      '{"jsonrpc":"2.0","id":',
      '{}',
      'null',
      '42',
      '[{"jsonrpc":"2.0","id":900,"method":"ping"}]',
      '{"jsonrpc":"1.0","id":901,"method":"ping"}',
      '{"jsonrpc":"2.0","id":{},"method":"ping"}',
      '{"jsonrpc":"2.0","id":902,"result":{}}',
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":903}}',
      '\u0000\u001b[2J\ufeff\ud800',
      'x'.repeat(1_000_000),
    ]) {
      server.send(junk);
    }

    await expect(server.request('ping')).resolves.toMatchObject({ result: {} });
  });

  test('malformed params are an error of their request', async () => {
    for (const params of [{}, { name: 7 }, { name: 'list_image_risks', arguments: [] }]) {
      expect((await server.request('tools/call', params)).error?.code).toBeLessThan(0);
    }
  });

  test('stdout holds one JSON-RPC answer for each request and nothing else, stderr one line', async () => {
    const { id } = await server.request('ping');
    const answers = server.lines.map((line) => JSON.parse(line));

    expect(answers.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    expect(answers.map((answer) => answer.id)).toEqual(Array.from({ length: id }, (_, index) => index + 1));
    expect(server.stderr().split('\n')).toContain(
      'tcss-mcp-server: demo, every image and finding is made up',
    );
    expect(server.stderr()).not.toMatch(/^\s+at /m);
  });

  test('ends with stdin, exit 0', async () => {
    expect(await server.end('stdin')).toMatchObject({ code: 0, signal: null });
  });
});

describe('credentials', () => {
  test('of which half is missing: it starts and lists, and a call says what is missing', async () => {
    const { TENCENTCLOUD_SECRET_KEY } = KEYS;
    const server = spawned({ env: { TENCENTCLOUD_SECRET_KEY, TCSS_LOG_LEVEL: 'debug' } });

    await server.initialize();
    const list = await server.request('tools/list');
    const { result } = await server.request('tools/call', ANY_IMAGE);

    expect(list.result.tools).not.toHaveLength(0);
    expect(result.isError).toBe(true);
    expect(result.content[0].text).toMatch(/half .* missing: TENCENTCLOUD_SECRET_ID not set/);
    expect(secretsIn(server)).toEqual([]);
  });

  test('never show at the loudest log level, even when the service echoes them', async () => {
    const url = await loopback((response) => {
      const Message = `who is ${Object.values(KEYS).join(' and ')}?`;
      const refusal = { Code: 'AuthFailure.SecretIdNotFound', Message };
      const RequestId = KEYS.TENCENTCLOUD_SECRET_KEY;
      response.end(JSON.stringify({ Response: { Error: refusal, RequestId } }));
    });
    const server = spawned({ env: { ...KEYS, TCSS_ENDPOINT: url, TCSS_LOG_LEVEL: 'debug' } });

    await server.initialize();
    const { result } = await server.request('tools/call', ANY_IMAGE);
    await server.end('stdin');

    expect(result.content[0].text).toContain('AuthFailure.SecretIdNotFound');
    expect(server.stderr()).toContain('DescribeAssetImageRegistryRiskInfoList');
    expect(secretsIn(server)).toEqual([]);
  });
});

// Promised within a second: a machine that is busy with other things gets another try.
describe('the end', { retry: 2 }, () => {
  test('by SIGTERM after a call is exit 0 within a second', async () => {
    const server = spawned({ args: ['--demo'] });
    await server.initialize();
    await server.request('tools/call', ANY_IMAGE);
    const { code, signal, afterMs } = await server.end('SIGTERM');

    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(afterMs).toBeLessThan(1000);
  });

  test('right behind the requests keeps the answers that need no service', async () => {
    const server = spawned({});
    const answers = [
      server.initialize(),
      server.request('tools/list'),
      server.request('tools/call', ANY_IMAGE),
    ];
    await server.end('stdin');

    for (const answer of answers) await expect(answer).resolves.toHaveProperty('result');
  });
});

describe('the start', () => {
  test.each<[string, Record<string, string>, string]>([
    ['TCSS_ENDPOINT', { TCSS_ENDPOINT: 'http://evil.example.com/private' }, 'private'],
    ['TCSS_TIMEOUT_MS', { TCSS_TIMEOUT_MS: 'soonish' }, 'soonish'],
    ['TENCENTCLOUD_SECRET_KEY', { TENCENTCLOUD_SECRET_KEY: 'made up' }, 'made up'],
  ])('with a malformed %s is one line that names it and not its value, exit 2', async (name, env, value) => {
    const { code, stdout, stderr } = await runToEnd({ env });

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`^tcss-mcp-server: .*${name}.*\\n$`));
    expect(stderr).not.toContain(value);
  });

  test('--help and --version print to stdout, exit 0', async () => {
    const help = await runToEnd({ args: ['--help'] });
    const version = await runToEnd({ args: ['--version'] });

    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage: ') });
    for (const words of ['call TOOL', 'doctor', 'config CLIENT', '--fail-on LEVEL', '--json', '--demo']) {
      expect(help.stdout).toContain(words);
    }
    expect(version).toEqual({ code: 0, stderr: '', stdout: `${VERSION}\n` });
  });

  test('an unknown flag is one line that names it, exit 2', async () => {
    const { code, stdout, stderr } = await runToEnd({ args: ['--demo', '--colour'] });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^tcss-mcp-server: .*--colour.*--help.*\n$/);
  });

  test('on a Node that is too old is one line that names the needed one, exit 1', async () => {
    const old = "Object.defineProperty(process.versions,'node',{value:'18.0.0'})";
    const { code, stdout, stderr } = await runToEnd({
      nodeArgs: ['--import', `data:text/javascript,${old}`],
    });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('tcss-mcp-server needs Node.js 20.18.1 or newer; this is 18.0.0\n');
  });
});

/** Runs of 8 characters of a made-up credential on stdout or stderr. */
function secretsIn(server: SpawnedServer): string[] {
  const output = `${server.lines.join('\n')}\n${server.stderr()}`;
  return Object.values(KEYS).flatMap((secret) =>
    Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).filter((run) =>
      output.includes(run),
    ),
  );
}

/** The URL of a service on loopback. */
async function loopback(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
