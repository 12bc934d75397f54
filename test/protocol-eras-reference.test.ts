/** Raw lines of both protocol eras to our server and to the reference server: the same codes, the same envelopes. */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createAnswers } from '../src/answers.ts';
import { LISTS } from '../src/lists.ts';
import type { CallTool } from '../src/resources/risks-resource.ts';
import { runTool } from '../src/run-tool.ts';
import { buildServer, serveStdio } from '../src/server.ts';
import { tools } from '../src/tools/index.ts';
import { wholeLines } from '../src/whole-lines.ts';
import { fakeTcss } from './gather/fake-tcss.ts';
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

describe('the same lines get the same codes and envelopes from the reference server', () => {
  test.each(SAME)('%s', async (_name, ...lines) => {
    const [ours, reference] = await Promise.all([askOurs(lines), askReference(lines)]);

    expect(ours.map(shapeOf)).toEqual(reference.map(shapeOf));
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
      Object.keys(value as object).sort(),
    ]),
    versions: result.supportedVersions ?? result.protocolVersion,
    capabilities: Object.keys(result.capabilities ?? {}).sort(),
  };
}

function askOurs(lines: readonly Line[]) {
  return ask(lines, (input, output) => {
    const runtime = runtimeOver(fakeTcss([]));
    const callTool: CallTool = (tool, args, options) => {
      options.onProgress?.(1, 2);
      return runTool(tool, args, runtime, options);
    };
    const server = buildServer(LISTS, async () => createAnswers(tools, callTool));
    void serveStdio(server, input.pipe(wholeLines(() => undefined)), output, () => undefined);
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
