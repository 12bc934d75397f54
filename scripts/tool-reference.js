/** Writes the tool reference of the README from the tools that the built server lists. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/**
 * A property of a published schema.
 * @typedef {{
 *   type?: string;
 *   description?: string;
 *   enum?: readonly string[];
 *   items?: Schema;
 *   minimum?: number;
 *   maximum?: number;
 *   default?: unknown;
 * }} Schema
 * @typedef {{
 *   name: string;
 *   description: string;
 *   inputSchema: { properties?: Readonly<Record<string, Schema>>; required?: readonly string[] };
 * }} Tool
 */

/** Between these lines the reference stands. */
export const MARKS = ['<!-- tools -->', '<!-- /tools -->'];

/**
 * The reference in Markdown, a section a tool.
 * @param {readonly Tool[]} tools
 */
export function toolReference(tools) {
  return tools.map(section).join('\n\n');
}

/** @param {Tool} tool */
function section({ name, description, inputSchema: { properties = {}, required = [] } }) {
  const rows = Object.entries(properties).map(
    ([argument, schema]) =>
      `| \`${argument}\` | ${typeOf(schema)}${required.includes(argument) ? ', required' : ''} | ${(schema.description ?? '').replaceAll('|', '\\|')} |`,
  );
  return `### \`${name}\`\n\n${description}\n\n| Argument | Type | Meaning |\n|---|---|---|\n${rows.join('\n')}`;
}

/**
 * @param {Schema} schema
 * @returns {string}
 */
function typeOf({ type, enum: words, items, minimum, maximum, default: preset }) {
  const what =
    words?.map((word) => `\`${word}\``).join(', ') ??
    (type === 'array' ? `array of ${typeOf(items ?? {})}` : type);
  const range = [
    minimum === undefined ? '' : ` from ${minimum}`,
    maximum === undefined ? '' : ` to ${maximum}`,
  ].join('');
  return `${what}${range}${preset === undefined ? '' : `; default \`${preset}\``}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const client = new Client({ name: 'tool-reference', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ['dist/main.js'] }));
  const { tools } = await client.listTools();
  await client.close();
  const readme = readFileSync('README.md', 'utf8');
  const [before] = readme.split(MARKS[0] ?? '');
  const after = readme.split(MARKS[1] ?? '')[1];
  const reference = toolReference(/** @type {Tool[]} */ (tools));
  writeFileSync('README.md', `${before}${MARKS[0]}\n\n${reference}\n\n${MARKS[1]}${after}`);
}
