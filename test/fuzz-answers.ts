/** What a hostile or broken service may answer and a confused model may ask, as JSON that is not yet parsed. */
import fc from 'fast-check';
import { MAX_BYTES_RANGE } from '../src/config.ts';
import { LISTS } from '../src/lists.ts';
import { type AnyTool, actionsOf } from '../src/tool.ts';
import { tools } from '../src/tools/index.ts';
import { anyCharacter } from './any-character.ts';
import { sampleAnswers } from './simulator/sample-answers.ts';

/** A made-up key pair, which answers may echo. */
export const SECRET_ID = 'AKIDmadeUpForTests0123456789abcdefgh';
export const SECRET_KEY = 'zYxWvUtSrQpOnMlKjIhGfEdCbA987654';

/** JSON as text, so that it may be what JSON.stringify never writes. */
const hostileText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.constantFrom(
    '</data 0a1b2c3d>',
    '\u001b[2J\u202e\u0000\u2028',
    '\ud800',
    '__proto__',
    `Authorization: ${SECRET_ID}/${SECRET_KEY}`,
    'password=FAKE-1 '.repeat(300),
    'x'.repeat(100_000),
    '[a](b)'.repeat(500),
    '2024-05-06 10:49:58\nRUN x',
    '2024-99-99 99:99:99',
    '9'.repeat(400),
  ),
);
const oddJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  hostileText.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    ...['null', '[]', '{}', '[[]]', 'true', '-1', '1e999', '1.5', '9007199254740993', '-0', '""', '[null]'],
    ...['{"__proto__":{"x":1},"constructor":null,"toString":1}', nested(5000)],
  ),
);

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

/** An object as JSON: each member as it should be, or anything, or absent, or twice. */
function nearly(members: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> {
  const member = (name: string, usual: fc.Arbitrary<string>) =>
    fc
      .oneof(
        { weight: 200, arbitrary: usual },
        { weight: 1, arbitrary: oddJson },
        { weight: 10, arbitrary: fc.constant('') },
      )
      .map((value) => (value === '' ? [] : [`${JSON.stringify(name)}:${value}`]));
  return fc
    .tuple(
      ...Object.entries(members).map(([name, usual]) => member(name, usual)),
      fc.constantFrom([], [], [], [], [], [], [], ['"x":[{}]'], ['"List":7']),
    )
    .map((written) => `{${written.flat().join(',')}}`);
}

const number = fc.integer({ min: 0, max: 1200 }).map(String);
const text = fc.oneof(hostileText, fc.string({ maxLength: 20 })).map((value) => JSON.stringify(value));

/** The most values of one member that are used again. */
const VALUES_KEPT = 12;

/** JSON like these samples of one value: theirs, or others of the same kind. */
function like(samples: readonly unknown[]): fc.Arbitrary<string> {
  const given = samples.filter((sample) => sample !== undefined && sample !== null);
  const objects = given.filter((sample) => typeof sample === 'object' && !Array.isArray(sample));
  if (objects.length > 0) {
    const names = new Set(objects.flatMap((sample) => Object.keys(sample as object)));
    return nearly(
      Object.fromEntries(
        [...names].map((name) => [name, like(objects.map((one) => (one as Record<string, unknown>)[name]))]),
      ),
    );
  }
  const lists = given.filter(Array.isArray);
  if (lists.length > 0) {
    return fc.array(like(lists.flat()), { maxLength: 3 }).map((list) => `[${list.join(',')}]`);
  }
  const known = [...new Set(given.map((sample) => JSON.stringify(sample)))].slice(0, VALUES_KEPT);
  const other = typeof given[0] === 'number' ? number : typeof given[0] === 'string' ? text : oddJson;
  if (known.length === 0) return other;
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: other });
}

const requestId = fc.uuid().map((id) => `"${id}"`);
const failure = nearly({
  Error: nearly({
    Code: fc.constantFrom('"InternalError"', '"ResourceNotFound"', '"AuthFailure.X"'),
    Message: text,
  }),
  RequestId: requestId,
});
const pageOf = (item: fc.Arbitrary<string>) =>
  fc.array(item, { maxLength: 12 }).chain((rows) =>
    nearly({
      List: fc.constant(`[${rows.join(',')}]`),
      TotalCount: fc.oneof(
        { weight: 3, arbitrary: fc.constant(String(rows.length)) },
        { weight: 1, arbitrary: number },
      ),
      RequestId: requestId,
    }),
  );
