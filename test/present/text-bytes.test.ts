import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, cutToBytes } from '../../src/present/text.ts';

describe('cutToBytes', () => {
  test('for any text and bound stays within the bound, on whole code points, with the cut marked', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 20, max: 300 }),
        (text, max) => {
          const cut = cutToBytes(text, max);

          expect(byteLength(cut)).toBeLessThanOrEqual(max);
          expect(cut.isWellFormed()).toBe(true);
          if (byteLength(text) <= max) expect(cut).toBe(text);
          else expect(text.startsWith(cut.replace(/… \[cut\]$/, ''))).toBe(true);
        },
      ),
    );
  });

  test('counts Chinese text by bytes', () => {
    expect(byteLength('漏洞')).toBe(6);
    expect(cutToBytes('漏'.repeat(20), 30)).toBe('漏漏漏漏漏漏漏… [cut]');
  });
});
