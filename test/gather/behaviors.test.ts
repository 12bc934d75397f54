import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findByBehavior } from '../../src/gather/behaviors.ts';
import type { ListedImage } from '../../src/gather/listed-image.ts';
import { withDeadline } from '../../src/http/time.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import { riskRows } from '../../src/tools/list-image-risks.ts';
import { endless } from '../endless.ts';

/** Nothing has shown yet that the filter is obeyed. */
const by = () => ({ lists: riskRows.lists, obeyed: new Set<string>() });

/** What the service makes of the filter: it applies it, ignores it, or finds nothing with it. */
type Filtering = 'obeyed' | 'ignored' | 'nothing';

interface Asked {
  readonly Id?: number;
  readonly ImageID?: string;
  readonly Limit: number;
  readonly Offset: number;
  readonly Filters?: readonly { readonly Values: readonly string[] }[];
}

/** The Behaviors of each image's rows, by its id; images without any fail. */
type Behaviors = ReadonlyMap<number | string, readonly number[]>;

/** For random runs; test/tools asks over HTTP. */
function fakeService(behaviors: Behaviors, filtering: Filtering) {
  const requests: Asked[] = [];
  const client = {
    async call({ name }: { name: string }, asked: Asked) {
      requests.push(asked);
      const rows = behaviors.get(asked.Id ?? asked.ImageID ?? '');
      if (rows === undefined) throw apiError(name, 'FailedOperation', 'made up', 'request-0');
      const wanted = asked.Filters?.[0]?.Values;
      const matching =
        wanted === undefined || filtering === 'ignored'
          ? rows
          : rows.filter((row) => filtering === 'obeyed' && wanted.includes(String(row)));
      const page = matching.slice(asked.Offset, asked.Offset + asked.Limit);
      return { List: page.map((Behavior) => ({ Behavior })), TotalCount: matching.length };
    },
  };
  return { requests, client: client as unknown as TcssClient };
}

function image(Id: number, RiskCnt: number, RiskStatus = 'SCANNED'): ListedImage {
  return { Id, RiskCnt, RiskStatus } as ListedImage;
}

const question = { behaviors: [3], offset: 0, limit: 100 };

/** Images by id, each with as many rows as it counts, and what their rows are. */
const registry = fc
  .array(fc.array(fc.constantFrom(1, 2, 3, 4), { maxLength: 130 }), { maxLength: 45 })
  .map((all) => new Map(all.map((rows, at) => [at + 1, rows] as const)));

function imagesOf(behaviors: ReadonlyMap<number, readonly number[]>): ListedImage[] {
  return [...behaviors].map(([id, rows]) => image(id, rows.length));
}

test('finds the images that have the Behaviors, whatever the service makes of the filter', async () => {
  await fc.assert(
    fc.asyncProperty(
      registry,
      fc.constantFrom<Filtering>('obeyed', 'ignored', 'nothing'),
      fc.subarray([1, 3], { minLength: 1 }),
      async (behaviors, filtering, asked) => {
        const { client, requests } = fakeService(behaviors, filtering);
        const found = await findByBehavior(
          imagesOf(behaviors),
          { ...question, behaviors: asked },
          { ...by(), client, deadline: endless() },
        );

        const askable = [...behaviors].filter(([, rows]) => rows.length > 0);
        const truth = askable
          .map(([id, rows]) => [id, rows.filter((row) => asked.includes(row)).length, rows.length] as const)
          .sort(([a, , aRisks], [b, , bRisks]) => bRisks - aRisks || a - b)
          .flatMap(([id, count]) => (count > 0 ? [[id, count]] : []));
        expect(found.matches.map((match) => [match.image.Id, match.rows])).toEqual(truth);
        expect(found).toMatchObject({ total: askable.length, asked: askable.length, unknown: 0 });
        expect(found.matches.every(({ isAtLeast }) => !isAtLeast)).toBe(true);
        if (filtering !== 'nothing') expect(requests.length).toBeLessThanOrEqual(2 * askable.length);
      },
    ),
    { numRuns: 60 },
  );
});

test('a walk by the offset after the last match finds each image once', async () => {
  await fc.assert(
    fc.asyncProperty(registry, fc.integer({ min: 1, max: 7 }), async (behaviors, limit) => {
      const images = imagesOf(behaviors);
      const { client } = fakeService(behaviors, 'obeyed');
      const whole = await findByBehavior(images, question, { ...by(), client, deadline: endless() });
      const walked: number[] = [];
      for (let offset = 0; offset < whole.total; ) {
        const step = await findByBehavior(
          images,
          { ...question, offset, limit },
          { ...by(), client, deadline: endless() },
        );
        const shown = step.matches.slice(0, limit);
        walked.push(...shown.map((match) => match.image.Id));
        offset = shown.length === limit ? (shown.at(-1)?.position ?? 0) + 1 : offset + step.asked;
      }

      expect(walked).toEqual(whole.matches.map((match) => match.image.Id));
    }),
    { numRuns: 40 },
  );
});

