import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CURSOR_LENGTH,
  checkFilter,
  checkQuestion,
  questionHash,
  readCursor,
  writeCursor,
} from '../../src/gather/row-kind.ts';

const total = fc.oneof(fc.maxSafeNat(), fc.constant(-1));
const start = fc.nat(9_007_199_254_000_000);
const cursors = fc.oneof(
  fc.record({ start, end: fc.constant(0), shown: fc.constant(0), total }),
  fc
    .tuple(start, fc.integer({ min: 1, max: 1000 }), fc.nat(999), total)
    .map(([from, rows, shown, all]) => ({ start: from, end: from + rows, shown: shown % rows, total: all })),
);
const desc = { filters: [], order: 'desc' as const };
/** The lists of a kind of row. */
const kindOf = (name: string) => ({
  lists: { registry: { action: { name } }, nodes: { action: { name: `${name} on nodes` } } },
});
const kind = kindOf('A');
const question = questionHash(kind, { id: 1, ...desc });

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
        if (isOther(changed, text)) expect(() => readCursor(changed)).toThrow(/cursor is not one/);
      }),
    );
  });

  test.each([
    { start: 0, end: 5000, shown: 0, total: 5000 },
    { start: 50, end: 10, shown: 0, total: 5000 },
    { start: 0, end: 10, shown: 10, total: 5000 },
    { start: 0, end: 0, shown: 5, total: 5000 },
  ])('refuses %j, which no answer gives, however well it is made', (cursor) => {
    expect(() => readCursor(writeCursor(cursor, question))).toThrow(/cursor is not one/);
  });

  test.each([
    // What version 0.1.0 gave for the rows from 0 to 1,000, of which 20 findings were shown.
    'MC4xMDAwLjIwLjUwMDAuZWYwMTIzNDU2Nzg5YWJjZC4',
    'djEuMC4xMDAwLjIwLg',
    'djMucmVnaXN0cnku',
  ])('says so of a cursor of another version: %s', (payload) => {
    const plain = Buffer.from(payload, 'base64url').toString().slice(0, -1);
    const checksum = createHash('sha256').update(plain).digest('hex').slice(0, 12);
    const cursor = Buffer.from(`${plain}.${checksum}`).toString('base64url');

    expect(() => readCursor(cursor)).toThrow(/another version of this server/);
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
    const levels = [{ Name: 'Level' as const, Values: ['4'] }];
    expect(() => checkQuestion(cursor, questionHash(kind, { id: 2, ...desc }))).toThrow(/another question/);
    const check = (over: object, of = kind) => checkFilter(cursor, of, 'registry', { ...desc, ...over });
    expect(() => check({})).not.toThrow();
    expect(() => check({ filters: levels })).toThrow(/another question/);
    expect(() => check({ order: 'asc' })).toThrow(/another question/);
    expect(() => check({}, kindOf('B'))).toThrow(/another question/);
  });

  test('refuses a cursor of the other place, and names the place', () => {
    const onNodes = { question: questionHash(kind, { id: `sha256:${'0'.repeat(64)}`, ...desc }) };

    expect(() => checkFilter(onNodes, kind, 'nodes', desc)).not.toThrow();
    expect(() => checkFilter(onNodes, kind, 'registry', desc)).toThrow(/given with where nodes/);
    expect(() => checkFilter({ question }, kind, 'nodes', desc)).toThrow(/given with where registry/);
  });
});

/** The last character of base64url may hold bits that mean nothing. */
function isOther(changed: string, text: string): boolean {
  return (
    Buffer.from(changed, 'base64url').toString('latin1') !== Buffer.from(text, 'base64url').toString('latin1')
  );
}
