/**
 * What the start costs, in bytes and modules and not in time, over the dist/ that was just built. Other
 * guards: tokens of tools/list in tool-policy, the tarball in tarball.test.ts, requests of an answer in test/tools.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { LISTS } from '../../src/lists.ts';
import { type SpawnOptions, spawnServer } from '../spawned-server.ts';

/** What is read before `initialize` is answered may grow by a tenth; more wants a reason, and a new limit. */
const START_LIMIT_BYTES = 235_000;
const START_LIMIT_MODULES = 60;

type Chunk = Metafile['outputs'][string];

/** The chunks of dist/ by their names there. */
let chunks: Map<string, Chunk>;
let start: readonly Chunk[];
beforeAll(() => {
  const { outputs }: Metafile = JSON.parse(readFileSync('node_modules/.build/meta.json', 'utf8'));
  const scripts = Object.entries(outputs).filter(([path]) => path.endsWith('.js'));
  chunks = new Map(scripts.map(([path, chunk]) => [fileOf(path), chunk]));
  start = ['src/main.ts', 'src/run.ts'].flatMap((source) => closureOf(chunkOf(source)));
});

function fileOf(path: string): string {
  return path.replace(/^.*\//, '');
}

/** The chunk that begins with a source. */
function chunkOf(source: string): Chunk {
  const found = [...chunks.values()].find(({ entryPoint }) => entryPoint === source);
  if (found === undefined) throw new Error(`no chunk begins with ${source}`);
  return found;
}

/** A chunk and all that Node loads with it. */
function closureOf(first: Chunk): Chunk[] {
  const reached = new Set([first]);
  for (const { imports } of reached) {
    for (const { path, kind } of imports) {
      const chunk = chunks.get(fileOf(path));
      if (kind === 'import-statement' && chunk !== undefined) reached.add(chunk);
    }
  }
  return [...reached];
}

/** The modules that are in chunks: as paths of the checkout, less those of which nothing is left. */
function modulesOf(some: Iterable<Chunk>): string[] {
  return [...some].flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  );
}

describe('the start', () => {
  test('reads few bytes and few modules before it answers', () => {
    const bytes = start.reduce((sum, chunk) => sum + chunk.bytes, 0);

    expect(bytes).toBeLessThanOrEqual(START_LIMIT_BYTES);
    expect(modulesOf(start).length).toBeLessThanOrEqual(START_LIMIT_MODULES);
  });

  test('holds the protocol, the settings and nothing that answers a call', () => {
    const sources = modulesOf(start).filter((path) => path.startsWith('src/'));
    const packages = modulesOf(start).flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );

    expect(sources.sort()).toEqual([
      'src/command-line.ts',
      'src/config.ts',
      'src/errors.ts',
      'src/host.ts',
      'src/lists.ts',
      'src/main.ts',
      'src/offer.ts',
      'src/protocol-eras.ts',
      'src/run.ts',
      'src/serve.ts',
      'src/server.ts',
      'src/stdio.ts',
      'src/tcss/action.ts',
      'src/tcss/vocabulary.ts',
      'src/version.ts',
    ]);
    expect(new Set(packages)).toEqual(new Set(['@modelcontextprotocol/sdk', 'zod']));
  });

  test('leaves to other chunks what is loaded when it is needed', () => {
    const begins = [...chunks.values()].flatMap(({ entryPoint }) => entryPoint ?? []);

    expect(begins.sort()).toEqual([
      'src/cli/run-command.ts',
      'src/demo/data-set.ts',
      'src/demo/simulator.ts',
      'src/http-server/jwt.ts',
      'src/http-server/serve-http.ts',
      'src/http/probe-tls.ts',
      'src/http/transport.ts',
      'src/main.ts',
      'src/pipeline.ts',
      'src/report/report.ts',
      'src/run.ts',
    ]);
  });

  test('of undici only what sends a request is in the bundle at all', () => {
    const undici = modulesOf(chunks.values()).filter((path) => path.includes('/undici/'));

    expect(undici).toContain('node_modules/undici/lib/api/api-request.js');
    expect(undici.filter((path) => /\/(?:mock|cache|interceptor|websocket)\//.test(path))).toEqual([]);
    expect(modulesOf(closureOf(chunkOf('src/pipeline.ts')))).not.toContain(undici[0]);
  });
});

/** Node's options that run `hook` on the files that it loads. */
function withHook(hook: string): SpawnOptions {
  const inline = (code: string) => `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  const register = `import { register } from 'node:module'; register('${inline(hook)}');`;
  return { nodeArgs: ['--import', inline(register)] };
}

const LOADED = 'loaded: ';

/** Names the files of dist/ on stderr, without their hashes. */
const NAMES_FILES = `export function load(url, context, next) {
  if (url.includes('/dist/')) process._rawDebug('${LOADED}' + url.split('/').at(-1).replace(/(-\\w+)?.js$/, ''));
  return next(url, context);
}`;

/** Fails as Node does when a file is gone. */
const LOSES_PIPELINE = `export function load(url, context, next) {
  if (url.includes('/pipeline-')) throw new Error('ENOENT: ' + url);
  return next(url, context);
}`;

describe('the built server', () => {
  test('answers lists from the start, then gets ready while nobody asks, and opens no connection for it', async () => {
    let connections = 0;
    const service = createServer(() => {
      connections += 1;
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void service.close());
    await once(service, 'listening');
    const server = spawnServer({
      ...withHook(NAMES_FILES),
      env: {
        TCSS_ENDPOINT: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
        TENCENTCLOUD_SECRET_ID: 'AKIDmadeUpFAKE0123456789',
        TENCENTCLOUD_SECRET_KEY: 'madeUpFAKE0123456789abcdef',
      },
    });
    const loaded = () =>
      server
        .stderr()
        .split('\n')
        .flatMap((line) => (line.startsWith(LOADED) ? line.slice(LOADED.length) : []));
    await server.initialize();
    const before = loaded();

    const answers = await Promise.all(['tools/list', 'prompts/list'].map((method) => server.request(method)));
    await expect.poll(loaded, { timeout: 10_000 }).toContain('transport');
    await server.request('ping');
    await server.end('stdin');

    const { tools, prompts } = LISTS;
    expect(answers.reduce((lists, { result }) => Object.assign(lists, result), {})).toEqual({
      tools,
      prompts,
    });
    expect(before).toEqual(['main', 'run', ...before.slice(2).map(() => 'chunk')]);
    expect(connections).toBe(0);
  });

  test('says that a file of its own is gone, without a path, and serves on', async () => {
    const server = spawnServer(withHook(LOSES_PIPELINE));
    await server.initialize();

    const call = await server.request('tools/call', { name: 'find_images', arguments: {} });
    const list = await server.request('tools/list');
    await server.end('stdin');

    expect(call.error).toEqual({
      code: -32603,
      message: expect.stringMatching(/^A file of this server .* Restart the server/),
    });
    expect(list.result.tools).toHaveLength(LISTS.tools.length);
    expect(server.stderr()).toBe('');
  });
});
