import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLIENTS, KEY_VARIABLES } from '../../src/cli/client-settings.ts';
import { runConfigClient } from '../../src/cli/config-client.ts';
import { SITES, type Site } from '../../src/command-line.ts';
import { parseConfig } from '../../src/config.ts';
import { anyCharacter } from '../any-character.ts';
import { FORMS } from './client-forms.ts';

const PLATFORMS = ['darwin', 'linux', 'win32'] as const;
type Platform = (typeof PLATFORMS)[number];

type Options = { demo?: boolean; site?: Site; platform?: Platform };

function run(client: string | undefined, { demo = false, site = 'intl', platform = 'linux' }: Options = {}) {
  const output = { stdout: '', stderr: '' };
  const code = runConfigClient(client, {
    demo,
    site,
    platform,
    write: (part) => {
      output.stdout += part;
    },
    writeError: (part) => {
      output.stderr += part;
    },
  });
  return { code, ...output };
}

interface Server {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly env_vars?: readonly string[];
}

/** The settings that a client would read, and this server's entry in them. */
function settingsFor(client: string, options: Options = {}) {
  const { stdout } = run(client, options);
  const settings = client === 'codex' ? parseToml(stdout) : JSON.parse(stdout);
  const { inputs, ...servers } = settings;
  const [server] = Object.values(Object.values(servers)[0] as Record<string, Server>);
  return { settings, inputs, server: server ?? expect.fail(client) };
}

/** TOML as far as it goes here: tables, and lines of a key and a string, a number or a list of strings. */
function parseToml(toml: string): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  let table = settings;
  for (const line of toml.trimEnd().split('\n')) {
    const [, head] = /^\[([A-Za-z0-9_.-]+)\]$/.exec(line) ?? [];
    if (head !== undefined) {
      table = settings;
      for (const name of head.split('.')) {
        table[name] ??= {};
        table = table[name] as Record<string, unknown>;
      }
    } else if (line !== '') {
      const [, key = '', value = ''] =
        /^([A-Za-z_]+) = ("[^"\\]*"|\d+|\[(?:"[^"\\]*"(?:, )?)*\])$/.exec(line) ?? expect.fail(line);
      table[key] = JSON.parse(value);
    }
  }
  return settings;
}

const clients = Object.keys(CLIENTS);

test('the clients are those that the forms are written down for', () => {
  expect(clients).toEqual(Object.keys(FORMS));
  expect(clients).toHaveLength(12);
});

