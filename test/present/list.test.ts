import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presentList } from '../../src/present/list.ts';
import { byteLength, cutToBytes } from '../../src/present/text.ts';
import { fitToBudget } from '../../src/present/view.ts';
import { createRedaction } from '../../src/redact/redaction.ts';

const presentation = { source: 'demo' as const, redaction: createRedaction([]), nonce: '0a1b2c3d', nowMs: 0 };

const sentence = fc.constantFrom(
  'A short note.',
  `A long one: ${'so '.repeat(60)}it is.`,
  '"quoted" '.repeat(30),
);
const sentences = fc.array(sentence, { maxLength: 12 });

const lists = fc.record({
  names: fc.array(fc.constantFrom('a', '漏洞'.repeat(300), '"\\\\"'.repeat(200), 'web/nginx'), {
    maxLength: 60,
  }),
  offset: fc.nat(70),
  limit: fc.integer({ min: 1, max: 100 }),
  gaps: fc.constantFrom<readonly 'window'[]>([], ['window']),
  essential: sentences,
  optional: sentences,
});

test('a list fits any budget in both views, which show the same items, and tells how to go on', () => {
  fc.assert(
    fc.property(lists, fc.integer({ min: 2000, max: 40_000 }), (made, maxBytes) => {
      const { names, offset, limit, gaps, ...notes } = made;
      const draft = presentList(
        {
          key: 'things',
          items: names.slice(offset, offset + limit),
          show(name, { fieldBytes }) {
            const short = cutToBytes(name, fieldBytes);
            return { item: { name: short }, line: `thing: ${short}` };
          },
          matching: names.length,
          offset,
          limit,
          fetched: names.length + 1,
          gaps,
          read: `${names.length + 1} things read`,
          order: 'as they come',
          next: { none: ['Next: ask for others.'], some: ['Next: look at one.'] },
          notes,
          requestId: 'request-1',
        },
        presentation,
      );

      const { text, structured } = fitToBudget(draft, maxBytes);

      const things = structured['things'] as { name: string }[];
      const lines = text.split('\n').filter((line) => /^\d+\. thing: /.test(line));
      expect(byteLength(text)).toBeLessThanOrEqual(maxBytes);
      expect(byteLength(JSON.stringify(structured))).toBeLessThanOrEqual(maxBytes);
      expect(lines).toEqual(things.map(({ name }, at) => `${offset + at + 1}. thing: ${name}`));
      if (offset < names.length) expect(things.length).toBeGreaterThan(0);
      const end = offset + things.length;
      const isPart = things.length > 0 && end < names.length;
      expect(structured['coverage']).toMatchObject({
        shown: things.length,
        complete: gaps.length === 0 && things.length === names.length,
        ...(isPart ? { next_offset: end } : {}),
      });
      expect(text.includes(`with offset ${end}`)).toBe(isPart);
    }),
  );
});
