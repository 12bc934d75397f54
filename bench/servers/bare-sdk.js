/** The SDK's McpServer with one small tool, as its README begins. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'bare-sdk', version: '1.0.0' });
server.registerTool(
  'greet',
  { description: 'Greets a person.', inputSchema: { name: z.string().describe('who is greeted') } },
  ({ name }) => ({ content: [{ type: 'text', text: `Hello ${name}` }] }),
);
await server.connect(new StdioServerTransport());
