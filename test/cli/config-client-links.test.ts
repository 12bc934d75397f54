import { describe, expect, test } from 'vitest';
import { CLIENTS } from '../../src/cli/client-settings.ts';
import { linksFor, runConfigClient, snippetFor } from '../../src/cli/config-client.ts';

const CASES = [true, false].flatMap((demo) =>
  (['linux', 'win32'] as const).map((platform) => ({
    demo,
    site: demo ? ('intl' as const) : ('cn' as const),
    platform,
  })),
);
type Options = (typeof CASES)[number];

const clientOf = (name: string) => CLIENTS[name] ?? expect.fail(name);
const linksOf = (name: string, options: Options) => linksFor(clientOf(name), options) ?? expect.fail(name);
const settingsOf = (name: string, options: Options) => JSON.parse(snippetFor(clientOf(name), options));

describe.each(CASES)('demo $demo of site $site on $platform', (options: Options) => {
  // cursor.com/docs/context/mcp/install-links: name, and the entry as base64 of its JSON
  test("Cursor's links hold the entry of its snippet", () => {
    const { app, web } = linksOf('cursor', options);

    expect(app).toMatch(/^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?name=/);
    expect(web).toMatch(/^https:\/\/cursor\.com\/en\/install-mcp\?name=/);
    for (const link of [app, web ?? expect.fail()]) {
      const query = new URL(link).searchParams;
      const entry = JSON.parse(Buffer.from(query.get('config') ?? '', 'base64').toString());
      expect({ mcpServers: { [query.get('name') ?? '']: entry } }).toEqual(settingsOf('cursor', options));
    }
  });

  // code.visualstudio.com/api/extension-guides/ai/mcp, "Create an MCP installation URL": one JSON object
  test("VS Code's own link holds the name, the entry and the inputs of its snippet", () => {
    const { app } = linksOf('vscode', options);
    const [, encoded = ''] = /^vscode:mcp\/install\?([^?&=]+)$/.exec(app) ?? expect.fail(app);
    const { name, inputs, ...entry } = JSON.parse(decodeURIComponent(encoded));

    expect({ ...(inputs && { inputs }), servers: { [name]: entry } }).toEqual(settingsOf('vscode', options));
  });

  // The form of the install badges of Microsoft's own servers: name, inputs and entry apart
  test("VS Code's web link holds the same", () => {
    const link = new URL(linksOf('vscode', options).web ?? expect.fail());
    const inputs = link.searchParams.get('inputs');
    const settings = {
      ...(inputs !== null && { inputs: JSON.parse(inputs) }),
      servers: { [link.searchParams.get('name') ?? '']: JSON.parse(link.searchParams.get('config') ?? '') },
    };

    expect(link.origin + link.pathname).toBe('https://insiders.vscode.dev/redirect/mcp/install');
    expect(settings).toEqual(settingsOf('vscode', options));
  });

  // The page of TRAE on links that install a server: type, name, and the entry as base64 of its JSON
  test("Trae's link holds the entry of its snippet", () => {
    const link = new URL(linksOf('trae', options).app);
    const query = link.searchParams;
    const entry = JSON.parse(Buffer.from(query.get('config') ?? '', 'base64').toString());

    expect(link.href).toMatch(/^trae-cn:\/\/trae\.ai-ide\/mcp-import\?type=stdio&/);
    expect({ mcpServers: { [query.get('name') ?? '']: entry } }).toEqual(settingsOf('trae', options));
  });

  // CherryHQ/cherry-studio, pull request 9509: base64 of the whole settings
  test("Cherry Studio's link holds its snippet", () => {
    const link = new URL(linksOf('cherry-studio', options).app);
    const servers = link.searchParams.get('servers') ?? '';

    expect(link.href).toMatch(/^cherrystudio:\/\/mcp\/install\?servers=/);
    expect(JSON.parse(Buffer.from(servers, 'base64').toString())).toEqual(
      settingsOf('cherry-studio', options),
    );
  });

  test('links are shown by `config`, and only for clients that have them', () => {
    for (const name of Object.keys(CLIENTS)) {
      let shown = '';
      const writeError = (part: string) => {
        shown += part;
      };
      runConfigClient(name, { ...options, write: () => undefined, writeError });
      const links = linksFor(clientOf(name), options);

      expect(links !== undefined).toBe(['cursor', 'vscode', 'trae', 'cherry-studio'].includes(name));
      expect(shown.includes('open this link')).toBe(links !== undefined);
      if (links !== undefined) expect(shown).toContain(`${links.app}\n`);
    }
  });
});

test('links can stand in Markdown: no blank, bracket or quote in them', () => {
  for (const name of ['cursor', 'vscode', 'trae', 'cherry-studio']) {
    for (const link of Object.values(linksOf(name, { demo: false, site: 'intl', platform: 'linux' }))) {
      expect(link).toMatch(/^[\w:/.?&=%~-]+$/);
    }
  }
});
