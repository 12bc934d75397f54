/**
 * Draws docs/answer.svg: a question to the demo and the answer as an assistant gets it; and, with Debian's package
 * chromium-headless-shell, docs/report-light.png and docs/report-dark.png: the same as an HTML report.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/** What is asked; the picture's first line. */
export const QUESTION = 'What got worse in payments/api since 1.4.1?';
export const CALL = {
  name: 'compare_image_risks',
  arguments: { base: 'payments/api:1.4.1', target: 'payments/api:1.4.2' },
};

const COLUMNS = 100;
const LINE_HEIGHT = 19;
const CHARACTER_WIDTH = 7.8;
const MARGIN = 20;

/**
 * The picture of a question and its answer.
 * @param {string} question
 * @param {string} answer
 */
export function picture(question, answer) {
  const lines = [
    { text: `> ${question}`, colour: '#e6edf3' },
    { text: `${CALL.name} ${JSON.stringify(CALL.arguments)}`, colour: '#7d8590' },
    { text: '', colour: '' },
    ...answer.split('\n').map((text, at) => ({ text, colour: colourOf(text, at) })),
  ].flatMap(({ text, colour }) => wrapped(text).map((part) => ({ text: part, colour })));
  const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const drawn = lines.map(
    ({ text, colour }, at) =>
      `<text x="${MARGIN}" y="${MARGIN + at * LINE_HEIGHT + 15}" fill="${colour}" xml:space="preserve">${escaped(text)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" role="img">`,
    `<title>${escaped(`${question} The answer of ${CALL.name}`)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

/**
 * @param {string} line
 * @param {number} at
 */
function colourOf(line, at) {
  if (at === 0) return '#7ee787';
  if (/^[+-] /.test(line)) return line.startsWith('+') ? '#ff7b72' : '#79c0ff';
  return '#c9d1d9';
}

/**
 * Parts of at most COLUMNS columns, broken at blanks where there are any; wide characters take two columns.
 * @param {string} text
 * @returns {string[]}
 */
function wrapped(text) {
  let columns = 0;
  let end = 0;
  for (const character of text) {
    columns += /[\u1100-\u115f\u2e80-\uffe6]/.test(character) ? 2 : 1;
    if (columns > COLUMNS) break;
    end += character.length;
  }
  if (end === text.length) return [text];
  const blank = text.lastIndexOf(' ', end);
  const cut = blank > COLUMNS / 2 ? blank : end;
  return [text.slice(0, cut), ...wrapped(`  ${text.slice(cut).trimStart()}`)];
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Width and height of the report's pictures. */
export const REPORT_SIZE = [1000, 680];

/** The report that answers the question, as a browser shows it in light and in dark. */
function drawReport() {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  try {
    const page = join(folder, 'report.html');
    const call = ['call', CALL.name, JSON.stringify(CALL.arguments), '--format', 'html', '--output', page];
    execFileSync(process.execPath, [MAIN, '--demo', ...call], { stdio: 'ignore' });
    for (const [scheme, number] of [
      ['light', 1],
      ['dark', 0],
    ]) {
      const picture = fileURLToPath(new URL(`../docs/report-${scheme}.png`, import.meta.url));
      execFileSync(
        'chromium-headless-shell',
        [
          ...['--no-sandbox', '--hide-scrollbars', `--window-size=${REPORT_SIZE.join(',')}`],
          ...[`--blink-settings=preferredColorScheme=${number}`, `--screenshot=${picture}`, `file://${page}`],
        ],
        { stdio: 'ignore' },
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const client = new Client({ name: 'picture', version: '1.0.0' });
  const args = [MAIN, '--demo'];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
  const { content } = await client.callTool(CALL);
  await client.close();
  const [first] = /** @type {{ text: string }[]} */ (content);
  writeFileSync(new URL('../docs/answer.svg', import.meta.url), picture(QUESTION, first?.text ?? ''));
  drawReport();
}
