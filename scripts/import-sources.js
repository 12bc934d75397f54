/** The TypeScript sources for scripts, which Node 20 cannot import as they are. */
import { build } from 'esbuild';

/**
 * What is exported by the sources that a module names, bundled in memory.
 * @param {string} module such as `export { tools } from './src/tools/index.ts'`
 */
export async function importSources(module) {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: process.cwd() },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`
  );
}
