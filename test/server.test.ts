import { expect, test } from 'vitest';
import { INSTRUCTIONS } from '../src/server.ts';
import { tools } from '../src/tools/index.ts';
import { connectWith, refusalOf } from './resources/connect.ts';

test('tools, prompts, resources and completions are offered, and nothing that changes by itself', async () => {
  const client = await connectWith();

  expect(client.getServerCapabilities()).toEqual({ tools: {}, prompts: {}, resources: {}, completions: {} });
});

test('the instructions name every tool, and the first line how to find an image and what to read first', () => {
  const [start] = INSTRUCTIONS.split('\n');

  for (const { name } of tools) expect(INSTRUCTIONS).toContain(`${name}: `);
  expect(start).toMatch(/by its name.*levels, coverage and empty_because/);
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
