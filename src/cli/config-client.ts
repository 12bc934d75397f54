/** `config CLIENT`: a client's settings for this server, as text and as a link, and where they belong. */

import type { Site } from '../command-line.ts';
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

const MAINLAND_ENV = { TCSS_ENDPOINT: 'https://tcss.tencentcloudapi.com', TCSS_LANGUAGE: 'zh-CN' };

const MAINLAND = `A mainland account also needs TCSS_ENDPOINT=${MAINLAND_ENV.TCSS_ENDPOINT} in the environment of the server: --site cn puts it there.`;

/** What a snippet depends on besides the client. */
export interface SnippetOptions {
  /** The settings of the demo need no keys. */
  readonly demo: boolean;
  /** Where the account is; `cn` adds the mainland's endpoint and language. The demo is nowhere. */
  readonly site: Site;
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
    ...(options.demo ? ['The demo needs no keys: its account is made up.'] : [client.keysNote]),
    ...(options.demo || options.site === 'cn' ? [] : [MAINLAND]),
    ...(approval === undefined ? [] : [approval]),
    ...(links === undefined ? [] : [`Or open this link: ${links.app}`]),
  ];
}

function placeOf(
  { title, files, isDialog, otherFile = {} }: ClientSettings,
  platform: NodeJS.Platform,
): string {
  const system: System = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  const other = otherFile[system] === undefined ? '' : `, or in ${otherFile[system]}`;
  return `${title}: ${isDialog ? 'paste this into' : 'add this to what is in'} ${files[system]}${other}.`;
}

/** One server as settings hold it, and what VS Code must ask for. */
interface Entry {
  readonly server: Readonly<Record<string, unknown>>;
  readonly inputs: readonly object[];
}

/** The entry. On Windows `npx` is a batch file, which some clients can only start through `cmd`. */
function entryFor(
  { keys, first, last, startsNpx }: ClientSettings,
  { demo, site, platform }: SnippetOptions,
): Entry {
  const npx = ['-y', NAME, ...(demo ? ['--demo'] : [])];
  const isBatchFile = platform === 'win32' && !startsNpx;
  const [command, args] = isBatchFile ? ['cmd', ['/c', 'npx', ...npx]] : ['npx', npx];
  if (demo) return { server: { ...first, command, args, ...last }, inputs: [] };
  const isAsked = keys.kind === 'asked';
  const variables = Object.entries(KEY_VARIABLES).filter(
    ([name]) => !isAsked || name !== OPTIONAL_KEY_VARIABLE,
  );
  const names = variables.map(([name]) => name);
  return {
    server: { ...first, command, args, ...environmentIn(keys, names, site), ...last },
    inputs: isAsked
      ? variables.map(([id, description]) => ({ type: 'promptString', id, description, password: true }))
      : [],
  };
}

/** References to keys in the client's own way, and the settings of the site. */
function environmentIn(
  keys: KeyForm,
  names: readonly string[],
  site: Site,
): Readonly<Record<string, unknown>> {
  const references =
    'reference' in keys ? names.map((name) => [name, keys.reference.replace('NAME', name)]) : [];
  const env = { ...Object.fromEntries(references), ...(site === 'cn' ? MAINLAND_ENV : {}) };
  return {
    ...(keys.kind === 'forwarded' ? { env_vars: names } : {}),
    ...(Object.keys(env).length > 0 ? { env } : {}),
  };
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

/** A table of strings, numbers, lists of strings and tables, which for plain ASCII look the same in JSON and TOML. */
function toml(table: string, values: Readonly<Record<string, unknown>>): string {
  const isTable = (value: unknown) => typeof value === 'object' && !Array.isArray(value);
  const rows = Object.entries(values)
    .filter(([, value]) => !isTable(value))
    .map(([key, value]) => {
      const text = Array.isArray(value)
        ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]`
        : undefined;
      return `${key} = ${text ?? JSON.stringify(value)}\n`;
    });
  const tables = Object.entries(values)
    .filter(([, value]) => isTable(value))
    .map(([key, value]) => `\n${toml(`${table}.${key}`, value as Readonly<Record<string, unknown>>)}`);
  return `[${table}]\n${[...rows, ...tables].join('')}`;
}

/** The same link for a terminal and for a web page, since most web pages only open https. */
export interface InstallLinks {
  /** In the client's own scheme. */
  readonly app: string;
  readonly web?: string;
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
  if (client === CLIENTS['trae']) {
    const config = encodeURIComponent(btoa(JSON.stringify(server)));
    return { app: `trae-cn://trae.ai-ide/mcp-import?type=stdio&name=${SERVER}&config=${config}` };
  }
  if (client === CLIENTS['cherry-studio']) {
    const servers = encodeURIComponent(btoa(JSON.stringify({ mcpServers: { [SERVER]: server } })));
    return { app: `cherrystudio://mcp/install?servers=${servers}` };
  }
  return undefined;
}

function encode(value: unknown): string {
  return encodeURIComponent(JSON.stringify(value));
}
