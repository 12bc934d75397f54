/** Raw lines of both protocol eras to our server as it ships and to the reference server: the same codes, the same envelopes. */

import { PassThrough, type Readable, type Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeTcss } from './gather/fake-tcss.ts';
import { NO_IMAGES } from './prompts/connect.ts';
import {
  CAPABILITIES,
  DIFFERENT,
  DISCOVER,
  type Line,
  modern,
  plain,
  SAME,
  SETTLED,
  VERSION,
  without,
} from './protocol-eras-lines.ts';
import { serveReference } from './reference-server.ts';
import { runtimeOver } from './runtime.ts';
import { importShipped } from './shipped.ts';

const { connect, createAnswers, LISTS, offerOf, runTool, StdioTransport, tools } = await importShipped();

/** Conversations that end with params that are malformed, which the reference calls an internal error. */
const MALFORMED = ['no name of a prompt', 'no URI', 'nothing to complete', 'a cursor that is none'];
const isMalformed = ([name]: (typeof SAME)[number]) => MALFORMED.includes(name);

/** Malformed params, and the fields that are named for them. */
const FAULTS: readonly (readonly [method: string, params: object | undefined, fields: string])[] = [
  ['tools/call', undefined, 'name'],
  ['tools/call', { name: 'list_image_risks', arguments: [] }, 'arguments'],
  ['tools/call', { name: 7, arguments: 'image' }, 'name, arguments'],
  ['prompts/get', undefined, 'name'],
  ['prompts/get', { name: 'review_image', arguments: { image: 7 } }, 'arguments.image'],
  ['prompts/get', { name: 'review_image', arguments: { '\u001b[2J.\n': 7 } }, 'arguments.??2J.?'],
  [
    'prompts/get',
    { name: 'x', arguments: Object.fromEntries(Array.from('abcdefg', (key) => [key, 7])) },
    'arguments.a, arguments.b, arguments.c, arguments.d, arguments.e, and 2 more',
  ],
  ['completion/complete', {}, 'ref, argument'],
  ['completion/complete', { ref: 'x', argument: { name: 'image' } }, 'ref, argument.value'],
  ...['tools/list', 'prompts/list'].map((method) => [method, { cursor: 7 }, 'cursor'] as const),
];

describe('the same lines get the same codes and envelopes from the reference server', () => {
  test.each(SAME.filter((conversation) => !isMalformed(conversation)))('%s', async (_name, ...lines) => {
    const [ours, reference] = await Promise.all([askOurs(lines), askReference(lines)]);

    expect(ours.map(shapeOf)).toEqual(reference.map(shapeOf));
  });

  test.each(SAME.filter(isMalformed))('but for params that are malformed: %s', async (_name, ...lines) => {
    const [ours, reference] = await Promise.all([askOurs(lines), askReference(lines)]);

    expect(ours.map(shapeOf)).toMatchObject([{ error: -32602 }]);
    expect(reference.map(shapeOf)).toMatchObject([{ error: -32603 }]);
  });

  test.each(DIFFERENT)('but: %s', async (_why, lines, ours, reference) => {
    const [[, mine], [, theirs]] = await Promise.all([askOurs(lines), askReference(lines)]);

    expect(shapeOf(mine)).toMatchObject(ours);
    expect(shapeOf(theirs)).toMatchObject(reference);
  });
});

test.each([DISCOVER, SETTLED])('a refused envelope is told every key that is missing', async ({ method }) => {
  const [bare, first] = await askOurs([modern(method, {}, without(CAPABILITIES)), modern(method, {}, 7)]);
  const [, later] = await askOurs([SETTLED, plain(method)]);

  expect(bare).toMatchObject({ error: { code: -32602, message: expect.stringContaining(CAPABILITIES) } });
  expect(first).toBeUndefined();
  expect(later).toMatchObject({ error: { code: -32602, data: { envelope: { key: VERSION } } } });
  expect(later).toMatchObject({ error: { message: expect.stringContaining(`${VERSION}, ${CAPABILITIES}`) } });
});

