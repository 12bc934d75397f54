/**
 * Writes what is generated in README.md and docs/: from the tools, the clients, the settings and the tables that the
 * server itself or its tests use. In a document it stands between `<!-- NAME -->` and `<!-- /NAME -->`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHINESE_SETTINGS, CHINESE_TOOLS } from './chinese.js';
import { clientReference, clientSettings } from './client-reference.js';
import { importSources } from './import-sources.js';
import { toolReference, toolTable } from './tool-reference.js';

/** Everything that is read, as one module: what {@link regions} takes. */
const SOURCES = `
  export { CLIENTS } from './src/cli/client-settings.ts';
  export { linksFor, snippetFor } from './src/cli/config-client.ts';
  export { camPolicy } from './src/cli/doctor.ts';
  export { ERROR_CODES } from './src/tcss/api-error.ts';
  export { listTools } from './src/lists.ts';
  export { tools } from './src/tools/index.ts';
  export { USUAL_MISTAKES } from './test/cli/usual-mistakes.ts';
`;

/**
 * @typedef {typeof import('../src/cli/client-settings.ts')
 *   & typeof import('../src/cli/config-client.ts')
 *   & typeof import('../src/cli/doctor.ts')
 *   & typeof import('../src/tcss/api-error.ts')
 *   & typeof import('../src/lists.ts')
 *   & typeof import('../src/tools/index.ts')
 *   & typeof import('../test/cli/usual-mistakes.ts')} Modules
 * @typedef {Pick<Modules, 'CLIENTS' | 'linksFor' | 'snippetFor' | 'camPolicy' | 'ERROR_CODES'
 *   | 'listTools' | 'tools' | 'USUAL_MISTAKES'>} Sources
 * @typedef {{ name: string, description: string, default?: string, choices?: readonly string[] }} Setting
 */

/** The documents in which something may be generated, from the root. */
export const DOCUMENTS = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync('docs')
    .filter(isMarkdown)
    .map((name) => `docs/${name}`),
];

/** @param {string} name */
function isMarkdown(name) {
  return name.endsWith('.md');
}

/**
 * What is generated, by the name of its place.
 * @param {Sources} sources
 * @param {{ packages: readonly { environmentVariables: readonly Setting[] }[] }} server server.json
 * @returns {Readonly<Record<string, string>>}
 */
export function regions(sources, server) {
  const tools = sources.listTools(sources.tools);
  return {
    client: clientSettings(sources, 'claude-code'),
    clients: clientReference(sources),
    permissions: `\`\`\`json\n${JSON.stringify(sources.camPolicy(sources.tools), undefined, 2)}\n\`\`\``,
    'permission table': permissionTable(sources.tools),
    settings: settingsTable(server.packages[0]?.environmentVariables ?? []),
    'http settings': settingsTable(server.packages[1]?.environmentVariables ?? []),
    tools: toolTable(sources.tools),
    'chinese settings': chineseSettings(server.packages[0]?.environmentVariables ?? []),
    'chinese tools': table(
      ['工具', '回答什么'],
      tools.map(({ name, title }) => [`[\`${name}\`](docs/tools.md#${name})`, CHINESE_TOOLS[name] ?? title]),
    ),
    'tool reference': toolReference(tools),
    mistakes: mistakesTable(sources.USUAL_MISTAKES),
    'error codes': errorCodesTable(sources.ERROR_CODES),
  };
}

/** Where something generated stands, with its name. */
const PLACE = /(?<=<!-- ([a-z][a-z ]*) -->\n)[\s\S]*?(?=<!-- \/\1 -->)/g;

/**
 * The names of the places in a document.
 * @param {string} text
 */
export function placesIn(text) {
  return [...text.matchAll(PLACE)].map(([, name = '']) => name);
}

/**
 * A document with everything that is generated in it as it should be.
 * @param {string} text
 * @param {Readonly<Record<string, string>>} generated
 */
export function filled(text, generated) {
  return text.replace(PLACE, (_, name) => {
    if (generated[name] === undefined) throw new Error(`nothing is generated for <!-- ${name} -->`);
    return `\n${generated[name]}\n\n`;
  });
}

/** @param {readonly Setting[]} settings */
function settingsTable(settings) {
  return table(
    ['Variable', 'Default', 'Meaning'],
    settings.map(({ name, description, default: preset, choices }) => [
      `\`${name}\``,
      preset === undefined ? '' : `\`${preset}\``,
      choices === undefined
        ? description
        : `${description} One of ${choices.map((one) => `\`${one}\``).join(', ')}.`,
    ]),
  );
}

/** @param {Modules['tools']} tools */
function permissionTable(tools) {
  /** @param {readonly { name: string }[]} actions */
  const listed = (actions) => actions.map(({ name }) => `\`${name}\``);
  return table(
    ['Tool', 'Cannot do without', 'Answers without, and says what is missing'],
    tools.map(({ name, actions: { needs, uses } }) => [
      `\`${name}\``,
      needs.map((group) => listed(group).join(' or ')).join('; '),
      listed(uses).join(', '),
    ]),
  );
}

/** @param {readonly Setting[]} settings */
function chineseSettings(settings) {
  return table(
    ['变量', '默认值', '含义'],
    settings.map(({ name, description, default: preset }) => [
      `\`${name}\``,
      preset === undefined ? '' : `\`${preset}\``,
      CHINESE_SETTINGS[name] ?? description,
    ]),
  );
}

/** @param {Modules['USUAL_MISTAKES']} mistakes */
function mistakesTable(mistakes) {
  return table(
    ['Mistake', 'Tried with', 'Exit', 'Said'],
    mistakes.map(({ mistake, command, exit, said }) => [mistake, `\`${command}\``, String(exit), said]),
  );
}

/** @param {Modules['ERROR_CODES']} codes */
function errorCodesTable(codes) {
  return table(
    ['Code', 'About', 'Sent', 'What to do'],
    Object.entries(codes).map(([code, { category, attempts, advice }]) => [
      `\`${code}\``,
      category,
      attempts > 1 ? `up to ${attempts}` : 'once',
      advice.replace('{action}', 'ACTION'),
    ]),
  );
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  /** @param {readonly string[]} cells */
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const generated = regions(await importSources(SOURCES), JSON.parse(readFileSync('server.json', 'utf8')));
  for (const file of DOCUMENTS) writeFileSync(file, filled(readFileSync(file, 'utf8'), generated));
}
