/** The commands that the documents show, typed as they stand; with --demo where an account would be needed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { DOCUMENTS } from '../../scripts/documents.js';
import { spawnReplica } from '../http-server/spawned-replica.ts';

const SKILLS = 'plugin/skills';
const documents = [
  ...['CONTRIBUTING.md', 'SECURITY.md', ...DOCUMENTS],
  ...readdirSync(SKILLS).map((name) => `${SKILLS}/${name}/SKILL.md`),
].map((file) => readFileSync(file, 'utf8'));
const blocksOf = (language: string) =>
  documents
    .flatMap((text) => [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))])
    .map(([, block = '']) => block.trim());
const typed = blocksOf('sh').flatMap((block) => block.split('\n'));
/** Those in the midst of a sentence too, but for the ones with a word in capitals in place of an argument. */
const inSentences = documents.flatMap((text) =>
  [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`(npx -y tcss-mcp-server [^`]+)`/g)]
    .map(([, line = '']) => line)
    .filter((line) => !/ [A-Z]+(?: |$)/.test(line)),
);
const ours = [
  ...new Set([...typed.filter((line) => line.startsWith('npx -y tcss-mcp-server ')), ...inSentences]),
];
/** What a pipeline runs, with the names of the images that it gives. */
const inPipelines = blocksOf('yaml').flatMap((block) =>
  [...block.matchAll(/npx -y tcss-mcp-server .*/g)].map(([line]) => ({ line, env: variablesIn(block) })),
);
const servers = ours.filter((line) => line.split(' ')[3] === 'http');

function variablesIn(yaml: string): Record<string, string> {
  return Object.fromEntries(
    [...yaml.matchAll(/^ +(BASE|IMAGE): (\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Exit codes: 3 is a finding at the level that was asked about. */
function exitOf(line: string): number {
  return line.includes('--fail-on') ? 3 : 0;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a command of the documents', () => {
  test.each(ours.filter((line) => !servers.includes(line)))('%s', async (line) => {
    const { code, stdout } = await shell(`${line} --demo`);

    expect(stdout).not.toBe('');
    expect(code).toBe(exitOf(line));
  });

  test.each(inPipelines)('of a pipeline: $line', async ({ line, env }) => {
    const { code, stdout } = await shell(`${line} --demo`, env);
    const [, output = ''] = / --output (\S+)/.exec(line) ?? [];

    expect(code).toBe(exitOf(line));
    expect(stdout).not.toBe('');
    expect(readFileSync(join(folder, output), 'utf8').length).toBeGreaterThan(500);
  });

  test.each(servers)('%s', async (line) => {
    const replica = await spawnReplica({}, ['--demo', ...line.split(' ').slice(4)]);

    expect(await replica.end('SIGINT')).toBe(0);
  });

  test('is one of ours, or of npm and its scripts', () => {
    const others = typed.filter((line) => !ours.includes(line)).flatMap((line) => line.split(' && '));

    expect(ours.length).toBeGreaterThan(2);
    expect(inPipelines.length).toBeGreaterThan(3);
    for (const command of others) {
      const script = /^npm (?:run )?([\w:]+)$/.exec(command)?.[1] ?? '';
      expect(['ci', ...Object.keys(packageJson.scripts)], command).toContain(script);
    }
  });
});

function shell(
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string }> {
  const command = line.replace(
    'npx -y tcss-mcp-server',
    `"${process.execPath}" "${resolve('dist/main.js')}"`,
  );
  return new Promise((done) => {
    const child = execFile(
      'sh',
      ['-c', command],
      { cwd: folder, env: { ...process.env, ...env } },
      (_error, stdout) => done({ code: child.exitCode ?? -1, stdout }),
    );
  });
}
