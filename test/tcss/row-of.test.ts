import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  rowOf,
  rowsOf,
  wireCode,
  wireFlag,
  wireFlagCode,
  wireLevel,
  wireSuggested,
  wireText,
  wireTexts,
} from '../../src/tcss/vocabulary.ts';

const part = rowOf({ Name: wireText });
const row = rowOf({
  Text: wireText,
  Code: wireCode,
  Level: wireLevel,
  Flag: wireFlag,
  FlagCode: wireFlagCode,
  Suggested: wireSuggested,
  Texts: wireTexts,
  Parts: rowsOf(part),
});

/** What a row says; absent fields are not there. */
const read = (value: unknown) => JSON.parse(JSON.stringify(row.parse(value)));

test.each<[object, object]>([
  [
    { Text: 'a', Code: 3, Level: '3', Flag: true, FlagCode: 1 },
    { Text: 'a', Code: 3, Level: '3', Flag: true, FlagCode: 1 },
  ],
  [{ Text: null, Code: null, Level: null, Flag: null, FlagCode: null, Parts: null }, { Parts: null }],
  [{}, {}],
  [{ Text: '' }, { Text: '' }],
  [{ Text: 7 }, { Text: '7' }],
  [{ Text: -1.25 }, { Text: '-1.25' }],
  [{ Text: 0 }, { Text: '0' }],
  [{ Code: '3' }, { Code: 3 }],
  [{ Code: '-2' }, { Code: -2 }],
  [{ Code: '9007199254740991' }, { Code: 9007199254740991 }],
  [{ Level: 3 }, { Level: 3 }],
  ...[true, 'true', 'True', 1, '1'].map((Flag): [object, object] => [{ Flag }, { Flag: true }]),
  ...[false, 'false', 'FALSE', 0, '0'].map((Flag): [object, object] => [{ Flag }, { Flag: false }]),
  ...[true, 'true', 1, '1'].map((FlagCode): [object, object] => [{ FlagCode }, { FlagCode: 1 }]),
  ...[false, 'false', 0, '0'].map((FlagCode): [object, object] => [{ FlagCode }, { FlagCode: 0 }]),
  [{ FlagCode: '2' }, { FlagCode: 2 }],
  [{ Code: '', Flag: '', FlagCode: '' }, {}],
  ...['a', ['a'], ['', 'a', null]].map((Texts): [object, object] => [{ Texts }, { Texts: ['a'] }]),
  ...[[], '', ['']].map((Texts): [object, object] => [{ Texts }, { Texts: [] }]),
  ...[true, 'true', '是', 1, 2].map((Suggested): [object, object] => [{ Suggested }, { Suggested: true }]),
  ...[false, 'false', 0].map((Suggested): [object, object] => [{ Suggested }, { Suggested: false }]),
  [{ Parts: [{ Name: 'a' }, { Name: 1 }] }, { Parts: [{ Name: 'a' }, { Name: '1' }] }],
])('of another shape than documented, but readable: %j', (value, expected) => {
  expect(read(value)).toEqual(expected);
});

const ODD: Record<string, readonly unknown[]> = {
  Text: [{}, [], ['a'], true, 2 ** 53, Number.POSITIVE_INFINITY],
  Code: [{}, [], [3], true, 'three', '1.5', 1.5, '9007199254740993', 2 ** 53],
  Level: [{}, [3], true, 2 ** 53],
  Flag: [{}, [], 'yes', 2, '2'],
  Suggested: [{}, [], 'perhaps'],
  Texts: [{}, true, [{}], ['a', {}]],
  FlagCode: [{}, [], 'yes', 1.5],
  Parts: [{}, 'a', 3, true, Array(1001).fill({})],
};
test.each(Object.entries(ODD).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
  'loses a %s of %j alone',
  (name, value) => {
    const others = {
      Text: 'a',
      Code: 3,
      Level: '3',
      Flag: true,
      FlagCode: 1,
      Parts: [{ Name: 'a' }],
      [name]: undefined,
    };

    expect(read({ ...others, [name]: value })).toEqual({ ...read(others), leftOut: [name] });
  },
);

test.each([null, 7, 'a', true, [], [{ Text: 'a' }]])('is lost when it is no object: %j', (value) => {
  expect(read(value)).toEqual({ isLost: true });
});

test('loses a part that is no object, and the field of one that is, and says so once', () => {
  expect(read({ Text: 'a', Parts: [{ Name: 'b' }, null, 3, { Name: {} }] })).toEqual({
    Text: 'a',
    Parts: [{ Name: 'b' }, { leftOut: ['Name'] }],
    leftOut: ['Parts'],
  });
});

test('is read whatever it is', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(row.safeParse(JSON.parse(json)).success).toBe(true);
    }),
  );
});
