/** The SDK's low-level Server with no tools: the least that speaks MCP through the SDK. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const server = new Server({ name: 'low-level', version: '1.0.0' }, { capabilities: {} });
await server.connect(new StdioServerTransport());
