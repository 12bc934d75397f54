/** What is refused before the protocol, in which order, and how answers go out: real HTTP on loopback. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { LISTS } from '../../src/lists.ts';
import { type Replica, type ReplicaOptions, type Sent, startReplica, stateless } from './replica.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';
const CALL = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.mixed } };
const BIG_CALL = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.leaky } };
const PING = { jsonrpc: '2.0', id: 0, method: 'ping' };

let replica: Replica;
beforeAll(async () => {
  replica = await startReplica();
});
afterAll(() => replica.close());

async function started(options: ReplicaOptions): Promise<Replica> {
  const one = await startReplica(options);
  onTestFinished(() => one.close());
  return one;
}

/** The first check that fails answers: each row passes those above it, and fails all below. */
describe('the order of the checks', () => {
  let guarded: Replica;
  beforeAll(async () => {
    guarded = await startReplica({
      env: { TCSS_HTTP_TOKENS: `alice ${TOKEN}` },
      limits: { bodyBytes: 1000 },
    });
  });
  afterAll(() => guarded.close());

  const allowed = { Authorization: `Bearer ${TOKEN}` };
  const asJson = { ...allowed, 'Content-Type': 'application/json' };
  const WRONG = { Accept: 'text/html', 'Content-Type': 'text/plain' };
  const rows: readonly (readonly [string, Sent, number])[] = [
    ['a probe', { path: '/livez', method: 'PUT', headers: { ...WRONG, Host: 'evil.example.com' } }, 200],
    [
      'Host',
      { path: '/no', method: 'PUT', headers: { ...WRONG, Host: 'evil.example.com', Origin: 'null' } },
      403,
    ],
    ['Origin', { path: '/no', method: 'PUT', headers: { ...WRONG, Origin: 'null' } }, 403],
    ['the path', { path: '/no', method: 'PUT', headers: WRONG }, 404],
    ['the token', { method: 'PUT', headers: WRONG }, 401],
    ['the method', { method: 'PUT', headers: { ...WRONG, ...allowed } }, 405],
    ['Content-Type', { headers: { ...WRONG, ...allowed }, body: '{' }, 415],
    ['Accept', { headers: { ...asJson, Accept: 'text/html' }, body: '{'.repeat(2000) }, 406],
    ['the size', { headers: asJson, body: '{'.repeat(2000) }, 413],
    ['JSON', { headers: asJson, body: '{' }, 400],
  ];

  test.each(rows)('%s', async (_what, sent, status) => {
    expect((await guarded.send(sent)).status).toBe(status);
  });

  test('and then the request is answered', async () => {
    expect(await guarded.send({ headers: asJson, body: PING })).toMatchObject({
      status: 200,
      json: { result: {} },
    });
  });
});

describe('addresses', () => {
  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:80', '[::1]:8080'])(
    'Host: %s is this server',
    async (Host) => {
      expect((await replica.send({ headers: { Host }, body: PING })).status).toBe(200);
    },
  );

  test.each([
    ...[
      'evil.example.com',
      'localhost.',
      'a@localhost',
      'localhost:',
      'localhost:99999999',
      '127.1',
      '[::2]',
    ],
    ...['localhost.evil.example.com', 'localhost:80:80', ' localhost, evil.example.com'],
  ])('Host: "%s" is not', async (Host) => {
    expect((await replica.send({ headers: { Host }, body: PING })).json.error).toMatchObject({
      code: -32000,
    });
  });

  test.each([
    ['http://localhost:3000', 200],
    ['https://127.0.0.1', 200],
    ['http://[::1]:8080', 200],
    ['null', 403],
    ['https://evil.example.com', 403],
    ['http://localhost.evil.example.com', 403],
    ['http://localhost:80, http://localhost:80', 403],
  ])('Origin: %s on loopback: %i', async (Origin, status) => {
    expect((await replica.send({ headers: { Origin }, body: PING })).status).toBe(status);
  });

  test('a public URL names the only hosts and no origin, unless some are listed', async () => {
    const env = { TCSS_HTTP_URL: 'https://mcp.example.com/tcss/mcp', TCSS_HTTP_AUTH: 'none' };
    const plain = await started({ env });
    const open = await started({ env: { ...env, TCSS_HTTP_ORIGINS: 'https://app.example.com' } });
    const from = (Origin: string | null, path = '/mcp') => ({
      path,
      headers: { Host: 'MCP.example.com:443', Origin },
      body: PING,
    });

    expect((await plain.send(from(null))).status).toBe(200);
    expect((await plain.send(from(null, '/tcss/mcp'))).status).toBe(200);
    expect((await plain.send(from('http://localhost'))).status).toBe(403);
    expect((await open.send(from('https://app.example.com'))).status).toBe(200);
    expect((await open.send(from('https://other.example.com'))).status).toBe(403);
  });
});

