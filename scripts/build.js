/** Builds dist/: as little as possible to start from, and the rest in chunks that load when they are needed. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { importSources } from './import-sources.js';
import { leaveOut } from './leave-out.js';

const OUT = 'dist';

/** Written first and then put in place, so that a server that starts meanwhile finds a whole one. */
const NEW = 'dist.new';

/** What esbuild says of the last build, for test/guards.test.ts. */
const META = join('node_modules', '.build', 'meta.json');

const { LISTS } = await importSources("export { LISTS } from './src/lists.ts'");

/**
 * Work that need not be done at each start.
 * @type {import('esbuild').Plugin}
 */
const doBefore = {
  name: 'do-before',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]lists\.ts$/ }, () => ({
      contents: `export const LISTS = ${JSON.stringify(LISTS)};`,
    }));
  },
};

rmSync(NEW, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  outdir: NEW,
  chunkNames: '[name]-[hash]',
  // undici is CommonJS and calls require() for node's own modules.
  banner: {
    js: "import{createRequire as _createRequire}from'node:module';const require=_createRequire(import.meta.url);",
  },
  plugins: [leaveOut, doBefore],
  metafile: true,
  logLevel: 'warning',
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
