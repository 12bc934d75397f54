/** Some clients hand a model the text, some structuredContent: each says every sentence that the other says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS, demoAccount } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { LISTS } from '../../src/lists.ts';
import { tools } from '../../src/tools/index.ts';
import { type Answer, type House, startHouse } from '../setup.ts';

const RISKS = 'DescribeAssetImageRegistryRiskInfoList';
const DETAIL = 'DescribeAssetImageRegistryDetail';
/** The lists over one image. */
const LIST_TOOLS = tools.filter(({ judgedBy }) => judgedBy === 'counts').map(({ name }) => name);

/** States that the demo's account does not have. */
const STATES: Record<string, Record<string, unknown>> = {
  'scanning over old rows': { RiskStatus: 'SCANNING', CveStatus: 'WAIT_SCAN', VirusStatus: 'SCANNING' },
  'failed over old rows': { RiskStatus: 'SCAN_TIMEOUT', CveStatus: 'CANCELED', VirusStatus: 'SCAN_ERR' },
  'scanned, without a licence': { IsAuthorized: 0 },
  'a state that is new': { RiskStatus: 'RESTING', CveStatus: 'RESTING', VirusStatus: 'RESTING' },
  'more counted than listed': { RiskCnt: 99, VulCnt: 99, VirusCnt: 99 },
};

const account = demoAccount();
const mixed = account.images.find(({ info }) => info.Id === DEMO_IMAGE_IDS.mixed);
const others = Object.values(STATES).map((info, at) =>
  makeImage(8_000_000 + at, `states/app:${at}`, mixed?.risks, info, mixed),
);

let house: House;
beforeAll(async () => {
  house = await startHouse({ account: { images: [...account.images, ...others] } });
});
afterAll(() => house.close());

