import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/cli/check.ts';
import { camPolicy } from '../../src/cli/doctor.ts';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { makeNodeImage } from '../../src/demo/node-images.ts';
import { makeVul } from '../../src/demo/vulnerabilities.ts';
import { actionsOf } from '../../src/tool.ts';
import { tools } from '../../src/tools/index.ts';
import { asIni, FILE_PAIR, temporaryHome } from '../credentials/temporary-home.ts';
import { makeUpCa } from '../http/made-up-ca.ts';
import { environment, service, typed } from './typed.ts';

interface Report {
  readonly checks: readonly Check[];
  readonly ok: boolean;
  readonly policy: object;
}

async function examined(env: Record<string, string>, ...flags: string[]) {
  const { code, stdout, stderr } = await typed(['doctor', '--json', ...flags], env);
  expect(stderr).toBe('');
  const report: Report = JSON.parse(stdout);
  const named = (name: string) => report.checks.find((check) => check.name === name);
  const withStatus = (status: string) =>
    report.checks.filter((check) => check.status === status).map(({ name }) => name);
  return { code, ...report, named, withStatus };
}

const IMAGE_LIST = 'DescribeAssetImageRegistryList';
/** In the order in which they are tried: the image list first, then those of each tool. */
const ACTION_NAMES = actionsOf(tools).map(({ name }) => name);
/** In groups, of each of which a tool cannot do without one. */
const NEEDED = tools.flatMap(({ actions }) => actions.needs.map((group) => group.map(({ name }) => name)));
/** Those without which a tool has no answer though images can be listed. */
const LISTS = ACTION_NAMES.filter((name) =>
  NEEDED.some((group) => group.includes(name) && !group.includes(IMAGE_LIST)),
);
/** Those that ask about nothing that another names. */
const ALONE = actionsOf(tools).flatMap(({ name, probe }) => (probe.after === undefined ? [name] : []));
/** Those that ask about what this one names. */
const after = (action: string) =>
  actionsOf(tools).flatMap(({ name, probe }) => (probe.after?.name === action ? [name] : []));

const NAMES = [
  ...['node', 'settings', 'ca', 'credentials', 'key shape', 'endpoint', 'proxy', 'dns', 'tls', 'clock'],
  'signed call',
  ...ACTION_NAMES.map((action) => `permission ${action}`),
  ...['registry', 'licences', 'scans'],
];

/** An account with something for each Action to tell of. */
const FOUND = {
  images: [makeImage(1, 'a/b:1', [], {}, { vuls: [makeVul(1, '4', [])] })],
  nodeImages: [makeNodeImage(`sha256:${'1'.repeat(64)}`, 'a/b:1')],
};

