import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { ask, IMAGES, post, RISKS, signedHeaders } from '../demo/signed-post.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ requestsPerSecond: Number.POSITIVE_INFINITY });
});
afterEach(() => simulator.close());

const leaky = { Id: DEMO_IMAGE_IDS.leaky, Limit: 1 };
const codes = async (count: number, action = RISKS) => {
  const answers: string[] = [];
  for (let n = 0; n < count; n++) {
    answers.push((await ask(simulator, action, action === RISKS ? leaky : {})).Error?.Code ?? 'ok');
  }
  return answers;
};

describe('scripted faults', () => {
  test('an API error has its code, message and RequestId once', async () => {
    simulator.failNext({ code: 'InternalError', message: 'db down', requestId: 'r-1' });

    expect(await ask(simulator, RISKS, leaky)).toEqual({
      Error: { Code: 'InternalError', Message: 'db down' },
      RequestId: 'r-1',
    });
    expect((await ask(simulator, RISKS, leaky)).TotalCount).toBe(658);
  });

  test('a raw answer is given as it stands', async () => {
    const headers = { 'retry-after': '7', 'content-type': 'text/html' };
    simulator.failNext({ status: 502, headers, body: '<h1>Bad gateway</h1>' });

    const answer = await post(simulator, RISKS, leaky);

    expect(answer).toMatchObject({ status: 502, headers, text: '<h1>Bad gateway</h1>' });
  });

  test('an answer can be made from the proper one, as object, text or bytes', async () => {
    simulator.failNext({ respond: (answer) => ({ ...answer, List: null }) });
    simulator.failNext({ respond: (answer) => `${JSON.stringify(answer).slice(0, 20)}` });
    simulator.failNext({ respond: () => Buffer.from([0x7b, 0xff]) });

    expect(await ask(simulator, RISKS, leaky)).toMatchObject({ List: null, TotalCount: 658 });
    expect((await post(simulator, RISKS, leaky)).text).toBe('{"List":[{"Behavior"');
    expect((await post(simulator, RISKS, leaky)).text).toBe('{\ufffd');
  });

  test('a reset ends the connection', async () => {
    simulator.failNext({ reset: true });

    await expect(post(simulator, RISKS, leaky)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await codes(1)).toEqual(['ok']);
  });

  test('a hang before the headers never answers', async () => {
    simulator.failNext({ hang: 'headers' });

    const signal = AbortSignal.timeout(100);

    await expect(post(simulator, RISKS, leaky, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('a hang in the body sends half of it', async () => {
    simulator.failNext({ hang: 'body' });
    const text = JSON.stringify(leaky);
    const { statusCode, headers, body } = await request(simulator.url, {
      method: 'POST',
      headers: signedHeaders(simulator.url, RISKS, text),
      body: text,
    });

    const first = await new Promise<Buffer>((resolve) => body.once('data', resolve));

    expect(statusCode).toBe(200);
    expect(first.length).toBe(Math.floor(Number(headers['content-length']) / 2));
    body.on('error', () => {}).destroy();
  });

  test('a delay brings the proper answer later', async () => {
    simulator.failNext({ delayMs: 60 });
    const started = performance.now();

    expect((await ask(simulator, RISKS, leaky)).TotalCount).toBe(658);
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  test('strike so many times, of one Action, after so many', async () => {
    simulator.failNext({ code: 'InternalError' }, { times: 2, after: 1, action: RISKS });

    expect(await codes(2, IMAGES)).toEqual(['ok', 'ok']);
    expect(await codes(4)).toEqual(['ok', 'InternalError', 'InternalError', 'ok']);
  });

  test('queue up', async () => {
    simulator.failNext({ code: 'InternalError' });
    simulator.failNext({ code: 'ServiceUnavailable' }, { after: 1 });
    simulator.failNext({ code: 'ResourceUnavailable' }, { times: 0 });

    expect(await codes(4)).toEqual(['InternalError', 'ok', 'ServiceUnavailable', 'ok']);
  });

  test('are kept for a request that passes the gate', async () => {
    simulator.failNext({ code: 'InternalError' });

    await ask(simulator, RISKS, leaky, { timestampSeconds: 1 });

    expect(await codes(1)).toEqual(['InternalError']);
  });
});

describe('the record', () => {
  test('has every request in order, refused ones too', async () => {
    await ask(simulator, RISKS, leaky);
    await ask(simulator, 'Nonsense', '{"a":');

    expect(simulator.requests).toMatchObject([
      { action: RISKS, body: leaky, headers: { 'x-tc-version': '2020-11-01' }, at: expect.any(Number) },
      { action: 'Nonsense', body: undefined },
    ]);
    expect(simulator.requests[0]).not.toHaveProperty('closedEarly');
  });

  test('says when the client went away before the answer ended', async () => {
    simulator.failNext({ hang: 'headers' });
    const abort = new AbortController();

    const answer = post(simulator, RISKS, leaky, { signal: abort.signal });
    await vi.waitFor(() => expect(simulator.requests[0]?.body).toEqual(leaky));
    abort.abort();

    await expect(answer).rejects.toThrow();
    await vi.waitFor(() => expect(simulator.requests[0]?.closedEarly).toBe(true));
  });

  test('does not take a scripted reset for the client going away', async () => {
    simulator.failNext({ reset: true });

    await expect(post(simulator, RISKS, leaky)).rejects.toThrow();
    await sleep(20);

    expect(simulator.requests[0]).not.toHaveProperty('closedEarly');
  });

  test('keeps the last 10,000', async () => {
    const records = simulator.requests as unknown[];
    records.push(...Array(10_000).fill('earlier'));

    await ask(simulator, RISKS, leaky);

    expect(records).toHaveLength(10_000);
    expect(records.at(-1)).toMatchObject({ action: RISKS });
  });
});

describe('close', () => {
  test('ends hanging and delayed requests at once and frees the port', { retry: 2 }, async () => {
    simulator.failNext({ hang: 'headers' });
    simulator.failNext({ delayMs: 60_000 });
    const hanging = [1, 2].map(() => post(simulator, RISKS, leaky).catch((error: Error) => error));
    await vi.waitFor(() => expect(simulator.requests).toHaveLength(2));
    const started = performance.now();

    await simulator.close();

    expect(performance.now() - started).toBeLessThan(1000);
    expect(await Promise.all(hanging)).toEqual([expect.any(Error), expect.any(Error)]);
    expect(simulator.requests[0]).not.toHaveProperty('closedEarly');
    await expect(post(simulator, RISKS, leaky)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('leaves no timer and no socket of the server behind', async () => {
    const resources = () =>
      process.getActiveResourcesInfo().filter((name) => /Timeout|TCPServer/.test(name)).length;
    await simulator.close();
    const before = resources();
    const another = await startSimulator();
    another.failNext({ delayMs: 60_000 });
    const delayed = post(another, RISKS, leaky).catch(() => 'ended');
    await vi.waitFor(() => expect(another.requests[0]?.body).toEqual(leaky));

    await another.close();

    expect(await delayed).toBe('ended');
    expect(resources()).toBeLessThanOrEqual(before);
  });

  test('may be called again', async () => {
    await simulator.close();

    await expect(simulator.close()).resolves.toBeUndefined();
  });
});