describe('forms', () => {
  test.each(['GET', 'DELETE', 'OPTIONS', 'PUT', 'HEAD'])('%s: 405', async (method) => {
    const { status, headers } = await replica.send({ method });

    expect([status, headers.allow]).toEqual([405, 'POST']);
  });

  test.each([
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON', 200],
    ['text/plain; a=application/json', 415],
    ['application/jsonp', 415],
    [null, 415],
  ])('Content-Type %s: %i', async (type, status) => {
    expect((await replica.send({ headers: { 'Content-Type': type }, body: PING })).status).toBe(status);
  });

  test.each([
    [null, 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['text/*;q=0.5', 'text/event-stream'],
    ['text/event-stream, application/json;q=0', 'text/event-stream'],
  ])('Accept %s: %s', async (Accept, type) => {
    expect((await replica.send({ headers: { Accept }, body: PING })).headers['content-type']).toBe(type);
  });

  test.each(['text/html', 'application/json;q=0', 'image/*'])('Accept %s: 406', async (Accept) => {
    expect((await replica.send({ headers: { Accept }, body: PING })).status).toBe(406);
  });

  test('a notification and a response: 202 without a body', async () => {
    for (const body of [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 0 } },
      { jsonrpc: '2.0', id: 0, result: {} },
    ]) {
      expect(await replica.send({ body })).toMatchObject({ status: 202, text: '' });
    }
  });

  test('an Mcp-Session-Id that nobody knows is ignored, and none is given', async () => {
    const { status, headers } = await replica.send({ headers: { 'Mcp-Session-Id': 'x' }, body: PING });

    expect([status, headers['mcp-session-id']]).toEqual([200, undefined]);
  });
});

