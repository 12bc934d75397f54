/** Name under which the server introduces itself, to MCP clients and to TCSS. */
export const NAME = 'tcss-mcp-server';

/** Where the project is; equal to package.json's homepage without its anchor. */
export const HOMEPAGE = 'https://github.com/tcss-mcp/tcss-mcp-server';

/** Equal to package.json's version; a test holds the two together. */
export const VERSION = '0.1.0';

/** assets/icon.png at 32 by 32 pixels, since clients of a local server load nothing for it. */
export const ICON =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAmklEQVR42mNgQAO87gsbgHg/EP+nMgaZ2cCAC0At/k8n3DCQlmM6YgAsB+OB9D0iFGiU4IhOmAwDaDkkGnBJtC2+8J9aAGQWyQ6gNhh1wNBLAwOeC8ChEFNEFUyWAw6lRf3/X+BMFQwyi/RESCXLYXjoOWDAo2DAE+FoZTRaF4xWRvTMBQPeKB3YZvmAd0wGRddswDunA9k9BwDvzl3kmQ33PAAAAABJRU5ErkJggg==';
