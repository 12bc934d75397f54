/** The tarball as a stranger gets it: packed, then installed and started by npx from an empty folder. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { tools } from '../../src/tools/index.ts';
import { NAME, VERSION } from '../../src/version.ts';

const PACKED_LIMIT_BYTES = 400_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

let folder = '';
let packed: Packed;
let tarball = '';

/** The environment of npm: nothing of this one's but PATH, and a cache that holds nothing yet. */
const env = () => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  npm_config_cache: join(folder, 'cache'),
});

/** What npx has put into the folder that it makes for a run, by the lock file there. */
function installed(): string[] {
  const runs = join(folder, 'cache', '_npx');
  const [run = ''] = readdirSync(runs);
  const { packages } = JSON.parse(readFileSync(join(runs, run, 'package-lock.json'), 'utf8'));
  return Object.keys(packages).filter((path) => path !== '');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarball-'));
  // Without scripts, for it would build dist/ anew while other tests start it.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  [packed] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', env: env(), stdio: 'pipe' }));
  tarball = join(folder, packed.filename);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('is at most 400 kB, without source maps, sources and tests', () => {
  const folders = new Set(packed.files.map(({ path }) => path.replace(/\/.*/, '/')));
  const endings = new Set(
    packed.files.flatMap(({ path }) => (path.startsWith('dist/') ? (/\.\w+$/.exec(path)?.[0] ?? []) : [])),
  );

  expect(packed.size).toBeLessThanOrEqual(PACKED_LIMIT_BYTES);
  expect([...endings].sort()).toEqual(['.js', '.txt']);
  expect([...folders].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    // npm packs every README.
    'README.zh-CN.md',
    'SECURITY.md',
    'dist/',
    'mcp.json.example',
    'package.json',
    'schemas/',
    'server.json',
  ]);
});

test('has the whole of what is built, and every file that the package names', () => {
  const paths = packed.files.map(({ path }) => path);

  expect(paths).toEqual(
    expect.arrayContaining(
      readdirSync('dist').flatMap((file) => (file.endsWith('.map') ? [] : `dist/${file}`)),
    ),
  );
  for (const path of Object.values(packageJson.bin)) expect(paths).toContain(path);
});

test('runs by npx from an empty folder with no network: initialize, tools/list, a call; nothing else is installed', async () => {
  const cwd = join(folder, 'empty');
  mkdirSync(cwd);
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: 'npx',
      // A bare path would be taken for a program.
      args: ['--offline', '-y', `file:${tarball}`, '--demo'],
      cwd,
      env: env(),
      stderr: 'ignore',
    }),
  );
  const list = await client.listTools();
  const answer = await client.callTool({
    name: 'list_image_risks',
    arguments: { image_id: DEMO_IMAGE_IDS.mixed },
  });
  await client.close();

  expect(client.getServerVersion()).toMatchObject({ name: NAME, version: VERSION });
  expect(list.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  expect(answer.structuredContent).toMatchObject({ source: 'demo', coverage: { total: 37 } });
  expect(readdirSync(cwd)).toEqual([]);
  expect(installed()).toEqual([`node_modules/${NAME}`]);
});
