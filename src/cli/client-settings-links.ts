/** Links that put this server into a client with one click, for the clients that have such links. Pure. */
import { CLIENTS, type ClientSettings, SERVER } from './client-settings.ts';
import { entryFor, type SnippetOptions } from './client-settings-snippet.ts';

/** The same offer for a terminal and for a web page, since most web pages open only https. */
export interface InstallLinks {
  /** In the client's own scheme. */
  readonly app: string;
  readonly web: string;
}

/** None for clients without such links. They hold the entry that the snippet holds, and so no key. */
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