/** What of a text stands outside its fence, cut at the ends of sentences and of lines. */
function sentencesOf(text: string): string[] {
  const outside = text.replace(/<data [0-9a-f]{8}>.*<\/data [0-9a-f]{8}>/s, '');
  return outside
    .split(/\n|(?<=[.:!?]) (?=[A-Z])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

function checkViews({ text, structured }: Answer): void {
  const { summary, next = [], notes = [], advice = [], untrusted_text = '' } = structured;
  const said = [
    summary,
    ...next,
    ...notes,
    ...advice.map((one: { text: string }) => one.text),
    untrusted_text,
  ];

  expect(sentencesOf(text).filter((sentence) => !said.some((ours) => ours.includes(sentence)))).toEqual([]);
  expect(said.filter((ours) => !text.includes(ours))).toEqual([]);
  expect(text.split('\n')[0]).toBe(summary);
  checkOrder(structured);
}

const ORDER = [
  'source',
  'untrusted_text',
  'summary',
  'coverage',
  'counts',
  'image',
  'next',
  'notes',
  'advice',
];

/** The sentence that calls it data comes before anything that upstream wrote; the id of the request comes last. */
function checkOrder(structured: object): void {
  const keys = Object.keys(structured);
  const known = ORDER.filter((key) => keys.includes(key));

  expect(keys.slice(0, known.length)).toEqual(known);
  if (keys.includes('request_id')) expect(keys.at(-1)).toBe('request_id');
}

interface Declared {
  readonly properties?: Readonly<Record<string, Declared>>;
}

/** Keys of an answer that its published schema does not name, at its top and in what is always looked at. */
function undeclared(name: string, structured: Record<string, object>): string[] {
  const published = LISTS.tools.find((tool) => tool.name === name);
  const { properties = {} }: Declared = published?.outputSchema ?? {};
  const below = ['coverage', 'counts', 'image'].flatMap((key) =>
    Object.keys(structured[key] ?? {})
      .filter((inner) => properties[key]?.properties?.[inner] === undefined)
      .map((inner) => `${key}.${inner}`),
  );
  return [...Object.keys(structured).filter((key) => properties[key] === undefined), ...below];
}

async function ask(name: string, args: Record<string, unknown>): Promise<Answer> {
  const answer = await house.callTool(name, args);
  expect(answer.isError, answer.text).toBe(false);
  checkViews(answer);
  expect(undeclared(name, answer.structured)).toEqual([]);
  return answer;
}

/** Each image is looked at in one of these, so that each view meets several states of an image. */
const VIEWS = [{ detail: 'summary' }, { detail: 'concise', max_bytes: 2000 }, { detail: 'full', limit: 100 }];
const IDS = [...Object.values(DEMO_IMAGE_IDS), ...others.map(({ info }) => info.Id)];

describe.each(LIST_TOOLS)('%s says the same in both views', (name) => {
  test.each(IDS.map((id, at) => [id, VIEWS[at % VIEWS.length]] as const))(
    'of image %i: %j',
    async (id, view) => {
      await ask(name, { image_id: id, ...view });
      const { structured } = await ask(name, { image_id: id, limit: 1 });
      const cursor = structured.coverage.next_cursor;
      if (cursor !== undefined) await ask(name, { image_id: id, cursor });
    },
  );

  test('of a name that fits several images, and of one', async () => {
    const { structured } = await ask(name, { image: 'nginx:1.25' });
    expect(structured.next[0]).toMatch(/^Ask the person which one is meant/);
    await ask(name, { image: 'payments/api:1.4.2' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['past the end', { image_id: DEMO_IMAGE_IDS.mixed, offset: 999 }],
    ['filtered out', { image_id: DEMO_IMAGE_IDS.apiOld, levels: ['critical'], offset: 0 }],
  ])('of zero rows: %s', async (_case, args) => {
    await ask(name, args);
  });

  test.each(['UnauthorizedOperation', 'InternalError', 'NoSuch.Code'])(
    'when the state cannot be read: %s',
    async (code) => {
      for (const id of [DEMO_IMAGE_IDS.mixed, DEMO_IMAGE_IDS.clean]) {
        const anew = await startHouse({ account });
        anew.simulator.failNext({ code }, { action: DETAIL, times: 9 });
        const answer = await anew.callTool(name, { image_id: id });
        await anew.close();

        checkViews(answer);
        expect(answer.structured.coverage.complete).toBe(false);
      }
    },
  );
});

test.each(tools)('$name says the same of its example, in full and cut', async ({ name, example, input }) => {
  for (const more of [{}, { limit: 1 }, { max_bytes: 2000 }, { offset: 2 }]) {
    const given = Object.entries(more).filter(([argument]) => argument in input.shape);
    await ask(name, { ...example, ...Object.fromEntries(given) });
  }
});

test('neither a list nor a total is told in both views', async () => {
  house.simulator.failNext({ respond: () => ({ RequestId: 'r-1' }) }, { action: RISKS });

  const { structured } = await ask('list_image_risks', { image_id: DEMO_IMAGE_IDS.mixed });

  expect(structured.empty_because).toBe('no_answer');
});

test('compare_image_risks says the same in both views, of any two images', async () => {
  for (const [at, base] of IDS.entries()) {
    const target = IDS[(at + 1) % IDS.length];
    const more = [{}, { limit: 1, offset: 1 }, { max_bytes: 2000 }][at % 3];
    await ask('compare_image_risks', { base: String(base), target: String(target), ...more });
  }
  await ask('compare_image_risks', { base: 'nginx:1.25', target: 'payments/api:1.4.2' });
});

test.each<Record<string, unknown>>([
  {},
  { limit: 1 },
  { offset: 3, limit: 2 },
  { offset: 999 },
  { query: 'payments/aip' },
  { query: 'no such thing' },
  { scan_state: 'scanned', with_risks: true },
  { sort: 'scanned', max_bytes: 2000 },
])('find_images says the same in both views: %j', async (args) => {
  await ask('find_images', args);
});
