// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's variables, not templates
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lex } from '../../src/redact/lex.ts';
import { replaceSpans, View } from '../../src/redact/view.ts';

describe('View', () => {
  test('undoes escapes once and knows where each character stood', () => {
    const source = '"say \\"a\\\\nb\\" \\$X\\n"';
    const inner = View.of(`'' ${source}`).inner(4, 3 + source.length - 1);

    expect(inner.text).toBe('say "a\\nb" $X\n');
    const at = inner.text.indexOf('a\\nb');
    expect(replaceSpans(`'' ${source}`, [inner.span(at, at + 4)])).toBe(
      `'' ${source.replace('a\\\\nb', '<redacted>')}`,
    );
  });

  test('reads a text whose quotes are all escaped as what stood in quotes', () => {
    expect(View.of('{\\"a\\":1}').text).toBe('{"a":1}');
    expect(View.of('"a" \\"b\\"').text).toBe('"a" \\"b\\"');
  });

  test('keeps every place of an inner view inside its stretch, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '"', 'n', 'a', '\n', "'") }), (text) => {
        const inner = View.of(`"'${text}`).inner(0, `"'${text}`.length);
        let from = 0;
        for (let i = 0; i < inner.text.length; i++) {
          const { start, end } = inner.span(i, i + 1);
          expect(start).toBe(from);
          expect(end).toBeGreaterThan(start);
          from = end;
        }
        expect(from).toBe(text.length + 2);
      }),
    );
  });
});

/** Commands as their words and what ends them. */
const commandsOf = (text: string) =>
  lex(View.of(text)).commands.map(({ words, end }) => [...words.map((word) => word.text), end]);

describe('lex', () => {
  test.each([
    [
      `RUN a "b c" d'e f' | g`,
      [
        ['RUN', 'a', 'b c', "d'e f'", '|'],
        ['g', '\n'],
      ],
    ],
    ['CMD ["a","-p","b c"]', [['CMD', 'a', '-p', 'b c', '\n']]],
    ['{ echo a; } | b', [['('], ['echo', 'a', ';'], [')'], ['|'], ['b', '\n']]],
    [
      'a $(b c) ${d:-e f} # g',
      [
        ['a', '$(b c)', '${d:-e f}', '#'],
        ['g', '\n'],
      ],
    ],
  ])('splits %j', (text, expected) => {
    expect(commandsOf(text)).toEqual(expected);
  });

  test('gives a here-document its lines and goes on behind it', () => {
    const { commands, composites } = lex(View.of('cat <<EOF > x\none two\nthree\nEOF\nd'));

    expect(commands[0]?.redirects.map(({ kind, word, body }) => [kind, word.text, body?.text])).toEqual([
      ['<<', 'EOF', 'one two\nthree'],
      ['>', 'x', undefined],
    ]);
    expect(composites.map(({ inner }) => inner.text)).toEqual(['one two\nthree']);
    expect(commands.at(-1)?.words.map(({ text }) => text)).toEqual(['d']);
  });

  test('finds what is quoted in what is quoted', () => {
    const [outer] = lex(View.of(`sh -c "a 'one two' \\"three four\\""`)).composites;

    expect(outer?.inner.text).toBe(`a 'one two' "three four"`);
    expect(lex(outer?.inner ?? View.of('')).composites.map(({ inner }) => inner.text)).toEqual([
      'one two',
      'three four',
    ]);
  });
});
