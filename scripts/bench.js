/**
 * Runs the benchmarks of bench/, or those that are named: `npm run bench -- start call`. They are
 * TypeScript and use the sources as they are; those that start the server start a fresh dist/.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const OUT = join('node_modules', '.bench');
/** Folders with packages of their own: the plain server's, and servers that others publish. */
const INSTALLED = ['plain', 'published'].map((folder) => join('bench', folder));

/** A part that hangs, or an installation, is over by then. */
const TIMEOUT_MS = 300_000;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 */
function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', timeout: TIMEOUT_MS, ...(cwd && { cwd }) });
  return status === 0;
}

const all = readdirSync('bench')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));
const named = process.argv.slice(2);
const unknown = named.find((part) => !all.includes(part));
if (unknown !== undefined) throw new Error(`${unknown} is none of ${all.join(', ')}`);

if (!run(process.execPath, ['scripts/build.js'])) throw new Error('the server could not be built');
for (const folder of INSTALLED) {
  if (!isInstalled(folder) && !run('npm', ['ci'], folder)) throw new Error(`npm ci failed in ${folder}`);
}
/** @type {import('esbuild').BuildOptions} */
const shared = { bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' };
await build({
  ...shared,
  entryPoints: [...all, join('measure', 'service'), join('servers', 'sdk-http')].map((part) =>
    join('bench', `${part}.ts`),
  ),
  outbase: 'bench',
  packages: 'external',
  outdir: OUT,
});
await build({
  ...shared,
  entryPoints: ['low-level', 'bare-sdk'].map((server) => join('bench', 'servers', `${server}.js`)),
  minify: true,
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  outdir: join(OUT, 'servers'),
});
for (const part of named.length > 0 ? named : all) {
  console.log(`\n${part}, Node ${process.versions.node}\n`);
  // For those that measure what is left after garbage collection.
  if (!run(process.execPath, ['--expose-gc', join(OUT, `${part}.js`)])) process.exitCode = 1;
}

/**
 * Whether the packages of a folder are those of its lock file.
 * @param {string} folder
 */
function isInstalled(folder) {
  try {
    const [wanted, found] = [
      join(folder, 'package-lock.json'),
      join(folder, 'node_modules', '.package-lock.json'),
    ]
      .map((file) => JSON.parse(readFileSync(file, 'utf8')).packages)
      .map(({ '': _, ...packages }) => JSON.stringify(packages));
    return wanted === found;
  } catch {
    return false; // not installed yet
  }
}
