/** What describes the package to others says the same as the package itself: server.json and manifest.json. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import marketplace from '../../.claude-plugin/marketplace.json' with { type: 'json' };
import manifest from '../../manifest.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };
import claudePlugin from '../../plugin/.claude-plugin/plugin.json' with { type: 'json' };
import claudeServers from '../../plugin/.mcp.json' with { type: 'json' };
import pluginServers from '../../plugin/mcp.json' with { type: 'json' };
import plugin from '../../plugin/plugin.json' with { type: 'json' };
import { manifestTools } from '../../scripts/schemas.js';
import server from '../../server.json' with { type: 'json' };
import { parseConfig, SETTINGS, Secret, settings } from '../../src/config.ts';
import { HTTP_SETTINGS, httpVariables, parseHttpSettings } from '../../src/http-server/settings.ts';
import { listTools } from '../../src/lists.ts';
import { tools } from '../../src/tools/index.ts';
import { HOMEPAGE } from '../../src/version.ts';

/** Also HTTPS_PROXY, which may hold a password. */
const SECRETS = ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_TOKEN', 'HTTPS_PROXY'];

const defaults: Readonly<Record<string, unknown>> = settings.parse({});

describe('server.json for the MCP registry', () => {
  const [listed, forTeams, ...others] = server.packages;
  const variables: readonly {
    name: string;
    description: string;
    isRequired: boolean;
    isSecret?: boolean;
    default?: string;
    choices?: readonly string[];
  }[] = listed?.environmentVariables ?? [];

  test('has the name by which the registry finds its owner in package.json', () => {
    expect(server.name).toBe(packageJson.mcpName);
    expect(server.name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    expect(server.$schema).toMatch(/\/schemas\/\d{4}-\d\d-\d\d\/server\.schema\.json$/);
    expect(server.description.length).toBeLessThanOrEqual(100);
    expect(readFileSync('Dockerfile', 'utf8')).toContain(
      `LABEL io.modelcontextprotocol.server.name="${server.name}"`,
    );
  });

  test('offers the npm package in its version, over stdio', () => {
    expect(server.version).toBe(packageJson.version);
    expect(others).toEqual([]);
    expect(listed).toMatchObject({
      registryType: 'npm',
      identifier: packageJson.name,
      version: packageJson.version,
      transport: { type: 'stdio' },
    });
  });

  test('offers the same over HTTP, with the settings of that alone', () => {
    const { environmentVariables, ...start } = forTeams ?? { environmentVariables: [] };
    const given: Readonly<Record<string, unknown>> = httpVariables.parse({});

    expect(start).toMatchObject({
      identifier: packageJson.name,
      version: packageJson.version,
      packageArguments: [{ type: 'positional', value: 'http' }],
      transport: { type: 'streamable-http', url: parseHttpSettings({}).url.href },
    });
    expect(environmentVariables.map(({ name }) => name)).toEqual(HTTP_SETTINGS);
    expect(environmentVariables.filter(({ isRequired }) => isRequired)).toEqual([]);
    for (const { name, ...variable } of environmentVariables) {
      const preset = 'default' in variable ? variable.default : undefined;
      expect(preset === undefined, name).toBe(given[name] === undefined);
      expect(httpVariables.parse({ [name]: preset }), name).toEqual(given);
    }
  });

  test('names every setting, none of them required, and says which are secret', () => {
    expect(variables.map(({ name }) => name)).toEqual(SETTINGS);
    expect(variables.filter(({ isSecret }) => isSecret).map(({ name }) => name)).toEqual(SECRETS);
    expect(variables.filter(({ isRequired }) => isRequired)).toEqual([]);
  });

  test('marks as secret what the settings themselves treat as one', () => {
    const { credentials } = parseConfig(
      Object.fromEntries(SECRETS.slice(0, 3).map((name) => [name, 'FAKE'])),
    );

    expect(Object.values(credentials).filter((value) => value instanceof Secret)).toHaveLength(3);
  });

  test('gives the defaults and choices that the settings have', () => {
    for (const { name, default: preset, choices = [] } of variables) {
      const own = defaults[name] instanceof URL ? new URL(preset ?? '').href : preset;
      expect(own, name).toBe(defaults[name] === undefined ? undefined : String(defaults[name]));
      for (const choice of choices) expect(() => parseConfig({ [name]: choice })).not.toThrow();
      if (choices.length > 0) expect(() => parseConfig({ [name]: `${choices[0]}x` })).toThrow();
    }
  });
});

describe('manifest.json for Claude Desktop', () => {
  const { mcp_config: start, entry_point: entryPoint } = manifest.server;
  const asked: Readonly<Record<string, { default: string; sensitive?: boolean; required: boolean }>> =
    manifest.user_config;

  test('has the name, version, licence and Node of the package', () => {
    expect(manifest).toMatchObject({
      manifest_version: '0.3',
      name: packageJson.name,
      version: packageJson.version,
      license: packageJson.license,
      compatibility: { runtimes: { node: packageJson.engines.node } },
    });
  });

  test('lists the tools as tools/list does', () => {
    expect(manifest.tools).toEqual(manifestTools(listTools(tools)));
  });

  test('starts what the package starts', () => {
    expect(entryPoint).toBe(packageJson.bin['tcss-mcp-server']);
    expect(start).toMatchObject({ command: 'node', args: [`\${__dirname}/${entryPoint}`] });
  });

  test('asks for what it passes on and for nothing else; keys are sensitive, and nothing is required', () => {
    const names = Object.entries(start.env).map(([variable, value]) => {
      const [, name = ''] = /^\$\{user_config\.(\w+)\}$/.exec(value) ?? expect.fail(value);
      expect(asked[name]?.sensitive ?? false).toBe(SECRETS.includes(variable));
      expect(asked[name]?.required).toBe(false);
      expect(SETTINGS).toContain(variable);
      return name;
    });

    expect(names).toEqual(Object.keys(asked));
  });

  test('may leave everything empty, or unfilled as it stands', () => {
    const empty = Object.fromEntries(
      Object.keys(start.env).map((name, index) => [name, Object.values(asked)[index]?.default]),
    );
    const untold = parseConfig({});

    expect(parseConfig(empty)).toEqual(untold);
    expect(parseConfig(start.env)).toEqual(untold);
  });
});

describe('the place of the project', () => {
  test('is the same in every file, and in the long form that npm publishes from', () => {
    expect(packageJson.repository).toEqual({ type: 'git', url: `git+${HOMEPAGE}.git` });
    expect(packageJson).toMatchObject({ homepage: `${HOMEPAGE}#readme`, bugs: `${HOMEPAGE}/issues` });
    expect(server).toMatchObject({ repository: { url: HOMEPAGE }, websiteUrl: packageJson.homepage });
    expect(manifest.repository).toEqual({ type: 'git', url: `${HOMEPAGE}.git` });
    expect(manifest).toMatchObject({ homepage: packageJson.homepage, support: packageJson.bugs });
    expect(plugin).toMatchObject({ homepage: packageJson.homepage, repository: HOMEPAGE });
    for (const link of [server.icons[0]?.src, manifest.documentation]) {
      const [, path = ''] = /\/main\/(.+)$/.exec(link ?? '') ?? [];
      expect(existsSync(path), link).toBe(true);
    }
  });

  test('has a picture of the size that is said', () => {
    const picture = readFileSync('assets/icon.png');
    expect(server.icons[0]?.sizes).toEqual([`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`]);
  });
});

describe('plugin/', () => {
  test('has the version, the name and the licence of the package', () => {
    const { version, license } = packageJson;

    expect(plugin).toMatchObject({ name: 'tcss', version, license });
    expect(claudePlugin).toMatchObject({ name: plugin.name, version, description: plugin.description });
    expect(marketplace.plugins).toEqual([
      { name: plugin.name, source: './plugin', description: plugin.description },
    ]);
  });

  test('starts the package, and holds no key', () => {
    const start = { command: 'npx', args: ['-y', packageJson.name] };

    expect(pluginServers.mcpServers).toEqual({ tcss: { type: 'stdio', ...start } });
    expect(claudeServers.mcpServers.tcss).toMatchObject(start);
    for (const [name, value] of Object.entries(claudeServers.mcpServers.tcss.env)) {
      expect(SETTINGS).toContain(name);
      expect(value).toBe(`\${${name}:-}`);
    }
  });

  test.each(readdirSync('plugin/skills'))('has a skill %s that names tools that are there', (name) => {
    const skill = readFileSync(`plugin/skills/${name}/SKILL.md`, 'utf8');
    const [, head = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(skill) ?? expect.fail('no head');
    const [, title, description = ''] = /^name: (\S+)\ndescription: (.+)$/.exec(head) ?? expect.fail(head);
    const named = [...body.matchAll(/`((?:find|list|compare|explain)_\w+)`/g)].map(([, tool]) => tool);

    expect(title).toBe(name);
    expect(name).toMatch(/^[a-z0-9-]{1,64}$/);
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(named.length).toBeGreaterThan(3);
    for (const tool of named) expect(tools.map((one) => one.name)).toContain(tool);
  });
});

describe('the workflow that publishes', () => {
  const workflow = readFileSync('.github/workflows/publish.yml', 'utf8');

  test('publishes to npm without a token, from the Node whose npm can, and npm before the registry that reads it', () => {
    expect(workflow).toContain('id-token: write');
    expect(workflow).toContain('node-version: 24');
    expect(workflow).not.toMatch(/^ +registry-url:|NODE_AUTH_TOKEN|NPM_TOKEN|pull_request/m);
    expect(workflow.indexOf('npm run check')).toBeLessThan(workflow.indexOf('npm publish'));
    expect(workflow.indexOf('npm publish')).toBeLessThan(workflow.indexOf('mcp-publisher publish'));
  });

  test('runs scripts that are there', () => {
    for (const [, script = ''] of workflow.matchAll(/npm run ([\w:]+)/g)) {
      expect(Object.keys(packageJson.scripts)).toContain(script);
    }
  });
});
