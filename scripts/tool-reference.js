/** The tools in Markdown, as tools/list gives them: a table to choose from, and all their arguments. */

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

/**
 * A line a tool, with a link to its arguments and what it is for.
 * @param {readonly { readonly name: string; readonly whenToUse: string }[]} tools
 */
export function toolTable(tools) {
  const lines = tools.map(
    ({ name, whenToUse }) =>
      `| [\`${name}\`](docs/tools.md#${name}) | ${whenToUse[0]?.toUpperCase()}${whenToUse.slice(1)} |`,
  );
  return ['| Tool | What it answers |', '|---|---|', ...lines].join('\n');
}

/**
 * A section a tool.
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
