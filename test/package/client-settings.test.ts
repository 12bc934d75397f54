import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clientReference, MARKS } from '../../scripts/client-reference.js';
import { CLIENTS } from '../../src/cli/client-settings.ts';
import { linksFor, runConfigClient, snippetFor } from '../../src/cli/config-client.ts';

const readme = readFileSync('README.md', 'utf8');

test('the README shows for every client what `config` prints for it', () => {
  for (const [name, { title, format, files, otherFile, approval }] of Object.entries(CLIENTS)) {
    let printed = '';
    const write = (text: string) => {
      printed += text;
    };
    runConfigClient(name, { demo: false, platform: 'linux', write, writeError: () => undefined });
    const [, section = ''] = readme.split(`\n### ${title}\n`);

    expect(section.split('\n#')[0]).toContain(`\n\`\`\`${format}\n${printed}\`\`\`\n`);
    expect(section.split('\n\n')[0]).toContain(files.linux);
    expect(section.split('\n\n')[0]).toContain(otherFile?.win32 ?? '');
    expect(section.split('\n#')[0]).toContain(approval ?? '');
  }
});

test('the sections, with their links, are those that `npm run clients` writes', () => {
  const [, shown] = readme.split(new RegExp(MARKS.join('|')));

  expect(shown?.trim()).toBe(clientReference({ CLIENTS, snippetFor, linksFor }));
});