describe('one request an image', () => {
  const behaviors = new Map([
    [1, [3, 1, 1]],
    [2, [1, 1]],
    [3, [3]],
  ]);

  test('where the filter shows that it is obeyed, and for an empty answer after that', async () => {
    const { client, requests } = fakeService(behaviors, 'obeyed');
    const found = await findByBehavior(imagesOf(behaviors), question, {
      ...by(),
      client,
      deadline: endless(),
    });

    expect(requests).toHaveLength(3);
    expect(found.matches.map(({ rows, position }) => [rows, position])).toEqual([
      [1, 0],
      [1, 2],
    ]);
  });

  test('also for an empty answer to a later call, since it has shown that', async () => {
    const { client, requests } = fakeService(behaviors, 'obeyed');
    const context = { ...by(), client, deadline: endless() };
    await findByBehavior(imagesOf(behaviors), question, context);
    await findByBehavior(imagesOf(new Map([[2, [1, 1]]])), question, context);

    expect(requests).toHaveLength(4);
  });

  test('also where it is ignored, if a page holds all rows', async () => {
    const { client, requests } = fakeService(behaviors, 'ignored');
    await findByBehavior(imagesOf(behaviors), question, { ...by(), client, deadline: endless() });

    expect(requests).toHaveLength(3);
  });

  test('and a second one without the filter for an empty answer that nothing vouches for', async () => {
    const { client, requests } = fakeService(behaviors, 'nothing');
    const found = await findByBehavior(imagesOf(behaviors), question, {
      ...by(),
      client,
      deadline: endless(),
    });

    expect(requests).toHaveLength(6);
    expect(found.matches).toHaveLength(2);
  });
});

describe('what is not asked, and what is not known', () => {
  test('images that are not scanned, or whose risks nobody counted, are counted', async () => {
    const { client } = fakeService(new Map([[1, [3]]]), 'obeyed');
    const images = [image(1, 1), image(2, 5, 'NOT_SCAN'), image(3, 2, 'SCANNING'), image(4, 0)];
    const uncounted = { ...image(5, 0), RiskCnt: undefined };

    expect(
      await findByBehavior([...images, uncounted], question, { ...by(), client, deadline: endless() }),
    ).toMatchObject({ total: 1, asked: 1, unscanned: 3 });
  });

  test('node images are asked by their own id, as far as their scans together have succeeded', async () => {
    const NodeImageID = `sha256:${'0'.repeat(64)}`;
    const { client, requests } = fakeService(new Map([[NodeImageID, [3, 1]]]), 'obeyed');
    const node = { Id: 0, NodeImageID, RiskCnt: 2, RiskStatus: 'SCANNED' } as ListedImage;
    const found = await findByBehavior([node], question, { ...by(), client, deadline: endless() });

    expect(requests).toMatchObject([{ ImageID: NodeImageID }]);
    expect(found.matches).toMatchObject([{ rows: 1, image: node }]);
  });

  test('one failure leaves the other images, and all failing fails', async () => {
    const { client } = fakeService(new Map([[1, [3]]]), 'obeyed');
    const context = { ...by(), client, deadline: endless() };

    expect(await findByBehavior([image(1, 2), image(2, 1)], question, context)).toMatchObject({
      asked: 2,
      unknown: 1,
      failure: { code: 'FailedOperation' },
      matches: [{ rows: 1 }],
    });
    await expect(findByBehavior([image(2, 1), image(3, 1)], question, context)).rejects.toMatchObject({
      code: 'FailedOperation',
    });
  });

  test('more rows than are read: at least those found, and nothing where none was found', async () => {
    const many = (last: number) => [...Array(1000).fill(1), last];
    const behaviors = new Map([
      [1, [3, ...many(1)]],
      [2, many(3)],
    ]);
    const { client } = fakeService(behaviors, 'ignored');

    expect(
      await findByBehavior(imagesOf(behaviors), question, { ...by(), client, deadline: endless() }),
    ).toMatchObject({
      matches: [{ rows: 1, isAtLeast: true, position: 0 }],
      unknown: 1,
    });
  });

  test('the deadline ends the search, and cancelling throws', async () => {
    const behaviors = new Map(Array.from({ length: 45 }, (_, at) => [at + 1, [3, 1]] as const));
    const search = (signal: AbortSignal, ms: number) => {
      const { client, requests } = fakeService(behaviors, 'obeyed');
      const stalling = {
        async call(...args: Parameters<TcssClient['call']>) {
          const { signal } = args[2];
          if (requests.length < 25) return client.call(...args);
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        },
      } as unknown as TcssClient;
      return withDeadline(signal, ms, (deadline) =>
        findByBehavior(imagesOf(behaviors), question, { ...by(), client: stalling, deadline }),
      );
    };

    const found = await search(new AbortController().signal, 30);
    expect(found).toMatchObject({ total: 45, asked: 25, isCutShort: true });
    expect(found.matches).toHaveLength(25);

    const cancelled = new AbortController();
    const reason = new Error('cancelled');
    setTimeout(() => cancelled.abort(reason), 5);
    await expect(search(cancelled.signal, 1000)).rejects.toBe(reason);
  });
});
