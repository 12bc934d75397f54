/** The MCP Inspector's command line as an outside judge of the built server. It needs Node 22. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { tools } from '../../src/tools/index.ts';

const BIN = resolve('test/matrix/node_modules/node22/bin');
const INSPECTOR = resolve('test/matrix/node_modules/.bin/mcp-inspector');

/** Runs `mcp-inspector --cli node dist/main.js --demo ...` with Node 22 first in PATH. */
function inspect(...args: string[]) {
  const env = { ...process.env, PATH: `${BIN}:${process.env['PATH']}` };
  const command = [INSPECTOR, '--cli', 'node', 'dist/main.js', '--demo', ...args];
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    const child = execFile(`${BIN}/node`, command, { env, timeout: 50_000 }, (_error, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const askFor = (imageId: number) =>
  inspect('--method', 'tools/call', '--tool-name', 'list_image_risks', '--tool-arg', `image_id=${imageId}`);

describe('the Inspector', () => {
  test('finds nothing to complain of in the schemas of every tool', async () => {
    const { code, stdout, stderr } = await inspect('--method', 'tools/list', '--strict');

    expect(code, stderr).toBe(0);
    expect(stderr).toBe('tcss-mcp-server: demo, every image and finding is made up\n');
    expect(namesIn(stdout)).toEqual(tools.map(({ name }) => name));
  });

  test('falls back to initialize when it looks for the newer protocol first', async () => {
    const { code, stdout, stderr } = await inspect('--method', 'tools/list', '--protocol-era', 'auto');

    expect(code, stderr).toBe(0);
    expect(namesIn(stdout)).toEqual(tools.map(({ name }) => name));
  });

  test('gets the risks of an image in both views', async () => {
    const { code, stdout, stderr } = await askFor(DEMO_IMAGE_IDS.mixed);
    const { content, structuredContent } = JSON.parse(stdout);

    expect(code, stderr).toBe(0);
    expect(content[0].text).toContain('37 findings');
    expect(structuredContent.coverage.total).toBe(37);
  });

  test('takes a refusal for a tool error', async () => {
    const { code, stderr } = await askFor(1234567);

    expect(code).toBe(5);
    expect(stderr).toContain('tool_is_error');
  });
});

function namesIn(stdout: string): string[] {
  return JSON.parse(stdout).tools.map(({ name }: { name: string }) => name);
}
