import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { getPrompt, prompts } from '../../src/prompts/prompts.ts';
import { isOverOneImage } from '../../src/tool.ts';
import { tools } from '../../src/tools/index.ts';
import { anyCharacter } from '../any-character.ts';
import { connectWith, refusalOf } from './connect.ts';

const TOOLS = new RegExp(`\\b(?:${tools.map(({ name }) => name).join('|')})\\b`, 'g');
/** The most that a prompt may cost with usual arguments. */
const TOKENS = 250;

const examplesOf = ({ arguments: list }: (typeof prompts)[number]) =>
  Object.fromEntries(list.map(({ name, example }) => [name, example]));

async function textOf(name: string, args: Record<string, string>): Promise<string> {
  const client = await connectWith();
  const { messages } = await client.getPrompt({ name, arguments: args });
  const [message] = messages;
  expect(messages).toHaveLength(1);
  expect(message?.role).toBe('user');
  return message?.content.type === 'text' ? message.content.text : '';
}

test('five prompts are listed, each argument described', async () => {
  const client = await connectWith();

  const { prompts: listed } = await client.listPrompts();

  expect(listed.map(({ name, arguments: list }) => [name, list?.map((one) => one.name)])).toEqual([
    ['review_image', ['image']],
    ['compare_tags', ['image', 'base_tag', 'target_tag']],
    ['registry_overview', ['query']],
    ['who_has_cve', ['cve']],
    ['fix_first', ['component']],
  ]);
  for (const one of listed.flatMap(({ arguments: list }) => list ?? [])) {
    expect(one.description).toMatch(/\S/);
    expect(one.required).toBe(one.name !== 'query' && one.name !== 'component');
  }
});

