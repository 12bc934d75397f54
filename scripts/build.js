/** Builds dist/: as little as possible to start from, and the rest in chunks that load when they are needed. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { HOW } from './bundle.js';

const OUT = 'dist';

/** Written first and then put in place, so that a server that starts meanwhile finds a whole one. */
const NEW = 'dist.new';

/** What esbuild says of the last build, for test/package/guards.test.ts. */
const META = join('node_modules', '.build', 'meta.json');

rmSync(NEW, { recursive: true, force: true });
const { metafile } = await build({
  ...HOW,
  entryPoints: ['src/main.ts'],
  splitting: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  outdir: NEW,
  chunkNames: '[name]-[hash]',
  metafile: true,
});
chmodSync(join(NEW, 'main.js'), 0o755);
writeFileSync(join(NEW, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicences(Object.keys(metafile.inputs)));
rmSync(OUT, { recursive: true, force: true });
renameSync(NEW, OUT);
mkdirSync(dirname(META), { recursive: true });
writeFileSync(META, JSON.stringify(metafile));

/**
 * The licence of every package that has a file in the bundle.
 * @param {string[]} inputs paths of the bundled files
 */
function thirdPartyLicences(inputs) {
  const packages = new Set(
    inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  return [...packages]
    .sort()
    .map((name) => {
      const folder = dirname(join('node_modules', name, 'package.json'));
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${licenceText(folder)}`;
    })
    .join(`\n${'-'.repeat(78)}\n\n`);
}

/** @param {string} folder of one package */
function licenceText(folder) {
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license']) {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch {
      // Tried in turn; a package without any is a fault of the build.
    }
  }
  throw new Error(`no licence file in ${folder}`);
}
