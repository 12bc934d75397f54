/** Credentials that change under a client, and the words about them in what the service refuses. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Credentials } from '../../src/credentials/credentials.ts';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { ApiError, ConfigError } from '../../src/errors.ts';
import { askRisks, closeAll, startClient } from './start-client.ts';

const { leaky } = DEMO_IMAGE_IDS;
const SOURCE = '~/.tccli/default.credential';
const RENEWAL = 'log in again with `tccli auth login`, then ask again';

afterEach(closeAll);

async function refused(code: string, credentials: object): Promise<ApiError> {
  const house = await startClient({ credentials: () => ({ ...DEMO_CREDENTIALS, ...credentials }) });
  house.simulator.failNext({ code }, { times: 9 });
  const failure = await askRisks(house, leaky).catch((error) => error);
  expect(failure).toBeInstanceOf(ApiError);
  return failure;
}

describe('the credentials', () => {
  test('are asked for at each attempt', async () => {
    let asked = 0;
    const house = await startClient({
      credentials: () => {
        asked += 1;
        return DEMO_CREDENTIALS;
      },
    });
    house.simulator.failNext({ code: 'InternalError' }, { times: 2 });

    await askRisks(house, leaky);

    expect(house.simulator.requests).toHaveLength(3);
    expect(asked).toBe(3);
  });

  test('that have changed sign the next request, over the same connection', async () => {
    let pair: Credentials = { ...DEMO_CREDENTIALS, secretId: 'AKIDfakeFAKEgone' };
    let connections = 0;
    const house = await startClient({
      credentials: () => pair,
      beforeConnect: () => {
        connections += 1;
      },
    });
    await expect(askRisks(house, leaky)).rejects.toMatchObject({ code: 'AuthFailure.SecretIdNotFound' });

    pair = DEMO_CREDENTIALS;

    await expect(askRisks(house, leaky)).resolves.toMatchObject({ TotalCount: 658 });
    expect(connections).toBe(1);
  });

  test('that are gone are an error of the call, and nothing is sent; once back, they are used', async () => {
    let isThere = false;
    const house = await startClient({
      credentials: () => {
        if (!isThere) throw new ConfigError('they expired');
        return DEMO_CREDENTIALS;
      },
    });

    await expect(askRisks(house, leaky)).rejects.toThrow('they expired');
    expect(house.simulator.requests).toHaveLength(0);
    isThere = true;
    await expect(askRisks(house, leaky)).resolves.toMatchObject({ TotalCount: 658 });
  });
});

describe('what the service refuses', () => {
  test.each([
    'AuthFailure.SecretIdNotFound',
    'AuthFailure.SignatureExpire',
    'UnauthorizedOperation.CamNoAuth',
  ])('%s says where the credentials came from', async (code) => {
    expect(await refused(code, { source: SOURCE })).toMatchObject({ code, credentialSource: SOURCE });
  });

  test.each(['ResourceNotFound', 'InvalidParameter', 'Made.Up'])('%s does not', async (code) => {
    expect((await refused(code, { source: SOURCE })).credentialSource).toBeUndefined();
  });

  test('for its token says how to renew a login, and keeps code, category and RequestId', async () => {
    const of = (credentials: object) => refused('AuthFailure.TokenFailure', credentials);

    expect(await of({ source: SOURCE, renewal: RENEWAL })).toMatchObject({
      advice: RENEWAL,
      category: 'auth',
      retryable: false,
      requestId: expect.stringMatching(/^[\w-]+$/),
    });
    expect((await of({ source: SOURCE })).advice).toContain('get new temporary keys');
  });
});
