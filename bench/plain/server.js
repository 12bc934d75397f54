/**
 * The plainest server a user would write today: the SDK's McpServer, the official client, one tool
 * that hands on the service's JSON. One call gives one page, at most 100 rows.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import tcss from 'tencentcloud-sdk-nodejs/tencentcloud/services/tcss/v20201101/index.js';
import { z } from 'zod';

const { TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, TCSS_ENDPOINT } = process.env;
const { protocol, host } = new URL(TCSS_ENDPOINT ?? 'https://tcss.intl.tencentcloudapi.com');
const client = new tcss.v20201101.Client({
  credential: { secretId: TENCENTCLOUD_SECRET_ID ?? '', secretKey: TENCENTCLOUD_SECRET_KEY ?? '' },
  profile: { httpProfile: { protocol: `${protocol}//`, endpoint: host } },
});

const server = new McpServer({ name: 'plain', version: '1.0.0' });
server.registerTool(
  'list_image_risks',
  {
    description: 'Lists the high-risk behaviours of a registry image in Tencent Cloud TCSS.',
    inputSchema: {
      image_id: z.number().int().describe('Id of the image in TCSS'),
      offset: z.number().int().default(0).describe('Row to start at'),
      limit: z.number().int().max(100).default(100).describe('Rows to return'),
    },
  },
  async ({ image_id, offset, limit }) => {
    const page = await client.DescribeAssetImageRegistryRiskInfoList({
      Id: image_id,
      Offset: offset,
      Limit: limit,
    });
    return { content: [{ type: 'text', text: JSON.stringify(page) }] };
  },
);
await server.connect(new StdioServerTransport());
