/** The MCP clients that `config` knows: where their settings are, their form, and how to keep keys out. Data only. */

/** Systems with different paths; any other counts as Linux. */
export type System = 'darwin' | 'win32' | 'linux';

/** How a client passes keys to a server without keeping them in its settings file. */
export type KeyForm =
  /** The client replaces `reference`, in which NAME stands for a variable, with the variable's value. */
  | { readonly kind: 'expanded'; readonly reference: string }
  /** The client asks once and keeps the answers; each variable is an input. */
  | { readonly kind: 'asked'; readonly reference: string }
  /** The client passes on the listed variables of its own environment. */
  | { readonly kind: 'forwarded' }
  /** The client has no such way. */
  | { readonly kind: 'none' };

/** What is known of one client. */
export interface ClientSettings {
  readonly title: string;
  /** Paths, or with `isDialog` where in its settings the snippet is pasted. */
  readonly files: Readonly<Record<System, string>>;
  readonly isDialog?: true;
  /** Another file of the same form, in Markdown, on the systems that have one. */
  readonly otherFile?: Readonly<Partial<Record<System, string>>>;
  readonly format: 'json' | 'toml';
  /** The key under which the settings hold servers by name. */
  readonly servers: 'mcpServers' | 'servers' | 'context_servers' | 'mcp_servers';
  /** What an entry holds before the command, and after everything. */
  readonly first?: Readonly<Record<string, string>>;
  readonly last?: Readonly<Record<string, number>>;
  /** On Windows too it starts `npx` itself. */
  readonly startsNpx?: true;
  readonly keys: KeyForm;
  /** Where keys come from, in Markdown that is also readable in a terminal. */
  readonly keysNote: string;
  /** What it needs before it starts a server, in the same form. */
  readonly approval?: string;
}

/** The name of this server in a client's settings. */
export const SERVER = 'tcss';

/** The variables that hold keys, and how to ask a person for them. */
export const KEY_VARIABLES = {
  TENCENTCLOUD_SECRET_ID: 'Tencent Cloud SecretId',
  TENCENTCLOUD_SECRET_KEY: 'Tencent Cloud SecretKey',
  TENCENTCLOUD_TOKEN: 'Token of temporary credentials',
} as const;

/** Lasting keys have none, so clients that ask for keys do not ask for it. */
export const OPTIONAL_KEY_VARIABLE = 'TENCENTCLOUD_TOKEN';

const FROM_FILES =
  'The server reads them from `~/.tccli/default.credential`, which `tccli configure` writes, or from `~/.tencentcloud/credentials`.';

const UNSET = 'What is not set counts as missing; without any, the credential files are read.';

const inHome = (path: string): Record<System, string> => ({
  darwin: `~/${path}`,
  win32: `%USERPROFILE%\\${path.replaceAll('/', '\\')}`,
  linux: `~/${path}`,
});

const everywhere = (file: string): Record<System, string> => ({ darwin: file, win32: file, linux: file });

