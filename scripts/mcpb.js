/**
 * Packs dist/, manifest.json and what it names into an extension for Claude Desktop, validated and packed by its own
 * tool, which is installed in test/matrix beside the Node that it wants (`npm ci --prefix test/matrix`).
 * Written to the folder that is named as argument, else to this one.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULES = join('test', 'matrix', 'node_modules');
const NODE = join(MODULES, 'node22', 'bin', 'node');
const MCPB = join(MODULES, '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js');

if (![NODE, MCPB].every((path) => existsSync(path))) {
  console.error('mcpb is not installed: npm ci --prefix test/matrix');
  process.exit(1);
}
const { name, version } = JSON.parse(readFileSync('manifest.json', 'utf8'));
const out = join(process.argv[2] ?? '.', `${name}-${version}.mcpb`);
const stage = mkdtempSync(join(tmpdir(), 'mcpb-'));
try {
  for (const file of ['manifest.json', 'LICENSE']) cpSync(file, join(stage, file));
  cpSync('assets/icon.png', join(stage, 'icon.png'));
  cpSync('assets/mcpb-resources', join(stage, 'mcpb-resources'), { recursive: true });
  cpSync('dist', join(stage, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.map') });
  // Node must know that the files are modules; nothing else of package.json is of use there.
  writeFileSync(join(stage, 'package.json'), JSON.stringify({ name, version, type: 'module' }));
  execFileSync(NODE, [MCPB, 'validate', join(stage, 'manifest.json')], { stdio: 'inherit' });
  execFileSync(NODE, [MCPB, 'pack', stage, out], { stdio: 'inherit' });
} finally {
  rmSync(stage, { recursive: true, force: true });
}
