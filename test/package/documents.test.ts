import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { CALL, picture, QUESTION } from '../../scripts/picture.js';
import { errorCodesPage, mistakesPage } from '../../scripts/tables.js';
import { MARKS, toolReference } from '../../scripts/tool-reference.js';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { ERROR_CODES } from '../../src/tcss/api-error.ts';
import { listTools } from '../../src/tool-list.ts';
import { tools } from '../../src/tools/index.ts';
import { NAME, VERSION } from '../../src/version.ts';
import { USUAL_MISTAKES } from '../cli/usual-mistakes.ts';
import { startHouse } from '../setup.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const readme = read('README.md');

/** The lines of the fenced block that holds `text`. */
function blockWith(text: string): string[] {
  const block = readme.split(/^```\w*$/m).find((part) => part.includes(text));
  return (block ?? '').trim().split('\n');
}

test('the tool reference is the one that `npm run reference` writes', () => {
  const [, shown] = readme.split(new RegExp(MARKS.join('|')));

  expect(shown?.trim()).toBe(toolReference(listTools(tools)));
});

test('the settings table names every variable that the settings read', () => {
  const source = read('src/config.ts');
  const variables = new Set(source.match(/\b(?:TENCENTCLOUD|TCSS|HTTPS?|NO)_[A-Z_]+\b/g));

  for (const variable of variables) expect(readme).toContain(`\`${variable}\``);
});

test('the answer that it shows is the one that the demo gives', async () => {
  const house = await startHouse();
  const { text } = await house.callTool({ image_id: DEMO_IMAGE_IDS.leaky });
  await house.close();
  const withoutNonce = (line: string) => line.replace(/(?<=data )[0-9a-f]{8}/, 'NONCE');

  const shown = blockWith('658 alerts').slice(3).map(withoutNonce);

  expect(shown).toEqual(text.split('\n').map(withoutNonce));
});

test('the picture that it shows is of the answer that the demo gives', async () => {
  const house = await startHouse();
  const { text } = await house.callTool(CALL.name, CALL.arguments);
  await house.close();
  const withoutNonce = (drawn: string) => drawn.replace(/(?<=data )[0-9a-f]{8}/g, 'NONCE');

  expect(withoutNonce(read('docs/answer.svg'))).toBe(withoutNonce(picture(QUESTION, text)));
});

test('the tables of docs are those of the data', () => {
  expect(read('docs/usual-mistakes.md')).toBe(mistakesPage(USUAL_MISTAKES));
  expect(read('docs/error-codes.md')).toBe(errorCodesPage(ERROR_CODES));
});

test('the map of the tree holds every file and folder of src, and no other', () => {
  const mapped = blockWith('src/main.ts').flatMap((line) => /^src\/(\S+?)\/?(?:\s|$)/.exec(line)?.[1] ?? []);

  expect(mapped.sort()).toEqual(readdirSync(new URL('../../src', import.meta.url)).sort());
});

test('every npm script that documents name exists', () => {
  const documents = readme + read('CHANGELOG.md');
  const named = [...documents.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? '');

  expect(named.length).toBeGreaterThan(3);
  for (const script of named) expect(Object.keys(packageJson.scripts)).toContain(script);
});

test('name and version are those of the package', () => {
  expect({ NAME, VERSION }).toEqual({ NAME: packageJson.name, VERSION: packageJson.version });
});

test('the table of faults is counted right, and every test that it names exists', () => {
  const rows = (readme.split('## When things go wrong')[1]?.split('## The tree')[0] ?? '')
    .split('\n')
    .filter((line) => /^\| [^-|]/.test(line) && !line.startsWith('| Fault'));
  const named = rows.flatMap((row) => (row.split('|').at(-2) ?? '').split(',').map((name) => name.trim()));

  expect(rows.length).toBe(Number(/(\d+) faults, what is seen/.exec(readme)?.[1]));
  for (const name of named)
    expect(existsSync(new URL(`../${name}.test.ts`, import.meta.url)), name).toBe(true);
});
