/**
 * Plays the conversations of test/evals against the built server with --demo and prints what each cost. No model
 * is asked: what is judged is whether the answers let an assistant say what is right, and nothing that is wrong.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/**
 * One call and what its answer must allow. Texts in `args` that begin with `$.` are paths into the answer before.
 * @typedef {{
 *   tool: string;
 *   args: Record<string, unknown>;
 *   error?: boolean;
 *   says?: string[];
 *   never?: string[];
 *   holds?: Record<string, unknown>;
 * }} Turn
 * @typedef {{ person: string; may_say: string; turns: Turn[] }} Conversation
 * @typedef {{ text: string; structured: unknown; isError: boolean }} Answer
 */

const FOLDER = fileURLToPath(new URL('../test/evals/', import.meta.url));

/**
 * Every conversation by its name.
 * @returns {[name: string, conversation: Conversation][]}
 */
export function conversations() {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(FOLDER + file, 'utf8'))]);
}

/**
 * Plays one conversation; gives what was wrong and the tokens of all its answers, in text.
 * @param {Conversation} conversation
 * @param {(tool: string, args: Record<string, unknown>) => Promise<Answer>} callTool
 */
export async function play({ turns }, callTool) {
  /** @type {string[]} */
  const faults = [];
  let tokens = 0;
  /** @type {unknown} */
  let before;
  for (const [at, turn] of turns.entries()) {
    const args = Object.fromEntries(
      Object.entries(turn.args).map(([name, value]) => [
        name,
        typeof value === 'string' && value.startsWith('$.') ? valueAt(before, value.slice(2)) : value,
      ]),
    );
    const answer = await callTool(turn.tool, args);
    tokens += countTokens(answer.text);
    before = answer.structured;
    faults.push(...judge(turn, answer).map((fault) => `turn ${at + 1}: ${fault}`));
  }
  return { faults, tokens };
}

/**
 * @param {Turn} turn
 * @param {Answer} answer
 */
function judge({ error = false, says = [], never = [], holds = {} }, { text, structured, isError }) {
  return [
    ...(isError === error ? [] : [isError ? 'is an error' : 'is no error']),
    ...says.filter((words) => !text.includes(words)).map((words) => `does not say "${words}"`),
    ...never.filter((words) => text.includes(words)).map((words) => `says "${words}"`),
    ...Object.entries(holds)
      .filter(([path, value]) => JSON.stringify(valueAt(structured, path)) !== JSON.stringify(value))
      .map(([path]) => `${path} is ${JSON.stringify(valueAt(structured, path))}`),
  ];
}

/**
 * The value at a path such as `candidates.0.id`; `length` counts a list.
 * @param {unknown} value
 * @param {string} path
 * @returns {unknown}
 */
function valueAt(value, path) {
  return path
    .split('.')
    .reduce((found, key) => /** @type {Record<string, unknown> | undefined} */ (found)?.[key], value);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const client = new Client({ name: 'evals', version: '1.0.0' });
  const args = [fileURLToPath(new URL('../dist/main.js', import.meta.url)), '--demo'];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
  const listed = countTokens(JSON.stringify((await client.listTools()).tools));
  console.log(
    `tools/list: ${listed} tokens\n\n| Conversation | Calls | Tokens of the answers | |\n|---|---|---|---|`,
  );
  for (const [name, conversation] of conversations()) {
    const { faults, tokens } = await play(conversation, async (tool, given) => {
      const { content, structuredContent, isError } = await client.callTool({ name: tool, arguments: given });
      const [first] = /** @type {{ text: string }[]} */ (content);
      return { text: first?.text ?? '', structured: structuredContent, isError: isError === true };
    });
    console.log(`| ${name} | ${conversation.turns.length} | ${tokens} | ${faults.join('; ') || 'right'} |`);
    if (faults.length > 0) process.exitCode = 1;
  }
  await client.close();
}
