import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DemoContainer, makeContainer } from '../../src/demo/containers.ts';
import { sha256 } from '../../src/demo/made-up.ts';
import { tools as menu } from '../../src/tools/index.ts';
import { listContainers } from '../../src/tools/list-containers.ts';
import { type Answer, type House, type HouseOptions, startHouse } from '../setup.ts';

async function open(options: HouseOptions = {}): Promise<House> {
  const house = await startHouse({ tools: [listContainers], ...options });
  onTestFinished(() => house.close());
  return house;
}

const API = { id: sha256('api'), name: 'registry.example.com/payments/api:1' };
const OTHER = { id: sha256('other'), name: 'registry.example.com/payments/api-gateway:1' };

/** Containers of two images, whose names begin alike, some as root. */
function containersOf(pattern: readonly (readonly [ofApi: boolean, root: boolean])[]): DemoContainer[] {
  return pattern.map(([ofApi, root], at) =>
    makeContainer(`/c-${at}`, ofApi ? API : OTHER, { RunAs: root ? 'root:root\n' : '1000' }),
  );
}

const filtersOf = ({ simulator }: House) =>
  simulator.requests.map(({ body }) => (body as { Filters?: unknown }).Filters);

describe('list_containers', () => {
  test('of what runs as root gives names, never addresses nor commands', async () => {
    const house = await open();

    const { text, structured } = await house.callTool({ run_as_root: true });

    expect(structured).toMatchObject({
      source: 'demo',
      coverage: { total: 5, fetched: 6, shown: 5, complete: true, why_partial: [] },
    });
    expect(structured.containers[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: '/k8s_api_api-7d9c_payments_0',
      image: 'ccr.ccs.tencentyun.com/payments/api:1.4.2',
      status: 'RUNNING',
      run_as: 'root:root',
      node: 'node-1',
      cluster: 'prod',
      pod: 'api-7d9c',
    });
    expect(structured.containers.map(({ run_as }: { run_as: string }) => run_as)).toEqual([
      'root:root',
      'root',
      'root:root',
      '0',
      'root:root',
    ]);
    expect(text).not.toMatch(/FAKE|10\.0\.|203\.0\.113|java/);
    expect(filtersOf(house)).toEqual([
      [
        { Name: 'Status', Values: ['1'] },
        { Name: 'Runas', Values: expect.arrayContaining(['root', 'root:root\n', '0']) },
      ],
    ]);
  });

  test('of an image leaves out one whose name only begins like it, and stopped ones unless asked for', async () => {
    const house = await open();

    const running = await house.callTool({ image: 'payments/api' });
    const all = await house.callTool({ image: 'payments/api:1.4.1', status: 'all' });

    expect(running.structured.coverage).toMatchObject({ total: 3, shown: 3, complete: true });
    expect(all.structured.containers).toMatchObject([{ status: 'EXITED' }]);
    expect(filtersOf(house)[1]).toEqual([{ Name: 'ImageName', Values: ['payments/api:1.4.1'] }]);
  });

  test('finds an image by its id, also one without a name', async () => {
    const { callTool } = await open();

    const named = await callTool({ image: sha256('id 6947419') });
    const unnamed = await callTool({ image: sha256('node image unnamed') });

    expect(named.structured.containers).toHaveLength(3);
    expect(unnamed.structured.containers).toMatchObject([{ name: '/worker-debug' }]);
  });

  test('says what nothing means', async () => {
    const { callTool, simulator } = await open();

    const none = await callTool({ image: 'no/such' });
    const past = await callTool({ offset: 50 });
    simulator.failNext({ respond: () => ({ List: null }) });
    const nothing = await callTool({});

    expect(none.structured.coverage).toEqual({
      total: 0,
      fetched: 9,
      shown: 0,
      complete: false, // two of them have an image without a name
      why_partial: [],
    });
    expect(none.text).toMatch(/^All 9 running containers read: none of this image is known\.$/m);
    expect(past.text).toMatch(/^Offset 50 is past the last of 9 running containers\.$/m);
    expect(past.structured.coverage).toMatchObject({ total: 9, complete: false, why_partial: ['offset'] });
    expect(nothing.structured.coverage).toMatchObject({ complete: false, why_partial: ['page_failed'] });
  });

  test('does not call nothing verified where the rows could not be read without filters', async () => {
    const { callTool, simulator } = await open();
    simulator.failNext({ respond: (answer) => answer });
    simulator.failNext({ code: 'UnauthorizedOperation' });

    const { text, structured } = await callTool({ image: 'no/such' });

    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['denied'] });
    expect(text).toContain('it is not known whether they compare as meant');
  });

  test('says what a filter may have kept out, above all where nothing matches', async () => {
    const containers = [makeContainer('/c', { id: API.id, name: 'other/payments/api-gateway:1' })];
    const { callTool } = await open({ account: { images: [], containers } });

    const { structured } = await callTool({ image: 'payments/api', max_bytes: 2000 });

    expect(structured.containers).toEqual([]);
    expect(structured.notes.join()).toContain('those under an id alone are not');
  });

  test('leads on to the image of each container', async () => {
    const { callTool } = await open({ tools: menu });
    const { structured } = await callTool('list_containers', { status: 'all', limit: 100 });

    expect(structured.next).toEqual([
      'Next: list_image_vulnerabilities with where nodes and the image of one.',
    ]);
    for (const { image } of structured.containers) {
      if (image.includes('SYSTEM')) continue; // shown in part, since it is hostile
      const there = await callTool('list_image_vulnerabilities', { where: 'nodes', image });
      expect([image, there.isError]).toEqual([image, false]);
    }
  });

  test('counts containers of an image without a name, which cannot be compared with one', async () => {
    const containers = [makeContainer('/c', { id: API.id, name: API.id })];
    const { callTool } = await open({ account: { images: [], containers } });

    const byName = (await callTool({ image: 'payments/api' })).structured;
    const byId = (await callTool({ image: API.id })).structured;

    expect(byName.notes.join()).toContain('may be of this image: 1 container whose image has no name');
    expect(byName.summary).toBe('All 1 running container read: none of this image is known.');
    expect(byName.coverage.complete).toBe(false);
    expect(byId.containers).toHaveLength(1);
  });

  test.each<[string, object, RegExp]>([
    ['rows that are no objects', { List: [null, 7], TotalCount: 2 }, /: none is known to run as root\.$/],
    ['a total without rows', { List: [], TotalCount: 6 }, /^None of 6 running containers could be read\.$/],
  ])('claims no zero of %s', async (_name, answer, summary) => {
    const { callTool, simulator } = await open();
    simulator.failNext({ respond: () => ({ ...answer, RequestId: 'r-1' }) }, { times: 2 });

    const { structured } = await callTool({ run_as_root: true });

    expect(structured.summary).toMatch(summary);
    expect(structured.coverage.complete).toBe(false);
    expect(structured.coverage.why_partial).toHaveLength(1);
  });

  test('knows of no root where no user is given', async () => {
    const { callTool, simulator } = await open();
    const rows = [makeContainer('/a', API, { RunAs: '' }), makeContainer('/b', API, { RunAs: '' })];
    simulator.failNext({ respond: (answer) => ({ ...answer, List: rows, TotalCount: 2 }) });

    const { structured } = await callTool({ run_as_root: true });

    expect(structured.summary).toMatch(/: none is known to run as root\.$/);
    expect(structured.coverage).toMatchObject({ total: 0, complete: false });
  });

  test('leaves out containers whose user is not given, and says so, where the filter is not obeyed', async () => {
    const { callTool, simulator } = await open();
    const rows = [
      makeContainer('/root', API),
      makeContainer('/unknown', API, { RunAs: '' }),
      makeContainer('/other', API, { RunAs: 'paas' }),
    ];
    simulator.failNext({ respond: (answer) => ({ ...answer, List: rows, TotalCount: 3 }) });

    const { text, structured } = await callTool({ run_as_root: true });

    expect(structured.containers).toMatchObject([{ name: '/root' }]);
    expect(text).toContain('Left out, although they may run as root: 1 container whose user is not given.');
  });

  test('of a million reads a window, and tells whose the total is', async () => {
    const pattern = Array.from({ length: 1500 }, (_, at) => [at % 2 === 0, true] as const);
    const house = await open({ account: { images: [], containers: containersOf(pattern) } });

    const { text, structured } = await house.callTool({ image: 'payments/api:1' });
    const first = await house.callTool({ image: 'payments/api', limit: 3 });

    expect(structured.coverage).toMatchObject({ total: 750, shown: 20, why_partial: ['limit'] });
    expect(first.structured.coverage).toMatchObject({ total: 1500, fetched: 1000, shown: 3, next_offset: 5 });
    expect(first.text).toContain(
      'The total is that of TCSS, whose filters let others through: 500 of the rows',
    );
    expect(house.simulator.requests.length).toBeLessThanOrEqual(20);
    expect(text).not.toContain('The total is that of TCSS');
  });

  test('keeps what was read when a page fails', async () => {
    const pattern = Array.from({ length: 500 }, () => [true, true] as const);
    const { callTool, simulator } = await open({
      account: { images: [], containers: containersOf(pattern) },
    });
    simulator.failNext({ respond: (answer) => answer });
    simulator.failNext({ respond: (answer) => answer });
    simulator.failNext({ code: 'InvalidParameter' });

    const { structured } = await callTool({ run_as_root: true });

    expect(structured.coverage).toMatchObject({
      total: 500,
      fetched: 200,
      shown: 20,
      why_partial: ['limit', 'page_failed'],
      next_offset: 20,
    });
  });

  test('shows every container that is asked for once, over a walk by next_offset', async () => {
    const patterns = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 60 });
    const questions = fc.record({
      image: fc.constantFrom(undefined, 'payments/api', API.id),
      run_as_root: fc.boolean(),
      limit: fc.integer({ min: 1, max: 30 }),
      max_bytes: fc.constantFrom(2000, 4000),
    });
    await fc.assert(
      fc.asyncProperty(patterns, questions, async (pattern, question) => {
        const containers = containersOf(pattern);
        const house = await startHouse({ tools: [listContainers], account: { images: [], containers } });
        const shown: string[] = [];
        for (let offset: number | undefined = 0; offset !== undefined; ) {
          const { structured }: Answer = await house.callTool({ ...question, offset });
          shown.push(...structured.containers.map(({ name }: { name: string }) => name));
          offset = structured.coverage.next_offset;
        }
        await house.close();

        const wanted = pattern.flatMap(([ofApi, root], at) =>
          (question.image === undefined || ofApi) && (!question.run_as_root || root) ? [`/c-${at}`] : [],
        );
        expect(shown).toEqual(wanted);
      }),
      { numRuns: 25 },
    );
  });

  test('refuses what is no image before it asks', async () => {
    const house = await open();

    const { isError, text } = await house.callTool({ image: 'sha256:12' });

    expect([isError, house.simulator.requests]).toEqual([true, []]);
    expect(text).toContain('image must be');
  });
});
