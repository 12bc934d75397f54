/** What an installation fetches: our tarball, and the packages that the plain server stands on. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { report, rounded } from './measure/report.ts';

const PLAIN = 'bench/plain';

function jsonOf(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

// What is in dist is packed; the runner has just built it.
const packed = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
)[0];
const installed = join(PLAIN, 'node_modules');
const plainFiles = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  .map((file) => statSync(join(installed, file)))
  .filter((file) => file.isFile());
const dependencies = Object.keys(jsonOf('package.json').dependencies ?? {});

report('download', [
  {
    what: 'ours',
    'packages installed': 1 + dependencies.length,
    files: packed.entryCount,
    'kB packed': rounded(packed.size / 1000),
    'kB on disk': rounded(packed.unpackedSize / 1000),
  },
  {
    what: "the plain server's packages",
    'packages installed': Object.keys(jsonOf(join(installed, '.package-lock.json')).packages).length,
    files: plainFiles.length,
    'kB packed': '',
    'kB on disk': rounded(plainFiles.reduce((sum, { size }) => sum + size, 0) / 1000),
  },
]);
