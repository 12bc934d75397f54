import { request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/demo/simulator.ts';
import { ask, DETAIL, IMAGES, post, RISKS, signedHeaders } from './signed-post.ts';

const running: Simulator[] = [];
async function start(options?: SimulatorOptions) {
  const simulator = await startSimulator(options);
  running.push(simulator);
  return simulator;
}
afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

const leaky = { Id: DEMO_IMAGE_IDS.leaky, Limit: 1 };
const code = async (answer: ReturnType<typeof ask>) => (await answer).Error?.Code;

test('every refusal is HTTP 200 with the envelope and a RequestId', async () => {
  const answer = await post(await start(), 'Nonsense', {});

  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(JSON.parse(answer.text)).toEqual({
    Response: {
      Error: { Code: 'InvalidAction', Message: expect.any(String) },
      RequestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    },
  });
});

test('no two answers share a RequestId', async () => {
  const simulator = await start();

  const answers = await Promise.all([1, 2, 3, 4].map(() => ask(simulator, RISKS, leaky)));

  expect(new Set(answers.map(({ RequestId }) => RequestId)).size).toBe(4);
});

describe('what a request must be', () => {
  test('a POST', async () => {
    const { statusCode, body } = await request((await start()).url);

    expect(statusCode).toBe(200);
    expect(await body.text()).toContain('"UnsupportedProtocol"');
  });

  test.each(['/v1', '/?Action=Describe'])('not to the path %s', async (path) => {
    const { url } = await start();

    const { body } = await request(url + path, {
      method: 'POST',
      headers: signedHeaders(url, RISKS, '{}'),
      body: '{}',
    });

    expect(await body.text()).toContain('"InvalidParameter"');
  });

  test('signed with the key it names', async () => {
    const simulator = await start();

    expect(
      await code(ask(simulator, RISKS, leaky, { credentials: { ...DEMO_CREDENTIALS, secretKey: 'x' } })),
    ).toBe('AuthFailure.SignatureFailure');
    expect(await code(ask(simulator, RISKS, leaky, { timestampSeconds: 1 }))).toBe(
      'AuthFailure.SignatureExpire',
    );
  });

  test('signed with the key of the simulator, its token included', async () => {
    const credentials = { secretId: 'AKIDother', secretKey: 'other', token: 'session' };
    const simulator = await start({ credentials });

    expect(await code(ask(simulator, RISKS, leaky, { credentials }))).toBeUndefined();
    expect(await code(ask(simulator, RISKS, leaky))).toBe('AuthFailure.SecretIdNotFound');
  });

  test.each(['2018-01-01', ''])('not of version "%s"', async (version) => {
    const headers = { 'x-tc-version': version };

    expect(await code(ask(await start(), RISKS, leaky, { headers }))).toBe('NoSuchVersion');
  });

  test.each(['DescribeInstances', 'describeassetimageregistrylist', 'constructor'])(
    'not for the Action %s',
    async (action) => {
      expect(await code(ask(await start(), action, leaky))).toBe('InvalidAction');
    },
  );

  test.each(['', '[]', 'null', '"text"', '{"Id":', 'Id=1'])('not with the body %s', async (body) => {
    expect(await code(ask(await start(), RISKS, body))).toBe('InvalidParameter');
  });

  test('at most 10 MB long', async () => {
    const body = JSON.stringify({ Id: 'x'.repeat(10 * 1024 * 1024) });

    expect(await code(ask(await start(), RISKS, body))).toBe('RequestSizeLimitExceeded');
  });

  test('of any region', async () => {
    const headers = { 'x-tc-region': 'mars-north-1' };

    expect(await code(ask(await start(), RISKS, leaky, { headers }))).toBeUndefined();
  });
});

test('is judged by signature, then version, then Action, then rate, then body', async () => {
  const simulator = await start({ requestsPerSecond: 0 });
  const wrong = { ...DEMO_CREDENTIALS, secretKey: 'x' };
  const old = { 'x-tc-version': 'x' };

  expect(await code(ask(simulator, 'No', '[]', { credentials: wrong, headers: old }))).toMatch(
    /^AuthFailure/,
  );
  expect(await code(ask(simulator, 'No', '[]', { headers: old }))).toBe('NoSuchVersion');
  expect(await code(ask(simulator, 'No', '[]'))).toBe('InvalidAction');
  expect(await code(ask(simulator, RISKS, '[]'))).toBe('RequestLimitExceeded');
});

describe('the rate', () => {
  /** Answers of `count` requests, one after the other: ok or the code. */
  async function burst(simulator: Simulator, count: number, nowMs: number, action = RISKS) {
    const codes: string[] = [];
    for (let n = 0; n < count; n++) {
      const body = action === IMAGES ? {} : { Id: DEMO_IMAGE_IDS.clean };
      const timestampSeconds = Math.floor(nowMs / 1000);
      codes.push((await code(ask(simulator, action, body, { timestampSeconds }))) ?? 'ok');
    }
    return codes;
  }
  const times = (count: number, text: string) => Array<string>(count).fill(text);

  test('is 20 in any sliding second for each Action', async () => {
    let now = 1_700_000_000_000;
    const simulator = await start({ now: () => now });

    expect(await burst(simulator, 12, now)).toEqual(times(12, 'ok'));
    now += 600;
    expect(await burst(simulator, 10, now)).toEqual([...times(8, 'ok'), ...times(2, 'RequestLimitExceeded')]);
    expect(await burst(simulator, 1, now, IMAGES)).toEqual(['ok']);
    expect(await burst(simulator, 1, now, DETAIL)).toEqual(['ok']);
    now += 399;
    expect(await burst(simulator, 1, now)).toEqual(['RequestLimitExceeded']);
    now += 1;
    expect(await burst(simulator, 13, now)).toEqual([...times(12, 'ok'), 'RequestLimitExceeded']);
  });

  test('can be set, and lifted', async () => {
    const now = 1_700_000_000_000;
    const slow = await start({ now: () => now, requestsPerSecond: 2 });
    const free = await start({ now: () => now, requestsPerSecond: Number.POSITIVE_INFINITY });

    expect(await burst(slow, 3, now)).toEqual(['ok', 'ok', 'RequestLimitExceeded']);
    expect(await burst(free, 60, now)).toEqual(times(60, 'ok'));
  });
});

test('the Date header tells the clock that signatures are checked against', async () => {
  const now = () => 1_551_113_065_000;
  const simulator = await start({ now });

  const late = await post(simulator, RISKS, leaky);
  const corrected = await ask(simulator, RISKS, leaky, { timestampSeconds: 1_551_113_065 });

  expect(late.text).toContain('AuthFailure.SignatureExpire');
  expect(late.headers['date']).toBe('Mon, 25 Feb 2019 16:44:25 GMT');
  expect(corrected.TotalCount).toBe(658);
});
