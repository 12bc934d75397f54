import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRisksUri, risksUri } from '../../src/resources/risks-uri.ts';

test('what is written is read back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), { nil: undefined }),
      (imageId, cursor) => {
        const address = cursor === undefined ? { imageId } : { imageId, cursor };
        expect(parseRisksUri(risksUri(imageId, cursor))).toEqual(address);
      },
    ),
    { numRuns: 60 },
  );
});

test('an empty cursor, as some clients fill in a template, is none', () => {
  for (const end of ['', '?', '?cursor=']) {
    expect(parseRisksUri(`tcss://images/6947411/risks${end}`)).toEqual({ imageId: 6947411 });
  }
});

test.each([
  '',
  'tcss://images/1/risks/2',
  'tcss://images/1/risks#top',
  'tcss://images//1/risks',
  'tcss://images/1',
  'TCSS://images/1/risks',
  'https://images/1/risks',
  ' tcss://images/1/risks',
  'tcss://images/1/risks\n',
])('%j is of another form', (uri) => {
  expect(parseRisksUri(uri)).toBeUndefined();
});

describe('a URI of the right form is refused', () => {
  test.each([
    ['0', /id must be a number from 1 to 9007199254740991/],
    ['', /id must be/],
    ['-1', /id must be/],
    ['007', /id must be/],
    ['1e3', /id must be/],
    ['%31', /id must be/],
    ['9007199254740992', /id must be/],
    ['٣', /id must be/],
    ['1/risks?limit=5', /the only parameter is cursor/],
    ['1/risks?cursor=a&cursor=b', /it stands once/],
    ['1/risks?cursor=a&', /it stands once/],
    ['1/risks?Cursor=a', /the only parameter is cursor/],
    ['1/risks?cursor=%', /not well percent-encoded/],
    ['1/risks?cursor=%e2%82', /not well percent-encoded/],
    [`1/risks?cursor=${'a'.repeat(201)}`, /at most 200 characters/],
  ])('tcss://images/%s', (rest, expected) => {
    const uri = `tcss://images/${rest.includes('/') ? rest : `${rest}/risks`}`;

    expect(() => parseRisksUri(uri)).toThrow(expected);
    expect(() => parseRisksUri(uri)).toThrow(/Allowed: tcss:\/\/images\/\{id\}\/risks\{\?cursor\}, such as/);
  });
});
