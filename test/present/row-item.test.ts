import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRowsOf, findingId, groupRows, isInLevelOrder } from '../../src/present/row-item.ts';
import { LEVELS } from '../../src/tcss/vocabulary.ts';
import type { RiskRow } from '../../src/tools/list-image-risks.ts';

const row = (key: string, level: RiskRow['level']): RiskRow => ({
  key,
  identity: {},
  level,
  levelRaw: undefined,
  behavior: 3,
  type: 2,
  description: undefined,
  evidence: key,
  time: undefined,
});

const rows = fc.array(
  fc.tuple(fc.nat(12), fc.constantFrom(...LEVELS)).map(([kind, level]) => row(`${kind} ${level}`, level)),
  { maxLength: 60 },
);

describe('groupRows', () => {
  test('loses no row, splits no group and keeps the order of equal rows, for any rows', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('desc' as const, 'asc' as const), (given, order) => {
        const findings = groupRows(given, order);

        expect(countRowsOf(findings)).toBe(given.length);
        expect(new Set(findings.map(([first]) => first.key)).size).toBe(findings.length);
        for (const rows of findings) expect(rows).toEqual(given.filter(({ key }) => key === rows[0].key));
      }),
    );
  });

  test('puts the most severe first, asc the least severe first, unknown last in both', () => {
    const given = [
      row('a', 'low'),
      row('b', 'unknown'),
      row('c', 'critical'),
      row('d', 'low'),
      row('e', 'high'),
    ];
    const names = (order: 'desc' | 'asc') => groupRows(given, order).map(([first]) => first.key);

    expect(names('desc')).toEqual(['c', 'e', 'a', 'd', 'b']);
    expect(names('asc')).toEqual(['a', 'd', 'e', 'c', 'b']);
  });
});

test('findingId is r- and 12 hex digits of SHA-256 over the identity', () => {
  const hash = createHash('sha256').update('["x"]').digest('hex');

  expect(findingId('r', { identity: { evidence: 'x' } })).toBe(`r-${hash.slice(0, 12)}`);
});

test('isInLevelOrder sees a row that is out of place', () => {
  const given = [row('a', 'high'), row('b', 'low'), row('c', 'medium')];

  expect(isInLevelOrder(given, 'desc')).toBe(false);
  expect(isInLevelOrder(given.slice(0, 2), 'desc')).toBe(true);
  expect(isInLevelOrder(given.slice(0, 2), 'asc')).toBe(false);
});
