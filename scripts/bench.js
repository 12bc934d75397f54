/** Bundles and runs the benchmarks of bench/, which are TypeScript and use the sources as they are. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const OUT = join('node_modules', '.bench');
const files = readdirSync('bench').filter((file) => file.endsWith('.ts'));
await build({
  entryPoints: files.map((file) => join('bench', file)),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  outdir: OUT,
  logLevel: 'warning',
});
for (const file of files) {
  console.log(`\n${basename(file, '.ts')}, Node ${process.versions.node}`);
  const script = join(OUT, file.replace(/\.ts$/, '.js'));
  // For those that measure what is left after garbage collection.
  const { status } = spawnSync(process.execPath, ['--expose-gc', script], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
