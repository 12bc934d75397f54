/** The settings that `config CLIENT --url` prints, used as each client would use them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENTS } from '../../src/cli/client-settings.ts';
import { teamEntry } from '../../src/cli/team-settings.ts';
import { type Replica, sendTo, startReplica } from '../http-server/replica.ts';
import { typed } from './typed.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';

let replica: Replica;
beforeAll(async () => {
  replica = await startReplica({ env: { TCSS_HTTP_TOKENS: `alice ${TOKEN}` } });
});
afterAll(() => replica.close());

const isKnown = (client: string) => teamEntry(client, 'https://mcp.example.com/mcp') !== undefined;
const clients = Object.keys(CLIENTS);

test('most clients are known; of others it is said', async () => {
  expect(clients.filter(isKnown).length).toBeGreaterThanOrEqual(8);
  for (const client of clients.filter((one) => !isKnown(one))) {
    const { code, stderr } = await typed(['config', client, '--url', 'https://mcp.example.com/mcp']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('see its documentation')]);
  }
});

describe.each(clients.filter(isKnown))('%s', (client) => {
  test('finds the deployment with a token from where the settings say', async () => {
    const url = `http://127.0.0.1:${replica.port}/mcp`;
    const { code, stdout, stderr } = await typed(['config', client, '--url', url]);
    const address = /"?(?:url|serverUrl|httpUrl|baseUrl)"?\s*[:=]\s*"([^"]+)"|"mcp-remote", "([^"]+)"/.exec(
      stdout,
    );
    const header =
      /"Authorization": "([^"]+)"|"AUTHORIZATION": "([^"]+)"/.exec(stdout)?.slice(1).join('') ??
      /bearer_token_env_var = "(\w+)"/.exec(stdout)?.[1]?.replace(/^/, 'Bearer ');
    const Authorization =
      header?.replace(/\$\{[\w:]*TCSS_MCP_TOKEN\}|TCSS_MCP_TOKEN|YOUR_TOKEN/, TOKEN) ?? '';

    expect(code, stderr).toBe(0);
    expect(address?.slice(1).join('')).toBe(url);
    expect(Authorization).toBe(`Bearer ${TOKEN}`);
    const body = { jsonrpc: '2.0', id: 0, method: 'ping' };
    expect((await sendTo(replica.port, { headers: { Authorization }, body })).status).toBe(200);
    expect(stderr).toMatch(/TCSS_MCP_TOKEN|YOUR_TOKEN|asks for the token/);
  });
});

test('a dialog is pasted into', async () => {
  const { stderr } = await typed(['config', 'cherry-studio', '--url', 'https://mcp.example.com/mcp']);

  expect(stderr).toMatch(/^Cherry Studio: paste this into Settings/);
});

test.each([
  ['no URL', ['--url'], '--url needs the URL'],
  ['a user in it', ['--url', 'https://FAKE@mcp.example.com/mcp'], '--url needs the URL'],
  ['a query', ['--url', 'https://mcp.example.com/mcp?token=FAKE'], '--url needs the URL'],
  ['twice', ['--url=https://a.example.com/', '--url=https://b.example.com/'], '--url is given twice'],
  ['the demo too', ['--demo', '--url=https://a.example.com/mcp'], 'not both'],
])('is refused: %s', async (_what, words, said) => {
  const { code, stderr } = await typed(['config', 'cursor', ...words]);

  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).not.toContain('FAKE');
});
