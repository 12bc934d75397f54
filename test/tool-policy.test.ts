/** What holds for every tool of the menu, without naming one. A new tool is measured here first. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LISTS, listTools } from '../src/lists.ts';
import { offerOf } from '../src/offer.ts';
import * as shared from '../src/tools/contract.ts';
import { tools } from '../src/tools/index.ts';
import { type House, startHouse } from './setup.ts';

/** A published JSON Schema as a client may find it. */
interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema | Schema[];
  required?: string[];
  description?: string;
  additionalProperties?: unknown;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

const LIMITS = {
  description: 1000,
  sharedArgument: 60,
  instructions: 1500,
  /** In the instructions, so that nine tools fit. */
  whenToUse: 60,
  /** Some clients cut there. */
  instructionsStart: 512,
  /** Names, descriptions and input schemas: what hosts put before a model; and all of it. Of nine tools. */
  tokensBeforeAModel: 3300,
  tokensOfAllTools: 5500,
  bytesOfAllTools: 24_000,
};

/** Keywords that some clients refuse anywhere in a schema. */
const REFUSED_KEYWORDS = ['$schema', '$ref', '$defs', 'definitions', 'prefixItems', 'additionalItems'];

const published = listTools(tools);
const cases = published.map((entry, index) => ({ name: entry.name, entry, tool: tools[index] as never }));
const sharedArguments = Object.values(shared).flatMap((value): unknown[] => {
  if (typeof value !== 'object') return [];
  return '_def' in value ? [value] : Object.values(value);
});

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe.each(cases)('$name', ({ entry, tool }: (typeof cases)[number]) => {
  const { name, example, input: contract } = tool as (typeof tools)[number];
  const input: Schema = entry.inputSchema;
  const output: Schema = entry.outputSchema;

  test('is named verb_noun, has a title, and says first when to use it', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]{0,31}$/);
    expect(name).toMatch(/^(?:list|find|get|compare|explain)_[a-z]/);
    expect(entry.title).toMatch(/\S/);
    expect(entry.description).toMatch(/^Use this /);
    expect(entry.description.length).toBeLessThanOrEqual(LIMITS.description);
  });

  test('describes every argument, shared ones briefly', () => {
    for (const [argument, schema] of Object.entries(input.properties ?? {})) {
      expect(schema.description, argument).toMatch(/\S/);
      if (!sharedArguments.includes(contract.shape[argument])) continue;
      expect(schema.description?.length, argument).toBeLessThanOrEqual(LIMITS.sharedArgument);
    }
  });

  test('says in words the bounds and defaults that matter, since some clients drop the keywords', () => {
    for (const [argument, { description, minimum = 0, maximum, default: preset }] of Object.entries(
      input.properties ?? {},
    )) {
      // That a count starts at nothing needs no words.
      const told = [...(minimum > 1 ? [minimum] : []), maximum, preset];
      for (const value of told.filter((one) => one !== undefined)) {
        expect(description, argument).toMatch(new RegExp(`(?<!\\w)${value}(?!\\w)`));
      }
      if (minimum === 1) expect(description, argument).toMatch(/(?<!\w)(?:1-|positive )/);
    }
  });

  test('only reads, and says so in all four annotations', () => {
    expect(entry.annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
  });

  test('publishes schemas that every known client takes', () => {
    for (const [view, schema] of Object.entries({ input, output })) {
      expect(Object.keys(schema.properties ?? {}), view).not.toHaveLength(0);
      expect(schema.type, view).toBe('object');
      for (const keyword of ['anyOf', 'oneOf', 'allOf', 'not'])
        expect(schema, view).not.toHaveProperty(keyword);
      for (const { path, node } of schemasIn(schema, view)) {
        for (const keyword of REFUSED_KEYWORDS) expect(Object.keys(node), path).not.toContain(keyword);
        expect(Array.isArray(node.type), `${path} has several types`).toBe(false);
        if (node.type === 'array')
          expect(isSchema(node.items), `${path} needs one schema of items`).toBe(true);
      }
    }
  });

  test('takes known arguments only, and promises source and coverage', () => {
    expect(input.additionalProperties).toBe(false);
    expect(output.additionalProperties).not.toBe(false);
    expect([...(output.required ?? [])].sort()).toEqual(['coverage', 'source']);
  });

  test('refuses an unknown argument by its name, before any request', async () => {
    const before = house.simulator.requests.length;

    const { isError, text } = await house.callTool(name, { ...example, colour: 'red' });

    expect(isError).toBe(true);
    expect(text).toContain('"colour"');
    expect(house.simulator.requests).toHaveLength(before);
  });

  test('answers its own example in the demo, in the shape it publishes', async () => {
    // The SDK's client throws when structuredContent does not fit the published schema.
    const { isError, text, structured } = await house.callTool(name, example);

    expect(isError, text).toBe(false);
    expect(structured).toMatchObject({ source: 'demo', coverage: expect.anything() });
  });
});

describe('all tools together', () => {
  test('have names and titles of their own', () => {
    expect(new Set(published.map(({ name }) => name)).size).toBe(published.length);
    expect(new Set(published.map(({ title }) => title)).size).toBe(published.length);
  });

  test('cost a model few tokens', () => {
    const shown = published.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    const tokensOf = (list: unknown) => countTokens(JSON.stringify({ tools: list }));

    expect(tokensOf(shown)).toBeLessThanOrEqual(LIMITS.tokensBeforeAModel);
    expect(tokensOf(published)).toBeLessThanOrEqual(LIMITS.tokensOfAllTools);
    expect(Buffer.byteLength(JSON.stringify(published))).toBeLessThanOrEqual(LIMITS.bytesOfAllTools);
  });

  test('are introduced by instructions whose start stands alone', () => {
    const { instructions } = offerOf(LISTS, { tools: undefined });
    const [start = ''] = instructions.split('\n');

    expect(house.client.getInstructions()).toBe(instructions);
    expect(instructions.length).toBeLessThanOrEqual(LIMITS.instructions);
    for (const { name, whenToUse } of tools) {
      expect(instructions).toContain(`${name}: ${whenToUse}.`);
      expect(whenToUse.length).toBeLessThanOrEqual(LIMITS.whenToUse);
    }
    expect(start.length).toBeLessThanOrEqual(LIMITS.instructionsStart);
    expect(start).toMatch(/find_images.*Read coverage and empty_because.*\.$/);
    expect(instructions).not.toMatch(/\bsafe|secure\b/i);
  });
});

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every schema in a schema with its path; the names of properties are not keywords. */
function schemasIn(node: Schema, path: string): { path: string; node: Schema }[] {
  const below = [
    ...Object.entries(node.properties ?? {}),
    ...Object.entries(node).filter(([keyword, value]) => keyword !== 'properties' && isSchema(value)),
    ...['anyOf', 'oneOf', 'allOf', 'items'].flatMap((keyword) => {
      const list = (node as Record<string, unknown>)[keyword];
      return Array.isArray(list) ? list.map((value, index) => [`${keyword}[${index}]`, value] as const) : [];
    }),
  ];
  return [{ path, node }, ...below.flatMap(([name, value]) => schemasIn(value as Schema, `${path}.${name}`))];
}
