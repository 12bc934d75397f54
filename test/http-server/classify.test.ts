/** What a body is, and which headers fit it: the rules one by one, and then any JSON. */
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify, SESSION_VERSIONS } from '../../src/http-server/classify.ts';
import { stateless } from './replica.ts';

const KEY = 'io.modelcontextprotocol/protocolVersion';
const LIST = { jsonrpc: '2.0', id: 0, method: 'tools/list' };

/** The code of the refusal, or what else is done. */
function outcome(body: unknown, headers: Record<string, string> = {}): number | string {
  const verdict = classify(body, headers);
  return verdict.kind === 'refused' ? verdict.error.code : verdict.kind;
}

/** A request of 2026-07-28 as it should be, with headers changed or, if undefined, left out. */
function modern(
  method: string,
  params: Record<string, unknown>,
  changed: Record<string, string | undefined> = {},
) {
  const { headers = {}, body } = stateless(method, params);
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const given = Object.entries({ ...all, ...changed }).filter(([, value]) => value !== undefined);
  return outcome(body, Object.fromEntries(given) as Record<string, string>);
}

test('the versions with sessions are those of the SDK', () => {
  expect([...SESSION_VERSIONS].sort()).toEqual([...SUPPORTED_PROTOCOL_VERSIONS].sort());
});

