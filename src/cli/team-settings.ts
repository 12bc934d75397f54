/** How clients take a team's deployment: by its URL, with the caller's token in the client's own way. Data, mostly. */

/** The variable, or the input, in which a person keeps the token. */
const TOKEN = 'TCSS_MCP_TOKEN';

/** What stands in the place of a token where a client cannot refer to a variable. */
const PLACEHOLDER = 'YOUR_TOKEN';

/** An entry of a client's settings, what VS Code must ask for, and where the token comes from. */
export interface TeamEntry {
  readonly server: Readonly<Record<string, unknown>>;
  readonly inputs: readonly object[];
  readonly note: string;
}

const headers = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

const fromEnvironment = (client: string) =>
  `The token comes from the variable \`${TOKEN}\` of the environment that ${client} was started in.`;

const LITERAL = `Replace \`${PLACEHOLDER}\` by your token, and keep the file to yourself: whoever has the token is you.`;

/** By the name that `config` takes. Their forms follow the clients' documentation. */
const ENTRIES: Readonly<Record<string, (url: string) => Omit<TeamEntry, 'inputs'> & Partial<TeamEntry>>> = {
  'claude-desktop': (url) => ({
    server: {
      command: 'npx',
      // Without a blank in it: on Windows arguments with blanks are cut.
      args: ['-y', 'mcp-remote', url, '--header', `Authorization:\${AUTHORIZATION}`],
      env: { AUTHORIZATION: `Bearer ${PLACEHOLDER}` },
    },
    note: `This file takes no URL, so \`mcp-remote\` stands in between. ${LITERAL} Where the deployment has an OAuth issuer, add its URL as a custom connector in the settings instead.`,
  }),
  'claude-code': (url) => ({
    server: { type: 'http', url, ...headers(`\${${TOKEN}}`) },
    note: fromEnvironment('Claude Code'),
  }),
  cursor: (url) => ({ server: { url, ...headers(`\${env:${TOKEN}}`) }, note: fromEnvironment('Cursor') }),
  vscode: (url) => ({
    server: { type: 'http', url, ...headers(`\${input:${TOKEN}}`) },
    inputs: [
      { type: 'promptString', id: TOKEN, description: 'Token of the TCSS MCP server', password: true },
    ],
    note: 'VS Code asks for the token at the first start and keeps it in its secret storage.',
  }),
  windsurf: (url) => ({
    server: { serverUrl: url, ...headers(`\${env:${TOKEN}}`) },
    note: fromEnvironment('Windsurf'),
  }),
  zed: (url) => ({ server: { url, ...headers(PLACEHOLDER) }, note: LITERAL }),
  gemini: (url) => ({
    server: { httpUrl: url, ...headers(`\${${TOKEN}}`) },
    note: fromEnvironment('Gemini CLI'),
  }),
  'qwen-code': (url) => ({ server: { httpUrl: url, ...headers(PLACEHOLDER) }, note: LITERAL }),
  codebuddy: (url) => ({ server: { type: 'http', url, ...headers(PLACEHOLDER) }, note: LITERAL }),
  'cherry-studio': (url) => ({
    server: { type: 'streamableHttp', baseUrl: url, ...headers(PLACEHOLDER) },
    note: LITERAL,
  }),
  codex: (url) => ({ server: { url, bearer_token_env_var: TOKEN }, note: fromEnvironment('Codex') }),
};

/** The entry for a server at `url`; undefined for a client whose form is not known. */
export function teamEntry(client: string, url: string): TeamEntry | undefined {
  const entry = Object.hasOwn(ENTRIES, client) ? ENTRIES[client]?.(url) : undefined;
  return entry && { inputs: [], ...entry };
}
