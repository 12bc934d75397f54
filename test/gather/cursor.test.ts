import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CURSOR_LENGTH,
  checkQuestion,
  questionHash,
  readCursor,
  writeCursor,
} from '../../src/gather/cursor.ts';

const cursors = fc.record({
  start: fc.maxSafeNat(),
  end: fc.maxSafeNat(),
  shown: fc.integer({ min: 0, max: 1000 }),
  total: fc.oneof(fc.maxSafeNat(), fc.constant(-1)),
});
const question = questionHash([1, [], 'desc']);

describe('readCursor', () => {
  test('gives back any cursor that was written, within 200 bytes', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        const text = writeCursor(cursor, question);

        expect(text.length).toBeLessThanOrEqual(CURSOR_LENGTH);
        expect(text).toMatch(/^[\w-]+$/);
        expect(readCursor(text)).toEqual({ ...cursor, question });
      }),
    );
  });

  test('refuses a cursor that was cut or changed in any one character', () => {
    fc.assert(
      fc.property(cursors, fc.nat(), fc.constantFrom('A', 'z', '0', '_'), (cursor, at, letter) => {
        const text = writeCursor(cursor, question);
        const index = at % text.length;
        const changed = text.slice(0, index) + letter + text.slice(index + 1);

        expect(() => readCursor(text.slice(0, -1 - (at % 20)))).toThrow(/cursor is not one/);
        // The last character of base64 may carry unused bits.
        if (changed !== text && index < text.length - 1)
          expect(() => readCursor(changed)).toThrow(/cursor is not one/);
      }),
    );
  });

  test('refuses any made-up text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readCursor(text)).toThrow(/cursor is not one/);
      }),
    );
  });
});

describe('checkQuestion', () => {
  test('refuses a cursor of another image, filter or order', () => {
    const cursor = { question };

    expect(() => checkQuestion(cursor, question)).not.toThrow();
    for (const other of [
      [2, [], 'desc'],
      [1, [{ Name: 'Level', Values: ['4'] }], 'desc'],
      [1, [], 'asc'],
    ]) {
      expect(() => checkQuestion(cursor, questionHash(other))).toThrow(/another question/);
    }
  });
});
