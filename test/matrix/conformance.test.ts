/**
 * The official conformance suites against the built server: whatever fails must be on the list of what this server
 * cannot pass, and whatever is on it must fail. They need Node 22.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SpawnedReplica, spawnReplica } from '../http-server/spawned-replica.ts';

const MODULES = resolve('test/matrix/node_modules');
const NODE = join(MODULES, 'node24', 'bin', 'node');

/** Scenarios that call tools, prompts or inputs of the suites' own test server, such as `test_simple_text`. */
const WANT_FIXTURES = [
  ...['completion-complete', 'json-schema-2020-12', 'http-custom-header-server-validation'],
  ...['tools-call-simple-text', 'tools-call-image', 'tools-call-audio', 'tools-call-embedded-resource'],
  ...['tools-call-mixed-content', 'tools-call-error', 'tools-call-with-progress', 'tools-call-sampling'],
  ...['tools-call-elicitation', 'elicitation-sep1034-defaults', 'elicitation-sep1330-enums'],
  ...[
    'prompts-get-simple',
    'prompts-get-with-args',
    'prompts-get-embedded-resource',
    'prompts-get-with-image',
  ],
  ...[
    ...[
      'basic-elicitation',
      'basic-sampling',
      'basic-list-roots',
      'request-state',
      'multiple-input-requests',
    ],
    ...['multi-round', 'non-tool-request', 'result-type', 'tampered-state', 'capability-check'],
  ].map((name) => `input-required-result-${name}`),
];

/** Scenarios of what this server does not offer, and does not say that it does. */
const NOT_OFFERED = [
  ...['resources-list', 'resources-read-text', 'resources-read-binary', 'resources-templates-read'],
  ...['resources-subscribe', 'resources-unsubscribe', 'logging-set-level', 'tools-call-with-logging'],
];

/** Single checks, for the same two reasons, in scenarios that pass otherwise. */
const CHECKS = [
  'server-stateless sep-2575-server-rejects-undeclared-capability',
  'server-stateless sep-2575-missing-capability-http-400',
  'server-stateless sep-2575-http-server-no-independent-requests-on-stream',
  'server-stateless sep-2575-server-no-log-without-loglevel',
  'caching sep-2549-resources-list-caching-hints',
  'caching sep-2549-resources-templates-list-caching-hints',
];

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

let replica: SpawnedReplica;
const home = mkdtempSync(join(tmpdir(), 'conformance-'));
beforeAll(async () => {
  replica = await spawnReplica({}, ['--demo']);
});
afterAll(async () => {
  await replica.end('SIGKILL');
  rmSync(home, { recursive: true });
});

/** Runs a suite, and gives the checks of each scenario. */
async function run(suite: string, ...args: string[]): Promise<ReadonlyMap<string, readonly Check[]>> {
  const output = mkdtempSync(join(home, 'run-'));
  const script = join(MODULES, suite, 'dist', 'index.js');
  const url = `http://127.0.0.1:${replica.port}/mcp`;
  // It fails as soon as one scenario does.
  await new Promise((done) =>
    execFile(NODE, [script, 'server', '--url', url, '-o', output, ...args], { timeout: 100_000 }, done),
  );
  return new Map(
    readdirSync(output).map((folder) => [
      folder.replace(/^server-(.*)-\d{4}-\d\d-\d\dT.*$/, '$1'),
      JSON.parse(readFileSync(join(output, folder, 'checks.json'), 'utf8')) as Check[],
    ]),
  );
}

describe.each<[string, string, readonly string[], readonly string[]]>([
  [
    'conformance',
    '0.1.16',
    [],
    ['server-initialize', 'ping', 'tools-list', 'prompts-list', 'dns-rebinding-protection'],
  ],
  [
    'conformance-next',
    '0.2.0-alpha.12, 2025-11-25',
    ['--suite', 'all', '--spec-version', '2025-11-25'],
    ['server-initialize', 'ping', 'tools-list', 'prompts-list', 'dns-rebinding-protection'],
  ],
  [
    'conformance-next',
    '0.2.0-alpha.12, 2026-07-28',
    ['--suite', 'all', '--spec-version', '2026-07-28'],
    [
      'server-stateless',
      'http-header-validation',
      'caching',
      'tools-list',
      'prompts-list',
      'dns-rebinding-protection',
    ],
  ],
])('%s %s', (suite, _version, args, wanted) => {
  test('passes but for the list', async () => {
    const scenarios = await run(suite, ...args);
    const failed = [...scenarios].flatMap(([scenario, checks]) =>
      checks
        .filter(({ status }) => status === 'FAILURE')
        .map(({ id }) => ({ scenario, check: `${scenario} ${id}` })),
    );
    const listed = [...WANT_FIXTURES, ...NOT_OFFERED];

    expect([...scenarios.keys()]).toEqual(expect.arrayContaining([...wanted]));
    expect(
      failed.filter(({ scenario, check }) => !listed.includes(scenario) && !CHECKS.includes(check)),
    ).toEqual([]);
    // Whatever is on the list and was tried has failed.
    expect(
      listed.filter((one) => scenarios.has(one) && !failed.some(({ scenario }) => scenario === one)),
    ).toEqual([]);
    for (const scenario of wanted) {
      expect(
        scenarios.get(scenario)?.some(({ status }) => status === 'SUCCESS'),
        scenario,
      ).toBe(true);
    }
  }, 120_000);
});
