/** The outside judge of both protocol eras: serveStdio of @modelcontextprotocol/server, with the names of our menu. */
import type { Readable, Writable } from 'node:stream';
import { completable, McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

/** Serves one connection; it ends with `lines`. */
export function serveReference(lines: Readable, output: Writable): void {
  serveStdio(buildReference, { transport: new StdioServerTransport(lines, output) });
}

function buildReference(): McpServer {
  const server = new McpServer(
    { name: 'reference', title: 'Reference', version: '2.4.0' },
    { instructions: 'none' },
  );
  const text = 'as asked';
  server.registerTool(
    'list_image_risks',
    { description: text, inputSchema: z.object({ image_id: z.number() }) },
    async (_args, { mcpReq: { _meta, notify } }) => {
      const progressToken = _meta?.progressToken;
      if (progressToken !== undefined) {
        const params = { progressToken, progress: 1, total: 2, message: text };
        await notify({ method: 'notifications/progress', params });
      }
      return { content: [{ type: 'text', text }], structuredContent: {} };
    },
  );
  server.registerPrompt(
    'review_image',
    { description: text, argsSchema: z.object({ image: completable(z.string(), () => []) }) },
    () => ({ description: text, messages: [{ role: 'user', content: { type: 'text', text } }] }),
  );
  return server;
}
