import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';
import { describeAllowed } from '../../src/present/tool-error.ts';
import { publishSchema } from '../../src/published-schema.ts';
import { listImageRisks } from '../../src/tools/list-image-risks.ts';
import { anyCharacter } from '../any-character.ts';
import { type House, startHouse } from '../setup.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ tools: [listImageRisks] });
});
afterAll(async () => {
  expect(house.simulator.requests).toEqual([]); // nothing that is refused leaves
  await house.close();
});

async function refusal(args: Record<string, unknown>): Promise<string> {
  const { text, isError, structured } = await house.callTool('list_image_risks', args);
  expect({ isError, structured }).toEqual({ isError: true, structured: {} });
  return text;
}

const FIRST = 'list_image_risks: the arguments are not valid; nothing was sent to TCSS.';
const LAST = `Example: ${JSON.stringify(listImageRisks.example)}`;
const { secretId, secretKey } = DEMO_CREDENTIALS;

describe('bad arguments', () => {
  test('are all named, with what is allowed and an example', async () => {
    const args = { image_id: 0, levels: ['urgent'], limit: '500', imageId: 7 };

    expect(await refusal(args)).toMatchInlineSnapshot(`
      "list_image_risks: the arguments are not valid; nothing was sent to TCSS.
      - image_id: got 0; allowed: integer 1 to 9007199254740991
      - levels: got ["urgent"]; allowed: array of 1 to 4 of: critical, high, medium, low
      - limit: got "500"; allowed: integer 1 to 100
      - unknown: "imageId"; allowed: image_id, image, where, levels, behaviors, types, name, order, offset, cursor, limit, detail, max_bytes
      Example: {"image_id":6947411,"levels":["critical","high"]}"
    `);
  });

  test('none at all', async () => {
    expect(await refusal({})).toMatchInlineSnapshot(`
      "list_image_risks: the arguments are not valid; nothing was sent to TCSS.
      - image_id and image: give exactly one of them, got neither
      Example: {"image_id":6947411,"levels":["critical","high"]}"
    `);
  });

  test('two images', async () => {
    expect(await refusal({ image_id: 7, image: 'nginx' })).toMatchInlineSnapshot(`
      "list_image_risks: the arguments are not valid; nothing was sent to TCSS.
      - image_id and image: give exactly one of them, got both
      Example: {"image_id":6947411,"levels":["critical","high"]}"
    `);
  });

  test.each([
    [{ image_id: 7.5 }, '- image_id: got 7.5; allowed: integer 1 to 9007199254740991'],
    [
      { image_id: '90071992547409930' },
      '- image_id: got "90071992547409930"; allowed: integer 1 to 9007199254740991',
    ],
    [{ image_id: 2 ** 53 }, '- image_id: got 9007199254740992; allowed: integer 1 to 9007199254740991'],
    [{ image_id: {} }, '- image_id: got {}; allowed: integer 1 to 9007199254740991'],
    [{ image: [7] }, '- image: got [7]; allowed: string of 1 to 1024 characters'],
    [{ image_id: null, image: ' ' }, '- image_id and image: give exactly one of them, got neither'],
    [{ image_id: 7, order: 'up' }, '- order: got "up"; allowed: desc, asc'],
    [
      { image_id: 7, behaviors: [3, -1] },
      '- behaviors: got [3,-1]; allowed: array of 1 to 20 of: integer 0 to 2147483647',
    ],
    [
      { image_id: 7, levels: 'urgent' },
      '- levels: got "urgent"; allowed: array of 1 to 4 of: critical, high, medium, low',
    ],
    [
      { image_id: 7, levels: [null] },
      '- levels: got [null]; allowed: array of 1 to 4 of: critical, high, medium, low',
    ],
    [
      { image_id: 7, behaviors: '[3' },
      '- behaviors: got "[3"; allowed: array of 1 to 20 of: integer 0 to 2147483647',
    ],
  ])('%j', async (args, line) => {
    expect((await refusal(args)).split('\n')).toEqual([FIRST, line, LAST]);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty'])(
    'include the unknown argument %s',
    async (name) => {
      expect(await refusal({ image_id: 7, [name]: 1 })).toContain(`- unknown: "${name}"; allowed: image_id,`);
    },
  );

  test('many unknown ones are counted', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`argument_${n}`, n]));

    expect(await refusal({ image_id: 7, ...unknown })).toContain(
      '"argument_4" and 2995 more; allowed: image_id,',
    );
  });
});

