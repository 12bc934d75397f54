import { once } from 'node:events';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { createAnswers } from '../src/answers.ts';
import { LISTS } from '../src/lists.ts';
import { connect, INSTRUCTIONS } from '../src/server.ts';
import { tools } from '../src/tools/index.ts';
import { connectWith, refusalOf } from './prompts/connect.ts';

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

test('tools, prompts and completions are offered, and nothing that changes by itself', async () => {
  const client = await connectWith();

  expect(client.getServerCapabilities()).toEqual({ tools: {}, prompts: {}, completions: {} });
});

test('the instructions name every tool, and the first line how to find an image and what to read first', () => {
  const [start] = INSTRUCTIONS.split('\n');

  for (const { name } of tools) expect(INSTRUCTIONS).toContain(`${name}: `);
  expect(start).toMatch(/find_images.*Read coverage and empty_because/);
  expect(INSTRUCTIONS).not.toMatch(/\bsafe|secure\b/i);
});

test('an unknown tool is named without what a terminal would act on', async () => {
  const client = await connectWith();

  const { code, message } = await refusalOf(client.callTool({ name: `\u001b[2J${'x'.repeat(100)}` }));

  expect(code).toBe(-32602);
  expect(message).toMatch(/Tool \?\?2Jx{60} not found; the tools are: list_image_risks/);
});

test('null arguments of a prompt are none', async () => {
  const client = await connectWith();

  const { messages } = await client.getPrompt({ name: 'registry_overview', arguments: null as never });

  expect(messages).toHaveLength(1);
});

test('the first request of the stateless era, whose id is 0, can be cancelled', async () => {
  let start: (signal: AbortSignal) => void = () => undefined;
  const started = new Promise<AbortSignal>((resolve) => {
    start = resolve;
  });
  const answers = createAnswers(tools, (_tool, _args, { signal }) => {
    start(signal);
    return once(signal, 'abort').then(() => ({ content: [{ type: 'text', text: 'too late' }] }));
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const received: JSONRPCMessage[] = [];
  near.onmessage = (message) => received.push(message);
  const connection = connect(far, LISTS, async () => answers);
  const ask = (id: number, method: string, params: object) =>
    near.send({ jsonrpc: '2.0', id, method, params: { ...params, _meta: ENVELOPE } });

  await ask(0, 'tools/call', { name: 'find_images' });
  const signal = await started;
  await near.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 0 } });
  await ask(1, 'tools/list', {});
  await expect.poll(() => received.length).toBeGreaterThan(0);

  expect(signal.aborted).toBe(true);
  expect(received).toMatchObject([{ id: 1, result: { resultType: 'complete' } }]);
  await connection.close();
});
