/** The same built server under each Node that is promised. */
import { execFileSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { connectClient, converse } from '../http-server/clients.ts';
import { spawnReplica } from '../http-server/spawned-replica.ts';
import { spawnServer } from '../spawned-server.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';

const NODES = [
  { version: process.version, node: process.execPath },
  { version: 'v22.23.3', node: 'test/matrix/node_modules/node22/bin/node' },
  { version: 'v24.21.0', node: 'test/matrix/node_modules/node24/bin/node' },
];

describe.each(NODES)('Node $version', ({ version, node }) => {
  test('is that version', () => {
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()).toBe(version);
  });

  test('starts, lists its tools, answers a call, and ends', async () => {
    const server = spawnServer({ node, args: ['--demo'] });
    onTestFinished(async () => {
      await server.end('SIGKILL').catch(() => undefined);
    });

    const start = await server.initialize();
    const list = await server.request('tools/list');
    const args = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.mixed } };
    const answer = await server.request('tools/call', args);
    const { code, afterMs } = await server.end('stdin');

    expect(start.result.serverInfo.name).toBe('tcss-mcp-server');
    expect(list.result.tools).not.toHaveLength(0);
    expect(answer.result.structuredContent).toMatchObject({ source: 'demo', coverage: { total: 37 } });
    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(1000);
    // No warning of Node's, such as one of an experimental or deprecated API.
    expect(server.stderr()).toBe('tcss-mcp-server: demo, every image and finding is made up\n');
  });

  test('serves over HTTP, and ends when it is told', async () => {
    const replica = await spawnReplica({ TCSS_HTTP_TOKENS: `alice ${TOKEN}` }, ['--demo'], node);
    onTestFinished(async () => void (await replica.end('SIGKILL')));

    const client = await connectClient(`http://127.0.0.1:${replica.port}/mcp`, 'auto', { token: TOKEN });
    await converse(client);
    await client.close();

    expect(await replica.end('SIGTERM')).toBe(0);
    expect(replica.stderr()).not.toMatch(/[Ww]arning|error/);
  });
});
