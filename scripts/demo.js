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
    question: 'The scanner shows 658 alerts for image 6947411. Do I have 658 problems?',
    tool: 'list_image_risks',
    args: { image_id: 6947411 },
    isRight: (answer) => textOf(answer).includes('all 658 matching rows read: 1 finding.'),
  },
  {
    question: 'Which of our images are the riskiest?',
    tool: 'find_images',
    args: { sort: 'risks', limit: 5 },
    isRight: (answer) => textOf(answer).includes('1 to 5 shown'),
  },
  {
    question: 'Which ones leak credentials?',
    tool: 'find_images',
    args: { behaviors: [3], limit: 5 },
    isRight: (answer) =>
      coverage(answer)?.total === 8 &&
      list(answer, 'images').length === 5 &&
      textOf(answer).includes('Not asked, although it may have it: 4 images'),
  },
  {
    question: 'Is nginx:1.25 fit to ship?',
    tool: 'list_image_risks',
    args: { image: 'nginx:1.25' },
    isRight: (answer) => list(answer, 'candidates').length === 3,
  },
  {
    question: 'The first one.',
    tool: 'list_image_risks',
    args: (before) => ({ image_id: before && list(before, 'candidates')[0]?.id }),
    isRight: (answer) => coverage(answer)?.total === 3,
  },
  {
    question: 'What got worse in payments/api from 1.4.1 to 1.4.2, and what should we do?',
    tool: 'compare_image_risks',
    args: { base: 'payments/api:1.4.1', target: 'payments/api:1.4.2' },
    isRight: (answer) =>
      list(answer, 'introduced').length === 2 &&
      list(answer, 'fixed').length === 1 &&
      textOf(answer).includes("Our advice, not the API's:"),
  },
  {
    question: 'Which upgrade of payments/api:1.4.2 fixes the most CVEs?',
    tool: 'list_image_vulnerabilities',
    args: { image: 'payments/api:1.4.2', levels: ['critical', 'high'] },
    isRight: (answer) => list(answer, 'components').length > 0,
  },
  {
    question: 'Is there malware in platform/toolbox:latest?',
    tool: 'list_image_malware',
    args: { image: 'platform/toolbox:latest' },
    isRight: (answer) => coverage(answer)?.total === 3,
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
  {
    question: 'Which of our images have CVE-2021-44228?',
    tool: 'find_vulnerability',
    args: { cve: 'CVE-2021-44228' },
    isRight: (answer) =>
      coverage(answer)?.total === 10 &&
      list(answer, 'images').length === 5 &&
      list(answer, 'containers').length === 5,
  },
  {
    question: 'Which vulnerabilities should we fix first, over all our images?',
    tool: 'list_vulnerabilities',
    args: { levels: ['critical', 'high'], running_only: true, limit: 5 },
    isRight: (answer) =>
      list(answer, 'vulnerabilities').length === 5 && textOf(answer).includes('CVE-2021-44228'),
  },
  {
    question: 'What runs as root?',
    tool: 'list_containers',
    args: { run_as_root: true },
    isRight: (answer) => list(answer, 'containers').length === 5 && coverage(answer)?.total === 5,
  },
  {
    question: 'I pushed lab/vision:0.3 yesterday. Why is this image not in the list?',
    tool: 'explain_coverage',
    args: {},
    isRight: (answer) => textOf(answer).includes('1 of 3 connected registries fails'),
  },
  {
    question: 'Is image 1234567 fit to ship?',
    tool: 'list_image_risks',
    args: { image_id: 1234567 },
    isRight: (answer) => answer.isError === true && textOf(answer).includes('ResourceNotFound'),
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
  if (!isRight(answer) || !isShort(answer)) {
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
  return content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n');
}

/**
 * A list of structuredContent.
 * @param {Answer} answer
 * @param {string} name
 */
function list({ structuredContent }, name) {
  return /** @type {{ id?: unknown }[]} */ (structuredContent?.[name] ?? []);
}

/**
 * Whether both views are within the default budget.
 * @param {Answer} answer
 */
function isShort({ structuredContent = {}, ...answer }) {
  return [textOf(answer), JSON.stringify(structuredContent)].every((view) => Buffer.byteLength(view) <= 8000);
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
