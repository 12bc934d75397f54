/** The built server over real stdio, before the clients of both protocol eras. */
import { Client as NewClient, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import {
  StdioClientTransport as NewTransport,
  type StdioServerParameters,
} from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { prompts } from '../../src/prompts/prompts.ts';
import { tools } from '../../src/tools/index.ts';
import { closeAll, startPair } from '../http/loopback.ts';

afterEach(closeAll);

const IDENTITY = { name: 'test', version: '1.0.0' };

const SERVER = { command: process.execPath, stderr: 'ignore' } as const;
const DEMO = { ...SERVER, args: ['dist/main.js', '--demo'] };

const MODES: readonly (readonly [name: string, mode: VersionNegotiationMode, version: string])[] = [
  ['2.x in auto', 'auto', '2026-07-28'],
  ['2.x pinned to 2026-07-28', { pin: '2026-07-28' }, '2026-07-28'],
  ['2.x in legacy', 'legacy', '2025-11-25'],
];

async function connectNew(mode: VersionNegotiationMode, server: StdioServerParameters) {
  const client = new NewClient(IDENTITY, { versionNegotiation: { mode } });
  onTestFinished(() => client.close());
  await client.connect(new NewTransport(server));
  return client;
}

async function connectOld() {
  const client = new OldClient(IDENTITY);
  onTestFinished(() => client.close());
  await client.connect(new OldTransport(DEMO));
  return client;
}

type Call = { name: string; arguments: Record<string, unknown> };
interface Progress {
  progress: number;
  total?: number | undefined;
}
interface Options {
  signal?: AbortSignal;
  onprogress?: (progress: Progress) => void;
}

/** A call of whichever client, whose older one takes a schema in between. */
function caller(client: NewClient | OldClient) {
  return (call: Call, options: Options = {}) =>
    client instanceof OldClient ? client.callTool(call, undefined, options) : client.callTool(call, options);
}

const callFor = (image_id: number): Call => ({ name: 'list_image_risks', arguments: { image_id } });

/** All that a client asks for. */
async function converse(client: NewClient | OldClient): Promise<void> {
  const call = caller(client);
  const prompt = { name: 'review_image', arguments: { image: 'payments/api:1.4.2' } };
  const seen: string[] = [];
  const onprogress = ({ progress, total }: Progress) => {
    seen.push(`${progress} of ${total}`);
  };

  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  expect(await call(callFor(DEMO_IMAGE_IDS.mixed))).toMatchObject({
    structuredContent: { coverage: { total: 37 } },
  });
  expect(await call(callFor(1234567))).toMatchObject({ isError: true });
  await expect(call({ name: 'list_everything', arguments: {} })).rejects.toMatchObject({ code: -32602 });

  expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(
    prompts.map(({ name }) => name),
  );
  expect((await client.getPrompt(prompt)).messages).toHaveLength(1);
  await expect(client.getPrompt({ name: 'sing' })).rejects.toMatchObject({ code: -32602 });

  await call({ name: 'find_images', arguments: { query: 'payments' } });
  const { completion } = await client.complete({
    ref: { type: 'ref/prompt', name: 'review_image' },
    argument: { name: 'image', value: 'payments/api' },
  });
  expect(completion.values).toContain('payments/api:1.4.2');

  await call(callFor(DEMO_IMAGE_IDS.leaky), { onprogress });
  // The last one may come with the answer, and then it is too late for a client.
  expect(seen.join()).toMatch(/^100 of 658,(?:\d00 of 658,?){4,5}/);
}

describe.each(MODES)('a client %s', (_name, mode, version) => {
  test('speaks the newest version it may, and gets all there is', async () => {
    const client = await connectNew(mode, DEMO);

    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect(client.getServerVersion()).toMatchObject({ name: 'tcss-mcp-server' });
    expect(client.getInstructions()).toContain('find_images');
    await converse(client);
  });
});

// The disposable process that auto asks first makes no difference to a call.
test.each(MODES.slice(1))('a client %s can cancel its first request', async (_name, mode) => {
  const service = await startPair(() => undefined);
  const env = {
    TENCENTCLOUD_SECRET_ID: 'AKIDfakeFAKEfakeFAKE0123456789abcdef',
    TENCENTCLOUD_SECRET_KEY: 'fakeFAKEfakeFAKEfakeFAKE01234567',
    TCSS_ENDPOINT: service.url.origin,
  };
  const client = await connectNew(mode, { ...SERVER, args: ['dist/main.js'], env });
  const stop = new AbortController();

  const answer = client.callTool(callFor(4711), { signal: stop.signal });
  // The image's entry is read together with its rows.
  await expect.poll(() => service.received.length).toBe(2);
  stop.abort('enough');

  await expect(answer).rejects.toThrow();
  expect(await service.closedWithin(5000)).toBe(true);
  expect((await client.listTools()).tools).toHaveLength(tools.length);
});

test('a client 1.x gets all there is', async () => converse(await connectOld()));
