/** `config CLIENT`: prints a client's settings for this server, and where they go. */
import { CLIENTS, type ClientSettings, type System } from './client-settings.ts';
import { linksFor } from './client-settings-links.ts';
import { clientNamed, snippetFor } from './client-settings-snippet.ts';

/** What the command needs of the process. */
export interface ConfigClientOptions {
  readonly demo: boolean;
  readonly platform: NodeJS.Platform;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/**
 * Writes the snippet and nothing else through `write`, so that it can be piped into a file; where it
 * goes and where keys come from through `writeError`. Gives the exit code: 0, or 2 for an unknown
 * client, whose name is not repeated.
 */
export function runConfigClient(client: string | undefined, options: ConfigClientOptions): number {
  const settings = clientNamed(client);
  if (settings === undefined) {
    options.writeError(`config needs one client of: ${Object.keys(CLIENTS).join(', ')}\n`);
    return 2;
  }
  options.writeError(`${guideTo(settings, options).join('\n')}\n\n`);
  options.write(snippetFor(settings, options));
  return 0;
}

function guideTo(client: ClientSettings, options: ConfigClientOptions): readonly string[] {
  const { title, files, otherFile = {}, approval } = client;
  const system: System =
    options.platform === 'darwin' || options.platform === 'win32' ? options.platform : 'linux';
  const other = otherFile[system] === undefined ? '' : `, or into ${otherFile[system]}`;
  const links = linksFor(client, options);
  return [
    `${title}: put this, beside what is there, into ${files[system]}${other}.`,
    ...(options.demo ? ['The demo needs no keys: its account is made up.'] : [client.keysNote, MAINLAND]),
    ...(approval === undefined ? [] : [approval]),
    ...(links === undefined ? [] : [`Or open this link: ${links.app}`]),
  ];
}

const MAINLAND =
  'A mainland account also needs TCSS_ENDPOINT=https://tcss.tencentcloudapi.com in the environment of the server.';
