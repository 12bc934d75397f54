import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fields, LAYOUTS } from '../../src/report/layout.ts';
import { type Asked, walk } from '../../src/report/walk.ts';
import { LEVELS } from '../../src/tcss/vocabulary.ts';

const RISKS = LAYOUTS['list_image_risks'] ?? expect.fail();
const COMPARISON = LAYOUTS['compare_image_risks'] ?? expect.fail();
const IMAGES = LAYOUTS['find_images'] ?? expect.fail();

/** Answers in their order, and the places they were asked for. */
function giving(...answers: (Fields | string)[]) {
  const places: object[] = [];
  const ask = async (place: object): Promise<Asked> => {
    const answer = answers[places.push(place) - 1] ?? expect.fail('asked once more');
    return typeof answer === 'string' ? { error: answer } : { structured: answer };
  };
  return { ask, places };
}

/** One answer of a list over an image; `next` says that another follows. */
function answerOf(findings: readonly Fields[], total: number, why: readonly string[], next?: string): Fields {
  return {
    summary: 'Image 1: read.',
    coverage: {
      total,
      complete: why.length === 0 && next === undefined,
      why_partial: why,
      ...(next === undefined ? {} : { next_cursor: next, next_offset: 7 }),
    },
    findings,
  };
}

async function walked(layout: typeof RISKS, ...answers: (Fields | string)[]) {
  const { ask, places } = giving(...answers);
  const result = await walk(layout, ask);
  if ('error' in result) expect.fail(result.error);
  // biome-ignore lint/suspicious/noExplicitAny: each tool has its own shape
  return { ...result, structured: result.structured as any, places };
}

const finding = fc.record({
  id: fc.constantFrom('r-a', 'r-b', 'r-c', 'r-d', 'r-e', 'r-f'),
  occurrences: fc.integer({ min: 1, max: 9 }),
  time: fc.integer({ min: 10, max: 99 }),
});
/** A finding's level belongs to its id. */
const levelOfId = (id: string) => LEVELS[id.charCodeAt(2) % LEVELS.length];

