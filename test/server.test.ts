import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAnswers } from '../src/answers.ts';
import { connect } from '../src/server.ts';
import { tools } from '../src/tools/index.ts';
import { connectWith, NO_IMAGES, OFFER, refusalOf } from './prompts/connect.ts';

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

test('tools, prompts and completions are offered, and nothing that changes by itself', async () => {
  const client = await connectWith();

  expect(client.getServerCapabilities()).toEqual({ tools: {}, prompts: {}, completions: {} });
});

test('it is introduced with a page and with a small picture that needs no request', async () => {
  const { icons = [], websiteUrl } = (await connectWith()).getServerVersion() ?? expect.fail();
  const [{ src, mimeType } = expect.fail()] = icons;

  expect(websiteUrl).toMatch(/^https:\/\//);
  expect(mimeType).toBe('image/png');
  expect(src.length).toBeLessThan(2000);
  const picture = Buffer.from(src.replace(/^data:image\/png;base64,/, ''), 'base64');
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([32, 32]);
});

test('an unknown tool is named without what a terminal would act on', async () => {
  const client = await connectWith();

  const { code, message } = await refusalOf(client.callTool({ name: `\u001b[2J${'x'.repeat(100)}` }));

  expect(code).toBe(-32602);
  expect(message).toMatch(/Tool \?\?2Jx{60} not found; the tools are: list_image_risks/);
});

test.each([null, '', ' ', []])('an argument of a prompt that is %j was left out', async (unset) => {
  const client = await connectWith();
  const without = await client.getPrompt({ name: 'registry_overview', arguments: {} });

  expect(await client.getPrompt({ name: 'registry_overview', arguments: { query: unset as never } })).toEqual(
    without,
  );
  await expect(
    client.getPrompt({ name: 'review_image', arguments: { image: unset as never } }),
  ).rejects.toThrow(/image: must be given/);
  await expect(
    client.getPrompt({ name: 'review_image', arguments: { image: 'a', tag: 1 as never } }),
  ).rejects.toThrow(/Invalid params/);
});

test('null arguments of a prompt are none', async () => {
  const client = await connectWith();

  const { messages } = await client.getPrompt({ name: 'registry_overview', arguments: null as never });

  expect(messages).toHaveLength(1);
});

/** A session of raw messages with a server whose calls wait until they are aborted, or until `finish`. */
function openRaw() {
  const signals: AbortSignal[] = [];
  const finishing: (() => void)[] = [];
  const answers = createAnswers(
    tools,
    (_tool, _args, { signal, onProgress }) => {
      signals.push(signal);
      return new Promise((resolve) => {
        const text = `call ${signals.length}`;
        const finish = () => {
          onProgress?.(1, 1);
          resolve({ content: [{ type: 'text', text }] });
        };
        finishing.push(finish);
        signal.addEventListener('abort', finish);
      });
    },
    NO_IMAGES,
  );
  const [near, far] = InMemoryTransport.createLinkedPair();
  const received: JSONRPCMessage[] = [];
  near.onmessage = (message) => received.push(message);
  const connection = connect(far, OFFER, async () => answers);
  onTestFinished(() => connection.close());
  return {
    connection,
    signals,
    received,
    hangUp: () => near.close(),
    finish: (at: number) => finishing[at]?.(),
    send: (message: object) => near.send({ jsonrpc: '2.0', ...message } as JSONRPCMessage),
    /** Asks for a tool, and comes back when its call has begun. */
    async call(id: string | number, meta: object = {}) {
      const begun = signals.length + 1;
      await this.send({ id, method: 'tools/call', params: { name: 'find_images', _meta: meta } });
      await expect.poll(() => signals.length).toBe(begun);
    },
    cancel(requestId: unknown, others: object = {}) {
      return this.send({ method: 'notifications/cancelled', params: { requestId, ...others } });
    },
    /** Once everything sent before is answered that will be. */
    async settled() {
      await this.send({ id: 'last', method: 'tools/list', params: { _meta: ENVELOPE } });
      await expect
        .poll(() => received.some((message) => 'id' in message && message.id === 'last'))
        .toBe(true);
    },
  };
}

describe('a request that is cancelled', () => {
  test.each([
    [0, {}],
    ['', {}],
    ['a', {}],
    [7, { reason: 'the person went on' }],
    [8, { reason: { code: 7 } }],
  ])('whose id is %j, with %j: its work is aborted, and it is not answered', async (id, others) => {
    for (const meta of [{}, ENVELOPE]) {
      const raw = openRaw();
      await raw.call(id, meta);

      await raw.cancel(id, others);
      await raw.settled();

      expect(raw.signals[0]?.aborted).toBe(true);
      expect(raw.received).toMatchObject([{ id: 'last' }]);
      await raw.connection.untilAnswered();
    }
  });

  test.each(['7', 7.5, null, {}, undefined])('by another id, %j: goes on', async (requestId) => {
    const raw = openRaw();
    await raw.call(7);

    await raw.cancel(requestId);
    await raw.settled();
    raw.finish(0);
    await raw.connection.untilAnswered();

    expect(raw.signals[0]?.aborted).toBe(false);
    expect(raw.received).toMatchObject([{ id: 'last' }, { id: 7, result: expect.anything() }]);
  });
});

test('two requests of one id are two: each is answered and waited for', async () => {
  const raw = openRaw();
  await raw.call('twin');
  await raw.call('twin');
  let isAnswered = false;
  const answered = raw.connection.untilAnswered().then(() => {
    isAnswered = true;
  });

  raw.finish(1);
  await raw.settled();
  expect(isAnswered).toBe(false);
  raw.finish(0);
  await answered;

  expect(raw.received).toMatchObject([{ id: 'twin' }, { id: 'last' }, { id: 'twin' }]);
});

test('requests that are cut off are refused and aborted, and nothing is sent after that', async () => {
  const raw = openRaw();
  await raw.call(1, { progressToken: 1 });
  await raw.call(2);

  const answered = raw.connection.untilAnswered();
  raw.connection.cutOff();
  raw.connection.cutOff();
  await answered;
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);

  expect(raw.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(raw.received).toMatchObject([
    { id: 1, error: { code: -32000 } },
    { id: 2, error: { code: -32000 } },
  ]);
});

test('a client that goes away aborts what it asked for, and nobody waits for that', async () => {
  const raw = openRaw();
  await raw.call(1);

  await raw.hangUp();
  await raw.connection.untilAnswered();

  expect(raw.signals[0]?.aborted).toBe(true);
  expect(raw.received).toEqual([]);
});

test('answers that need nothing loaded keep the order of their requests', async () => {
  const raw = openRaw();
  const asked = ['tools/list', 'ping', 'prompts/list', 'no/such', 'tools/call', 'ping', 'tools/list'];

  for (const [id, method] of asked.entries())
    await raw.send({ id, method, params: { name: 'no_such_tool' } });
  await expect.poll(() => raw.received.length).toBe(asked.length);

  expect(raw.received.map((message) => 'id' in message && message.id)).toEqual([...asked.keys()]);
});
