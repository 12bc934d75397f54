import { afterEach, describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { systemClock } from '../../src/http/time.ts';
import { instantClock } from '../http/fake-clock.ts';
import { askRisks, closeAll, startClient } from './start-client.ts';

afterEach(closeAll);

const { leaky } = DEMO_IMAGE_IDS;
const START_MS = 1_700_000_000_000;

describe('a failed request', () => {
  test('is signed afresh and sent again, byte for byte the same', async () => {
    const house = await startClient({ clock: instantClock(START_MS) });
    house.simulator.failNext({ code: 'RequestLimitExceeded' }, { times: 2 });

    expect((await askRisks(house, leaky)).TotalCount).toBe(658);

    const { requests } = house.simulator;
    const stamps = requests.map(({ headers }) => Number(headers['x-tc-timestamp']));
    expect(stamps).toHaveLength(3);
    expect(new Set(stamps).size).toBe(3);
    expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBe(3);
    expect(new Set(requests.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  test.each([
    ['an HTTP 503', { status: 503, body: 'busy' }],
    ['an HTTP 429 with Retry-After', { status: 429, headers: { 'retry-after': '2' }, body: '' }],
    ['a reset', { reset: true as const }],
    ['InternalError', { code: 'InternalError' }],
    ['a query that the service is still working on', { code: 'InvalidParameter.RequestTimeout' }],
  ])('%s passes when the next attempt does', async (_name, fault) => {
    const house = await startClient();
    house.simulator.failNext(fault, { times: 4 });

    expect((await askRisks(house, leaky)).TotalCount).toBe(658);
    expect(house.simulator.requests).toHaveLength(5);
  });

  test('stands after five attempts', async () => {
    const house = await startClient();
    house.simulator.failNext({ code: 'InternalError' }, { times: 9 });

    await expect(askRisks(house, leaky)).rejects.toMatchObject({ code: 'InternalError' });
    expect(house.simulator.requests).toHaveLength(5);
  });

  test('of HTML or cut JSON with status 200 stands at once', async () => {
    for (const body of ['<html>login</html>', '{"Response":{"List":[']) {
      const house = await startClient();
      house.simulator.failNext({ status: 200, body }, { times: 9 });

      await expect(askRisks(house, leaky)).rejects.toMatchObject({ kind: 'contract' });
      expect(house.simulator.requests).toHaveLength(1);
    }
  });
});

describe('a clock that is wrong', () => {
  test('is corrected from the Date header once, and the correction is remembered', async () => {
    const aheadMs = 20 * 60_000;
    const house = await startClient({
      clock: { ...systemClock, now: () => START_MS + aheadMs },
      simulator: { now: () => START_MS },
    });

    expect((await askRisks(house, leaky)).TotalCount).toBe(658);
    expect((await askRisks(house, leaky)).TotalCount).toBe(658);
    expect(house.simulator.requests).toHaveLength(3);
  });

  test('that the service goes on complaining of is an error after one more try', async () => {
    const house = await startClient();
    house.simulator.failNext({ code: 'AuthFailure.SignatureExpire' }, { times: 9 });

    await expect(askRisks(house, leaky)).rejects.toMatchObject({ code: 'AuthFailure.SignatureExpire' });
    expect(house.simulator.requests).toHaveLength(2);
  });
});

describe('a region that is not supported', () => {
  test('is left out of one more try, and of all later calls', async () => {
    const house = await startClient({ region: 'ap-nowhere' });
    house.simulator.failNext({ code: 'UnsupportedRegion' });

    await askRisks(house, leaky);
    await askRisks(house, leaky);

    const regions = house.simulator.requests.map(({ headers }) => headers['x-tc-region']);
    expect(regions).toEqual(['ap-nowhere', undefined, undefined]);
  });
});

describe('many calls at once', () => {
  test('60 all succeed; a burst that a busy machine brings late is refused and asked for again', async () => {
    const house = await startClient({ clock: systemClock });

    const answers = await Promise.all(Array.from({ length: 60 }, () => askRisks(house, leaky)));

    expect(answers.every(({ TotalCount }) => TotalCount === 658)).toBe(true);
    expect(house.simulator.requests.length).toBeGreaterThanOrEqual(60);
    expect(house.simulator.requests.length).toBeLessThanOrEqual(80);
  });

  test('the rate steps down when another process shares the account', async () => {
    const house = await startClient({ simulator: { requestsPerSecond: Number.POSITIVE_INFINITY } });
    house.simulator.failNext({ code: 'RequestLimitExceeded' }, { times: 3 });

    const before = house.clock.now();
    await Promise.all(Array.from({ length: 10 }, () => askRisks(house, leaky)));

    expect(house.simulator.requests).toHaveLength(13);
    expect(house.clock.now() - before).toBeGreaterThan(1000);
  });
});
