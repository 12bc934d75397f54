/** The example of a client's settings, started exactly as it says. */
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, test } from 'vitest';
import { tools } from '../../src/tools/index.ts';
import { NAME, VERSION } from '../../src/version.ts';

interface Settings {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const example: { mcpServers: Record<string, Settings> } = JSON.parse(
  readFileSync('mcp.json.example', 'utf8'),
);
const servers = Object.entries(example.mcpServers);

/** Made up; opens nothing. */
const VALUES: Readonly<Record<string, string>> = {
  TENCENTCLOUD_SECRET_ID: 'AKIDmadeUpForTests0123456789abcdefgh',
  TENCENTCLOUD_SECRET_KEY: 'zYxWvUtSrQpOnMlKjIhGfEdCbA987654',
  TENCENTCLOUD_TOKEN: 'madeUpSessionToken/Q7w8E9r0T1y2U3i4O5p6',
  TENCENTCLOUD_REGION: 'ap-singapore',
};

/** As clients expand `${NAME}`. */
function expanded(env: Settings['env']): Record<string, string> {
  const fill = (text: string) => text.replace(/\$\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? '');
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
}

describe('mcp.json.example', () => {
  test('holds one server, and no value but references to the environment', () => {
    expect(servers).toHaveLength(1);
    for (const [name, value] of Object.entries(servers[0]?.[1].env ?? {})) expect(value).toBe(`\${${name}}`);
    expect(Object.keys(servers[0]?.[1].env ?? {})).toEqual(Object.keys(VALUES));
  });

  test.each([
    ['as it stands, by a client that cannot expand', (env: Settings['env']) => ({ ...env })],
    ['with every value filled in', expanded],
  ])('starts the server from the root of the repository, %s', async (_name, envFor) => {
    const [, settings] = servers[0] ?? expect.fail();
    const client = new Client({ name: 'test', version: '1.0.0' });
    const transport = new StdioClientTransport({
      command: settings.command,
      args: [...settings.args],
      env: envFor(settings.env),
      stderr: 'pipe',
    });
    let stderr = '';
    transport.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });

    await client.connect(transport);
    const list = await client.listTools();
    const introduced = client.getServerVersion();
    await client.close();

    expect(introduced).toMatchObject({ name: NAME, version: VERSION });
    expect(list.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    expect(stderr).toBe('');
  });
});
