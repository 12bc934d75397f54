/** The commands that the documents show, typed as they stand; with --demo where an account would be needed. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { DOCUMENTS } from '../../scripts/documents.js';
import { spawnReplica } from '../http-server/spawned-replica.ts';

const documents = ['CONTRIBUTING.md', ...DOCUMENTS].map((file) => readFileSync(file, 'utf8'));
const typed = documents
  .flatMap((text) => [...text.matchAll(/^```sh\n(.*?)^```/gms)])
  .flatMap((block) => (block[1] ?? '').trim().split('\n'));
const ours = typed.filter((line) => line.startsWith('npx -y tcss-mcp-server '));
const servers = ours.filter((line) => line.split(' ')[3] === 'http');

/** Exit codes that the text beside a command names: 3 is a finding at the level that was asked about. */
const EXIT: Readonly<Record<string, number>> = { call: 3, doctor: 0, config: 0 };

describe('a command of the documents', () => {
  test.each(ours.filter((line) => !servers.includes(line)))('%s', async (line) => {
    const command = line.replace('npx -y tcss-mcp-server', `"${process.execPath}" dist/main.js`);
    const { code, stdout } = await shell(`${command} --demo`);

    expect(stdout).not.toBe('');
    expect(code).toBe(EXIT[line.split(' ')[3] ?? '']);
  });

  test.each(servers)('%s', async (line) => {
    const replica = await spawnReplica({}, ['--demo', ...line.split(' ').slice(4)]);

    expect(await replica.end('SIGINT')).toBe(0);
  });

  test('is one of ours, or of npm and its scripts', () => {
    const others = typed.filter((line) => !ours.includes(line)).flatMap((line) => line.split(' && '));

    expect(ours.length).toBeGreaterThan(2);
    for (const command of others) {
      const script = /^npm (?:run )?([\w:]+)$/.exec(command)?.[1] ?? '';
      expect(['ci', ...Object.keys(packageJson.scripts)], command).toContain(script);
    }
  });
});

function shell(command: string): Promise<{ code: number; stdout: string }> {
  return new Promise((done) => {
    const child = execFile('sh', ['-c', command], (_error, stdout) =>
      done({ code: child.exitCode ?? -1, stdout }),
    );
  });
}
