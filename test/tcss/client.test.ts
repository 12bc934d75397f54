import { afterEach, describe, expect, test } from 'vitest';
import { credentialsFrom } from '../../src/credentials/credentials.ts';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { ApiError, ConfigError, ContractError, TransportError } from '../../src/errors.ts';
import { defineAction } from '../../src/tcss/action.ts';
import { pageOf, wireText } from '../../src/tcss/vocabulary.ts';
import { endless } from '../endless.ts';
import { instantClock } from '../http/fake-clock.ts';
import { askRisks, closeAll, startClient } from './start-client.ts';

afterEach(closeAll);

const { leaky } = DEMO_IMAGE_IDS;
const always = { times: Number.POSITIVE_INFINITY };
const RISKS = 'DescribeAssetImageRegistryRiskInfoList';

describe('a request', () => {
  test('carries what the API wants, signed, and nothing that was not set', async () => {
    const house = await startClient({ clock: instantClock(1_551_113_065_999) });

    const page = await askRisks(house, leaky);

    expect(page.TotalCount).toBe(658); // so the signature over the very bytes was accepted
    const [{ headers, body } = expect.fail()] = house.simulator.requests;
    expect(body).toEqual({ Id: leaky, Limit: 10, Offset: 0, By: 'Level', Order: '-' });
    const { authorization, 'content-length': _, connection: __, ...rest } = headers;
    expect(authorization).toMatch(
      new RegExp(
        `^TC3-HMAC-SHA256 Credential=${DEMO_CREDENTIALS.secretId}/2019-02-25/tcss/tc3_request, ` +
          'SignedHeaders=content-type;host;x-tc-action, Signature=[0-9a-f]{64}$',
      ),
    );
    expect(rest).toEqual({
      'content-type': 'application/json; charset=utf-8',
      host: new URL(house.simulator.url).host,
      'accept-encoding': 'gzip',
      'user-agent': expect.stringMatching(/^tcss-mcp-server\/\d+\.\d+\.\d+/),
      'x-tc-action': RISKS,
      'x-tc-version': '2020-11-01',
      'x-tc-timestamp': '1551113065',
      'x-tc-language': 'en-US',
      'x-tc-requestclient': expect.stringMatching(/^[0-9a-zA-Z\-_,;.]{1,128}$/),
    });
  });

  test('carries token, region and language when they are set', async () => {
    const credentials = { ...DEMO_CREDENTIALS, token: 'session-token' };
    const house = await startClient({
      credentials,
      region: 'ap-singapore',
      language: 'zh-CN',
      simulator: { credentials },
    });

    await askRisks(house, leaky);

    expect(house.simulator.requests[0]?.headers).toMatchObject({
      'x-tc-token': 'session-token',
      'x-tc-region': 'ap-singapore',
      'x-tc-language': 'zh-CN',
    });
  });

  test('is signed over the bytes that are sent, whatever letters they hold', async () => {
    const house = await startClient();
    const action = defineAction<{ Id: number; Filters: object[] }>()(RISKS, pageOf(wireText), {
      request: () => undefined,
    });
    const Values = ['漏洞 👍🏽 \ud800 \u2028 "\\\n', 'é\u0301'];

    const request = { Id: DEMO_IMAGE_IDS.clean, Filters: [{ Name: 'Name', Values }] };
    await house.client.call(action, request, endless());

    expect(house.simulator.requests[0]?.body).toEqual(request);
  });

  test('is signed at the time it is sent, not at the time it began to wait for its turn', async () => {
    const house = await startClient({ clock: instantClock(1_551_113_065_000) });

    for (let n = 0; n < 41; n++) await askRisks(house, leaky);

    const stamps = house.simulator.requests.map(({ headers }) => Number(headers['x-tc-timestamp']));
    expect(stamps[20]).toBeGreaterThan(stamps[19] ?? 0);
    expect(stamps[40]).toBeGreaterThan(stamps[39] ?? 0);
  });
});

describe('the connection', () => {
  test('is made at the first call, once, also for calls at the same time', async () => {
    let made = 0;
    const house = await startClient({ beforeConnect: () => made++ });

    expect(made).toBe(0);
    await Promise.all([askRisks(house, leaky), askRisks(house, leaky)]);
    await askRisks(house, leaky);

    expect(made).toBe(1);
  });

  test('is tried again by the call after one that failed', async () => {
    let tries = 0;
    const house = await startClient({
      beforeConnect: () => {
        if (++tries < 3) throw new Error(`try ${tries}`);
      },
    });

    await expect(Promise.all([askRisks(house, leaky), askRisks(house, leaky)])).rejects.toThrow('try 1');
    await expect(askRisks(house, leaky)).rejects.toThrow('try 2');
    await expect(askRisks(house, leaky)).resolves.toMatchObject({ TotalCount: 658 });
  });

  test('without credentials is a ConfigError that names them, and nothing is sent', async () => {
    const house = await startClient({ beforeConnect: () => credentialsFrom({}) });

    const failure = await askRisks(house, leaky).catch((error) => error);

    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure.message).toContain('TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set');
    expect(house.simulator.requests).toHaveLength(0);
  });

  test('may be closed before it was made, after it failed, and twice', async () => {
    const house = await startClient({ beforeConnect: () => expect.fail('no connection today') });

    await house.client.close();
    await askRisks(house, leaky).catch(() => {});
    await house.client.close();
    await house.client.close();
  });
});

describe('a failure', () => {
  test.each([
    ['of the service', { code: 'InternalError' }, ApiError],
    ['of a gateway', { status: 502, body: '<html>' }, TransportError],
    ['of the connection', { reset: true }, TransportError],
    ['to answer in JSON', { respond: () => '<html>' }, ContractError],
  ] as const)('%s is typed', async (_name, fault, type) => {
    const house = await startClient();
    house.simulator.failNext(fault, always);

    await expect(askRisks(house, leaky)).rejects.toBeInstanceOf(type);
  });

  test.each(['headers', 'body'] as const)('to go on is ended by the abort, in the %s', async (hang) => {
    const house = await startClient();
    house.simulator.failNext({ hang }, always);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('cancelled')), 30);

    await expect(askRisks(house, leaky, endless(controller.signal))).rejects.toThrow('cancelled');
    await expect
      .poll(() => house.simulator.requests[0]?.closedEarly, { timeout: 100, interval: 5 })
      .toBe(true);
  });
});

describe('the log', () => {
  test('has one line a request: action, time, RequestId', async () => {
    const house = await startClient();

    await askRisks(house, leaky);

    expect(house.logged).toEqual([
      expect.stringMatching(`^info: ${RISKS} \\d+ ms, RequestId 00000000-0000-4000-8000-000000000001$`),
    ]);
  });

  test.each([
    [{ code: 'ResourceNotFound', requestId: 'r-1' }, /, ResourceNotFound, RequestId r-1$/],
    [{ code: 'No\nsuch code', requestId: 'r\n2' }, /, UnreadableCode, RequestId absent$/],
    [{ respond: () => ({ List: 1, RequestId: 'r-3' }) }, /, unreadable answer, RequestId r-3$/],
    [{ status: 403, body: 'hunter2' }, / ms, http-status$/],
  ])('says how a request failed, and no more: %j', async (fault, end) => {
    const house = await startClient();
    house.simulator.failNext(fault, always);

    await askRisks(house, leaky).catch(() => {});

    expect(house.logged[0]).toMatch(end);
  });
});
