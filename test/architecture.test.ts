/** Which way imports point, and what each part of src may touch. Read from the sources, types included. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';

/**
 * The rooms and files of src, from the bottom up, each with everything it may import besides itself.
 * `node:` stands for all of Node's modules, `@sdk` for those of the MCP SDK.
 */
const MAY_IMPORT: Readonly<Record<string, string>> = {
  'errors.ts': '',
  'version.ts': '',
  redact: 'node:',
  tc3: 'node:',
  'config.ts': 'errors.ts zod/v3',
  'log.ts': 'config.ts',
  http: 'config.ts errors.ts node: undici',
  credentials: 'config.ts errors.ts node:',
  tcss: 'credentials errors.ts http log.ts tc3 version.ts node: zod',
  gather: 'errors.ts http redact tcss fastest-levenshtein node:',
  present: 'errors.ts gather published-schema.ts redact tcss node: zod/v3',
  'published-schema.ts': 'zod-to-json-schema zod/v3',
  'tool.ts': 'gather present tcss zod/v3',
  tools: 'config.ts errors.ts gather present tcss tool.ts zod/v3',
  'run-tool.ts': 'errors.ts gather http log.ts present published-schema.ts redact tcss tool.ts zod/v3',
  prompts: 'errors.ts gather redact tcss tool.ts',
  'protocol-eras.ts': 'errors.ts',
  'answers.ts': 'prompts run-tool.ts tool.ts',
  'lists.ts': 'prompts published-schema.ts tool.ts tools',
  'offer.ts': 'config.ts lists.ts',
  'server.ts': 'answers.ts errors.ts offer.ts protocol-eras.ts run-tool.ts version.ts @sdk zod/v4/core',
  'stdio.ts': '@sdk node:',
  'host.ts': 'node:',
  demo: 'config.ts tc3 tcss node: zod/v3',
  'command-line.ts': 'errors.ts tcss node:',
  report: 'command-line.ts present tcss version.ts node:',
  'wire.ts': 'config.ts credentials demo gather http log.ts redact run-tool.ts tcss tools node:',
  cli: 'command-line.ts config.ts credentials errors.ts host.ts http http-server present report run-tool.ts tcss tool.ts tools version.ts wire.ts node: zod/v3',
  'pipeline.ts': 'answers.ts config.ts log.ts run-tool.ts tools wire.ts',
  'serve.ts': 'config.ts host.ts lists.ts offer.ts pipeline.ts server.ts stdio.ts version.ts node:',
  'http-server':
    'answers.ts config.ts errors.ts host.ts http lists.ts log.ts offer.ts pipeline.ts protocol-eras.ts server.ts version.ts @sdk jose node: zod/v3',
  'run.ts': 'cli command-line.ts errors.ts host.ts http-server serve.ts version.ts',
  'main.ts': 'run.ts',
};

/** Files and folders that know no time, chance, environment or network: all of it is passed in. */
const PURE =
  'tc3 redact present tools prompts report command-line.ts config.ts errors.ts offer.ts tcss/action.ts tcss/envelope.ts tcss/api-error.ts tcss/vocabulary.ts cli/check.ts cli/gate.ts http-server/settings.ts http-server/classify.ts http-server/refusals.ts http-server/metrics.ts';
const IMPURE = [
  'process',
  'globalThis',
  'fetch',
  'console',
  'Date.now',
  'Math.random',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
];
const IMPURE_IMPORTS =
  /\b(?:random(?:Bytes|Fill|Int|UUID)\w*|webcrypto|node:(?:process|fs|http|net|os|timers))\b/;

/** The sources are formatted, so a statement begins its line and quotes are single. */
const STATIC_IMPORT = /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\('([^']+)'\)/g;

