/** How the sources become what ships: for the build, and for tests that run what ships. */
import { importSources } from './import-sources.js';
import { leaveOut } from './leave-out.js';

const { LISTS } = await importSources("export { LISTS } from './src/lists.ts'");

/**
 * Makes the lists now, so that no start has to.
 * @type {import('esbuild').Plugin}
 */
const writtenLists = {
  name: 'lists',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]lists\.ts$/ }, () => ({
      contents: `export const LISTS = ${JSON.stringify(LISTS)};`,
    }));
  },
};

/** Options of esbuild. */
export const HOW = /** @satisfies {import('esbuild').BuildOptions} */ ({
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  // undici is CommonJS and calls require() for node's own modules.
  banner: {
    js: "import{createRequire as _createRequire}from'node:module';const require=_createRequire(import.meta.url);",
  },
  plugins: [leaveOut, writtenLists],
  logLevel: 'warning',
});
