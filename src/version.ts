/** Name under which the server introduces itself, to MCP clients and to TCSS. */
export const NAME = 'tcss-mcp-server';

/** Where the project is; equal to package.json's homepage without its anchor. */
export const HOMEPAGE = 'https://github.com/tcss-mcp/tcss-mcp-server';

/** Equal to package.json's version; a test holds the two together. */
export const VERSION = '0.1.0';