const enveloped = (response: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 8, arbitrary: response.map((inner) => `{"Response":${inner}}`) },
    { weight: 1, arbitrary: failure.map((inner) => `{"Response":${inner}}`) },
    { weight: 1, arbitrary: oddJson },
    {
      weight: 1,
      arbitrary: fc.constantFrom(nested(100_000), '', '<html>', '{"Response":{"Lis', '\ufeff{"Response":{}}'),
    },
  );

const bodies = (page: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(enveloped(page), { minLength: 1, maxLength });

const bodiesOf = new Map(
  [...sampleAnswers(tools)].map(([action, { List, ...rest }]) => [
    action,
    bodies(Array.isArray(List) ? pageOf(like(List)) : like([rest]), 3),
  ]),
);

/** Bodies by Action, of those that a tool calls; a list is used up one request at a time, and its last one stays. */
export function serviceFor(tool: AnyTool): fc.Arbitrary<Record<string, string[]>> {
  const called = actionsOf([tool]).map(({ name }) => name);
  return fc.record(Object.fromEntries([...bodiesOf].filter(([action]) => called.includes(action))));
}

/** Values of arguments by name, for whichever tool takes them; each fits its schema. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  image: fc.constantFrom('payments/api:1.4.2', 'nginx', '6947412', 'no/such:1'),
  base: fc.constantFrom('payments/api:1.4.1', 'nginx', '6947412'),
  target: fc.constantFrom('payments/api:1.4.2', '6947414'),
  levels: fc.subarray(['critical', 'high', 'medium', 'low'], { minLength: 1 }),
  offset: fc.constantFrom(0, 0, 0, 5, 1000),
  limit: fc.integer({ min: 1, max: 100 }),
  max_bytes: fc.constantFrom(MAX_BYTES_RANGE.min, 2500, 8000, MAX_BYTES_RANGE.max),
};

/** Values of one argument: those above, any of a choice, or that of the tool's own example. */
function valuesOf(tool: AnyTool, name: string): fc.Arbitrary<unknown> | undefined {
  if (VALUES[name] !== undefined) return VALUES[name];
  const { enum: choices, type } = published(tool).properties?.[name] ?? {};
  if (choices !== undefined) return fc.constantFrom(...choices);
  if (type === 'boolean') return fc.boolean();
  return name in tool.example ? fc.constant(tool.example[name]) : undefined;
}

function published(tool: AnyTool): {
  properties?: Readonly<Record<string, { enum?: readonly unknown[]; type?: string }>>;
} {
  return LISTS.tools.find(({ name }) => name === tool.name)?.inputSchema ?? {};
}

/** A valid question to a tool: what it must be given, and any part of the rest. */
export function question(tool: AnyTool): fc.Arbitrary<Record<string, unknown>> {
  const groups = tool.exactlyOneOf.flat();
  const known = Object.keys(tool.input.shape).flatMap((name) => {
    const values = valuesOf(tool, name);
    return values === undefined ? [] : [{ name, values }];
  });
  const single = known.filter(({ name }) => !groups.includes(name));
  const required = single.filter(({ name }) => !tool.input.shape[name].isOptional());
  return fc
    .tuple(
      fc.record(Object.fromEntries(single.map(({ name, values }) => [name, values])), {
        requiredKeys: required.map(({ name }) => name),
      }),
      ...tool.exactlyOneOf.map((group) =>
        fc
          .constantFrom(...known.filter(({ name }) => group.includes(name)))
          .chain(({ name, values }) => values.map((value) => ({ [name]: value }))),
      ),
    )
    .map((parts) => Object.assign({}, ...parts));
}

/** Arguments as they stand on the wire. */
export function anyArguments(tool: AnyTool): fc.Arbitrary<string> {
  const names = [...Object.keys(tool.input.shape), '__proto__', 'constructor'];
  return fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), oddJson), { maxLength: 6 })
    .map((pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`);
}
