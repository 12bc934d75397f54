import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareParts, partsOf, type VersionOrder } from '../../src/present/versions.ts';

const compareVersions = (a: string, b: string, order?: VersionOrder) =>
  compareParts(partsOf(a), partsOf(b), order);

const version = fc
  .tuple(
    fc.constantFrom('', '0:', '1:', 'v', 'go'),
    fc.array(fc.constantFrom(...'1 02 10 999 a Z rc M alpha ~ ^ . - + _ el8 dfsg SNAPSHOT'.split(' ')), {
      maxLength: 7,
    }),
  )
  .map(([epoch, parts]) => epoch + parts.join(''));

const ORDERS = ['debian', 'rpm'] as const;

describe.each(ORDERS)('the order of %s', (order) => {
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
    ['252-2', '252.4-1'],
    ['252.4-1', '252.4-2'],
    ['1:1.1.1-8.el8', '1:1.1.1c-2.el8'],
    ['1.2-1', '1.2+dfsg-1'],
    ['1.2-1', '1.2-1ubuntu0.1'],
    ['1.2.3-r9', '1.2.3-r10'],
    ['9:1', '10:0.1'],
    ['1.0~~', '1.0~'],
    ['1.0~rc1-9', '1.0-1'],
    ['1.0-1~bpo1', '1.0-1'],
    ['1.0-1.fc9', '1.0-1.fc10'],
    ['4.2.9', 'v4.3.0'],
    ['v4.3.0', '4.3.1'],
    ['go1.26.5', 'go1.27'],
    ['go1.26.5', '1.27'],
    ['V1.9', 'v1.10'],
    ['release-1.9', '1.10'],
    ['jdk-17.0.9', '17.0.10'],
  ])('%s is below %s', (low, high) => {
    expect(compareVersions(low, high, order)).toBeLessThan(0);
    expect(compareVersions(high, low, order)).toBeGreaterThan(0);
  });

  test.each(
    [
      ...'-rc1 rc1 .RC1 _rc1-r0 ~rc1 -M1 .M2 -beta.11 beta2 -alpha -ALPHA.1 -pre1 pre8 .dev0 -dev'.split(' '),
      ...'-SNAPSHOT -milestone.3 -preview.7 -Preview1 -prerelease .CR1 ~rc1-1 -rc1-1 _alpha20200101-r3'.split(
        ' ',
      ),
    ].map((mark) => [mark]),
  )('%s comes before the release and after what is below it', (mark) => {
    for (const release of ['2.0', '2.0-1', '2.0.1', '2.0-r0', 'v2.0']) {
      expect(compareVersions(`2.0${mark}`, release, order)).toBeLessThan(0);
    }
    expect(compareVersions(`2.0${mark}`, '1.9.9-9', order)).toBeGreaterThan(0);
    expect(compareVersions(`1:2.0${mark}`, '1:2.0', order)).toBeLessThan(0);
  });

  test.each([
    ['2.0-alpha.1', '2.0-beta.1'],
    ['2.0-beta.2', '2.0-beta.11'],
    ['2.0-beta.11', '2.0-rc.1'],
    ['2.0-RC1', '2.0-rc2'],
    ['2.0-M1', '2.0-M10'],
    ['2.0-rc1', '2.0-SNAPSHOT'],
  ])('%s is below %s, both before the release', (low, high) => {
    expect(compareVersions(low, high, order)).toBeLessThan(0);
  });

  test.each([
    ['1.0', '1.00'],
    ['0:1.0-1', '1.0-1'],
    ['v1.0', '1.0'],
    ['1.0-rc1', '1.0~rc1'],
    ['1.0RC1', '1.0rc1'],
  ])('%s and %s are the same', (one, other) => {
    expect(compareVersions(one, other, order)).toBe(0);
  });

  test.each(['1.0.2m', '1.0m1', '1.0predictable', '1.0-develop', '1.0.2alphabet'])(
    '%s is not before its release',
    (later) => {
      expect(compareVersions(later, later.replace(/[-.]?[a-z].*/, ''), order)).toBeGreaterThan(0);
    },
  );

  test('is an order for any versions', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const compare = (left: string, right: string) => compareVersions(left, right, order);
        expect(compare(a, a)).toBe(0);
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('where the two orders differ', () => {
  test.each([
    ['1.0', '1.0.', 'debian'],
    ['1.0.1', '1.0.a', 'debian'],
    ['1.0.a', '1.0.1', 'rpm'],
    ['1.0a1', '1.0.1', 'rpm'],
    ['1.0+b', '1.0.a', 'debian'],
    ['1.0', '1.0^git1', 'rpm'],
    ['1.0^git1', '1.0.1', 'rpm'],
    ['1.0.1', '1.0^git1', 'debian'],
    ['1.0A', '1.0a', 'debian'],
    ['1.0', '1.0-1', 'rpm'],
  ] as const)('%s is below %s for %s', (low, high, order) => {
    expect(compareVersions(low, high, order)).toBeLessThan(0);
  });

  test.each([
    ['1.0', '1.0-0', 'debian'],
    ['1.0', '1.0.', 'rpm'],
    ['1.0_1', '1.0.1', 'rpm'],
  ] as const)('%s and %s are the same for %s', (one, other, order) => {
    expect(compareVersions(one, other, order)).toBe(0);
  });
});