describe('params that are malformed', () => {
  test.each(FAULTS)('of %s in both eras: %j is one line that names %s', async (method, params, fields) => {
    const message = `Invalid params of ${method}, missing or of the wrong type: ${fields}`;
    const [inSession] = await askOurs([plain(method, params)]);
    const [, stateless] = await askOurs([SETTLED, modern(method, params)]);

    for (const { error } of [inSession, stateless]) expect(error).toEqual({ code: -32602, message });
  });

  test('of initialize likewise, which can be asked again', async () => {
    const hello = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    };
    const [refused, served] = await askOurs([plain('initialize', {}), plain('initialize', hello)]);

    expect(refused.error.message).toMatch(/of initialize, .*: protocolVersion, capabilities, clientInfo$/);
    expect(served.result.protocolVersion).toBe('2025-11-25');
  });

  test('of any kind are answered, in one short line of what a terminal may show', async () => {
    const method = fc.constantFrom(...FAULTS.map(([name]) => name));
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('review_image', 'ref/prompt'));
    const keys = ['name', 'arguments', 'uri', 'ref', 'argument', 'context', 'cursor'];
    const params = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), value);
    await fc.assert(
      fc.asyncProperty(method, params, async (name, given) => {
        for (const line of [plain(name, given), modern(name, given)]) {
          const [{ id, error }] = await askOurs([line]);

          expect(id).toBe(line.id);
          if (error === undefined) continue;
          expect(error.code).toBe(-32602);
          expect(error.message).toMatch(/^[\x20-\x7e]{1,1000}$/);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('null where nothing is meant', () => {
  const META = SETTLED.params._meta as object;
  const tokenless = { ...META, progressToken: null };

  test.each([
    ['params', plain('tools/list', null as never)],
    ['_meta', plain('tools/list', { _meta: null })],
    ['progressToken', plain('tools/list', { _meta: { progressToken: null } })],
    ['progressToken, without sessions', modern('tools/list', {}, tokenless)],
  ])('is as good as absent, and is not answered by the reference server: %s', async (_name, line) => {
    const [[mine], theirs] = await Promise.all([askOurs([line]), askReference([line])]);

    expect(mine).toMatchObject({ id: line.id, result: { tools: expect.anything() } });
    expect(theirs).toEqual([]);
  });

  test.each(['tools/list', 'prompts/list'])(
    'is a cursor of %s as good as absent in both eras, and is refused by the reference server',
    async (method) => {
      const lines = [[plain(method, { cursor: null })], [modern(method, { cursor: null })]];
      for (const line of lines) {
        const [[mine], [theirs]] = await Promise.all([askOurs(line), askReference(line)]);

        expect(mine).toHaveProperty('result');
        expect(theirs).toMatchObject({ error: { code: -32603 } });
      }
    },
  );

  test('is an envelope that is missing, where one is needed', async () => {
    const lines = [SETTLED, plain('tools/list', null as never), plain('tools/list', { _meta: null })];
    const [, ...refused] = await askOurs(lines);

    expect(refused).toMatchObject([{ error: { code: -32602 } }, { error: { code: -32602 } }]);
  });

  test('is absent in a notification too, and what else is no message is still none', async () => {
    const lines = [
      plain('tools/list', { _meta: 7 }),
      plain('tools/list', []),
      { jsonrpc: '2.0', method: 'notifications/initialized', params: null },
      [plain('tools/list', null as never)],
      { ...plain('ping'), id: null },
      plain('ping', null as never),
    ];

    expect((await askOurs(lines)).map(({ id, result }) => ({ id, result }))).toEqual([
      { id: (lines.at(-1) as { id: number }).id, result: {} },
    ]);
  });
});

/** What the server says of itself where it introduces itself, and the reference does not. */
const ONLY_OURS = ['icons', 'websiteUrl'];

/** What of an answer must be the same: of a result its keys and envelope, of an error its code and its versions. */
// biome-ignore lint/suspicious/noExplicitAny: any answer of any method
function shapeOf(answer: any) {
  if (answer === undefined) return undefined;
  const { id, method, params, error, result } = answer;
  if (method !== undefined) return { method, params: Object.keys(params).sort() };
  if (error !== undefined)
    return { id, error: error.code, data: error.data?.supported ? error.data : undefined };
  return {
    id,
    result: Object.keys(result).sort(),
    isError: result.isError,
    resultType: result.resultType,
    cacheScope: result.cacheScope,
    meta: Object.entries(result._meta ?? {}).map(([key, value]) => [
      key,
      Object.keys(value as object)
        .filter((name) => !ONLY_OURS.includes(name))
        .sort(),
    ]),
    versions: result.supportedVersions ?? result.protocolVersion,
    capabilities: Object.keys(result.capabilities ?? {}).sort(),
  };
}

function askOurs(lines: readonly Line[]) {
  return ask(lines, (input, output) => {
    const runtime = runtimeOver(fakeTcss([]));
    const callTool: Parameters<typeof createAnswers>[1] = (tool, args, options) => {
      options.onProgress?.(1, 2);
      return runTool(tool, args, runtime, options);
    };
    const offer = offerOf(LISTS, { tools: undefined });
    connect(new StdioTransport(input, output), offer, async () => createAnswers(tools, callTool, NO_IMAGES));
  });
}

function askReference(lines: readonly Line[]) {
  return ask(lines, serveReference);
}

/** Every answer to the lines, in the order in which they were answered. */
async function ask(lines: readonly Line[], serve: (input: Readable, output: Writable) => void) {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  serve(input, output);
  for (const line of lines) {
    input.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    // Nothing in either server waits for more than this, so what was not answered by now is not answered.
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  }
  input.end();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
