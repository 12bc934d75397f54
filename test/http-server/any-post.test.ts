/** Whatever is posted is answered, and with an answer of its own. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classify } from '../../src/http-server/classify.ts';
import { type Replica, type Sent, startReplica, stateless } from './replica.ts';

let replica: Replica;
beforeAll(async () => {
  replica = await startReplica();
});
afterAll(() => replica.close());

const method = fc.constantFrom(
  'ping',
  'tools/list',
  'prompts/list',
  'initialize',
  'server/discover',
  'x',
  7,
  null,
);
const id = fc.oneof(fc.integer(), fc.string(), fc.constantFrom(true, null, 1.5, undefined));
const params = fc.oneof(
  fc.jsonValue(),
  fc.record({ _meta: fc.jsonValue(), cursor: fc.jsonValue(), name: fc.jsonValue() }, { requiredKeys: [] }),
  fc.constant({ protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } }),
  fc.constant(undefined),
);
const message = fc.record({ jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0'), id, method, params });
const modern = fc
  .tuple(
    fc.constantFrom('tools/list', 'ping', 'nope', 'tools/call', 'server/discover'),
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.integer(),
  )
  .map(([name, given, number]): Sent => stateless(name, given, number));
const posted: fc.Arbitrary<Sent> = fc.oneof(
  fc.jsonValue().map((body) => ({ body: JSON.stringify(body) })),
  message.map((body) => ({ body })),
  modern,
  fc.string().map((body) => ({ body })),
  fc.tuple(message, fc.nat(60)).map(([body, end]) => ({ body: JSON.stringify(body).slice(0, end) })),
);

test('any body gets an answer at once: 202, an error, or a result with its own id', async () => {
  const all = fc.asyncProperty(fc.array(posted, { minLength: 20, maxLength: 20 }), async (posts) => {
    // All at the same time, as from several clients.
    const replies = await Promise.all(
      posts.map((post) => replica.send({ ...post, signal: AbortSignal.timeout(10_000) })),
    );
    for (const [index, { status, json, text }] of replies.entries()) {
      const { body, headers = {} } = posts[index] ?? {};
      const read = parse(body);
      if (read === undefined) {
        expect([status, json.error.code, json.id]).toEqual([400, -32700, null]);
        continue;
      }
      const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      const verdict = classify(read.value, Object.fromEntries(named));
      if (verdict.kind === 'ignored') expect([status, text]).toEqual([202, '']);
      else if (verdict.kind === 'refused') {
        expect([status, json.id, json.error.code]).toEqual([400, verdict.id, verdict.error.code]);
      } else {
        expect([200, 400, 404]).toContain(status);
        expect(json.id).toBe(verdict.request.id);
        expect('result' in json !== 'error' in json).toBe(true);
      }
    }
  });

  await fc.assert(all, { numRuns: 10 });
});

function parse(body: unknown): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(typeof body === 'string' ? body : JSON.stringify(body)) };
  } catch {
    return undefined;
  }
}
