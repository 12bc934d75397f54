/** The extension for Claude Desktop, as its own tool packs it, unpacked and started as its manifest says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MODULES = join('test', 'matrix', 'node_modules');
const NODE = join(MODULES, 'node22', 'bin', 'node');
const MCPB = join(MODULES, '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js');

/** Compressed as the tarball is, with less beside it. */
const PACKED_LIMIT_BYTES = 400_000;

let folder = '';
let output = '';
let unpacked = '';
const manifest = () => JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8'));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'extension-'));
  output = execFileSync(process.execPath, ['scripts/mcpb.js', folder], { encoding: 'utf8' });
  const [file = ''] = readdirSync(folder);
  unpacked = join(folder, 'unpacked');
  execFileSync(NODE, [MCPB, 'unpack', join(folder, file), unpacked]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the .mcpb', () => {
  test('is valid by the tool of its makers, and small', () => {
    const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.mcpb'));

    expect(file).toBe(`tcss-mcp-server-${manifest().version}.mcpb`);
    expect(output).toContain('Manifest schema validation passes');
    expect(readFileSync(join(folder, file)).length).toBeLessThanOrEqual(PACKED_LIMIT_BYTES);
  });

  test('holds what is built, the manifest with its picture and languages, the licence, and nothing else', () => {
    const built = readdirSync('dist').filter((file) => !file.endsWith('.map'));

    expect(readdirSync(unpacked).sort()).toEqual([
      'LICENSE',
      'dist',
      'icon.png',
      'manifest.json',
      'mcpb-resources',
      'package.json',
    ]);
    expect(readdirSync(join(unpacked, 'dist')).sort()).toEqual(built.sort());
  });

  test('starts as its manifest says, with nothing filled in, and lists the tools of the manifest', async () => {
    const { mcp_config: start } = manifest().server;
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new StdioClientTransport({
        command: NODE,
        args: start.args.map((arg: string) => arg.replace(`\${__dirname}`, unpacked)),
        // As they stand: an answer that is missing is not filled in by every host.
        env: { ...start.env, HOME: folder },
        stderr: 'ignore',
      }),
    );
    const { tools } = await client.listTools();
    const answer = await client.callTool({ name: 'find_images', arguments: {} });
    await client.close();

    expect(tools.map(({ name, description }) => ({ name, description }))).toEqual(manifest().tools);
    expect(answer).toMatchObject({ isError: true });
    expect(JSON.stringify(answer.content)).toContain('TENCENTCLOUD_SECRET_ID');
  });
});
