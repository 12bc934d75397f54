/** Builds dist/: one bundle to start from, undici and the demo in chunks that load with the first call. */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const OUT = 'dist';

/** Written first and then put in place, so that a server that starts meanwhile finds a whole one. */
const NEW = 'dist.new';

/**
 * Modules that the bundle does without. The SDK's server imports ajv for elicitation, which this
 * server never does; zod's locales are 100 kB of other languages.
 * @type {import('esbuild').Plugin}
 */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /validation\/ajv-provider\.js$/ }, () => ({
      path: 'ajv-provider',
      namespace: 'stub',
    }));
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      importer.includes(`${join('node_modules', 'zod')}/`)
        ? { path: 'locales', namespace: 'stub' }
        : undefined,
    );
    onLoad({ filter: /^ajv-provider$/, namespace: 'stub' }, () => ({
      contents: 'export class AjvJsonSchemaValidator {}',
    }));
    onLoad({ filter: /^locales$/, namespace: 'stub' }, () => ({
      contents: "export { default as en } from 'zod/v4/locales/en.js';",
      resolveDir: process.cwd(),
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
  plugins: [leaveOut],
  metafile: true,
  logLevel: 'warning',
});
chmodSync(join(NEW, 'main.js'), 0o755);
writeFileSync(join(NEW, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicences(Object.keys(metafile.inputs)));
rmSync(OUT, { recursive: true, force: true });
renameSync(NEW, OUT);

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
