/** Writes docs/usual-mistakes.md and docs/error-codes.md from the data that the tests and the server use. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSources } from './import-sources.js';

/**
 * @typedef {import('../test/cli/usual-mistakes.ts').UsualMistake} UsualMistake
 * @typedef {(typeof import('../src/tcss/api-error.ts'))['ERROR_CODES']} ErrorCodes
 */

/**
 * What each usual mistake is told.
 * @param {readonly UsualMistake[]} mistakes
 */
export function mistakesPage(mistakes) {
  const rows = mistakes.map(({ mistake, command, exit, said }) =>
    row([mistake, `\`${command}\``, String(exit), said]),
  );
  return [
    '# Usual mistakes and what is said of them\n',
    'Each is made on purpose by a test (`test/cli/usual-mistakes.test.ts`), which finds this sentence in the output. In an MCP client the same sentence stands in the tool error. `doctor` finds what a call can only suffer from.\n',
    row(['Mistake', 'Tried with', 'Exit', 'Said']),
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/**
 * The API's error codes, what each is about, and the one thing to do.
 * @param {ErrorCodes} codes
 */
export function errorCodesPage(codes) {
  const rows = Object.entries(codes).map(([code, { category, attempts, advice }]) =>
    row([
      `\`${code}\``,
      category,
      attempts > 1 ? `up to ${attempts}` : 'once',
      advice.replace('{action}', 'ACTION'),
    ]),
  );
  return [
    '# Error codes of the API\n',
    'From the table that the server itself uses. A code is looked up as a whole, then by its family (before the dot); one that is in no line is quoted as it came. "Sent" counts the attempts of one request inside the deadline of a call; that a repetition helps is advice, not documented by the API.\n',
    row(['Code', 'About', 'Sent', 'What to do']),
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** @param {readonly string[]} cells */
function row(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { USUAL_MISTAKES, ERROR_CODES } = await importSources(`
    export { USUAL_MISTAKES } from './test/cli/usual-mistakes.ts';
    export { ERROR_CODES } from './src/tcss/api-error.ts';
  `);
  writeFileSync('docs/usual-mistakes.md', mistakesPage(USUAL_MISTAKES));
  writeFileSync('docs/error-codes.md', errorCodesPage(ERROR_CODES));
}