describe('doctor', () => {
  test('of a good set-up: each check is a line, then the policy of exactly the actions; exit 0', async () => {
    const { env } = await service({ account: FOUND });

    const { code, stdout, stderr } = await typed(['doctor'], env);
    const [lines = '', policy = ''] = stdout.split('\n\n');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.split('\n').map((line) => /^ok {8}(.+?): .+\.$/.exec(line)?.[1])).toEqual(NAMES);
    expect(policy).toMatch(/^The CAM policy with exactly what this server calls, to copy:\n/);
    expect(JSON.parse(policy.slice(policy.indexOf('\n')))).toEqual(camPolicy(tools));
  });

  test('with --json tells the same', async () => {
    const { env } = await service({ account: FOUND });

    const report = await examined(env);

    expect({ code: report.code, ok: report.ok, policy: report.policy }).toEqual({
      code: 0,
      ok: true,
      policy: camPolicy(tools),
    });
    expect(report.withStatus('ok')).toEqual(NAMES);
  });

  test('asks each action once, of the first image', async () => {
    const { env, simulator } = await service();

    await examined(env);

    expect(simulator.requests.map(({ action }) => action).sort()).toEqual([...ACTION_NAMES].sort());
    for (const { action, body } of simulator.requests.slice(1)) {
      const { Id, Limit = 1 } = body as { Id?: number; Limit?: number };
      expect([action, Id, Limit]).toEqual([
        action,
        after(IMAGE_LIST).includes(action ?? '') ? DEMO_IMAGE_IDS.leaky : undefined,
        1,
      ]);
    }
  });

  test('with --demo needs nothing, and tells what its account lacks', async () => {
    const report = await examined({}, '--demo');

    expect(report.code).toBe(0);
    expect(report.withStatus('warning')).toEqual(['licences', 'scans']);
    expect(report.named('licences')?.found).toBe(
      '13 of 14 images with a scan licence; TCSS knows nothing about the others',
    );
    expect(report.named('scans')?.found).toBe(
      'the risk scan of 14 images: SCANNED 10, NOT_SCAN 2, SCAN_ERR 1, SCANNING 1',
    );
  });

  test('what hangs on settings, credentials or a signed call that failed is not tried; exit 1', async () => {
    const { env, simulator } = await service();

    const settings = await examined({ ...env, TCSS_MAX_BYTES: '1' });
    const credentials = await examined({ TCSS_ENDPOINT: simulator.url });
    expect(simulator.requests).toEqual([]);
    const call = await examined({ ...env, TENCENTCLOUD_SECRET_KEY: 'FAKEwrongKey0123456789' });

    expect([settings, credentials, call].map(({ code, ok }) => ({ code, ok }))).toEqual(
      Array(3).fill({ code: 1, ok: false }),
    );
    expect(settings.withStatus('not_tried')).toEqual(NAMES.slice(3));
    expect(credentials.withStatus('failed')).toEqual(['credentials']);
    expect(credentials.withStatus('not_tried')).toEqual(['key shape', ...NAMES.slice(9)]);
    expect(call.withStatus('failed')).toEqual(['signed call']);
    expect(call.withStatus('not_tried')).toEqual(NAMES.slice(11));
    expect(call.checks.map(({ name }) => name)).toEqual(NAMES);
  });

  test('tells for each action whether the key may call it', async () => {
    const { env, simulator } = await service();
    const code = 'AuthFailure.UnauthorizedOperation';
    simulator.failNext({ code }, { action: 'DescribeAssetImageRegistryVulList' });
    simulator.failNext({ code: 'ResourceNotFound' }, { action: 'DescribeAssetImageRegistryDetail' });
    simulator.failNext({ code: 'InvalidParameter' }, { action: 'DescribeAssetImageRegistryVirusList' });

    const report = await examined(env);

    expect(report.withStatus('failed')).toEqual(['permission DescribeAssetImageRegistryVulList']);
    expect(report.named('permission DescribeAssetImageRegistryVulList')?.fix).toContain(
      'grant this key the CAM permission tcss:DescribeAssetImageRegistryVulList',
    );
    expect(report.named('permission DescribeAssetImageRegistryDetail')).toMatchObject({
      status: 'ok',
      found: 'granted',
    });
    expect(report.named('permission DescribeAssetImageRegistryVirusList')).toMatchObject({
      status: 'warning',
      found: expect.stringMatching(/^not known: .*InvalidParameter/),
    });
  });

  test('an action without which the tools still answer is only warned of', async () => {
    const { env, simulator } = await service();
    const action = 'DescribeAssetImageRegistryDetail';
    simulator.failNext({ code: 'UnauthorizedOperation' }, { action });

    const report = await examined(env);

    expect(report.code).toBe(0);
    expect(report.named(`permission ${action}`)).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('The tools answer without it, and say what is missing'),
      fix: expect.stringContaining(`tcss:${action}`),
    });
  });

  test('of some tools alone: no other action is tried, nor in the policy', async () => {
    const { env, simulator } = await service();
    const alone = tools.filter(({ name }) => name === 'list_image_malware');
    const actions = actionsOf(alone).map(({ name }) => name);

    const report = await examined({ ...env, TCSS_TOOLS: 'list_image_malware' });

    expect(report.code).toBe(0);
    expect(actions).not.toContain('DescribeAssetImageRegistryVulList');
    expect(simulator.requests.map(({ action }) => action).sort()).toEqual([...actions].sort());
    expect(report.policy).toEqual(camPolicy(alone));
    expect((await examined({ ...env, TCSS_TOOLS: 'list_risks' })).named('settings')).toMatchObject({
      status: 'failed',
      found: expect.stringMatching(
        /^TCSS_TOOLS: there is no tool list_risks; the tools are: list_image_risks, /,
      ),
    });
  });

  test('a key that may not even list images was accepted all the same', async () => {
    const { env, simulator } = await service();
    simulator.failNext({ code: 'UnauthorizedOperation.CamNoAuth' });

    const report = await examined(env);

    expect(report.named('signed call')?.status).toBe('ok');
    expect(report.withStatus('failed')).toEqual(['permission DescribeAssetImageRegistryList']);
    expect(report.withStatus('not_tried')).toEqual([
      ...after(IMAGE_LIST).map((action) => `permission ${action}`),
      ...['registry', 'licences', 'scans'],
    ]);
  });

  test('an account without images is told to connect a registry', async () => {
    const { env } = await service({ account: { images: [] } });

    const report = await examined(env);

    expect(report.named('registry')).toMatchObject({ status: 'failed' });
    expect(report.withStatus('not_tried')).toEqual([
      ...ACTION_NAMES.filter((name) => !ALONE.includes(name)).map((action) => `permission ${action}`),
      'licences',
      'scans',
    ]);
  });

  test.each([
    [20, 'ok', "within 30 seconds of the service's"],
    [
      100,
      'warning',
      /^this machine's clock is (99|100|101) seconds behind the service's; from 300 seconds on, /,
    ],
    [
      -4000,
      'warning',
      /^this machine's clock is (3999|4000|4001) seconds ahead of the service's; TCSS refuses what it signs; /,
    ],
  ])('a clock that is %i seconds off: %s', async (seconds, status, found) => {
    const { env } = await service({ now: () => Date.now() + seconds * 1000 });

    const report = await examined(env);

    expect(report.code).toBe(0);
    expect(report.named('clock')).toMatchObject({ status, found: expect.stringMatching(found) });
  });

  test('settings that are mistyped, not filled in, or gone, are warned of by name', async () => {
    const { env } = await service();

    const report = await examined({
      ...env,
      TCSS_ENDPIONT: 'https://hunter2.example.com',
      TENCENTCLOUD_TOKEN: `\${env:TOKEN}`,
      TCSS_SHOW_SECRETS: '1',
    });

    expect(report.named('settings')?.found).toBe(
      `TENCENTCLOUD_TOKEN contains a \${...} that was not filled in, and counts as unset; TCSS_ENDPIONT, TCSS_SHOW_SECRETS is not a setting of this server`,
    );
  });

  test('certificates that are not checked are warned of by the name of the variable', async () => {
    const off = await examined({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, '--demo');
    const on = await examined({ NODE_TLS_REJECT_UNAUTHORIZED: '1' }, '--demo');

    expect(off.named('settings')).toMatchObject({
      status: 'warning',
      found: expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked: /),
      fix: 'correct the environment that the MCP client gives this server',
    });
    expect(on.named('settings')?.status).toBe('ok');
  });

  test('a file with keys is named by ~, and what others can read is warned of', async () => {
    const { home, writeIni } = temporaryHome();
    const { env } = await service({ credentials: FILE_PAIR });
    writeIni(asIni(FILE_PAIR), 0o644);

    const report = await examined({ HOME: home, TCSS_ENDPOINT: env.TCSS_ENDPOINT });

    expect(report.named('credentials')).toMatchObject({
      status: 'warning',
      found:
        'they come from ~/.tencentcloud/credentials; ~/.tencentcloud/credentials can be read or changed by other users of this machine; chmod 600 ~/.tencentcloud/credentials fixes that',
    });
    expect(report.code).toBe(0);
  });

  test.each([
    ['missing', undefined, 'the file of NODE_EXTRA_CA_CERTS cannot be read (ENOENT)'],
    ['no PEM', 'hello', 'the file of NODE_EXTRA_CA_CERTS contains no readable certificate'],
    [
      'damaged',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'the file of NODE_EXTRA_CA_CERTS contains no readable certificate',
    ],
  ])('NODE_EXTRA_CA_CERTS: %s', async (_name, text, found) => {
    const { at } = temporaryHome();
    if (text !== undefined) writeFileSync(at('ca.pem'), text);

    const report = await examined({ NODE_EXTRA_CA_CERTS: at('ca.pem') }, '--demo');

    expect(report.named('ca')).toMatchObject({ status: 'failed', found });
  });

  test('NODE_EXTRA_CA_CERTS: one certificate that can be read is enough, a damaged one is warned of', async () => {
    const { at } = temporaryHome();
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    writeFileSync(at('ca.pem'), makeUpCa().ca + damaged);

    const report = await examined({ NODE_EXTRA_CA_CERTS: at('ca.pem') }, '--demo');

    expect(report.code).toBe(0);
    expect(report.named('ca')).toMatchObject({
      status: 'warning',
      found: '1 of 2 certificates in the file of NODE_EXTRA_CA_CERTS cannot be read',
      fix: 'remove it from the file: Node may ignore those after it',
    });
  });

  test.each([
    ['nothing but the image list', ACTION_NAMES.slice(1), true],
    ['nothing else that a tool needs', NEEDED.flat().filter((name) => name !== IMAGE_LIST), true],
    ['one list', LISTS.slice(1, 2), false],
  ])('of an account that answers %s for another reason than permission', async (_name, silent, isDead) => {
    const untried = silent.flatMap(after);
    const expected = (isDead ? LISTS : [])
      .filter((action) => !untried.includes(action))
      .map((action) => `permission ${action}`);
    const { env, simulator } = await service();
    for (const action of silent) simulator.failNext({ code: 'InvalidParameter' }, { action });

    const report = await examined(env);

    expect(report.withStatus('failed')).toEqual(expected);
    expect(report.code).toBe(expected.length > 0 ? 1 : 0);
    for (const name of expected) {
      expect(report.named(name)).toMatchObject({
        found: expect.stringMatching(/^there is no answer: .*InvalidParameter/),
        fix: expect.any(String),
      });
    }
  });

  test('lists that never answer fail it, and nobody is told to ask for less', async () => {
    const { env, simulator } = await service();
    for (const action of ACTION_NAMES.slice(1)) simulator.failNext({ hang: 'headers' }, { action, times: 9 });

    const report = await examined({ ...env, TCSS_TIMEOUT_MS: '600' });

    expect(report.code).toBe(1);
    const untried = ACTION_NAMES.slice(1).flatMap(after);
    const tried = LISTS.filter((action) => !untried.includes(action));
    expect(report.withStatus('failed')).toEqual(tried.map((action) => `permission ${action}`));
    expect(JSON.stringify(report.checks)).not.toContain('ask for less');
  });

  test.each([
    [
      { List: null },
      'the service gave neither a list of images nor their number, so what the account holds is not known',
    ],
    [{ List: null, TotalCount: 7 }, 'the service counts 7 images but listed none of them'],
    [{ List: [], TotalCount: 1 }, 'the service counts 1 image but listed none of them'],
    [{ List: null, TotalCount: 0 }, 'the image list is empty, so there is nothing to ask about'],
    [{ List: [] }, 'the image list is empty, so there is nothing to ask about'],
  ])('an image list of %j is told as what it is', async (answer, found) => {
    const { env, simulator } = await service();
    simulator.failNext({ respond: () => ({ ...answer, RequestId: 'x' }) });

    const report = await examined(env);

    expect(report.code).toBe(1);
    expect(report.named('registry')).toMatchObject({ status: 'failed', found, fix: expect.any(String) });
    expect(report.named('scans')?.status).toBe('not_tried');
  });

  test('each check that failed has a fix, whatever is wrong', async () => {
    const { env, simulator } = await service();
    simulator.failNext({ code: 'AuthFailure.SignatureFailure' }, { times: 9 });
    const set = (more: Record<string, string>) => ({ ...environment('https://tcss.invalid'), ...more });
    const reports = await Promise.all([
      examined(env),
      examined({ ...env, TCSS_MAX_BYTES: '1' }),
      examined({ TCSS_ENDPOINT: env.TCSS_ENDPOINT }),
      examined({ TCSS_ENDPOINT: env.TCSS_ENDPOINT, TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretId }),
      examined(set({ TENCENTCLOUD_SECRET_KEY: '"FAKEkey0123456789"' })),
      examined(set({ NODE_EXTRA_CA_CERTS: 'missing.pem' })),
    ]);
    const failures = reports.flatMap(({ checks }) => checks.filter(({ status }) => status === 'failed'));

    expect(new Set(failures.map(({ name }) => name)).size).toBeGreaterThanOrEqual(6);
    expect(failures.filter(({ fix }) => fix === undefined)).toEqual([]);
  });

  test('holds no part of a key, no home and no name of a user, whatever goes wrong', async () => {
    const { home, at, writeTccli } = temporaryHome();
    writeTccli(FILE_PAIR);
    chmodSync(at('.tccli/default.credential'), 0o666);
    const said = Object.values(FILE_PAIR).join(' ');
    const { env, simulator } = await service({ credentials: FILE_PAIR });
    simulator.failNext({ code: 'UnauthorizedOperation', message: `you are ${said}, at home in ${home}` });
    simulator.failNext({ code: FILE_PAIR.secretKey, message: said, requestId: FILE_PAIR.token });

    const fromFile = { HOME: home, TCSS_ENDPOINT: env.TCSS_ENDPOINT, NODE_EXTRA_CA_CERTS: at('none.pem') };
    const proxied = { HTTPS_PROXY: 'http://FAKEuser:FAKEpassword@127.0.0.1:9', TCSS_TIMEOUT_MS: '2000' };
    const outputs = await Promise.all([
      typed(['doctor'], fromFile),
      typed(['doctor', '--json'], fromFile),
      typed(['doctor'], { ...environment('https://tcss.example.com', DEMO_CREDENTIALS), ...proxied }),
    ]);
    const all = outputs.map(({ stdout, stderr }) => stdout + stderr).join('\n');

    for (const value of [...Object.values(FILE_PAIR), ...Object.values(DEMO_CREDENTIALS)]) {
      for (let from = 0; from + 8 <= value.length; from += 1) {
        expect(all).not.toContain(value.slice(from, from + 8));
      }
    }
    expect(all).not.toMatch(/FAKEuser|FAKEpassword|none\.pem|\n\s+at /);
    expect(all).not.toContain(home);
  });
});