/** By the name that `config` takes, in the order in which it lists them. Their forms follow the clients' documentation. */
export const CLIENTS: Readonly<Record<string, ClientSettings>> = {
  'claude-desktop': {
    title: 'Claude Desktop',
    files: {
      darwin: '~/Library/Application Support/Claude/claude_desktop_config.json',
      win32: '%APPDATA%\\Claude\\claude_desktop_config.json',
      linux: '~/.config/Claude/claude_desktop_config.json',
    },
    // Windows gives a packaged app its own folder instead of %APPDATA%, with the publisher at the end of its name.
    otherFile: {
      win32:
        '`%LOCALAPPDATA%\\Packages\\Claude_*\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json` if that folder exists, since the app as an MSIX package reads no other file',
    },
    format: 'json',
    servers: 'mcpServers',
    keys: { kind: 'none' },
    keysNote: `Claude Desktop expands no variables, so the settings hold no keys. ${FROM_FILES} The extension that \`npm run mcpb\` packs from a checkout asks for them instead, as sensitive values, which Claude Desktop keeps out of this file.`,
  },
  'claude-code': {
    title: 'Claude Code',
    files: everywhere('.mcp.json'),
    otherFile: everywhere('`~/.claude.json` for every project'),
    format: 'json',
    servers: 'mcpServers',
    first: { type: 'stdio' },
    // With a default, since without one an unset variable arrives as its own name, with a warning.
    keys: { kind: 'expanded', reference: `\${NAME:-}` },
    keysNote: `Keys come from the environment that Claude Code was started in. ${UNSET}`,
    approval:
      "Claude Code starts a server of a project's `.mcp.json` only when you have approved it: it asks when it is started in the project, and `/mcp` approves it later.",
  },
  cursor: {
    title: 'Cursor',
    files: inHome('.cursor/mcp.json'),
    otherFile: everywhere('`.cursor/mcp.json` of a project'),
    format: 'json',
    servers: 'mcpServers',
    first: { type: 'stdio' },
    keys: { kind: 'expanded', reference: `\${env:NAME}` },
    keysNote: `Keys come from the environment that Cursor was started in. ${UNSET}`,
  },
  vscode: {
    title: 'VS Code',
    files: { darwin: '.vscode/mcp.json', win32: '.vscode\\mcp.json', linux: '.vscode/mcp.json' },
    otherFile: everywhere('the file that the command `MCP: Open User Configuration` opens'),
    format: 'json',
    servers: 'servers',
    first: { type: 'stdio' },
    keys: { kind: 'asked', reference: `\${input:NAME}` },
    keysNote: `VS Code asks for the keys at the first start and keeps them in its secret storage. Temporary credentials need \`TENCENTCLOUD_TOKEN\` as a third input. To use the credential files, take \`inputs\` and \`env\` out. ${FROM_FILES}`,
  },
  windsurf: {
    title: 'Windsurf',
    files: inHome('.codeium/windsurf/mcp_config.json'),
    format: 'json',
    servers: 'mcpServers',
    keys: { kind: 'expanded', reference: `\${env:NAME}` },
    keysNote: `Keys come from the environment that Windsurf was started in. ${UNSET}`,
  },
  zed: {
    title: 'Zed',
    files: {
      darwin: '~/.config/zed/settings.json',
      win32: '%APPDATA%\\Zed\\settings.json',
      linux: '~/.config/zed/settings.json',
    },
    format: 'json',
    servers: 'context_servers',
    first: { source: 'custom' },
    keys: { kind: 'none' },
    keysNote: `Zed documents no expansion of variables, so the settings hold no keys. ${FROM_FILES}`,
  },
  gemini: {
    title: 'Gemini CLI',
    files: inHome('.gemini/settings.json'),
    otherFile: everywhere('`.gemini/settings.json` of a project'),
    format: 'json',
    servers: 'mcpServers',
    // `$NAME` works too, but when it is not set it arrives unchanged and is taken for a key.
    keys: { kind: 'expanded', reference: `\${NAME}` },
    keysNote: `Keys come from the environment that Gemini CLI was started in. ${UNSET}`,
    approval:
      'With trusted folders turned on, Gemini CLI starts servers only in a folder that you trust, those of `~/.gemini/settings.json` too: `/permissions` changes that.',
  },
  codex: {
    title: 'Codex',
    files: inHome('.codex/config.toml'),
    otherFile: everywhere('`.codex/config.toml` of a project that you trust'),
    format: 'toml',
    servers: 'mcp_servers',
    // Its default of 10 s is short for a first download by npx.
    last: { startup_timeout_sec: 30 },
    keys: { kind: 'forwarded' },
    keysNote: `Codex expands nothing: it forwards the variables of \`env_vars\` from the environment it was started in. ${UNSET}`,
  },
  trae: {
    title: 'Trae',
    files: { darwin: '.trae/mcp.json', win32: '.trae\\mcp.json', linux: '.trae/mcp.json' },
    otherFile: everywhere('what its settings take under MCP, added by hand (手动添加)'),
    format: 'json',
    servers: 'mcpServers',
    keys: { kind: 'none' },
    keysNote: `Trae documents no expansion of variables, so the settings hold no keys. ${FROM_FILES}`,
    approval:
      "Trae reads a project's `.trae/mcp.json` only when its settings turn project MCP on (项目级 MCP). It uses the tools; it shows no prompts.",
  },
  codebuddy: {
    title: 'CodeBuddy',
    files: inHome('.codebuddy.json'),
    otherFile: everywhere('`.mcp.json` of a project'),
    format: 'json',
    servers: 'mcpServers',
    first: { type: 'stdio' },
    keys: { kind: 'none' },
    keysNote: `CodeBuddy documents no expansion of variables, so the settings hold no keys. ${FROM_FILES}`,
    approval: "CodeBuddy asks for approval before it starts a server of a project's `.mcp.json`.",
  },
  'cherry-studio': {
    title: 'Cherry Studio',
    files: everywhere('Settings > MCP Servers > Add > Import from JSON'),
    isDialog: true,
    format: 'json',
    servers: 'mcpServers',
    first: { type: 'stdio' },
    // It replaces `npx` with the Bun that it brings.
    startsNpx: true,
    keys: { kind: 'none' },
    keysNote: `Cherry Studio documents no expansion of variables, so the settings hold no keys. ${FROM_FILES}`,
    approval: 'Cherry Studio adds what a link holds switched off: switch it on in the list.',
  },
  'qwen-code': {
    title: 'Qwen Code',
    files: inHome('.qwen/settings.json'),
    otherFile: everywhere('`.qwen/settings.json` of a project'),
    format: 'json',
    servers: 'mcpServers',
    keys: { kind: 'none' },
    keysNote: `The settings hold no keys. ${FROM_FILES}`,
  },
};
