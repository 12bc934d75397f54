/** The settings for each MCP client in Markdown, from what `config` prints on Linux. */

/**
 * @typedef {import('../src/cli/client-settings.ts').ClientSettings} Client
 * @typedef {{
 *   CLIENTS: Readonly<Record<string, Client>>;
 *   snippetFor: typeof import('../src/cli/config-client.ts').snippetFor;
 *   linksFor: typeof import('../src/cli/config-client.ts').linksFor;
 * }} Sources
 */

/** @type {import('../src/cli/config-client.ts').SnippetOptions} */
const OPTIONS = { demo: false, site: 'intl', platform: 'linux' };

/**
 * A section a client, in Markdown, after a line of links to them.
 * @param {Sources} sources
 */
export function clientReference({ CLIENTS, snippetFor, linksFor }) {
  const index = Object.values(CLIENTS).map(
    ({ title }) => `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`,
  );
  const sections = Object.entries(CLIENTS).map(
    ([name, { title }]) => `## ${title}\n\n${clientSettings({ CLIENTS, snippetFor, linksFor }, name)}`,
  );
  return [`For ${index.join(', ')}:`, ...sections].join('\n\n');
}

/**
 * What to put where for one client.
 * @param {Sources} sources
 * @param {string} name as `config` takes it
 */
export function clientSettings({ CLIENTS, snippetFor, linksFor }, name) {
  const client = CLIENTS[name];
  if (client === undefined) throw new Error(`no client ${name}`);
  const { web } = linksFor(client, OPTIONS) ?? {};
  const link = web === undefined ? 'Put' : `[Add to ${client.title}](${web}), or put`;
  return [
    `${link} what \`config ${name}\` prints into ${filesOf(client)}:`,
    `\`\`\`${client.format}\n${snippetFor(client, OPTIONS)}\`\`\``,
    client.keysNote,
    ...(client.approval === undefined ? [] : [client.approval]),
  ].join('\n\n');
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
