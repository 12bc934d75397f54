/**
 * Writes what describes the server to others: schemas/, which holds the JSON Schema of each tool's input
 * and output and of the settings, and the tools of manifest.json.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zodToJsonSchema } from 'zod-to-json-schema';
import { importSources } from './import-sources.js';

/**
 * @typedef {{ name: string, description: string, inputSchema: object, outputSchema: object }} Tool
 * @typedef {import('zod/v3').AnyZodObject} Settings
 */

const FOLDER = 'schemas';

/**
 * Every schema by its file's name.
 * @param {readonly Tool[]} tools as tools/list gives them
 * @param {Settings} settings
 * @param {Readonly<Record<string, string>>} descriptions of the settings
 * @returns {Record<string, object>}
 */
export function schemaFiles(tools, settings, descriptions) {
  return Object.fromEntries([
    ...tools.flatMap(({ name, inputSchema, outputSchema }) => [
      [`${name}.input.json`, inputSchema],
      [`${name}.output.json`, outputSchema],
    ]),
    ['settings.json', settingsSchema(settings, descriptions)],
  ]);
}

/**
 * The tools as manifest.json lists them.
 * @param {readonly Tool[]} tools
 */
export function manifestTools(tools) {
  return tools.map(({ name, description }) => ({ name, description }));
}

/**
 * The settings as they stand in the environment: text, whatever is read out of it. Other variables may
 * stand beside them.
 * @param {Settings} settings
 * @param {Readonly<Record<string, string>>} descriptions
 */
function settingsSchema(settings, descriptions) {
  const { $schema, additionalProperties, ...schema } = /** @type {any} */ (
    zodToJsonSchema(settings, { $refStrategy: 'none', pipeStrategy: 'input' })
  );
  const properties = Object.entries(schema.properties).map(([name, property]) => [
    name,
    { ...property, description: descriptions[name] },
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/**
 * The descriptions of the settings, which server.json holds for the MCP registry.
 * @param {{ packages: readonly { environmentVariables: readonly { name: string, description: string }[] }[] }} server
 */
export function settingDescriptions(server) {
  const variables = server.packages[0]?.environmentVariables ?? [];
  return Object.fromEntries(variables.map(({ name, description }) => [name, description]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { tools, listTools, settings } = await importSources(`
    export { tools } from './src/tools/index.ts';
    export { listTools } from './src/lists.ts';
    export { settings } from './src/config.ts';
  `);
  const list = listTools(tools);
  const server = JSON.parse(readFileSync('server.json', 'utf8'));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [file, schema] of Object.entries(schemaFiles(list, settings, settingDescriptions(server)))) {
    writeFileSync(`${FOLDER}/${file}`, JSON.stringify(schema));
  }
  const manifest = JSON.parse(readFileSync('manifest.json', 'utf8'));
  writeFileSync('manifest.json', JSON.stringify({ ...manifest, tools: manifestTools(list) }));
  execFileSync('npx', ['biome', 'format', '--write', FOLDER, 'manifest.json'], { stdio: 'inherit' });
}
