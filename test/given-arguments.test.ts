/** How clients spell arguments, tried on every argument of every tool as its published schema has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JsonSchema, publishSchema } from '../src/published-schema.ts';
import { readGiven } from '../src/run-tool.ts';
import { tools } from '../src/tools/index.ts';
import { type House, startHouse } from './setup.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

/** One image of the demo's account by both of its names, for questions that take either. */
const IMAGE: Readonly<Record<string, unknown>> = { image_id: 6947411, image: 'payments/api:1.4.2' };

/** Every argument of every tool, with a question that does not give it. */
const cases = tools.flatMap((tool) =>
  Object.entries(publishSchema(tool.input).properties ?? {}).map(([name, schema]) => {
    const isOptional = tool.input.shape[name].isOptional();
    const { [name]: _, ...rest } = { ...tool.example };
    const group = tool.exactlyOneOf.find((names) => names.includes(name));
    const other = group?.find((one) => one !== name);
    const isOpen = other !== undefined && !(other in rest);
    const asked: Record<string, unknown> = isOpen ? { ...rest, [other]: IMAGE[other] } : rest;
    return { tool, argument: name, schema, isOptional, asked };
  }),
);

const optional = cases.filter(({ isOptional }) => isOptional);
const required = cases.filter(({ isOptional }) => !isOptional);

const UNSET = [null, '', '  ', '\n\t', '\u3000', []];

test.each(optional)('$tool.name $argument: unset is as good as absent', async ({ tool, argument, asked }) => {
  for (const unset of UNSET) {
    const read = readGiven(tool.input.shape, { ...asked, [argument]: unset });

    expect(read, JSON.stringify(unset)).toEqual(readGiven(tool.input.shape, asked));
  }
  const expected = await house.callTool(tool.name, asked);
  const answer = await house.callTool(tool.name, { ...asked, [argument]: null });

  expect(answer.isError, answer.text).toBe(false);
  expect(withoutRequest(answer)).toEqual(withoutRequest(expected));
});

test('all arguments that need not be given may be unset at once', async () => {
  for (const tool of tools) {
    const unset = Object.fromEntries(
      optional
        .filter((one) => one.tool === tool)
        .map(({ argument }, at) => [argument, [null, '', []][at % 3]]),
    );
    const { isError, text } = await house.callTool(tool.name, { ...unset, ...tool.example });

    expect(isError, text).toBe(false);
  }
});

test.each(required)(
  '$tool.name $argument must be given: unset is an error',
  async ({ tool, argument, asked }) => {
    for (const unset of [null, '', ' ', []]) {
      const { isError, text } = await house.callTool(tool.name, { ...asked, [argument]: unset });

      expect(isError).toBe(true);
      expect(text).toContain(`- ${argument}: `);
    }
  },
);

/** Other spellings of a value, and the value. */
function spellings(schema: JsonSchema): [unknown, unknown][] {
  const words = schema.enum?.map((word): [unknown, unknown] => [word.toUpperCase(), word]) ?? [];
  switch (schema.type) {
    case 'array': {
      const [[odd, first] = [], [, second] = []] = spellings(schema.items ?? {});
      const two = [first, second ?? first];
      return [
        [first, [first]],
        [odd, [first]],
        [[odd], [first]],
        [JSON.stringify([first]), [first]],
        [JSON.stringify(two), two],
        [JSON.stringify([odd]), [first]],
        [` [ ${JSON.stringify(first)} ] `, [first]],
        [two.join(','), two],
        [`${two.join(', ')},`, two],
        [JSON.stringify(String(first)), [first]],
      ];
    }
    case 'integer': {
      const value = schema.minimum ?? 0;
      return [
        [String(value), value],
        [` ${value + 1} `, value + 1],
      ];
    }
    case 'boolean':
      return [
        ['True', true],
        ['false', false],
        [' TRUE ', true],
      ];
    default:
      return schema.enum === undefined
        ? [[7, '7']]
        : [...words, ...words.map(([odd, word]): [unknown, unknown] => [` ${odd} `, word])];
  }
}

test.each(cases)('$tool.name $argument is read in other spellings too', ({ tool, argument, schema }) => {
  for (const [odd, value] of spellings(schema)) {
    const read = readGiven(tool.input.shape, { [argument]: odd });

    expect(read, JSON.stringify(odd)).toEqual({ [argument]: value });
    expect(readGiven(tool.input.shape, read)).toEqual(read);
    expect(tool.input.shape[argument].safeParse(value).success).toBe(true);
  }
});

test.each(cases)(
  '$tool.name $argument: what nobody can mean stays to be refused',
  ({ tool, argument, schema }) => {
    const nonsense = [
      { a: 1 },
      [[1]],
      [{}],
      ...(schema.type === 'string' && !schema.enum ? [] : ['nonsense', 1.5]),
    ];
    for (const value of nonsense) {
      const read = readGiven(tool.input.shape, { [argument]: value });

      expect(tool.input.shape[argument].safeParse(read[argument]).success, JSON.stringify(value)).toBe(false);
    }
  },
);

describe('the image', () => {
  test.each([
    [{ image_id: null, image: 'payments/api:1.4.2' }],
    [{ image_id: 6947411, image: '' }],
    [{ image_id: '6947411', image: [] }],
    [{ image_id: '', image: 'payments/api:1.4.2', levels: 'HIGH,critical', order: 'DESC', detail: 'Full' }],
  ])('%j is one image', async (asked) => {
    const { isError, text } = await house.callTool('list_image_risks', asked);

    expect(isError, text).toBe(false);
  });
});

test('a text that no list can be is not taken apart', { retry: 2 }, async () => {
  for (const levels of ['a,'.repeat(500_000), ','.repeat(1_000_000), '['.repeat(1_000_000)]) {
    const started = performance.now();
    const { text } = await house.callTool('list_image_risks', { ...IMAGE, image: null, levels });

    expect(text).toContain('- levels: got ');
    expect(performance.now() - started).toBeLessThan(1000);
  }
});

test('an unknown argument stays one, whatever its value', async () => {
  for (const value of [null, '', []]) {
    const { text } = await house.callTool('find_images', { colour: value });

    expect(text).toContain('- unknown: "colour"');
  }
});

function withoutRequest({ text, structured }: { text: string; structured: Record<string, unknown> }) {
  return { text: text.replaceAll(/RequestId.*/g, ''), structured: { ...structured, request_id: undefined } };
}
