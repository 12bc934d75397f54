/** `config CLIENT`: a client's settings for this server, as text and as a link, and where they belong. */

import { ConfigError } from '../errors.ts';
import { EXIT, type Terminal } from '../host.ts';
import { NAME } from '../version.ts';
import {
  CLIENTS,
  type ClientSettings,
  KEY_VARIABLES,
  type KeyForm,
  OPTIONAL_KEY_VARIABLE,
  SERVER,
  type System,
} from './client-settings.ts';
import { teamEntry } from './team-settings.ts';

const MAINLAND =
  'A mainland account also needs TCSS_ENDPOINT=https://tcss.tencentcloudapi.com in the environment of the server.';

/** What a snippet depends on besides the client. */
export interface SnippetOptions {
  /** The settings of the demo need no keys. */
  readonly demo: boolean;
  readonly platform: NodeJS.Platform;
}

/**
 * Writes only the snippet through `write`, so that it can be piped into a file, and through `writeError` where it
 * belongs and where keys come from; with `url`, for a team's deployment there. Gives the exit code: 0, or 2 for an unknown client, without repeating its name.
 */
export function runConfigClient(
  client: string | undefined,
  options: SnippetOptions & { readonly url?: string | undefined } & Pick<Terminal, 'write' | 'writeError'>,
): number {
  // Not `constructor` and the like.
  const settings = client !== undefined && Object.hasOwn(CLIENTS, client) ? CLIENTS[client] : undefined;
  if (settings === undefined) {
    options.writeError(`config needs the name of a client: one of ${Object.keys(CLIENTS).join(', ')}\n`);
    return EXIT.usage;
  }
  if (options.url !== undefined) return writeTeamSettings(String(client), settings, options.url, options);
  options.writeError(`${guideTo(settings, options).join('\n')}\n\n`);
  options.write(snippetFor(settings, options));
  return EXIT.done;
}

/** Likewise for a deployment of a team, at `url`. @throws {ConfigError} when that is none. */
function writeTeamSettings(
  name: string,
  client: ClientSettings,
  url: string,
  { demo, platform, write, writeError }: SnippetOptions & Pick<Terminal, 'write' | 'writeError'>,
): number {
  // Without a user or a query, where a token would be, and safe in every form of settings.
  if (!/^https?:\/\/[\w.:[\]-]+\/[\w./~-]*$/.test(url) || !URL.canParse(url)) {
    throw new ConfigError('--url needs the URL of a deployment, such as https://mcp.example.com/mcp');
  }
  if (demo) throw new ConfigError('config takes --demo or --url, not both');
  const entry = teamEntry(name, url);
  if (entry === undefined) {
    writeError(`how ${client.title} takes a server by its URL is not known here: see its documentation\n`);
    return EXIT.usage;
  }
  writeError(`${placeOf(client, platform)}\n${entry.note}\n\n`);
  write(render(client, entry));
  return EXIT.done;
}

function guideTo(client: ClientSettings, options: SnippetOptions): readonly string[] {
  const { approval } = client;
  const links = linksFor(client, options);
  return [
    placeOf(client, options.platform),
    ...(options.demo ? ['The demo needs no keys: its account is made up.'] : [client.keysNote, MAINLAND]),
    ...(approval === undefined ? [] : [approval]),
    ...(links === undefined ? [] : [`Or open this link: ${links.app}`]),
  ];
}

function placeOf({ title, files, otherFile = {} }: ClientSettings, platform: NodeJS.Platform): string {
  const system: System = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  const other = otherFile[system] === undefined ? '' : `, or in ${otherFile[system]}`;
  return `${title}: add this to what is in ${files[system]}${other}.`;
}

/** One server as settings hold it, and what VS Code must ask for. */
interface Entry {
  readonly server: Readonly<Record<string, unknown>>;
  readonly inputs: readonly object[];
}

/** The entry. On Windows `npx` is a batch file, which some clients can only start through `cmd`. */
function entryFor({ keys, first, last }: ClientSettings, { demo, platform }: SnippetOptions): Entry {
  const npx = ['-y', NAME, ...(demo ? ['--demo'] : [])];
  const [command, args] = platform === 'win32' ? ['cmd', ['/c', 'npx', ...npx]] : ['npx', npx];
  if (demo) return { server: { ...first, command, args, ...last }, inputs: [] };
  const isAsked = keys.kind === 'asked';
  const variables = Object.entries(KEY_VARIABLES).filter(
    ([name]) => !isAsked || name !== OPTIONAL_KEY_VARIABLE,
  );
  const names = variables.map(([name]) => name);
  return {
    server: { ...first, command, args, ...keysIn(keys, names), ...last },
    inputs: isAsked
      ? variables.map(([id, description]) => ({ type: 'promptString', id, description, password: true }))
      : [],
  };
}

function keysIn(keys: KeyForm, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (keys.kind === 'none') return {};
  if (keys.kind === 'forwarded') return { env_vars: names };
  return { env: Object.fromEntries(names.map((name) => [name, keys.reference.replace('NAME', name)])) };
}

/** The snippet: a complete file, ending in a line break. */
export function snippetFor(client: ClientSettings, options: SnippetOptions): string {
  return render(client, entryFor(client, options));
}

function render(client: ClientSettings, { server, inputs }: Entry): string {
  if (client.format === 'toml') return toml(`${client.servers}.${SERVER}`, server);
  return json({ ...(inputs.length > 0 && { inputs }), [client.servers]: { [SERVER]: server } });
}

/** Indented, with lists of words on one line. */
function json(value: object): string {
  const lists = /\[\s+((?:"[^"]*",?\s+)+)\]/g;
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(lists, (_, words: string) => `[${words.trim().replace(/\s*\n\s*/g, ' ')}]`)}\n`;
}

/** A table of strings, numbers and lists of strings, which for plain ASCII look the same in JSON and TOML. */
function toml(table: string, values: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(values).map(([key, value]) => {
    const text = Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]` : undefined;
    return `${key} = ${text ?? JSON.stringify(value)}\n`;
  });
  return `[${table}]\n${rows.join('')}`;
}

/** The same link for a terminal and for a web page, since most web pages only open https. */
export interface InstallLinks {
  /** In the client's own scheme. */
  readonly app: string;
  readonly web: string;
}

/** The links, for clients that have them. Like the snippet they hold no key. */
export function linksFor(client: ClientSettings, options: SnippetOptions): InstallLinks | undefined {
  const { server, inputs } = entryFor(client, options);
  if (client === CLIENTS['cursor']) {
    const query = `?name=${SERVER}&config=${encodeURIComponent(btoa(JSON.stringify(server)))}`;
    return {
      app: `cursor://anysphere.cursor-deeplink/mcp/install${query}`,
      web: `https://cursor.com/en/install-mcp${query}`,
    };
  }
  if (client === CLIENTS['vscode']) {
    const asked = inputs.length > 0 ? `&inputs=${encode(inputs)}` : '';
    return {
      app: `vscode:mcp/install?${encode({ name: SERVER, ...server, ...(inputs.length > 0 && { inputs }) })}`,
      web: `https://insiders.vscode.dev/redirect/mcp/install?name=${SERVER}${asked}&config=${encode(server)}`,
    };
  }
  return undefined;
}

function encode(value: unknown): string {
  return encodeURIComponent(JSON.stringify(value));
}
