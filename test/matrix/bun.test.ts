/** The same built server under Bun, since Cherry Studio starts servers of npm with it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { runToEnd, spawnServer } from '../spawned-server.ts';

/** The second is for processors that lack instructions of the first. */
const BUN = ['bun-linux-x64', 'bun-linux-x64-baseline']
  .map((name) => `test/matrix/node_modules/@oven/${name}/bin/bun`)
  .find((path) => existsSync(path));

describe.runIf(BUN !== undefined)('Bun', () => {
  const node = BUN ?? '';
  /** Bun keeps a cache in its home. */
  const env = { HOME: mkdtempSync(join(tmpdir(), 'bun-')) };
  afterAll(() => rmSync(env.HOME, { recursive: true, force: true }));

  test('starts it, lists its tools, answers a call over 5,000 rows, and ends', async () => {
    const server = spawnServer({ node, env, args: ['--demo'] });
    onTestFinished(async () => {
      await server.end('SIGKILL').catch(() => undefined);
    });
    await server.initialize();
    const list = await server.request('tools/list');
    const args = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.large } };
    const answer = await server.request('tools/call', args);
    const { code } = await server.end('stdin');

    expect(list.result.tools).not.toHaveLength(0);
    expect(answer.result.structuredContent).toMatchObject({ coverage: { total: 5000 } });
    expect(code).toBe(0);
  });

  test.each([
    [['call', 'find_images', '{}', '--demo'], 0, 'payments/api:1.4.2'],
    [
      ['call', 'list_image_malware', '{"image":"platform/toolbox"}', '--demo', '--fail-on', 'low'],
      3,
      'Image 6947412',
    ],
    [['doctor', '--demo'], 0, 'ok'],
  ])('runs %j', async (command, exit, said) => {
    const { code, stdout } = await runToEnd({ node, env, args: command });

    expect(code).toBe(exit);
    expect(stdout).toContain(said);
  });
});
