/** The sources as they ship: bundled and minified, with what the build leaves out of packages left out. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { HOW } from '../scripts/bundle.js';

/**
 * What the protocol needs, so that its tests run what clients get. It shares no class with the sources: an error
 * of one is none of the other.
 */
const PROTOCOL = `
export { createAnswers } from './src/answers.ts';
export { LISTS } from './src/lists.ts';
export { offerOf } from './src/offer.ts';
export { runTool } from './src/run-tool.ts';
export { connect } from './src/server.ts';
export { StdioTransport } from './src/stdio.ts';
export { tools } from './src/tools/index.ts';
`;

type Protocol = typeof import('../src/answers.ts') &
  typeof import('../src/lists.ts') &
  typeof import('../src/offer.ts') &
  typeof import('../src/run-tool.ts') &
  typeof import('../src/server.ts') &
  typeof import('../src/stdio.ts') &
  typeof import('../src/tools/index.ts');

/** Bundles the protocol, in about 300 ms. */
export async function importShipped(): Promise<
  Pick<Protocol, 'createAnswers' | 'LISTS' | 'offerOf' | 'runTool' | 'connect' | 'StdioTransport' | 'tools'>
> {
  const outfile = join('node_modules', '.build', 'protocol.js');
  await build({ ...HOW, stdin: { contents: PROTOCOL, resolveDir: process.cwd() }, outfile });
  return import(/* @vite-ignore */ pathToFileURL(outfile).href);
}
