import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractError } from '../../src/errors.ts';
import { openEnvelope, parseBody } from '../../src/tcss/envelope.ts';
import { describeAssetImageRegistryRiskInfoList as RISKS } from '../../src/tools/list-image-risks.ts';
import { anyCharacter } from '../any-character.ts';

const REQUEST_ID = '8c2f3a5e-0000-4000-8000-000000000001';
const LEAK = 'hunter2hunter2';

/** What an answer's very text is read as. */
const read = (text: string) => openEnvelope(parseBody(Buffer.from(text), RISKS.name), RISKS);
const answer = (response: object) =>
  read(JSON.stringify({ Response: { RequestId: REQUEST_ID, ...response } }));

function failureOf(run: () => unknown): ContractError {
  try {
    run();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error('was read');
}

describe('a page', () => {
  test.each([
    ['of rows', { List: [{ Behavior: 3 }], TotalCount: 658 }, { List: [{ Behavior: 3 }], TotalCount: 658 }],
    ['whose total is in a string', { List: [], TotalCount: '658' }, { List: [], TotalCount: 658 }],
    ['without a row', { List: [], TotalCount: 0 }, { List: [], TotalCount: 0 }],
    ['whose list is null', { List: null, TotalCount: null }, { List: null, TotalCount: null }],
    ['whose list is absent', {}, {}],
    ['beside Error: null', { Error: null, List: [], TotalCount: 0 }, { List: [], TotalCount: 0 }],
  ])('%s is read as it is', (_name, response, expected) => {
    expect(answer(response)).toMatchObject(expected);
  });

  test('is read with unknown members, and without RequestId', () => {
    const row = { Behavior: 1, New: { deep: [null] }, ['__proto__']: 1 };

    const page = read(JSON.stringify({ Response: { List: [row], TotalCount: 1, Extra: 1 }, Trace: 'x' }));

    expect(page.List).toHaveLength(1);
    expect(page).not.toHaveProperty('RequestId', expect.anything());
    expect(page).not.toHaveProperty('Extra');
  });

  test.each([
    ['null members', { Behavior: null, Type: null, Level: null, Desc: null, InstructionContent: null }, {}],
    ['no member', {}, {}],
    ['digit strings for codes', { Behavior: '3', Type: '-2' }, { Behavior: 3, Type: -2 }],
    ['a level in a string', { Level: '3' }, { Level: '3' }],
    ['a level as a number', { Level: 3 }, { Level: 3 }],
    ['a level never heard of', { Level: 'Apocalyptic' }, { Level: 'Apocalyptic' }],
    ['empty text', { Desc: '' }, { Desc: '' }],
  ])('is read with a row of %s', (_name, row, expected) => {
    const [first] = answer({ List: [row], TotalCount: 1 }).List ?? [];

    expect(JSON.parse(JSON.stringify({ ...first, Level: first?.Level ?? undefined }))).toEqual(expected);
  });

  test('is read after a byte order mark', () => {
    expect(read(`\ufeff${JSON.stringify({ Response: { List: [] } })}`).List).toEqual([]);
  });
});

describe('a body that is no answer', () => {
  test.each([
    ['', 'the body is empty'],
    [' \r\n', 'the body is empty'],
    ['\ufeff', 'the body is empty'],
    [`<!DOCTYPE html><p>${LEAK}`, /^the body is HTML or XML, so a proxy/],
    [`\n  <?xml?><a>${LEAK}</a>`, /^the body is HTML or XML, so a proxy/],
    [`{"Response":{"List":[{"Desc":"${LEAK}`, /cut off or not valid JSON$/],
    [`{"Response":{},"${LEAK}"}`, /cut off or not valid JSON$/],
    [`{"Response":{}}${LEAK}`, /cut off or not valid JSON$/],
    [`[${LEAK}]`, /cut off or not valid JSON$/],
    [`${LEAK}`, /^the body is not JSON/],
    ['null', 'the body: expected object, got null'],
    [`"${LEAK}"`, 'the body: expected object, got string'],
    ['[]', 'the body: expected object, got array'],
    ['{}', 'Response: expected object, got undefined'],
    ['{"Response":null}', 'Response: expected object, got null'],
    ['{"Response":[]}', 'Response: expected object, got array'],
    [`{"Response":"${LEAK}"}`, 'Response: expected object, got string'],
    [`{"Response":{"Error":"${LEAK}"}}`, 'Response.Error: expected object, got string'],
    ['{"Response":{"Error":[]}}', 'Response.Error: expected object, got array'],
    ['{"Response":{"Error":false}}', 'Response.Error: expected object, got boolean'],
  ])('is a ContractError that says so: %j', (body, problem) => {
    const failure = failureOf(() => read(body));

    expect(failure.action).toBe(RISKS.name);
    expect(failure.problems).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
    expect(JSON.stringify([failure.message, failure.problems, String(failure.cause)])).not.toContain(LEAK);
  });

  test('never comes back in our words, whatever it is', () => {
    const junk = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.json(),
      fc.json().map((json) => `{"Response":${json}}`),
    );

    fc.assert(
      fc.property(junk, (body) => {
        try {
          read(body);
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
          expect((error as ContractError).problems.join()).toMatch(/^[\w .:,]+$/);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a member of another shape', () => {
  test.each<[string, object, string]>([
    ['a list that is none', { List: {} }, 'Response.List: expected array, got object'],
    ['a total in words', { TotalCount: LEAK }, 'Response.TotalCount: expected number, got string'],
    ['a negative total', { TotalCount: -1 }, 'Response.TotalCount: not of the documented shape'],
    ['half a row as total', { TotalCount: 1.5 }, 'Response.TotalCount: expected integer, got float'],
  ])('is named by its path: %s', (_name, response, problem) => {
    const failure = failureOf(() => answer(response));

    expect(failure).toMatchObject({ problems: [problem], requestId: REQUEST_ID });
  });

  test.each([
    ['TotalCount', '"TotalCount":9007199254740993'],
    ['TotalCount', '"TotalCount":1e400'],
    ['TotalCount', '"TotalCount":"9007199254740993"'],
  ])('counts a number that would lose digits: %s in {%s}', (path, members) => {
    const failure = failureOf(() => read(`{"Response":{${members}}}`));

    expect(failure.problems[0]).toMatch(new RegExp(`^Response\\.${path}: `));
  });

  test('does not cost more than reading: 4 MB of broken rows', { retry: 2 }, () => {
    const body = `{"Response":{"List":[${'1,'.repeat(2_000_000)}1]}}`;
    const started = performance.now();

    const failure = failureOf(() => read(body));

    expect(failure.problems).toEqual(['Response.List: more rows than were asked for']);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
