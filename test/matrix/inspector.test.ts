/** The MCP Inspector's command lines as an outside judge of the built server. They need Node 22. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { prompts } from '../../src/prompts/prompts.ts';
import { tools } from '../../src/tools/index.ts';
import { type SpawnedReplica, spawnReplica } from '../http-server/spawned-replica.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';

const BIN = resolve('test/matrix/node_modules/node22/bin');
const INSPECTOR = resolve('test/matrix/node_modules/.bin/mcp-inspector');
/** The Inspector's other command line: it keeps a connection open between commands, and can complete. */
const MCPDO = resolve('test/matrix/node_modules/.bin/mcpdo');

const SERVER = ['node', 'dist/main.js', '--demo'];

/** Runs `mcp-inspector --cli node dist/main.js --demo ...`. */
function inspect(...args: string[]) {
  return run([INSPECTOR, '--cli', ...SERVER, ...args]);
}

/** Runs a script with Node 22, which is also first in its PATH. */
function run(command: string[], more: Record<string, string> = {}) {
  const env = { ...process.env, ...more, PATH: `${BIN}:${process.env['PATH']}` };
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    const child = execFile(`${BIN}/node`, command, { env, timeout: 50_000 }, (_error, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const askFor = (imageId: number, ...more: string[]) =>
  inspect(
    ...['--method', 'tools/call', '--tool-name', 'list_image_risks', '--tool-arg', `image_id=${imageId}`],
    ...more,
  );

describe('the Inspector', () => {
  test('finds nothing to complain of in the schemas of every tool', async () => {
    const { code, stdout, stderr } = await inspect('--method', 'tools/list', '--strict');

    expect(code, stderr).toBe(0);
    expect(stderr).toBe('tcss-mcp-server: demo, every image and finding is made up\n');
    expect(namesIn(stdout)).toEqual(tools.map(({ name }) => name));
  });

  test.each(['auto', 'modern', 'legacy'])('lists and calls the tools in the protocol era %s', async (era) => {
    const list = await inspect('--method', 'tools/list', '--protocol-era', era);
    const call = await askFor(DEMO_IMAGE_IDS.mixed, '--protocol-era', era);

    expect(list.code, list.stderr).toBe(0);
    expect(namesIn(list.stdout)).toEqual(tools.map(({ name }) => name));
    expect(call.code, call.stderr).toBe(0);
    expect(JSON.parse(call.stdout).structuredContent.coverage.total).toBe(37);
  });

  test('gets prompts in the stateless era too', async () => {
    const era = ['--protocol-era', 'modern'];
    const prompt = ['--prompt-name', 'review_image', '--prompt-args', 'image=payments/api:1.4.2'];
    const list = await answerOf('prompts/list', ...era);
    const one = await answerOf('prompts/get', ...prompt, ...era);

    expect(list.prompts).toHaveLength(prompts.length);
    expect(one.messages[0].content.text).toContain('payments/api:1.4.2');
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

  test('lists the prompts, and gets one that is filled in', async () => {
    const list = await answerOf('prompts/list');
    const args = ['image=payments/api', 'base_tag=1.4.1', 'target_tag=1.4.2'];
    const one = await answerOf('prompts/get', '--prompt-name', 'compare_tags', '--prompt-args', ...args);

    expect(list.prompts.map(({ name }: { name: string }) => name)).toEqual(prompts.map(({ name }) => name));
    expect(one.messages[0].content.text).toContain('target "payments/api:1.4.2"');
  });
});

describe('the Inspector over HTTP', () => {
  let replica: SpawnedReplica;
  beforeAll(async () => {
    replica = await spawnReplica({ TCSS_HTTP_TOKENS: `alice ${TOKEN}` }, ['--demo']);
  });
  afterAll(() => replica.end('SIGKILL'));

  const ask = (...args: string[]) => {
    const url = `http://127.0.0.1:${replica.port}/mcp`;
    return run([INSPECTOR, '--cli', url, '--transport', 'http', '--method', 'tools/list', ...args]);
  };

  test.each(['auto', 'modern', 'legacy'])('lists the tools in the protocol era %s', async (era) => {
    const { code, stdout, stderr } = await ask(
      ...['--protocol-era', era, '--header', `Authorization: Bearer ${TOKEN}`],
    );

    expect(code, stderr).toBe(0);
    expect(namesIn(stdout)).toEqual(tools.map(({ name }) => name));
  });

  test('is refused without a token', async () => {
    expect((await ask()).code).not.toBe(0);
  });
});

describe('the Inspector over one connection', () => {
  let home = '';
  const mcpdo = (...args: string[]) =>
    run([MCPDO, '--format', 'json', '--connection', 'tcss', ...args], {
      HOME: home,
      MCP_INSPECTOR_DAEMON_DIR: join(home, 'daemon'),
      MCP_INSPECTOR_DAEMON_TOKEN: 'FAKE',
      MCP_INSPECTOR_SECRET_STORE: 'memory',
    });
  const complete = (type: string, ref: string, name: string, value: string) =>
    mcpdo(
      ...['prompts/complete', '--complete-ref-type', type, '--complete-ref', ref],
      ...['--complete-arg-name', name, '--complete-arg-value', value],
    );

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'inspector-'));
    const { code, stderr } = await mcpdo('connect', '--', ...SERVER);
    expect(code, stderr).toBe(0);
  });
  afterAll(async () => {
    await mcpdo('daemon', 'stop');
    rmSync(home, { recursive: true, force: true });
  });

  test('is offered no values before images were listed', async () => {
    const ofPrompt = await complete('ref/prompt', 'review_image', 'image', 'pay');

    expect(JSON.parse(ofPrompt.stdout)).toEqual({ values: [] });
  });

  test('is offered names and tags once a call listed the images', async () => {
    const listed = await mcpdo('tools/call', 'find_images', 'query:=payments');
    expect(listed.code, listed.stderr).toBe(0);
    const image = await complete('ref/prompt', 'review_image', 'image', 'payments/api');

    expect(JSON.parse(image.stdout).values).toEqual(['payments/api:1.4.1', 'payments/api:1.4.2']);
  });

  test('takes an unknown prompt for an error', async () => {
    const { code, stderr } = await complete('ref/prompt', 'nope', 'image', '');

    expect(code).toBe(1);
    expect(stderr).toContain('the prompts are: review_image');
  });
});

/** The result of a method that must succeed. */
async function answerOf(method: string, ...args: string[]) {
  const { code, stdout, stderr } = await inspect('--method', method, ...args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

function namesIn(stdout: string): string[] {
  return JSON.parse(stdout).tools.map(({ name }: { name: string }) => name);
}
