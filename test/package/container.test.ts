/** No container is built here: the server is built and started from the files that one is given. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

test('what .dockerignore lets in is enough to build the server, and package.json and dist/ to start it', () => {
  // Below node_modules, so that the packages are found from there.
  const folder = join('node_modules', '.container');
  const build = join(folder, 'build');
  const run = join(folder, 'run');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(run, { recursive: true });
  for (const line of readFileSync('.dockerignore', 'utf8').split('\n')) {
    if (line.startsWith('!')) cpSync(line.slice(1), join(build, line.slice(1)), { recursive: true });
  }

  execFileSync(process.execPath, ['scripts/build.js'], { cwd: build });
  for (const name of ['package.json', 'dist'])
    cpSync(join(build, name), join(run, name), { recursive: true });
  const started = [packageJson.bin['tcss-mcp-server'], '--version'];
  const version = execFileSync(process.execPath, started, { cwd: run, encoding: 'utf8' });

  expect(version).toContain(packageJson.version);
});