describe('answers', () => {
  test('in both eras: lists, a call, an unknown tool', async () => {
    const modern = async (method: string, params = {}) => replica.send(stateless(method, params));

    expect((await replica.ask('tools/list')).json.result).toEqual({ tools: LISTS.tools });
    expect((await modern('tools/list')).json.result).toMatchObject({
      tools: LISTS.tools,
      resultType: 'complete',
    });
    for (const { status, json, headers } of [
      await replica.ask('tools/call', CALL),
      await modern('tools/call', CALL),
    ]) {
      expect(status).toBe(200);
      expect(json.result.structuredContent.coverage.total).toBe(37);
      expect(headers['cache-control']).toBe('no-store');
    }
    for (const { status, json } of [
      await replica.ask('tools/call', { name: 'x' }),
      await modern('tools/call', { name: 'x' }),
    ]) {
      expect([status, json.error.code]).toEqual([200, -32602]);
    }
  });

  test.each([
    'ping',
    'initialize',
    'logging/setLevel',
    'resources/subscribe',
    'subscriptions/listen',
    'nope',
  ])('of 2026-07-28 to %s, which it does not have: 404', async (method) => {
    const { status, json } = await replica.send(stateless(method, {}, 'seven'));

    expect(status).toBe(404);
    expect(json).toMatchObject({ id: 'seven', error: { code: -32601 } });
  });

  test('to a method that the era with sessions does not have: 200', async () => {
    expect(await replica.ask('nope')).toMatchObject({ status: 200, json: { error: { code: -32601 } } });
  });

  test('to an envelope that is not right: 400', async () => {
    const newer = stateless('tools/list', {
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' },
    });
    const odd = stateless('tools/list', { _meta: { 'io.modelcontextprotocol/clientCapabilities': 7 } });
    const answers = await Promise.all([replica.send({ body: newer.body ?? '' }), replica.send(odd)]);

    expect(answers.map(({ status, json }) => [status, json.error.code])).toEqual([
      [400, -32022],
      [400, -32602],
    ]);
  });

  test.each([{ _meta: 7 }, { _meta: [] }, { _meta: { progressToken: {} } }])(
    'to params that the protocol cannot read, %j: 400, not silence',
    async (params) => {
      const { status, json } = await replica.ask('tools/list', params);

      expect(status).toBe(400);
      expect(json).toMatchObject({ id: 0, error: { code: -32600 } });
    },
  );

  test('with progress: a stream that ends with the answer; without a stream, JSON alone', async () => {
    const params = { ...BIG_CALL, _meta: { progressToken: 'p' } };
    const streamed = await replica.ask('tools/call', params);
    const plain = await replica.ask('tools/call', params, { Accept: 'application/json' });

    expect(streamed.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(streamed.events.slice(0, -1).map(({ method }) => method)).toEqual(
      Array.from({ length: 7 }, () => 'notifications/progress'),
    );
    expect(streamed.events.at(-2).params).toMatchObject({ progressToken: 'p', progress: 658 });
    expect(streamed.json.result.structuredContent.coverage.total).toBe(658);
    expect(plain.headers['content-type']).toBe('application/json');
    expect(plain.json.result.structuredContent.coverage.total).toBe(658);
  });

  test('after a long silence a comment keeps the stream open, but not JSON', async () => {
    const silent = await started({ limits: { keepAliveMs: 60 } });
    const call = (Accept: string) => {
      silent.simulator.failNext({ delayMs: 250 }, { action: 'DescribeAssetImageRegistryRiskInfoList' });
      return silent.ask('tools/call', CALL, { Accept });
    };
    const streamed = await call('*/*');
    const plain = await call('application/json');

    expect(streamed.text.match(/^: keepalive\n\n/gm)?.length).toBeGreaterThanOrEqual(2);
    expect(streamed.events).toHaveLength(1);
    expect(plain.headers['content-type']).toBe('application/json');
  });
});

test('a walk by cursor whose every step meets another replica shows each row once', async () => {
  const { simulator } = replica;
  const replicas = [replica, await started({ simulator }), await started({ simulator })];
  const ids: string[] = [];
  let rows = 0;
  let cursor: string | undefined;
  let steps = 0;
  do {
    const args = { image_id: DEMO_IMAGE_IDS.mixed, limit: 5, ...(cursor && { cursor }) };
    const next = replicas[steps % 3] ?? replica;
    const { json } = await next.ask('tools/call', { name: 'list_image_risks', arguments: args });
    const { findings, coverage } = json.result.structuredContent;
    for (const { id, occurrences } of findings) {
      ids.push(id);
      rows += occurrences;
    }
    cursor = coverage.next_cursor;
    steps += 1;
  } while (cursor !== undefined && steps < 20);

  expect(steps).toBe(8);
  expect(new Set(ids).size).toBe(ids.length);
  expect(rows).toBe(37);
});

describe('a client that goes away', () => {
  test.each(['2025-11-25', '2026-07-28'])('in %s: its request to the service is closed', async (version) => {
    const one = await started({});
    one.simulator.failNext({ hang: 'headers' }, { times: 4 });
    const stop = new AbortController();
    const sent =
      version === '2026-07-28'
        ? stateless('tools/call', CALL)
        : { body: { jsonrpc: '2.0', id: 0, method: 'tools/call', params: CALL } };
    const gone = one.send({ ...sent, signal: stop.signal });
    await expect.poll(() => one.simulator.requests.length).toBe(2);
    stop.abort();

    await expect(gone).rejects.toThrow();
    await expect
      .poll(() => one.simulator.requests.map(({ closedEarly }) => closedEarly))
      .toEqual([true, true]);
    await expect.poll(() => one.metrics()).toContain('error_type="cancelled"');
    expect(one.metrics()).toContain('tcss_mcp_calls_under_way 0');
  });
});

describe('load', () => {
  test('more calls than one caller may have: 429; than a replica can serve: 503; other requests go on', async () => {
    const bob = 'FAKE-token-of-bob-0123456789abcdefgh';
    const one = await started({ env: { TCSS_HTTP_TOKENS: `alice ${TOKEN}\nbob ${bob}` }, mostCalls: 5 });
    one.simulator.failNext({ hang: 'headers' }, { times: 10 });
    const stop = new AbortController();
    const ask = (token: string, method: string, signal?: AbortSignal) =>
      one.send({
        headers: { Authorization: `Bearer ${token}` },
        body: { jsonrpc: '2.0', id: 0, method, params: CALL },
        ...(signal && { signal }),
      });
    const calls = [TOKEN, TOKEN, TOKEN, TOKEN].map((token) => ask(token, 'tools/call', stop.signal));
    await expect.poll(() => one.metrics()).toContain('tcss_mcp_calls_under_way 4');

    expect(await ask(TOKEN, 'tools/call')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect((await ask(TOKEN, 'tools/list')).status).toBe(200);
    calls.push(ask(bob, 'tools/call', stop.signal));
    await expect.poll(() => one.metrics()).toContain('tcss_mcp_calls_under_way 5');
    expect(await ask(bob, 'tools/call')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    stop.abort();
    await Promise.allSettled(calls);
    await expect.poll(() => one.metrics()).toContain('tcss_mcp_calls_under_way 0');
    expect(one.metrics()).toMatch(
      /refusals_total{reason="caller_busy"} 1[\s\S]*refusals_total{reason="busy"} 1/,
    );
  });

  test('bodies that together hold more than they may: 503', async () => {
    const one = await started({ limits: { heldBytes: 100 } });

    expect(
      (await one.send({ body: JSON.stringify({ ...PING, params: { a: 'x'.repeat(200) } }) })).status,
    ).toBe(503);
    expect((await one.send({ body: PING })).status).toBe(200);
  });
});

describe('the log', () => {
  test('has one line a request, with caller and trace, and no token', async () => {
    const one = await started({ env: { TCSS_HTTP_TOKENS: `alice ${TOKEN}` } });
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await one.ask('tools/call', CALL, { Authorization: `Bearer ${TOKEN}`, traceparent: trace });
    const inMeta = stateless('tools/call', { ...CALL, name: 'x', _meta: { traceparent: trace } });
    await one.send({ ...inMeta, headers: { ...inMeta.headers, Authorization: `bearer ${TOKEN}` } });
    await one.ask('ping', {}, { Authorization: `Bearer ${TOKEN}x`, traceparent: `${trace}\u00ff` });
    const lines = () => one.log.filter((line) => line.includes(' http: '));
    await expect.poll(() => lines().length).toBe(3);

    expect(lines().map((line) => line.replace(/\d+ ms/, 'N ms').trim())).toEqual([
      `tcss-mcp-server info: http: tools/call, list_image_risks, 200, ok, N ms, caller alice, traceparent ${trace}`,
      `tcss-mcp-server info: http: tools/call, other, 200, -32602, N ms, caller alice, traceparent ${trace}`,
      'tcss-mcp-server info: http: 401, refused: token, N ms',
    ]);
    expect(one.log.join('') + one.metrics()).not.toContain(TOKEN.slice(5, 20));
  });
});

describe('the end', () => {
  test('draining: not ready but alive, and served without keeping connections', async () => {
    const one = await started({});
    one.drain();

    expect(await one.send({ method: 'GET', path: '/readyz' })).toMatchObject({
      status: 503,
      text: 'draining',
    });
    expect(await one.send({ method: 'GET', path: '/livez' })).toMatchObject({ status: 200, text: 'ok' });
    expect(await one.send({ body: PING })).toMatchObject({ status: 200, headers: { connection: 'close' } });
  });

  test('closing: calls under way are answered, late ones with an error', async () => {
    const one = await started({});
    one.simulator.failNext({ delayMs: 200 }, { times: 1 });
    const quick = one.ask('tools/call', CALL);
    await expect.poll(() => one.metrics()).toContain('under_way 1');
    await one.close(5000);
    expect((await quick).json.result.structuredContent.coverage.total).toBe(37);

    const other = await started({});
    other.simulator.failNext({ hang: 'headers' }, { times: 4 });
    const late = other.ask('tools/call', CALL);
    await expect.poll(() => other.metrics()).toContain('under_way 1');
    await other.close(50);
    expect((await late).json.error.message).toContain('is ending');
  });

  test('closing: a connection that asks nothing is not waited for', async () => {
    const one = await started({});
    const silent = connect(one.port, '127.0.0.1');
    await once(silent, 'connect');
    const startedMs = performance.now();
    await one.close(8000);

    expect(performance.now() - startedMs).toBeLessThan(6000);
    silent.destroy();
  });
});
