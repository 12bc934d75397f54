import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, cutToBytes } from '../../src/present/text.ts';
import { type Draft, type Fit, fitToBudget } from '../../src/present/view.ts';

/** A draft of texts that also records the fits it was asked for. */
function draftOf(texts: readonly string[], extra: string): Draft & { readonly fits: Fit[] } {
  const fits: Fit[] = [];
  return {
    fits,
    items: texts.length,
    fieldBytes: Number.POSITIVE_INFINITY,
    view: (fit) => {
      fits.push(fit);
      const items = texts.slice(0, fit.shown).map((text) => cutToBytes(text, fit.fieldBytes));
      const shown = fit.terse ? items : [...items, extra];
      return { text: shown.join('\n'), structured: { items: shown } };
    },
  };
}

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 900 }), { maxLength: 40 });

describe('fitToBudget', () => {
  test('for any items and budget shows the most whole items that fit, and at least one', () => {
    fc.assert(
      fc.property(
        texts,
        fc.string({ maxLength: 300 }),
        fc.integer({ min: 2000, max: 40_000 }),
        (items, extra, max) => {
          const { text, structured } = fitToBudget(draftOf(items, extra), max);
          const shown = structured['items'] as string[];

          expect(byteLength(text)).toBeLessThanOrEqual(max);
          expect(byteLength(JSON.stringify(structured))).toBeLessThanOrEqual(max);
          const whole = shown.at(-1) === extra ? shown.slice(0, -1) : shown;
          if (items.length > 0) expect(whole.length).toBeGreaterThan(0);
          if (whole.length > 1) expect(whole).toEqual(items.slice(0, whole.length));
          if (whole.length < items.length && whole.length > 0) {
            const oneMore = draftOf(items, extra).view({
              shown: whole.length + 1,
              fieldBytes: Number.POSITIVE_INFINITY,
              cutByBudget: true,
              terse: false,
              notes: Number.POSITIVE_INFINITY,
            });
            const size = Math.max(byteLength(oneMore.text), byteLength(JSON.stringify(oneMore.structured)));
            expect(size).toBeGreaterThan(max);
          }
        },
      ),
    );
  });

  test('cuts the fields of a single item before it leaves anything out', () => {
    const draft = draftOf(['漏'.repeat(5000)], 'x'.repeat(100));

    const { text } = fitToBudget(draft, 2000);

    expect(byteLength(text)).toBeLessThanOrEqual(2000);
    expect(text).toContain('… [cut]');
    expect(text).toContain('xxx');
    expect(draft.fits.every(({ terse }) => !terse)).toBe(true);
  });

  test('is terse when the rest alone is too long', () => {
    const { text } = fitToBudget(draftOf(['a'], 'x'.repeat(5000)), 2000);

    expect(text).toBe('a');
  });

  test('asks for one view when everything fits', () => {
    const draft = draftOf(['a', 'b'], 'c');

    fitToBudget(draft, 2000);

    expect(draft.fits).toEqual([
      {
        shown: 2,
        fieldBytes: Number.POSITIVE_INFINITY,
        cutByBudget: false,
        terse: false,
        notes: Number.POSITIVE_INFINITY,
      },
    ]);
  });
});