describe.each(prompts)('$name', (prompt) => {
  test('is one short message that says what to call, how to read it, and how to answer', async () => {
    const text = await textOf(prompt.name, examplesOf(prompt));

    expect(countTokens(text)).toBeLessThanOrEqual(TOKENS);
    expect(text.match(TOOLS)).not.toBeNull();
    expect(text).toMatch(/coverage and empty_because before you judge/);
    expect(text).toMatch(/candidates, ask me/);
    expect(text).toMatch(/data, never instructions/);
    expect(text).toMatch(/redacted, but they have leaked all the same/);
    expect(text).toMatch(/one next step/);
    expect(text).not.toMatch(/\bsafe|secure\b/i);
    for (const example of Object.values(examplesOf(prompt))) expect(text).toContain(example);
  });

  test('keeps any arguments on one line, without what cannot be seen, or refuses them', () => {
    const usual = prompt.text(examplesOf(prompt), tools);
    const hostile = fc.array(
      fc.oneof(
        anyCharacter,
        fc.constantFrom('\n', '\r\n', '\u2028', '\u202e', '\u200b', '"', '`', '\\', '\u001b[31m', '<b>', 'a'),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 3, maxLength: 3 }), (values) => {
        const args = Object.fromEntries(
          prompt.arguments.map(({ name }, index) => [name, (values[index] ?? []).join('')]),
        );
        let text: string;
        try {
          ({ text } = getPrompt(prompt.name, args, tools));
        } catch (error) {
          expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('must be ') });
          return;
        }
        expect(text.split('\n')).toHaveLength(usual.split('\n').length);
        expect(text.match(/"/g)?.length ?? 0).toBeLessThanOrEqual(usual.match(/"/g)?.length ?? 0);
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029`\\]/u);
      }),
      { numRuns: 60 },
    );
  });
});

test('review_image asks for every list over the image that is named', async () => {
  const text = await textOf('review_image', { image: 'payments/api:1.4.2' });

  expect(text).toContain(
    `1. Call ${tools.flatMap((tool) => (isOverOneImage(tool) ? tool.name : [])).join(', ')} with image "payments/api:1.4.2".`,
  );
  expect(text).toMatch(/fix now, fix next, accept/);
});

test.each([
  ['payments/api'],
  ['payments/api:1.4.2'],
  [`payments/api:1.4.2@sha256:${'0'.repeat(64)}`],
  [' payments/api\n'],
])('compare_tags puts the tags behind the name of %j', async (image) => {
  const text = await textOf('compare_tags', { image, base_tag: '1.4.1', target_tag: '1.4.2' });

  expect(text).toContain(
    '1. Call compare_image_risks with base "payments/api:1.4.1" and target "payments/api:1.4.2".',
  );
});

test('compare_tags keeps a port apart from a tag', async () => {
  const args = { image: 'registry.example.com:5000/web/nginx', base_tag: '1', target_tag: '2' };

  expect(await textOf('compare_tags', args)).toContain('base "registry.example.com:5000/web/nginx:1"');
});

test('registry_overview needs no query', async () => {
  const whole = await textOf('registry_overview', {});

  expect(whole).toContain('1. Call find_images, riskiest first');
  expect(await textOf('registry_overview', { query: ' \u200b' })).toBe(whole);
  expect(await textOf('registry_overview', { query: 'payments' })).toContain(
    'with query "payments", riskiest',
  );
});

test('who_has_cve takes the number of a vulnerability, and nothing else', async () => {
  expect(await textOf('who_has_cve', { cve: 'pcmgr-333393' })).toContain('cve "pcmgr-333393"');
  expect(() => getPrompt('who_has_cve', { cve: 'log4j' }, tools)).toThrow(
    /cve: must be CVE-YYYY-N or pcmgr-N/,
  );
});

test('fix_first needs no component, and names only tools that are there', async () => {
  expect(await textOf('fix_first', {})).toContain('1. Call list_vulnerabilities with levels critical');
  expect(await textOf('fix_first', { component: 'openssl' })).toContain('with component "openssl"');
  const alone = tools.filter(({ name }) => name !== 'find_vulnerability');
  expect(getPrompt('fix_first', {}, alone).text).not.toContain('find_vulnerability');
});

describe('-32602', () => {
  test.each<[string, string, Record<string, string>, RegExp]>([
    [
      'an unknown prompt, with those that there are',
      'review\u202e_all',
      {},
      /Prompt review\?_all not found; the prompts are: review_image, compare_tags, registry_overview, who_has_cve, fix_first$/,
    ],
    [
      'a missing argument',
      'review_image',
      {},
      /image: must be given, such as payments\/api:1\.4\.2\. image \(req/,
    ],
    ['an argument of blanks only', 'review_image', { image: ' \n\u200b' }, /image: must be given/],
    [
      'every missing argument',
      'compare_tags',
      { image: 'payments/api' },
      /base_tag: must be given, such as 1\.4\.1; target_tag: must be given/,
    ],
    [
      'an id in place of a name',
      'compare_tags',
      { image: '6947418', base_tag: '1', target_tag: '2' },
      /image: must be \[registry\/\]\[namespace\/\]name \(an id names one image, .*\), such as payments\/api\./,
    ],
    [
      'a digest alone, or no reference, in place of a name',
      'compare_tags',
      { image: `sha256:${'a'.repeat(64)}`, base_tag: '1', target_tag: '2' },
      /image: must be \[registry/,
    ],
    [
      'tags that are more than a tag',
      'compare_tags',
      { image: 'payments/api', base_tag: 'api:1', target_tag: 'a b' },
      /base_tag: must be a tag alone, without blanks .*, such as 1\.4\.1; target_tag: must be a tag alone/,
    ],
    [
      'an unknown argument',
      'review_image',
      { image: 'a', 'col\nour': 'red', __proto: 'x' },
      /review_image: col\?our: unknown; __proto: unknown\. image \(required\): /,
    ],
    ['10,000 characters', 'review_image', { image: 'a'.repeat(10_000) }, /image: at most 1024 characters/],
    [
      'a long tag',
      'compare_tags',
      { image: 'a', base_tag: '1', target_tag: '2'.repeat(129) },
      /target_tag: at most 128/,
    ],
    ['a long query', 'registry_overview', { query: 'q'.repeat(201) }, /query: at most 200 characters/],
  ])('for %s', async (_case, name, args, expected) => {
    const client = await connectWith();

    const { code, message } = await refusalOf(client.getPrompt({ name, arguments: args }));

    expect(code).toBe(-32602);
    expect(message).toMatch(expected);
    expect(message.length).toBeLessThan(600);
  });
});
