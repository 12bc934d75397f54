/** Writes the README's settings for each MCP client, from what `config` prints on Linux. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSources } from './import-sources.js';

/**
 * @typedef {import('../src/cli/client-settings.ts').ClientSettings} Client
 * @typedef {{
 *   CLIENTS: Readonly<Record<string, Client>>;
 *   snippetFor: typeof import('../src/cli/config-client.ts').snippetFor;
 *   linksFor: typeof import('../src/cli/config-client.ts').linksFor;
 * }} Sources
 */

/** Between these lines the sections stand. */
export const MARKS = ['<!-- clients -->', '<!-- /clients -->'];

/** @type {import('../src/cli/config-client.ts').SnippetOptions} */
const OPTIONS = { demo: false, platform: 'linux' };

/**
 * A section a client, in Markdown, after a line of links to them.
 * @param {Sources} sources
 */
export function clientReference({ CLIENTS, snippetFor, linksFor }) {
  const index = Object.values(CLIENTS).map(
    ({ title }) => `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`,
  );
  const sections = Object.entries(CLIENTS).map(([name, client]) => {
    const { web } = linksFor(client, OPTIONS) ?? {};
    const link = web === undefined ? 'Put' : `[Add to ${client.title}](${web}), or put`;
    return [
      `### ${client.title}`,
      `${link} what \`config ${name}\` prints into ${filesOf(client)}:`,
      `\`\`\`${client.format}\n${snippetFor(client, OPTIONS)}\`\`\``,
      client.keysNote,
      ...(client.approval === undefined ? [] : [client.approval]),
    ].join('\n\n');
  });
  return [`For ${index.join(', ')}:`, ...sections].join('\n\n');
}

/** @param {Client} client */
function filesOf({ files: { linux, darwin, win32 }, otherFile = {} }) {
  // Written in the other way it may be the same place.
  const isSameOnWindows = win32.replace('%USERPROFILE%', '~').replaceAll('\\', '/') === linux;
  const isOther = otherFile.win32 !== otherFile.linux;
  const elsewhere = [
    ...(darwin === linux ? [] : [`macOS: \`${darwin}\``]),
    ...(isSameOnWindows ? [] : [`Windows: \`${win32}\`${isOther ? `, or ${otherFile.win32}` : ''}`]),
  ];
  const places = elsewhere.length === 0 ? '' : ` (${elsewhere.join(', ')})`;
  return `\`${linux}\`${places}${otherFile.linux === undefined ? '' : ` or ${otherFile.linux}`}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sources = await importSources(`
    export { CLIENTS } from './src/cli/client-settings.ts';
    export { linksFor, snippetFor } from './src/cli/config-client.ts';
  `);
  const readme = readFileSync('README.md', 'utf8');
  const [before, , after] = readme.split(new RegExp(MARKS.join('|')));
  if (after === undefined) throw new Error(`README.md lacks the lines ${MARKS.join(' and ')}`);
  writeFileSync('README.md', `${before}${MARKS[0]}\n\n${clientReference(sources)}\n\n${MARKS[1]}${after}`);
}
