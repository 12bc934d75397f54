import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLIENTS } from '../../src/cli/client-settings.ts';
import { runConfigClient } from '../../src/cli/config-client.ts';

const page = readFileSync('docs/clients.md', 'utf8');

test('docs/clients.md shows for every client what `config` prints for it', () => {
  for (const [name, { title, format, files, otherFile, approval }] of Object.entries(CLIENTS)) {
    let printed = '';
    const write = (text: string) => {
      printed += text;
    };
    runConfigClient(name, {
      demo: false,
      site: 'intl',
      platform: 'linux',
      write,
      writeError: () => undefined,
    });
    const [, section = ''] = page.split(`\n## ${title}\n`);

    expect(section.split('\n#')[0]).toContain(`\n\`\`\`${format}\n${printed}\`\`\`\n`);
    expect(section.split('\n\n')[0]).toContain(files.linux);
    expect(section.split('\n\n')[0]).toContain(otherFile?.win32 ?? '');
    expect(section.split('\n#')[0]).toContain(approval ?? '');
  }
});
