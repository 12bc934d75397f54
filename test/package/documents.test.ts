/** What the documents say is so, and where they point is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { DOCUMENTS, filled, placesIn, regions } from '../../scripts/documents.js';
import { CALL, picture, QUESTION, REPORT_SIZE } from '../../scripts/picture.js';
import server from '../../server.json' with { type: 'json' };
import { CLIENTS } from '../../src/cli/client-settings.ts';
import { linksFor, snippetFor } from '../../src/cli/config-client.ts';
import { camPolicy } from '../../src/cli/doctor.ts';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { listTools } from '../../src/lists.ts';
import { ERROR_CODES } from '../../src/tcss/api-error.ts';
import { tools } from '../../src/tools/index.ts';
import { NAME, VERSION } from '../../src/version.ts';
import { USUAL_MISTAKES } from '../cli/usual-mistakes.ts';
import { startHouse } from '../setup.ts';

const read = (file: string) => readFileSync(file, 'utf8');

const decisions = readdirSync('docs/decisions').map((name) => `docs/decisions/${name}`);
const written = [...DOCUMENTS, ...decisions, 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** The lines of the fenced block of a document that holds `text`. */
function blockWith(document: string, text: string): string[] {
  const block = document.split(/^```\w*$/m).find((part) => part.includes(text));
  return (block ?? '').trim().split('\n');
}

describe('what is generated', () => {
  const generated = regions(
    { CLIENTS, linksFor, snippetFor, camPolicy, ERROR_CODES, listTools, tools, USUAL_MISTAKES },
    server,
  );

  test.each(DOCUMENTS)('stands in %s as `npm run documents` writes it', (file) => {
    expect(read(file)).toBe(filled(read(file), generated));
  });

  test('has each its place in one document', () => {
    const places = DOCUMENTS.flatMap((file) => placesIn(read(file)));

    expect(places.sort()).toEqual(Object.keys(generated).sort());
  });
});

describe('a link', () => {
  /** A link of Markdown, but for those in code. */
  const linksIn = (file: string) =>
    [
      ...read(file)
        .replaceAll(/^```.*?^```|`[^`\n]*`/gms, 'code')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ].map(([, link = '']) => link);

  /** The headings of a document as GitHub makes anchors of them. */
  const anchorsIn = (file: string) =>
    [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    );

  test.each(written)('of %s points to what is there', (file) => {
    for (const link of linksIn(file).filter((one) => !/^\w+:/.test(one))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(anchorsIn(target), link).toContain(anchor);
    }
  });

  test('leads from the README to every page of docs', () => {
    const linked = linksIn('README.md').map((link) => link.replace(/#.*/, ''));

    expect(linked).toEqual(expect.arrayContaining(DOCUMENTS.filter((file) => file !== 'README.md')));
  });
});

test('every variable that the settings read is named, in README.md, docs/clients.md or docs/http.md', () => {
  const settings = read('src/config.ts') + read('src/http-server/settings.ts');
  const variables = new Set(settings.match(/\b(?:TENCENTCLOUD|TCSS|HTTPS|NO)_[A-Z_]+\b/g));
  const documents = ['README.md', 'docs/clients.md', 'docs/http.md'].map(read).join();

  for (const variable of variables) expect(documents).toContain(`\`${variable}\``);
});

const withoutNonce = (text: string) => text.replaceAll(/(?<=data )[0-9a-f]{8}/g, 'NONCE');

test('the answer that the README shows is the one that the demo gives', async () => {
  const house = await startHouse();
  const { text } = await house.callTool({ image_id: DEMO_IMAGE_IDS.leaky });
  await house.close();

  const shown = blockWith(read('README.md'), '658 alerts').slice(3).join('\n');

  expect(withoutNonce(shown)).toBe(withoutNonce(text));
});

test('the picture is of the answer that the demo gives', async () => {
  const house = await startHouse();
  const { text } = await house.callTool(CALL.name, CALL.arguments);
  await house.close();

  expect(withoutNonce(read('docs/answer.svg'))).toBe(withoutNonce(picture(QUESTION, text)));
});

test('the pictures of the report are there in the size that they are drawn in', () => {
  const drawn = [...read('README.md').matchAll(/(?:src|srcset)="(docs\/[\w-]+\.png)"/g)].map(
    ([, file = '']) => file,
  );

  expect(drawn).toEqual(['docs/report-dark.png', 'docs/report-light.png']);
  for (const file of drawn) {
    const picture = readFileSync(file);
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual(REPORT_SIZE);
  }
});

describe('README.zh-CN.md', () => {
  const chinese = read('README.zh-CN.md');
  const blocks = (text: string, language: string) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
  /** The first cells of the rows of all tables, and the defaults of the settings. */
  const names = (text: string) =>
    [...text.matchAll(/^\| \[?(`\w+`).*?\|([^|]*)\|/gm)].map(([, name, second = '']) =>
      name?.includes('_') && /^`[A-Z]/.test(name) ? [name, second.trim()] : [name],
    );

  test('shows the commands of README.md, and its tables hold the same names and defaults', () => {
    expect(blocks(chinese, 'sh')).toEqual(blocks(read('README.md'), 'sh'));
    expect(names(chinese)).toEqual(names(read('README.md')));
    expect(names(chinese).length).toBeGreaterThan(10);
  });

  test('shows the settings that `config codebuddy --site cn` prints, and names every client', () => {
    const options = { demo: false, site: 'cn', platform: 'linux' } as const;

    expect(blocks(chinese, 'json')).toEqual([snippetFor(CLIENTS['codebuddy'] ?? expect.fail(), options)]);
    for (const client of Object.keys(CLIENTS)) expect(chinese).toContain(`\`${client}\``);
  });

  test('names the endpoint of the mainland first', () => {
    expect(chinese.indexOf('https://tcss.tencentcloudapi.com')).toBeGreaterThan(0);
    expect(chinese.indexOf('https://tcss.tencentcloudapi.com')).toBeLessThan(chinese.indexOf('tcss.intl.'));
  });
});

test('the map of the tree holds every file and folder of src, and no other', () => {
  const mapped = blockWith(read('CONTRIBUTING.md'), 'src/main.ts').flatMap(
    (line) => /^src\/(\S+?)\/?(?:\s|$)/.exec(line)?.[1] ?? [],
  );

  expect(mapped.sort()).toEqual(readdirSync('src').sort());
});

test('every file that CONTRIBUTING.md names is there, but for those of the made-up tool', () => {
  const [real = ''] = read('CONTRIBUTING.md').split('A tenth tool, on paper');
  const named = [...real.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g)];

  expect(named.length).toBeGreaterThan(5);
  for (const [, file = ''] of named) expect(existsSync(file), file).toBe(true);
});

test('every npm script that a document names exists', () => {
  const named = written.flatMap((file) =>
    [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script),
  );

  expect(named.length).toBeGreaterThan(3);
  for (const script of named) expect(Object.keys(packageJson.scripts)).toContain(script);
});

test('name and version are those of the package', () => {
  expect({ NAME, VERSION }).toEqual({ NAME: packageJson.name, VERSION: packageJson.version });
});
