import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../src/report/document.ts';
import { htmlOf } from '../../src/report/html.ts';
import { anyCharacter } from '../any-character.ts';

function documentOf(text: string, rows = 9): Document {
  return {
    tool: 'list_image_risks',
    title: 'Risks of',
    subject: text,
    headline: `${rows} findings`,
    problems: [text],
    bars: [{ label: '', counts: { critical: 1, high: 2, medium: 0, low: 5, unknown: 0 } }],
    facts: [[text, text]],
    tables: [
      {
        heading: text,
        columns: [{ heading: 'Level' }, { heading: text, isCode: true }],
        rows: Array.from({ length: rows }, () => ({ level: 'critical', cells: ['critical', text] })),
      },
    ],
    notes: [text],
  };
}

const tagsOf = (page: string) => page.match(/<[^>]*>/g) ?? [];
/** The tags, with what a table's heading puts into an attribute taken out. */
const shapeOf = (page: string) =>
  tagsOf(page).map((tag) => tag.replaceAll(/data-name="[^"]*"/g, 'data-name'));
const contentOf = (page: string, tag: string) =>
  new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const hostile = fc.oneof(
  fc.array(anyCharacter, { maxLength: 30 }).map((characters) => characters.join('')),
  fc
    .array(
      fc.constantFrom(
        '<script>',
        '</script>',
        '"',
        "'",
        '><img src=x onerror=alert(1)>',
        '&',
        '<!--',
        ']]>',
        '</td>',
        '\n',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

describe('an HTML report', () => {
  test('has the same tags whatever others wrote', () => {
    const plain = shapeOf(htmlOf(documentOf('x')));

    fc.assert(
      fc.property(hostile, (text) => {
        // A text of another length may be laid out otherwise, so it is made as long.
        expect(shapeOf(htmlOf(documentOf(text)))).toEqual(plain);
      }),
      { numRuns: 150 },
    );
  });

  test('shows a text as it is', () => {
    const text = `<b class="x">'&amp;'</b>`;
    const read = contentOf(htmlOf(documentOf(text)), 'h1').replaceAll(/&#(\d+);/g, (_, code) =>
      String.fromCharCode(code),
    );

    expect(read).toBe(`Risks of ${text}`);
  });

  test('runs its own script and style by their hashes, and loads nothing', () => {
    const page = htmlOf(documentOf('x'));
    const [policy = ''] = /(?<=Content-Security-Policy" content=")[^"]*/.exec(page) ?? [];

    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(contentOf(page, 'script'))}; style-src ${hash(contentOf(page, 'style'))}; base-uri 'none'; form-action 'none'`,
    );
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
    expect(tagsOf(page).join('')).not.toMatch(/\s(?:src|href|style|on\w+|action|srcset)=/);
    expect(page).not.toMatch(/@import|url\(/);
  });

  test('draws the bar over its whole width, by the number of rows', () => {
    const parts = [...htmlOf(documentOf('x')).matchAll(/<rect class="(\w+)" x="([\d.]+)" width="([\d.]+)"/g)];

    expect(parts.map(([, level, x, width]) => [level, Number(x), Number(width)])).toEqual([
      ['critical', 0, 125],
      ['high', 125, 250],
      ['low', 375, 625],
    ]);
  });

  test('has a filter where there is something to look for', () => {
    expect(htmlOf(documentOf('x', 9))).toContain('type="search"');
    expect(htmlOf(documentOf('x', 2))).not.toContain('type="search"');
  });
});
