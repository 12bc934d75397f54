import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClientChecks, createProtocolEra, statelessResult } from '../src/protocol-eras.ts';

const KEY = 'io.modelcontextprotocol/';
const ENVELOPE = { [`${KEY}protocolVersion`]: '2026-07-28', [`${KEY}clientCapabilities`]: {} };

const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const CHECKS: ClientChecks = {
  isCapabilities: isObject,
  isInfo: isObject,
  isLogLevel: (value) => value === 'debug',
};

/** A request or notification whose envelope may be right, nearly right, or anything. */
const anyMessage = fc.record(
  {
    method: fc.oneof(
      fc.constantFrom('initialize', 'ping', 'server/discover', 'tools/list', 'notifications/cancelled'),
      fc.string(),
    ),
    id: fc.oneof(fc.nat(), fc.string()),
    params: fc.record(
      {
        protocolVersion: fc.jsonValue(),
        _meta: fc.oneof(
          fc.constant(ENVELOPE),
          fc
            .constantFrom(...Object.keys(ENVELOPE), `${KEY}clientInfo`, `${KEY}logLevel`)
            .chain((key) => fc.jsonValue().map((value) => ({ ...ENVELOPE, [key]: value }))),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['method'] },
);

describe('createProtocolEra', () => {
  test('a session is served whatever comes, as if there were no other era', () => {
    fc.assert(
      fc.property(fc.constantFrom('initialize', 'tools/list'), fc.array(anyMessage), (method, messages) => {
        const era = createProtocolEra(CHECKS);

        expect([{ method, id: 1 }, ...messages].map((message) => era.read(message))).toEqual([
          'serve',
          ...messages.map(() => 'serve'),
        ]);
        expect(era.isStateless()).toBe(false);
      }),
    );
  });

  test('once it is stateless it stays so, and serves no request without its envelope', () => {
    fc.assert(
      fc.property(fc.array(anyMessage), (messages) => {
        const era = createProtocolEra(CHECKS);
        era.read({ method: 'tools/list', id: 1, params: { _meta: ENVELOPE } });

        for (const message of messages) era.read(message);

        expect(era.isStateless()).toBe(true);
        expect(era.read({ method: 'tools/list', id: 2, params: {} })).toMatchObject({ code: -32602 });
        expect(era.read({ method: 'tools/list', id: 3, params: { _meta: ENVELOPE } })).toBe('serve');
      }),
    );
  });

  test('a request that is refused settles nothing', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const era = createProtocolEra(CHECKS);
        const verdict = era.read(message);
        fc.pre(typeof verdict !== 'string' && verdict.code !== -32601);

        expect(era.isStateless()).toBe(false);
        expect(era.read({ method: 'initialize', id: 2, params: {} })).toBe('serve');
      }),
    );
  });

  test('a refusal repeats of a client’s words only what a terminal may show', () => {
    const era = createProtocolEra(CHECKS);
    const meta = { ...ENVELOPE, [`${KEY}protocolVersion`]: `\u001b[2J${'9'.repeat(100)}` };

    const refusal = era.read({ method: 'tools/list', id: 1, params: { _meta: meta } });

    expect(refusal).toMatchObject({ code: -32022 });
    expect((refusal as { message: string }).message).toMatch(/^Unsupported protocol version: \?\?2J9{60}$/);
  });
});

describe('statelessResult', () => {
  test('says how long a list may be kept, and nothing of what was computed for a call', () => {
    const kept = (method: string) => statelessResult(method, {}, {}).ttlMs;

    expect(['tools/list', 'prompts/list', 'server/discover'].map(kept)).toEqual(
      Array.from({ length: 3 }, () => 300_000),
    );
    expect(statelessResult('tools/call', {}, {})).not.toHaveProperty('ttlMs');
  });

  test('keeps what the result says of itself', () => {
    const result = statelessResult('tools/call', { content: [], _meta: { own: 1 } }, { name: 'here' });

    expect(result).toEqual({
      content: [],
      resultType: 'complete',
      _meta: { own: 1, [`${KEY}serverInfo`]: { name: 'here' } },
    });
  });
});