interface Import {
  readonly from: string;
  /** A file of src, or a package. */
  readonly to: string;
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort();
const sources = new Map(files.map((path) => [path, readFileSync(join('src', path), 'utf8')]));
const imports: readonly Import[] = files.flatMap((from) => importsOf(from, source(from)));

describe('imports', () => {
  test('are all read: each statement, and none made up at run time', () => {
    for (const from of files) {
      const statements = source(from).match(/^import\b(?!\()/gm)?.length ?? 0;
      const read = source(from)
        .match(STATIC_IMPORT)
        ?.filter((found) => found.startsWith('import'));
      expect(read ?? [], from).toHaveLength(statements);
      expect(source(from), from).not.toMatch(/\bimport\(\s*[^'\s]/);
    }
  });

  test('go where the table lets them', () => {
    const offences = imports
      .filter(({ from, to }) => roomOf(from) !== roomOf(to) && !mayImport(roomOf(from), roomOf(to)))
      .map(({ from, to }) => `${from} imports ${to}`);

    expect(offences).toEqual([]);
  });

  test('use every permission of the table', () => {
    const used = new Set(imports.map(({ from, to }) => `${roomOf(from)} imports ${roomOf(to)}`));
    const given = Object.entries(MAY_IMPORT).flatMap(([room, list]) =>
      words(list).map((to) => `${room} imports ${to}`),
    );

    // A room may always reach for Node; whatever else is not used is to be taken out.
    expect(given.filter((one) => !used.has(one) && !one.endsWith(' node:'))).toEqual([]);
  });

  test('make no circle of files, nor of rooms, types counted', () => {
    const ofFile = (file: string) => importsFrom(file).map(({ to }) => to);
    const ofRoom = (room: string) =>
      imports
        .filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room)
        .map(({ to }) => roomOf(to));

    expect(files.flatMap((file) => circleThrough(file, ofFile) ?? [])).toEqual([]);
    expect([...new Set(files.map(roomOf))].flatMap((room) => circleThrough(room, ofRoom) ?? [])).toEqual([]);
  });

  test('reach every file from the front door', () => {
    const reached = new Set(['main.ts']);
    for (const file of reached) for (const { to } of importsFrom(file)) if (sources.has(to)) reached.add(to);

    expect(files.filter((file) => !reached.has(file))).toEqual([]);
  });
});

describe('files', () => {
  test('there is no barrel: no `export *`, and the only index is the list of tools', () => {
    expect(files.filter((file) => /^export \*/m.test(source(file)))).toEqual([]);
    expect(files.filter((file) => file.endsWith('index.ts'))).toEqual(['tools/index.ts']);
  });

  test('only main.ts knows the process; everyone else is given what it needs', () => {
    const users = files.filter((file) => globalsIn(file, ['process', 'globalThis']).length > 0);

    expect(users).toEqual(['main.ts']);
    expect(imports.filter(({ to }) => to === 'node:process')).toEqual([]);
    expect(files.filter((file) => /\bNodeJS\.Process\b/.test(source(file)))).toEqual([]);
  });

  test('only server.ts runs the MCP SDK; a transport knows its types', () => {
    const users = files.filter((file) =>
      source(file)
        .match(STATIC_IMPORT)
        ?.some((found) => /^import (?!type\b)[\s\S]*@modelcontextprotocol/.test(found)),
    );

    expect(users).toEqual(['server.ts']);
  });

  test('pure ones use no clock, no chance, no environment and no network', () => {
    const pure = files.filter((file) =>
      words(PURE).some((part) => file === part || file.startsWith(`${part}/`)),
    );
    const offences = pure.flatMap((file) => [
      ...globalsIn(file, IMPURE).map((name) => `${file} uses ${name}`),
      ...(source(file).match(STATIC_IMPORT) ?? []).filter((found) => IMPURE_IMPORTS.test(found)),
      ...(/\bnew Date\(\)/.test(source(file)) ? [`${file} asks for the time`] : []),
    ]);

    expect(pure.length).toBeGreaterThan(words(PURE).length);
    expect(offences).toEqual([]);
  });

  test('tests stand in folders named as in src', () => {
    const folders = readdirSync('test', { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && !['matrix', 'package', 'vectors', 'simulator'].includes(entry.name),
      )
      .flatMap(({ name }) => testFoldersIn(name));
    const rooms = new Set(files.map((file) => dirname(file)));

    expect(folders.filter((folder) => !rooms.has(folder))).toEqual([]);
  });
});

function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(STATIC_IMPORT), ...text.matchAll(DYNAMIC_IMPORT)].map(([, to = '']) => ({
    from,
    to: to.startsWith('.') ? normalize(join(dirname(from), to)).replaceAll('\\', '/') : to,
  }));
}

/** The folders under `folder` of test that hold test files. */
function testFoldersIn(folder: string): string[] {
  return readdirSync(join('test', folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => dirname(join(folder, path)).replaceAll('\\', '/'));
}

function source(file: string): string {
  return sources.get(file) ?? '';
}

function importsFrom(file: string): Import[] {
  return imports.filter((one) => one.from === file);
}

/** The folder at the top of src, the file beside it, or the package. */
function roomOf(target: string): string {
  if (target.startsWith('node:')) return 'node:';
  if (target.startsWith('@modelcontextprotocol/')) return '@sdk';
  return sources.has(target) ? (target.split('/')[0] ?? '') : target;
}

function mayImport(from: string, to: string): boolean {
  return words(MAY_IMPORT[from] ?? '').includes(to);
}

function words(list: string): string[] {
  return list.split(' ').filter((word) => word !== '');
}

/** A way from one place back to it; `next` gives the places that one imports. */
function circleThrough(start: string, next: (place: string) => readonly string[]): string | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const to of next(way.at(-1) ?? '')) {
      if (to === start) return [...way, to].join(' -> ');
      if (!seen.has(to)) ways.push([...way, to]);
      seen.add(to);
    }
  }
  return undefined;
}

/** Which of these globals a file uses. esbuild replaces a global and no parameter or local of that name. */
function globalsIn(file: string, names: readonly string[]): string[] {
  const { code } = transformSync(source(file), {
    loader: 'ts',
    define: Object.fromEntries(names.map((name, index) => [name, `__global_${index}`])),
  });
  return names.filter((_, index) => new RegExp(`\\b__global_${index}\\b`).test(code));
}
