import { createRequire } from 'node:module';
import type { CommonClient as OfficialClient } from 'tencentcloud-sdk-nodejs-common/tencentcloud/common/common_client.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { type Simulator, startSimulator } from '../../src/demo/simulator.ts';
import { RISKS } from './signed-post.ts';

const { CommonClient } = createRequire(import.meta.url)(
  'tencentcloud-sdk-nodejs-common/tencentcloud/common/common_client.js',
) as { CommonClient: typeof OfficialClient };

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

function officialClient(credential: { secretId: string; secretKey: string; token?: string }) {
  const endpoint = new URL(simulator.url).host;
  return new CommonClient(endpoint, '2020-11-01', {
    credential,
    profile: { httpProfile: { protocol: 'http://', endpoint } },
  });
}

test('the official client reads a page with the right key', async () => {
  const { secretId, secretKey } = DEMO_CREDENTIALS;

  const answer = await officialClient({ secretId, secretKey }).request(RISKS, {
    Id: DEMO_IMAGE_IDS.leaky,
    Limit: 2,
  });

  expect(answer).toMatchObject({ TotalCount: 658, List: [{ Behavior: 3 }, { Behavior: 3 }] });
});

test('the official client is refused with a wrong key', async () => {
  const client = officialClient({ secretId: DEMO_CREDENTIALS.secretId, secretKey: 'wrong' });

  await expect(client.request(RISKS, { Id: DEMO_IMAGE_IDS.leaky })).rejects.toMatchObject({
    code: 'AuthFailure.SignatureFailure',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});