describe('the form', () => {
  test.each<[unknown, number | string]>([
    [[], -32600],
    [[LIST], -32600],
    [null, -32600],
    [7, -32600],
    ['x', -32600],
    [{}, -32600],
    [{ ...LIST, jsonrpc: '1.0' }, -32600],
    [{ id: 1, method: 'x' }, -32600],
    [{ ...LIST, id: true }, -32600],
    [{ ...LIST, id: null }, -32600],
    [{ ...LIST, id: 1.5 }, -32600],
    [{ ...LIST, method: 7 }, -32600],
    [{ ...LIST, params: [] }, -32600],
    [{ ...LIST, params: 'x' }, -32600],
    [{ ...LIST, params: null }, 'request'],
    [LIST, 'request'],
    [{ ...LIST, id: 'a' }, 'request'],
    [{ jsonrpc: '2.0', method: 'notifications/initialized' }, 'ignored'],
    [{ jsonrpc: '2.0', id: 1, result: {} }, 'ignored'],
    [{ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x' } }, 'ignored'],
  ])('%j: %s', (body, expected) => {
    expect(outcome(body)).toBe(expected);
  });

  test('an id that can be one is repeated in the refusal', () => {
    expect(classify({ id: 7, method: 'x' }, {})).toMatchObject({ id: 7 });
    expect(classify({ id: true, method: 'x' }, {})).toMatchObject({ id: null });
  });
});

describe('a body without a version', () => {
  test.each(SESSION_VERSIONS)('and the header %s', (version) => {
    expect(outcome(LIST, { 'mcp-protocol-version': version })).toBe('request');
  });

  test('and the header of 2026-07-28: the envelope is missing, and initialize is none of its methods', () => {
    const headers = { 'mcp-protocol-version': '2026-07-28' };

    expect(classify(LIST, headers)).toMatchObject({
      error: { code: -32602, data: { envelope: { missing: [KEY] } } },
    });
    expect(outcome({ ...LIST, method: 'initialize' }, headers)).toBe(-32020);
    expect(outcome({ jsonrpc: '2.0', method: 'x' }, headers)).toBe('ignored');
  });

  test.each(['2099-01-01', 'x', '2025-11-25, 2025-11-25'])(
    'and the header %s: only initialize may',
    (version) => {
      const headers = { 'mcp-protocol-version': version };

      expect(outcome(LIST, headers)).toBe(-32000);
      expect(outcome({ jsonrpc: '2.0', method: 'x' }, headers)).toBe(-32000);
      expect(outcome({ ...LIST, method: 'initialize' }, headers)).toBe('request');
    },
  );

  test('may have any other headers', () => {
    expect(outcome(LIST, { 'mcp-method': 'x', 'mcp-name': 'y', 'mcp-param-a': 'z' })).toBe('request');
  });
});

describe('a body of 2026-07-28', () => {
  test.each<[string, Record<string, unknown>, Record<string, string | undefined>, number | string]>([
    ['tools/list', {}, {}, 'request'],
    ['tools/list', {}, { 'mcp-protocol-version': undefined }, -32020],
    ['tools/list', {}, { 'mcp-protocol-version': '2025-11-25' }, -32020],
    ['tools/list', {}, { 'mcp-method': undefined }, -32020],
    ['tools/list', {}, { 'mcp-method': 'Tools/list' }, -32020],
    ['tools/list', {}, { 'mcp-name': 'whatever' }, 'request'],
    ['tools/call', { name: 'a' }, {}, 'request'],
    ['tools/call', { name: 'a' }, { 'mcp-name': ' a ' }, 'request'],
    ['tools/call', { name: 'a' }, { 'mcp-name': undefined }, -32020],
    ['tools/call', { name: 'a' }, { 'mcp-name': 'A' }, -32020],
    ['tools/call', { name: 7 }, { 'mcp-name': undefined }, 'request'],
    ['tools/call', { name: 'é' }, { 'mcp-name': '=?base64?w6k=?=' }, 'request'],
    ['tools/call', { name: 'é' }, { 'mcp-name': '=?BASE64?w6k=?=' }, -32020],
    ['tools/call', { name: 'é' }, { 'mcp-name': '=?base64?w6k?=' }, -32020],
    ['tools/call', { name: 'é' }, { 'mcp-name': '=?base64?/w==?=' }, -32020],
    ['tools/call', { name: 'é' }, { 'mcp-name': 'é' }, -32020],
    ['prompts/get', { name: 'a' }, { 'mcp-name': undefined }, -32020],
    ['resources/read', { uri: 'a://b' }, { 'mcp-name': 'a://b' }, 'request'],
    ['resources/read', { uri: 'a://b' }, { 'mcp-name': 'a://c' }, -32020],
  ])('%s %j with %j: %s', (method, params, headers, expected) => {
    expect(modern(method, params, headers)).toBe(expected);
  });

  test('another version is left to the era, unless a header contradicts it', () => {
    const body = { ...LIST, params: { _meta: { [KEY]: '2099-01-01' } } };

    expect(classify(body, {})).toMatchObject({ kind: 'request', isStateless: true });
    expect(outcome(body, { 'mcp-protocol-version': '2026-07-28' })).toBe(-32020);
  });

  test('a notification needs no headers, but none may contradict it', () => {
    const body = { jsonrpc: '2.0', method: 'a', params: { _meta: { [KEY]: '2026-07-28' } } };

    expect(outcome(body)).toBe('ignored');
    expect(outcome(body, { 'mcp-method': 'b' })).toBe(-32020);
  });

  test('any name fits its own header, plain or in base64', () => {
    const encoded = (name: string) => `=?base64?${Buffer.from(name).toString('base64')}?=`;
    const name = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed());

    fc.assert(
      fc.property(
        name,
        (text) => modern('tools/call', { name: text }, { 'mcp-name': encoded(text) }) === 'request',
      ),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x7e]+$/), (text) => {
        fc.pre(!text.startsWith('=?base64?'));
        return modern('tools/call', { name: text }, { 'mcp-name': text }) === 'request';
      }),
    );
  });

  test('a value that came is not repeated as it is', () => {
    const { headers = {}, body } = stateless('tools/call', { name: '\u001b[2J' });
    const verdict = classify(body, {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      'mcp-name': '<script>',
    });

    expect(JSON.stringify(verdict)).not.toMatch(/script>|\\u001b/);
  });
});

test('any JSON has a verdict, and only requests have an id to answer', () => {
  const property = fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.string()), (body, headers) => {
    const verdict = classify(body, headers);
    if (verdict.kind === 'request') expect(['string', 'number']).toContain(typeof verdict.request.id);
  });

  fc.assert(property);
});
