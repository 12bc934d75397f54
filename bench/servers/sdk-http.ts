/** The same server behind the SDK's own transport for HTTP: one server and one transport a POST, on node:http. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { parseConfig } from '../../src/config.ts';
import { LISTS } from '../../src/lists.ts';
import { offerOf } from '../../src/offer.ts';
import { openPipeline } from '../../src/pipeline.ts';
import { connect } from '../../src/server.ts';

const { env, platform } = process;
const writeError = (line: string) => process.stderr.write(line);
const config = parseConfig(env);
const offer = offerOf(LISTS, config);
const { answers } = openPipeline(config, { demo: false, env, platform, writeError });
const server = createServer((request, response) => {
  // Without sessions; answers are streams, or progress would be lost.
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined } as never);
  const connection = connect(transport as never, offer, async () => answers);
  response.once('close', () => void connection.close());
  void transport.handleRequest(request, response);
});
server.listen(0, '127.0.0.1', () => {
  process.stderr.write(`MCP at http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp\n`);
});
