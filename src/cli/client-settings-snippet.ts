/** A client's settings for this server, as the text that goes into its file. Pure. */
import { NAME } from '../version.ts';
import {
  CLIENTS,
  type ClientSettings,
  KEY_VARIABLES,
  OPTIONAL_KEY_VARIABLE,
  SERVER,
} from './client-settings.ts';

/** What decides about a snippet besides the client. */
export interface SnippetOptions {
  /** The demo's settings hold no keys. */
  readonly demo: boolean;
  readonly platform: NodeJS.Platform;
}

/** A question of VS Code's, whose answer it keeps. */
interface Input {
  readonly type: 'promptString';
  readonly id: string;
  readonly description: string;
  readonly password: true;
}

/** One server as settings hold it, and what must be asked for it. */
export interface Entry {
  readonly server: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Input[];
}

/** The client of that name, unless there is none; names such as `constructor` are none. */
export function clientNamed(name: string | undefined): ClientSettings | undefined {
  return name !== undefined && Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
}

/** The server's own entry. On Windows `npx` is a batch file, which only `cmd` starts in every client. */
export function entryFor(client: ClientSettings, { demo, platform }: SnippetOptions): Entry {
  const npx = ['-y', NAME, ...(demo ? ['--demo'] : [])];
  const [command, args] = platform === 'win32' ? ['cmd', ['/c', 'npx', ...npx]] : ['npx', npx];
  return {
    server: { ...client.first, command, args, ...(demo ? {} : keysOf(client)), ...client.last },
    inputs:
      demo || client.keys.kind !== 'asked'
        ? []
        : variablesOf(client).map((id) => ({
            type: 'promptString',
            id,
            description: KEY_VARIABLES[id],
            password: true,
          })),
  };
}

/** The snippet, which is a whole file where there was none; it ends with a line break. */
export function snippetFor(client: ClientSettings, options: SnippetOptions): string {
  const { server, inputs } = entryFor(client, options);
  if (client.format === 'toml') return toml(`${client.servers}.${SERVER}`, server);
  return json({ ...(inputs.length > 0 && { inputs }), [client.servers]: { [SERVER]: server } });
}

function variablesOf({ keys }: ClientSettings) {
  const all = Object.keys(KEY_VARIABLES) as (keyof typeof KEY_VARIABLES)[];
  return keys.kind === 'asked' ? all.filter((variable) => variable !== OPTIONAL_KEY_VARIABLE) : all;
}

function keysOf(client: ClientSettings): Record<string, unknown> {
  const { keys } = client;
  const variables = variablesOf(client);
  if (keys.kind === 'none') return {};
  if (keys.kind === 'forwarded') return { env_vars: variables };
  return { env: Object.fromEntries(variables.map((name) => [name, keys.reference.replace('NAME', name)])) };
}

/** Indented, with lists of words on one line. */
function json(value: object): string {
  const lists = /\[\s+((?:"[^"]*",?\s+)+)\]/g;
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(lists, (_, words: string) => `[${words.trim().replace(/\s*\n\s*/g, ' ')}]`)}\n`;
}

/** A table of strings, numbers and lists of strings; for plain ASCII, JSON writes these as TOML does. */
function toml(table: string, values: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(values).map(([key, value]) => {
    const text = Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]` : undefined;
    return `${key} = ${text ?? JSON.stringify(value)}\n`;
  });
  return `[${table}]\n${rows.join('')}`;
}