describe.each(clients)('%s', (client) => {
  const { kind, ...form } = CLIENTS[client]?.keys ?? expect.fail();

  test.each(PLATFORMS)('gets its documented form on %s, with keys and as a demo', (platform) => {
    for (const [demo, site] of [[true, 'intl'], ...SITES.map((one) => [false, one])] as [boolean, Site][]) {
      const { settings } = settingsFor(client, { demo, site, platform });

      expect(FORMS[client]?.safeParse(settings).error?.issues ?? []).toEqual([]);
    }
  });

  test('is told to start the package by npx, through cmd on Windows unless it sees to that', () => {
    const npx = ['-y', 'tcss-mcp-server'];

    expect(settingsFor(client).server).toMatchObject({ command: 'npx', args: npx });
    expect(settingsFor(client, { platform: 'darwin' }).server).toMatchObject({ command: 'npx', args: npx });
    expect(settingsFor(client, { platform: 'win32' }).server).toMatchObject(
      client === 'cherry-studio'
        ? { command: 'npx', args: npx }
        : { command: 'cmd', args: ['/c', 'npx', ...npx] },
    );
  });

  test('gets a demo without any key, question or variable', () => {
    const { settings, server } = settingsFor(client, { demo: true });

    expect(server.args.at(-1)).toBe('--demo');
    expect(JSON.stringify(settings)).not.toMatch(/TENCENT|env|inputs/);
    expect(run(client, { demo: true }).stderr).toContain('needs no keys');
  });

  test('gets settings that hold references to keys and nothing that could be one', () => {
    const { server } = settingsFor(client);

    for (const [name, value] of Object.entries(server.env ?? {})) {
      expect(Object.keys(KEY_VARIABLES)).toContain(name);
      expect(value).toBe('reference' in form ? form.reference.replace('NAME', name) : '');
    }
    expect(Object.keys(server.env ?? {})).toHaveLength(
      { expanded: 3, asked: 2, forwarded: 0, none: 0 }[kind],
    );
  });

  test('is pointed at the mainland by --site cn, beside what it has anyway, and the demo is nowhere', () => {
    const mainland = settingsFor(client, { site: 'cn' }).server;
    const { env = {}, ...server } = settingsFor(client).server;

    expect(mainland).toEqual({
      ...server,
      env: { ...env, TCSS_ENDPOINT: 'https://tcss.tencentcloudapi.com', TCSS_LANGUAGE: 'zh-CN' },
    });
    expect(parseConfig(mainland.env ?? {})).toMatchObject({ language: 'zh-CN' });
    expect(settingsFor(client, { demo: true, site: 'cn' })).toEqual(settingsFor(client, { demo: true }));
    expect(run(client, { site: 'cn' }).stderr).not.toContain('--site');
  });

  test('may leave any variable as it stands: the server takes it for unset', () => {
    const { credentials } = parseConfig(settingsFor(client).server.env ?? {});

    expect(credentials).toEqual({ secretId: undefined, secretKey: undefined, token: undefined });
  });

  test('has the snippet alone on stdout, and on stderr where it goes', () => {
    for (const platform of PLATFORMS) {
      const { code, stdout, stderr } = run(client, { platform });

      expect(code).toBe(0);
      expect(stdout).toMatch(/^[{[][\s\S]*[^\n]\n$/);
      expect(stderr).toContain(CLIENTS[client]?.files[platform]);
      expect(stderr).toContain('TCSS_ENDPOINT=https://tcss.tencentcloudapi.com');
    }
  });
});

describe('the way keys come in', () => {
  test('VS Code asks for each key that its entry refers to, hidden while it is typed', () => {
    const { inputs, server } = settingsFor('vscode');

    expect(inputs.map(({ id }: { id: string }) => `\${input:${id}}`)).toEqual(
      Object.values(server.env ?? {}),
    );
    for (const { password } of inputs) expect(password).toBe(true);
  });

  test('Codex forwards the variables by name', () => {
    expect(settingsFor('codex').server.env_vars).toEqual(Object.keys(KEY_VARIABLES));
  });

  test.each(['claude-desktop', 'zed', 'trae', 'codebuddy', 'cherry-studio', 'qwen-code'])(
    '%s is pointed at the credential files, since it has none',
    (client) => {
      expect(settingsFor(client).server).not.toHaveProperty('env');
      expect(run(client).stderr).toContain('~/.tccli/default.credential');
    },
  );

  test('Claude Desktop is pointed at the packed extension too', () => {
    expect(run('claude-desktop').stderr).toContain('npm run mcpb');
  });
});

test.each([
  ['claude-code', /only when you have approved it: .* `\/mcp`/],
  ['gemini', /only in a folder that you trust, .* `\/permissions`/],
])('%s is said to wait for the person, in the demo too', (client, words) => {
  for (const demo of [false, true]) expect(run(client, { demo }).stderr).toMatch(words);
});

describe('paths', () => {
  test.each(clients)('of %s are those of the platform', (client) => {
    const { darwin, linux, win32 } = CLIENTS[client]?.files ?? expect.fail();

    expect(win32).not.toMatch(/[/~]/);
    for (const path of [darwin, linux]) expect(path).not.toMatch(/[\\%]/);
  });

  test('of Claude Desktop on Windows are two: a packaged one reads its own', () => {
    const packaged =
      '%LOCALAPPDATA%\\Packages\\Claude_*\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json';

    expect(run('claude-desktop', { platform: 'win32' }).stderr).toContain(
      `in %APPDATA%\\Claude\\claude_desktop_config.json, or in \`${packaged}\` if that folder exists`,
    );
    for (const platform of ['darwin', 'linux'] as const) {
      expect(run('claude-desktop', { platform }).stderr).not.toContain('Packages');
    }
  });

  test('are those of Linux on any other system', () => {
    const texts = (['linux', 'freebsd'] as const).map((platform) => {
      let all = '';
      const write = (part: string) => {
        all += part;
      };
      runConfigClient('zed', { demo: false, site: 'intl', platform, write, writeError: write });
      return all;
    });

    expect(texts[1]).toBe(texts[0]);
  });
});

describe('an unknown client', () => {
  const words = fc.array(anyCharacter, { maxLength: 20 }).map((list) => list.join(''));
  const known = new Set(clients);

  test('gets their names, exit code 2, and nothing on stdout', () => {
    const { code, stdout, stderr } = run('emacs');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const client of clients) expect(stderr).toContain(client);
  });

  test('none is one too, and so is what every object has', () => {
    for (const client of [undefined, '', 'constructor', '__proto__', 'toString', 'Cursor']) {
      expect(run(client).code).toBe(2);
    }
  });

  test('is never repeated, for it may be a secret in the wrong place', () => {
    const expected = run('emacs');
    fc.assert(
      fc.property(words, (word) => {
        fc.pre(!known.has(word));
        expect(run(word)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
