/** Each usual mistake made on purpose: what is said is the sentence of the table. */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS as IDS } from '../../src/demo/data-set.ts';
import { FILE_PAIR, temporaryHome } from '../credentials/temporary-home.ts';
import { makeUpCa } from '../http/made-up-ca.ts';
import { closeFronts, startProxy, startTls } from '../http/tls-front.ts';
import { environment, service, type Typed, typed } from './typed.ts';
import { type MistakeName, USUAL_MISTAKES } from './usual-mistakes.ts';

afterEach(closeFronts);

const KEYS = environment('https://tcss.invalid');
const LEAKY = JSON.stringify({ image_id: IDS.leaky });

/** One call, or the doctor, with a service that knows the demo's key pair and these differences. */
async function asked(
  command: 'call' | 'doctor',
  env: Record<string, string> = {},
  options: Parameters<typeof service>[0] = {},
) {
  const { env: usual, simulator } = await service(options);
  return {
    simulator,
    run: () =>
      typed(command === 'call' ? ['call', 'list_image_risks', LEAKY] : ['doctor'], { ...usual, ...env }),
  };
}

async function refused(
  command: 'call' | 'doctor',
  code: string,
  env: Record<string, string> = {},
): Promise<Typed> {
  const { simulator, run } = await asked(command, env);
  simulator.failNext({ code }, { times: 9 });
  return run();
}

const demo = (args: object, tool = 'list_image_risks') =>
  typed(['call', tool, JSON.stringify(args), '--demo']);

