/** The built `doctor` before a TLS service with a made-up CA, and with nothing at all. */
import { writeFileSync } from 'node:fs';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { actionsOf } from '../src/tool.ts';
import { tools } from '../src/tools/index.ts';
import { asIni, FILE_PAIR, temporaryHome } from './credentials/temporary-home.ts';
import { makeUpCa } from './http/made-up-ca.ts';
import { closeFronts, startProxy, startTls } from './http/tls-front.ts';
import { startSimulator } from './simulator/simulator.ts';
import { runToEnd } from './spawned-server.ts';

afterEach(closeFronts);

test('over TLS through a proxy, with a CA of its own and keys from a file: what it finds, and no secret', async () => {
  const { home, at, writeIni } = temporaryHome();
  const { ca, certify } = makeUpCa();
  writeFileSync(at('ca.pem'), ca);
  writeIni(asIni(FILE_PAIR));
  const simulator = await startSimulator({ credentials: FILE_PAIR });
  onTestFinished(() => simulator.close());
  const { port } = await startTls(certify(['tcss.example.com']), simulator.url);
  const proxy = await startProxy({ port });

  const { code, stdout, stderr } = await runToEnd({
    args: ['doctor'],
    env: {
      HOME: home,
      NODE_EXTRA_CA_CERTS: at('ca.pem'),
      TCSS_ENDPOINT: 'https://tcss.example.com',
      HTTPS_PROXY: `http://FAKEuser:FAKEpassword@127.0.0.1:${proxy.port}`,
      TCSS_LOG_LEVEL: 'debug',
    },
  });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain("ok        ca: NODE_EXTRA_CA_CERTS adds 1 to Node's own authorities.\n");
  expect(stdout).toContain('ok        credentials: they come from ~/.tencentcloud/credentials.\n');
  expect(stdout).toContain(`ok        proxy: http://127.0.0.1:${proxy.port}, with a user.\n`);
  expect(stdout).toMatch(
    /^ok {8}tls: TLSv1\.3, certificate issued by "MADE-UP test CA, trust it nowhere" until \d{4}-\d\d-\d\d\.$/m,
  );
  expect(stdout).toContain('ok        signed call: TCSS accepted the key.\n');
  // The look at TLS sends nothing.
  expect(simulator.requests).toHaveLength(actionsOf(tools).length);
  expect(stdout).toContain('ok        registry: 14 images in the list.\n');
  expect(stdout).not.toContain(home);
  expect(stdout).not.toMatch(/FAKEuser|FAKEpassword/);
  for (const value of Object.values(FILE_PAIR)) {
    for (let from = 0; from + 8 <= value.length; from += 1) {
      expect(stdout).not.toContain(value.slice(from, from + 8));
    }
  }
});

test('with nothing set up: exit 1, the same checks, and the policy to copy', async () => {
  const [bare, demo] = await Promise.all([
    runToEnd({ args: ['doctor', '--json'], env: { TCSS_ENDPOINT: 'https://127.0.0.1:1' } }),
    runToEnd({ args: ['doctor', '--json', '--demo'] }),
  ]);
  const reports = [bare, demo].map(({ stdout }) => JSON.parse(stdout));

  expect([bare.code, demo.code]).toEqual([1, 0]);
  expect(reports.map(({ ok }) => ok)).toEqual([false, true]);
  expect(reports[0].checks.map(({ name }: { name: string }) => name)).toEqual(
    reports[1].checks.map(({ name }: { name: string }) => name),
  );
  expect(reports[0].policy).toEqual(reports[1].policy);
  expect(bare.stderr + demo.stderr).toBe('');
});
