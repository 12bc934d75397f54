import { describe, expect, test } from 'vitest';
import { LEVELS, readLevel } from '../../src/tcss/vocabulary.ts';

describe('readLevel', () => {
  test.each([
    ['4', 'critical'],
    [3, 'high'],
    ['High', 'high'],
    ['MEDIUM', 'medium'],
    ['MIDDLE', 'medium'],
    [' middle ', 'medium'],
    ['LOW', 'low'],
  ])('%j is %s', (wire, level) => {
    expect(readLevel(wire)).toEqual({ level });
  });

  test.each([0, 5, 'SERIOUS', 'mid', ''])('%j is unknown and kept', (wire) => {
    expect(readLevel(wire)).toEqual({ level: 'unknown', raw: String(wire) });
  });

  test.each([null, undefined])('%j is unknown', (wire) => {
    expect(readLevel(wire)).toEqual({ level: 'unknown' });
    expect(LEVELS).toContain('unknown');
  });
});
