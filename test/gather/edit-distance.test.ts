import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance } from '../../src/gather/edit-distance.ts';

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['api', 'api', 0],
    ['api', 'apu', 1],
    ['api', 'ap', 1],
    ['nginx', 'ngnix', 2],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('of %j and %j is %i', (from, to, distance) => {
    expect(editDistance(from, to, 10)).toBe(distance);
    expect(editDistance(from, to, distance)).toBe(distance);
    if (distance > 0) expect(editDistance(from, to, distance - 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is the same both ways, and at most the edits that were made', () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (before, gone, after) => {
        const [whole, rest] = [before + gone + after, before + after];
        expect(editDistance(whole, rest, 12)).toBeLessThanOrEqual(gone.length);
        expect(editDistance(rest, whole, 12)).toBe(editDistance(whole, rest, 12));
      }),
      { numRuns: 50 },
    );
  });
});
