import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../src/present/version-order.ts';

const version = fc
  .tuple(
    fc.constantFrom('', '0:', '1:'),
    fc.array(fc.constantFrom('1', '02', '10', '999', 'a', 'rc', '~', '.', '-', '+', 'el8'), { maxLength: 7 }),
  )
  .map(([epoch, parts]) => epoch + parts.join(''));

describe('compareVersions', () => {
  test.each([
    ['1.0', '1.1'],
    ['1.9', '1.10'],
    ['1.1.1k-9.el8', '1.1.1k-12.el8'],
    ['1.1.1k-12.el8', '1:1.1.1k-2.el8'],
    ['0:3.26.0-13.el8', '3.26.0-15.el8'],
    ['2.0~rc1', '2.0'],
    ['1.0', '1.0.1'],
    ['1.1.1a', '1.1.1k'],
    ['99999999999999999998', '99999999999999999999'],
  ])('%s is below %s', (low, high) => {
    expect(compareVersions(low, high)).toBeLessThan(0);
    expect(compareVersions(high, low)).toBeGreaterThan(0);
  });

  test('is an order for any versions', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0);
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