describe('a walk by cursor', () => {
  test('keeps every row once, equal findings as one, the most severe first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(finding, { maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        async (pages) => {
          const all = pages.flat();
          const total = all.reduce((sum, { occurrences }) => sum + occurrences, 0);
          const answers = pages.map((page, at) =>
            answerOf(
              page.map(({ id, occurrences, time }) => ({
                id,
                level: levelOfId(id),
                occurrences,
                first_time: String(time),
              })),
              total,
              at === 0 ? [] : ['cursor'],
              at === pages.length - 1 ? undefined : `c${at}`,
            ),
          );
          const { structured, problems, places } = await walked(RISKS, ...answers);

          const { findings } = structured;
          expect(problems).toEqual([]);
          expect(structured.coverage).toMatchObject({ complete: true, why_partial: [], shown: total });
          expect(findings.map(({ id }: Fields) => id).toSorted()).toEqual(
            [...new Set(all.map(({ id }) => id))].sort(),
          );
          for (const { id, occurrences, first_time } of findings) {
            const rows = all.filter((row) => row.id === id);
            expect(occurrences).toBe(rows.reduce((sum, row) => sum + row.occurrences, 0));
            expect(first_time).toBe(String(Math.min(...rows.map(({ time }) => time))));
          }
          const ranks = findings.map(({ level }: { level: 'high' }) => LEVELS.indexOf(level));
          expect(ranks).toEqual(ranks.toSorted((a: number, b: number) => a - b));
          expect(places).toEqual([{}, ...pages.slice(1).map((_, at) => ({ cursor: `c${at}` }))]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('says how far it is', async () => {
    const read: number[][] = [];
    const { ask } = giving(
      answerOf([{ id: 'r-a', occurrences: 2 }], 3, ['limit'], 'c'),
      answerOf([{ id: 'r-b' }], 3, ['cursor']),
    );
    await walk(RISKS, ask, (rows, total) => read.push([rows, total]));

    expect(read).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });

  const a = { id: 'r-a', level: 'high', occurrences: 1 };
  const b = { id: 'r-b', level: 'high', occurrences: 1 };

  test.each(['limit', 'max_bytes', 'window', 'deadline', 'page_failed'])(
    'what the next answer makes good is no problem: %s',
    async (why) => {
      const { problems } = await walked(RISKS, answerOf([a], 2, [why], 'c'), answerOf([b], 2, ['cursor']));
      expect(problems).toEqual([]);
    },
  );

  test.each([
    ['changed', 'the rows changed while they were read'],
    ['scanning', 'a scan is running or waiting'],
    ['unreadable', 'rows could not be read in full'],
    ['made_up', 'made_up'],
  ])('what no answer makes good stays one: %s', async (why, said) => {
    const { problems, structured } = await walked(
      RISKS,
      answerOf([a], 2, [why], 'c'),
      answerOf([b], 2, ['cursor']),
    );

    expect(problems).toEqual([said]);
    expect(structured.coverage).toMatchObject({ complete: false, why_partial: [why] });
  });

  test('an answer that fails ends it, and the rest stays', async () => {
    const { problems, structured } = await walked(
      RISKS,
      answerOf([a], 2, ['limit'], 'c'),
      'It failed.\nTry again.',
    );

    expect(problems).toEqual([
      'answer 2 failed: It failed. Try again.',
      'more rows match than could be asked for',
      '1 of 2 rows are here',
    ]);
    expect(structured.findings).toEqual([a]);
    expect(structured.coverage.next_cursor).toBe('c');
  });

  test('is refused as the first answer is', async () => {
    expect(await walk(RISKS, giving('No such image.').ask)).toEqual({ error: 'No such image.' });
  });

  test('does not go round in circles', async () => {
    const [one, other] = ['c', 'd'].map((next) => answerOf([], 2, ['window'], next)) as [Fields, Fields];
    for (const answers of [
      [one, one],
      [one, other, one],
    ]) {
      expect((await walked(RISKS, ...answers)).problems).toContain('the same place was given twice');
    }
  });

  test('rows that do not add up are a problem, to the total or to what the scan counts', async () => {
    const image = { id: 1, scan_count: 5 };
    const { problems } = await walked(RISKS, { ...answerOf([a], 3, []), image });

    expect(problems).toEqual(['1 of 3 rows are here', 'the scan counts 5 rows, and the list has 3']);
  });

  test('rows without a total prove nothing', async () => {
    const { problems } = await walked(RISKS, {
      findings: [a],
      coverage: { complete: true, why_partial: [] },
    });

    expect(problems).toEqual(['the service gave no total, so rows may be missing']);
  });

  test.each(['not_scanned', 'scan_failed', 'unverified', 'no_answer', 'past_end'])(
    'no rows because of %s are one, with the answer as its reason',
    async (empty_because) => {
      const { problems } = await walked(RISKS, { ...answerOf([], 0, []), empty_because });
      expect(problems).toEqual(['Image 1: read.']);
    },
  );

  test.each(['clean', 'filtered_out'])('no rows because of %s are none', async (empty_because) => {
    expect((await walked(RISKS, { ...answerOf([], 0, []), empty_because })).problems).toEqual([]);
  });

  test('keeps the notes that hold for every answer, and all advice once', async () => {
    const advice = (text: string) => ({ behavior: 1, text });
    const { structured } = await walked(
      RISKS,
      { ...answerOf([a], 2, ['limit'], 'c'), notes: ['both', 'first'], advice: [advice('x')] },
      { ...answerOf([b], 2, ['cursor']), notes: ['second', 'both'], advice: [advice('x'), advice('y')] },
    );

    expect(structured.notes).toEqual(['both']);
    expect(structured.advice).toEqual([advice('x'), advice('y')]);
  });
});

describe('a walk by offset', () => {
  test('puts the parts of a comparison together', async () => {
    const first = {
      introduced: [{ id: 'r-a' }],
      fixed: [],
      coverage: { next_offset: 1, why_partial: ['limit'] },
    };
    const last = {
      introduced: [],
      fixed: [{ id: 'r-b' }],
      coverage: { complete: false, why_partial: ['offset'] },
    };
    const { structured, problems, places } = await walked(COMPARISON, first, last);

    expect(structured).toMatchObject({ introduced: [{ id: 'r-a' }], fixed: [{ id: 'r-b' }] });
    expect(structured).not.toHaveProperty('rerated');
    expect(places).toEqual([{}, { offset: 1 }]);
    expect(problems).toEqual([]);
  });

  test('a side that is not whole is a problem, and what is not known stays absent', async () => {
    const partial = { coverage: { complete: false, why_partial: [] } };
    const answer = {
      summary: 'They cannot be compared.',
      base: partial,
      target: partial,
      coverage: { why_partial: [] },
    };
    const { structured, problems } = await walked(COMPARISON, answer);

    expect(problems).toEqual(['They cannot be compared.']);
    expect(structured).not.toHaveProperty('fixed');
  });

  test('fewer differences than were counted are a problem', async () => {
    const coverage = { complete: true, why_partial: [] };
    const { problems } = await walked(COMPARISON, {
      introduced: [{ id: 'r-a' }],
      introduced_count: 2,
      coverage,
    });

    expect(problems).toEqual(['1 of 2 introduced findings are here']);
  });

  test('an image that moved from one answer to the next is there once, and a problem', async () => {
    const images = (...ids: number[]) => ids.map((id) => ({ id }));
    const { structured, problems } = await walked(
      IMAGES,
      { images: images(3, 1), coverage: { total: 3, next_offset: 2, why_partial: ['limit'] } },
      { images: images(1, 2), coverage: { total: 3, why_partial: ['offset'] } },
    );

    expect(structured.images).toEqual(images(3, 1, 2));
    expect(problems).toEqual(['the list changed while it was read: some rows may be missing']);
  });
});
