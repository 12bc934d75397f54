/** The SDK's protocol schemas as they stand in the bundle, beside the SDK's own. */
import { readFileSync } from 'node:fs';
import * as eager from '@modelcontextprotocol/sdk/types.js';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { withLazySchemas } from '../scripts/lazy-schemas.js';

const FILE = 'node_modules/@modelcontextprotocol/sdk/dist/esm/types.js';

/** What the SDK held when this was written: another number is another SDK, and the bundle wants a look. */
const SCHEMAS = 159;

const { code, count } = withLazySchemas(readFileSync(FILE, 'utf8'));

interface Schema {
  safeParse(value: unknown): { success: boolean; data?: unknown };
}
type Schemas = Readonly<Record<string, Schema>>;

const schemasOf = (module: object): Schemas =>
  Object.fromEntries(Object.entries(module).filter(([name]) => name.endsWith('Schema')));

async function lazySchemas(): Promise<Schemas> {
  const stdin = { contents: code, resolveDir: '.', sourcefile: 'types.js' };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm', platform: 'node' });
  const [{ text } = { text: '' }] = outputFiles;
  return schemasOf(await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`));
}

const params = { name: 'find_images', arguments: { limit: 1 }, _meta: { progressToken: 7 } };
const clientInfo = { name: 'test', version: '1.0.0' };
const SAMPLES: readonly unknown[] = [
  undefined,
  null,
  7,
  'text',
  [],
  {},
  { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
  { method: 'tools/call', params, extra: true },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 'a', result: { content: [{ type: 'text', text: 'a' }], isError: true } },
  { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'a' } },
  {
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: { roots: {} }, clientInfo },
  },
  {
    method: 'completion/complete',
    params: { ref: { type: 'ref/prompt', name: 'a' }, argument: { name: 'a', value: '' } },
  },
  { content: [{ type: 'resource_link', uri: 'tcss://a', name: 'a' }], structuredContent: { a: [1] } },
  { type: 'text', text: 'a', annotations: { audience: ['user'], priority: 2 } },
  clientInfo,
];

describe('withLazySchemas', () => {
  test('finds every schema of the SDK, and makes none', () => {
    expect(count).toBe(SCHEMAS);
    expect(code.match(/^(?:export )?const \w+Schema = (?!.*lazySchema\(\(\) => )/gm)).toBeNull();
  });

  test('the schemas accept, refuse and give what those of the SDK do', async () => {
    const own = schemasOf(eager);
    const lazy = await lazySchemas();

    expect(Object.keys(lazy).sort()).toEqual(Object.keys(own).sort());
    for (const [name, schema] of Object.entries(lazy)) {
      for (const sample of SAMPLES) {
        const { success, data } = schema.safeParse(sample);
        expect({ name, success, data }).toEqual({
          name,
          success: own[name]?.safeParse(sample).success,
          data: own[name]?.safeParse(sample).data,
        });
      }
    }
  });
});
