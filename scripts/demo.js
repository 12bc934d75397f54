/** Asks the built server, started with --demo under the SDK's own client, and prints what an assistant sees. */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/** @typedef {import('@modelcontextprotocol/sdk/types.js').CallToolResult} Answer */

/**
 * What is asked, in this order; `isRight` says whether the answer is what the demo's account holds.
 * `args` may go on from the answer before.
 * @type {{
 *   question: string;
 *   tool: string;
 *   args: Record<string, unknown> | ((before: Answer | undefined) => Record<string, unknown>);
 *   isRight: (answer: Answer) => boolean;
 * }[]}
 */
const QUESTIONS = [
  {
    question: 'What is risky in image 6947412?',
    tool: 'list_image_risks',
    args: { image_id: 6947412 },
    isRight: (answer) => coverage(answer)?.total === 37 && textOf(answer).includes('37 findings'),
  },
  {
    question: 'And in platform/pause:3.9?',
    tool: 'list_image_risks',
    args: { image: 'platform/pause:3.9' },
    isRight: (answer) => answer.structuredContent?.['empty_because'] === 'clean',
  },
  {
    question: 'Is image 1234567 fit to ship?',
    tool: 'list_image_risks',
    args: { image_id: 1234567 },
    isRight: (answer) => answer.isError === true && textOf(answer).includes('ResourceNotFound'),
  },
  {
    question: 'The scanner shows 658 alerts for image 6947411. Do I have 658 problems?',
    tool: 'list_image_risks',
    args: { image_id: 6947411 },
    isRight: (answer) => textOf(answer).includes('all 658 matching rows read: 1 finding.'),
  },
  {
    question: 'Image 6947413 has thousands of risks. Which five come first?',
    tool: 'list_image_risks',
    args: { image_id: 6947413, limit: 5 },
    isRight: (answer) => coverage(answer)?.total === 5000 && textOf(answer).includes('1 to 5 shown'),
  },
  {
    question: 'And the next three?',
    tool: 'list_image_risks',
    args: (before) => ({ image_id: 6947413, limit: 3, cursor: before && coverage(before)?.next_cursor }),
    isRight: (answer) => textOf(answer).includes('6 to 8 shown'),
  },
  {
    question: 'Was sandbox/legacy:0.9 ever checked?',
    tool: 'list_image_risks',
    args: { image: 'sandbox/legacy:0.9' },
    isRight: (answer) => answer.structuredContent?.['empty_because'] === 'scan_failed',
  },
];

const client = new Client({ name: 'demo', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: ['dist/main.js', '--demo'],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  }),
);

heading('Tools');
for (const { name, title, inputSchema } of (await client.listTools()).tools) {
  console.log(`${name}: ${title}\n  arguments: ${Object.keys(inputSchema.properties ?? {}).join(', ')}`);
}

let wrong = 0;
/** @type {Answer | undefined} */
let before;
for (const { question, tool, args: given, isRight } of QUESTIONS) {
  const args = typeof given === 'function' ? given(before) : given;
  const answer = /** @type {Answer} */ (await client.callTool({ name: tool, arguments: args }));
  heading(`"${question}"`);
  console.log(`${tool} ${JSON.stringify(args)}\n\n${textOf(answer)}\n`);
  console.log(`(${answer.isError ? 'a tool error; ' : ''}${sizes(answer)})`);
  before = answer;
  if (!isRight(answer)) {
    wrong += 1;
    console.log('This is NOT what the demo should answer.');
  }
}
await client.close();
console.log(`\n${QUESTIONS.length - wrong} of ${QUESTIONS.length} answers are what they should be.`);
process.exitCode = wrong === 0 ? 0 : 1;

/** @param {string} text */
function heading(text) {
  console.log(process.stdout.isTTY ? `\n\x1b[1m${text}\x1b[0m` : `\n${text}`);
}

/** @param {Answer} answer */
function textOf({ content }) {
  return content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
}

/** @param {Answer} answer */
function coverage({ structuredContent }) {
  return /** @type {{ total?: number, next_cursor?: string } | undefined} */ (
    structuredContent?.['coverage']
  );
}

/** @param {Answer} answer */
function sizes({ structuredContent, ...answer }) {
  const text = `text: ${Buffer.byteLength(textOf(answer))} bytes`;
  if (structuredContent === undefined) return text;
  return `${text}, structuredContent: ${Buffer.byteLength(JSON.stringify(structuredContent))} bytes`;
}
