import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toDisplay } from '../../src/redact/clean.ts';
import { redactSecrets } from '../../src/redact/redact.ts';
import { anyCharacter } from '../any-character.ts';

const asIs = (text: string) => text;

/** Hostile text and what may be seen of it. */
const ATTACKS: [string, string, string][] = [
  ['ANSI colours', '\u001b[31mred\u001b[0m', 'red'],
  ['ANSI cursor moves and erasure', 'a\u001b[2K\u001b[1Gb', 'ab'],
  ['C1 CSI', 'a\u009b31mb', 'ab'],
  ['OSC title, closed by BEL', 'a\u001b]0;title\u0007b', 'ab'],
  ['OSC 8 link, closed by ST', '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['an OSC that is never closed hides nothing', 'a\u001b]0;visible', 'a0;visible'],
  ['DCS', 'a\u001bPq#0\u001b\\b', 'ab'],
  ['a lone escape at the end', 'a\u001b', 'a'],
  ['C0 controls', 'a\u0000\u0008\u007fb', 'ab'],
  ['bidi overrides', 'a\u202e\u2066evil\u2069\u202cb', 'aevilb'],
  ['zero-width characters', 'a\u200b\u200c\u200d\u2060\ufeffb', 'ab'],
  ['tag characters', `a${String.fromCodePoint(0xe0041, 0xe0042, 0xe007f)}b`, 'ab'],
  ['variation selectors', `a\ufe0f${String.fromCodePoint(0xe0100)}b`, 'ab'],
  ['fillers that look like nothing', 'a\u3164\uffa0\u115fb', 'ab'],
  ['lone surrogates', 'a\ud800b\udc00c', 'abc'],
  ['line separators', 'a\u2028b\u2029c\u0085d\re', 'a b c d e'],
  ['new lines and tabs', 'a\r\n\r\nb\tc\u000bd', 'a b c d'],
  ['a Markdown link', 'see [docs](http://evil.example/?q=1)', 'see docs (http://evil.example/?q=1)'],
  ['a Markdown image', '![x](http://evil.example/p.png)', 'x (http://evil.example/p.png)'],
  [
    'an image in a link',
    '[![x](http://a.example)](http://b.example)',
    '[x (http://a.example)] (http://b.example)',
  ],
  [
    'HTML',
    '<img src=http://evil.example><script>x</script>',
    '< img src=http://evil.example>< script>x< /script>',
  ],
  ['closing tags', '</data 0a1b2c3d></untrusted>', '< /data 0a1b2c3d>< /untrusted>'],
  ['an autolink', '<http://evil.example>', '< http://evil.example>'],
  [
    'commands to CI systems',
    '##vso[task.setvariable variable=x]y ##[error]z ##teamcity[a] ###[b]',
    '# #vso[task.setvariable variable=x]y # #[error]z # #teamcity[a] ## #[b]',
  ],
  ['such a command in pieces', '#\u200b#v\u0000so[x] #\u001b[1m#[y] [#](z)', '# #vso[x] # #[y] # (z)'],
  ['ordinary headings and comments', '# a ## b [x] ##c #[y]', '# a ## b [x] ##c #[y]'],
  ['what redaction left', 'PASSWORD=<redacted>', 'PASSWORD=<redacted>'],
  ['ordinary shell text', 'a < b && c > d 2>&1 | e[0](1 2)', 'a < b && c > d 2>&1 | e0 (1 2)'],
  ['emoji and CJK', '漏洞 👍🏽 ok', '漏洞 👍🏽 ok'],
];

describe('toDisplay', () => {
  test.each(ATTACKS)('%s', (_name, hostile, visible) => {
    expect(toDisplay(hostile, asIs)).toBe(visible);
  });

  test('for any text gives one visible line without links or tags', () => {
    const pieces = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '(',
      ')',
      '!',
      '<',
      'a',
      '/',
      '\n',
      '\u2028',
      '\u202e',
      '\u200b',
      '\ud800',
      'm',
      ';',
      '\u009d',
      '\u0007',
      ' ',
      '#',
    );
    const texts = fc.oneof(fc.string({ unit: anyCharacter }), fc.string({ unit: pieces, maxLength: 60 }));

    fc.assert(
      fc.property(texts, (text) => {
        const shown = toDisplay(text, asIs);

        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toContain('](');
        expect(shown).not.toMatch(/<[a-z/!?]/i);
        expect(shown).not.toMatch(/##\w*\[/);
        expect(toDisplay(shown, asIs)).toBe(shown);
      }),
      { numRuns: 250 },
    );
  });

  test('redacts what can be seen, so that invisible characters cannot hide a name', () => {
    const split = 'ENV PASS\u200bWORD=FAKE-1 API\u001b[0m_TO\u00adKEN=FAKE-2';

    expect(toDisplay(split, redactSecrets)).not.toContain('FAKE');
  });

  test('redacts what markup held apart', () => {
    const scrub = (text: string) => text.replaceAll('made-up-key', '<redacted>');

    expect(toDisplay('made-[up-key](x) ![made-up-key](y)', scrub)).not.toContain('made-up');
  });

  test('is linear: a text four times as long takes at most about four times as long', { retry: 2 }, () => {
    for (const piece of ['\u001b]', '[a](', '\u009d', '![', '<a', '\u001b[', '](', '##', '##a']) {
      const timed = (length: number) => {
        const text = piece.repeat(length);
        const startedMs = performance.now();
        toDisplay(text, asIs);
        return performance.now() - startedMs;
      };
      timed(1000);

      expect(timed(400_000), piece).toBeLessThan(20 * timed(100_000) + 200);
    }
  });
});