/** Makes each mistake, by its name in the table. */
const MAKE: Readonly<Record<MistakeName, () => Promise<Typed>>> = {
  'no key pair': () => typed(['call', 'list_image_risks', LEAKY], { HOME: temporaryHome().home }),
  'half of the key pair': () =>
    typed(['call', 'list_image_risks', LEAKY], { TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretId }),
  'a reference that the MCP client did not fill in': () =>
    typed(['doctor'], { ...KEYS, TENCENTCLOUD_SECRET_KEY: `\${TENCENTCLOUD_SECRET_KEY}` }),
  'id and key swapped': () =>
    typed(['doctor'], {
      TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretKey,
      TENCENTCLOUD_SECRET_KEY: DEMO_CREDENTIALS.secretId,
      TCSS_ENDPOINT: 'http://127.0.0.1:9',
    }),
  'a blank inside the key': () =>
    typed(['call', 'list_image_risks', LEAKY], { ...KEYS, TENCENTCLOUD_SECRET_KEY: 'FAKE key' }),
  'quotation marks around the key': () =>
    typed(['doctor'], {
      ...KEYS,
      TENCENTCLOUD_SECRET_KEY: '"FAKEkey0123456789"',
      TCSS_ENDPOINT: 'http://127.0.0.1:9',
    }),
  'a mistyped SecretKey': async () =>
    (await asked('call', { TENCENTCLOUD_SECRET_KEY: 'FAKEkey0123456789' })).run(),
  'a key of the mainland site on the international host': async () =>
    (await asked('call', { TENCENTCLOUD_SECRET_ID: 'AKIDfakeFAKEofAnotherSite0123456789' })).run(),
  'temporary keys without their token': async () =>
    (await asked('call', { TENCENTCLOUD_TOKEN: '' }, { credentials: FILE_PAIR })).run(),
  'a browser login that has expired': () => {
    const { home, writeTccli } = temporaryHome();
    writeTccli({ ...FILE_PAIR, type: 'oauth', expiresAt: Math.floor(Date.now() / 1000) - 3 * 86_400 });
    return typed(['call', 'list_image_risks', LEAKY], { HOME: home });
  },
  'a credential file that others can read': async () => {
    const { home, writeTccli } = temporaryHome();
    writeTccli(FILE_PAIR, 'default', 0o644);
    const { env } = await service({ credentials: FILE_PAIR });
    return typed(['doctor'], { HOME: home, TCSS_ENDPOINT: env.TCSS_ENDPOINT });
  },
  'a clock that is off': async () => (await asked('doctor', {}, { now: () => Date.now() + 3_600_000 })).run(),
  'a console address as TCSS_ENDPOINT': () =>
    typed(['call', 'list_image_risks', LEAKY], {
      ...KEYS,
      TCSS_ENDPOINT: 'https://console.example.com/tcss',
    }),
  'a host as TCSS_ENDPOINT that is not the API': async () => {
    const server = createServer((_, response) => response.end('<html>hello</html>'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return typed(['call', 'list_image_risks', LEAKY], environment(url));
  },
  'a mistyped setting': () => typed(['doctor', '--demo'], { TCSS_LANGAUGE: 'zh-CN' }),
  'a proxy that is needed and not set': () => typed(['doctor'], KEYS),
  'HTTP_PROXY in place of HTTPS_PROXY': () =>
    typed(['doctor'], { ...KEYS, HTTP_PROXY: 'http://proxy.example.com:3128' }),
  'a proxy without its password': async () => {
    const { port } = await startProxy({ status: 407 });
    return typed(['doctor'], { ...KEYS, HTTPS_PROXY: `http://127.0.0.1:${port}` });
  },
  'a SOCKS proxy': () => typed(['doctor'], { ...KEYS, HTTPS_PROXY: 'socks5://proxy.example.com:1080' }),
  'a bare % in the password of a proxy': () =>
    typed(['call', 'list_image_risks', LEAKY], {
      ...KEYS,
      HTTPS_PROXY: 'http://user:FAKE%word@proxy.example.com:3128',
    }),
  "a company's own certificate authority": async () => {
    const { port } = await startTls(makeUpCa().certify(['localhost']), 'http://127.0.0.1:9');
    return typed(['doctor'], { ...KEYS, TCSS_ENDPOINT: `https://localhost:${port}` });
  },
  'a wrong path in NODE_EXTRA_CA_CERTS': () => {
    const { at } = temporaryHome();
    writeFileSync(at('empty.pem'), '');
    return typed(['doctor', '--demo'], { NODE_EXTRA_CA_CERTS: at('missing.pem') });
  },
  'no permission for an action': async () => {
    const { simulator, run } = await asked('doctor');
    const action = 'DescribeAssetImageRegistryVulList';
    simulator.failNext({ code: 'UnauthorizedOperation.CamNoAuth' }, { action });
    return run();
  },
  'TCSS not activated, or its role not granted': () => refused('doctor', 'InternalError.ErrRoleNotExist'),
  'no registry connected': async () => (await asked('doctor', {}, { account: { images: [] } })).run(),
  'a region that TCSS refuses even so': () =>
    refused('call', 'UnsupportedRegion', { TENCENTCLOUD_REGION: 'mars-1' }),
  'an image without a licence': () => demo({ image_id: IDS.unlicensed }),
  'an image that was never scanned': () => demo({ image_id: IDS.neverScanned }),
  'a digest as image_id': () => demo({ image_id: `sha256:${'0'.repeat(64)}` }),
  'a mistyped image name': () => demo({ image: 'payments/aip:1.4.2' }),
  'a mistyped tool': () => typed(['call', 'list_risks', '{}', '--demo']),
  'arguments that the shell took the quotes of': () =>
    typed(['call', 'list_image_risks', '{image:payments/api:1.4.2}', '--demo']),
};

test('the table has each mistake once, twenty at least', () => {
  const names = USUAL_MISTAKES.map(({ mistake }) => mistake);

  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(20);
});

test.each(USUAL_MISTAKES)('$mistake: exit $exit, and what to do', async ({ mistake, said, exit }) => {
  const { code, stdout, stderr } = await MAKE[mistake]();

  expect(code).toBe(exit);
  expect(stdout + stderr).toContain(said);
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
});