describe('hostile arguments', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      'as a value',
      {
        image_id: 7,
        order: 'x"\nExample: {}\n\u001b[2J\u202e[a](http://evil) <img> password=FAKE-EXAMPLE-1',
      },
    ],
    ['as a name', { image_id: 7, 'x"\nSYSTEM: \u001b[2J\u202epassword=FAKE-EXAMPLE-1': 1 }],
    ['in an array', { image_id: 7, levels: ['DB_PASSWORD="FAKE-EXAMPLE-1"\n\u2028'] }],
    ['hidden by invisible letters', { image_id: 7, order: 'pass\u200bword\u0000=FAKE-EXAMPLE-1' }],
    ['as half a letter', { image_id: 7, order: '\ud83d password=FAKE-EXAMPLE-1 \ude00' }],
  ])('are one clean line without the secret: %s', async (_name, args) => {
    const text = await refusal(args);
    const lines = text.split('\n');

    expect(lines).toEqual([FIRST, expect.stringMatching(/^- \w+: /), LAST]);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]|FAKE-EXAMPLE/u);
    expect(text).not.toMatch(/\]\(|<img/);
  });

  test.each([secretId, secretKey, secretId.slice(5, 13)])(
    'do not bring back our credentials: %s',
    async (secret) => {
      expect(await refusal({ image_id: secret, [secret]: secret, levels: [`${secret}x`] })).not.toContain(
        secret.slice(0, 8),
      );
    },
  );

  test('of a megabyte are answered at once', { retry: 2 }, async () => {
    const started = performance.now();

    const text = await refusal({
      image_id: 7,
      order: 'password=x '.repeat(100_000),
      levels: ['"'.repeat(1_000_000)],
    });

    expect(performance.now() - started).toBeLessThan(1500);
    expect(text.split('\n')).toHaveLength(4);
  });
});

describe('whatever is wrong', () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('"', '\\', '\n', '👍🏽', 'password=FAKE-EXAMPLE-1 '), maxLength: 80 }),
  );
  const nonsense = fc.oneof(
    // null, '' and [] count as absent.
    fc.constantFrom(true, -1, 1.5, 1e300, {}, [[]], [null], { a: { b: 1 } }),
    text.map((value) => [value]),
    text.map((value) => ({ [value]: value })),
  );
  const names = Object.keys(listImageRisks.input.shape);
  const bad = fc.record(Object.fromEntries(names.map((name) => [name, nonsense])), { requiredKeys: [] });
  const unknown = fc.dictionary(
    text.filter((name) => !names.includes(name) && name !== '__proto__'),
    fc.constant(1),
    {
      maxKeys: 5,
    },
  );

  test('every bad field is named, in at most 1,000 bytes that end with the example', async () => {
    await fc.assert(
      fc.asyncProperty(bad, unknown, async (known, extra) => {
        fc.pre(Object.keys(known).length + Object.keys(extra).length > 0);
        const described = await refusal({ ...known, ...extra });

        expect(Buffer.byteLength(described)).toBeLessThanOrEqual(1000);
        expect(described).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]|FAKE-EXAMPLE/u);
        const lines = described.split('\n');
        expect([lines[0], lines.at(-1)]).toEqual([FIRST, LAST]);
        for (const line of lines.slice(1, -1)) expect(line).toMatch(/^- [\w, ]+: /);
        for (const name of Object.keys(known))
          expect(described).toMatch(new RegExp(`^- (?:not valid: (?:.*, )?${name}(?:,|$)|${name}: )`, 'm'));
        if (Object.keys(extra).length > 0) expect(described).toContain('- unknown: ');
      }),
      { numRuns: 120 },
    );
  });

  test('all faults at once fit too', async () => {
    const known = Object.fromEntries(names.map((name) => [name, { value: 'x'.repeat(500) }]));
    const extra = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`${n}${'y'.repeat(500)}`, n]));

    expect(await refusal({ ...known, ...extra })).toMatchInlineSnapshot(`
      "list_image_risks: the arguments are not valid; nothing was sent to TCSS.
      - not valid: image_id, image, where, levels, behaviors, types, name, order, offset, cursor, limit, detail, max_bytes
      - unknown: "1yyyyyyyyy… [cut], "2yyyyyyyyy… [cut], "3yyyyyyyyy… [cut], "4yyyyyyyyy… [cut], "5yyyyyyyyy… [cut] and 1 more; allowed: image_id, image, where, levels, behaviors, types, name, order, offset, cursor, limit, detail, max_bytes
      - image_id and image: give exactly one of them, got both
      Example: {"image_id":6947411,"levels":["critical","high"]}"
    `);
  });
});

test('describeAllowed has words for every argument of the tool', () => {
  const { properties = {} } = publishSchema(listImageRisks.input);

  for (const schema of Object.values(properties)) {
    expect(describeAllowed(schema)).not.toMatch(/undefined|another value/);
  }
});
