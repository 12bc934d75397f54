import { describe, expect, test } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import { createImageList } from '../../src/gather/image-list.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { endless } from '../endless.ts';
import { type FakeRegistry, fail, fakeRegistry, wireImage, wireImages } from './fake-registry.ts';

const never = endless();
const redaction = createRedaction([]);

function listOver(client: FakeRegistry) {
  const clock = { nowMs: 1_700_000_000_000 };
  return { clock, list: createImageList({ client, redaction, now: () => clock.nowMs }) };
}

describe('the registry list', () => {
  test('of 2,145 images costs 22 requests, and none while it is kept for 60 s', async () => {
    const client = fakeRegistry(wireImages(2145));
    const { clock, list } = listOver(client);

    const cold = await list.read(never);
    clock.nowMs += 60_000;
    const warm = await list.read(never);

    expect(cold).toMatchObject({ total: 2145, ageMs: 0, endedBy: undefined, requestId: 'request-1' });
    expect(cold.images).toHaveLength(2145);
    expect(warm).toEqual({ ...cold, ageMs: 60_000, wasKept: true });
    expect(client.requests).toBe(22);

    clock.nowMs += 1;
    client.images = wireImages(3);
    const later = await list.read(never);

    expect(later).toMatchObject({ total: 3, ageMs: 0 });
    expect(client.requests).toBe(23);
  });

  test('is read up to 5,000 images, and then kept too', async () => {
    const client = fakeRegistry(wireImages(5001));
    const { list } = listOver(client);

    const { images, total } = await list.read(never);
    await list.read(never);

    expect([images.length, total, client.requests]).toEqual([5000, 5001, 50]);
  });

  test('is not kept when it is empty', async () => {
    const client = fakeRegistry([]);
    const { list } = listOver(client);

    expect(await list.read(never)).toMatchObject({ images: [], total: 0 });
    client.images = wireImages(1);
    expect(await list.read(never)).toMatchObject({ total: 1, ageMs: 0 });
  });

  test('is read once more for calls that want it anew, and once for all of them', async () => {
    const client = fakeRegistry(wireImages(3));
    const { clock, list } = listOver(client);
    await list.read(never);
    clock.nowMs += 5000;
    client.images = wireImages(4);

    const lists = await Promise.all([1, 2, 3].map(() => list.read(never, { refresh: true })));

    expect(lists.map(({ total }) => total)).toEqual([4, 4, 4]);
    expect(client.requests).toBe(2);
  });

  test('leaves out entries without a usable id, and says how many', async () => {
    const wires = [null, undefined, '', -1, 1.5, 0, {}, 7].map((Id) => ({ ...wireImage(1, 'a/b:1'), Id }));
    const client = fakeRegistry(wires as never);
    const { list } = listOver(client);

    const { images, skipped, total } = await list.read(never);
    await list.read(never);

    expect([images.map(({ Id }) => Id), skipped, total]).toEqual([[7], 7, 8]);
    expect(client.requests).toBe(1);
  });

  test('is read whatever stands in fields that nobody reads', async () => {
    const odd = { ScanStatus: {}, RegistryRegion: 7, InstanceId: [null], Progress: 'x' };
    const { list } = listOver(fakeRegistry([wireImage(1, 'a/b:1', odd)]));

    const { images } = await list.read(never);

    expect(images).toMatchObject([{ Id: 1 }]);
    for (const field of Object.keys(odd)) expect(images[0]).not.toHaveProperty(field);
  });

  test('is refused with an id that would lose digits', async () => {
    const { list } = listOver(fakeRegistry([wireImage(2 ** 53 + 2, 'a/b:1')]));

    await expect(list.read(never)).rejects.toThrow('9007199254740991');
  });

  test('holds each Id once', async () => {
    const [one, two] = wireImages(2);
    const { list } = listOver(fakeRegistry([one, two, one].filter((image) => image !== undefined)));

    const { images, total } = await list.read(never);

    expect([images.map(({ Id }) => Id), total]).toEqual([[1, 2], 3]);
  });

  test('holds no secret, whichever text it stands in, and the digests as they are', async () => {
    const secret = 'ghp_FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE';
    const plain = wireImage(1, 'a/b:1');
    const texts = Object.entries(plain).filter(([, value]) => typeof value === 'string');
    const leaky = Object.fromEntries(texts.map(([field]) => [field, `x ${secret} y`]));
    const { list } = listOver(fakeRegistry([{ ...leaky, Id: 1 }, plain && { ...plain, Id: 2 }]));

    const { images } = await list.read(never);

    expect(JSON.stringify(images)).not.toContain('ghp_');
    expect(images[0]).toMatchObject({ ImageTag: 'x <redacted> y', RiskStatus: 'x <redacted> y' });
    expect(images[1]).toMatchObject({ ImageDigest: plain['ImageDigest'], RiskStatus: 'SCANNED' });
  });

  test('tells its progress', async () => {
    const steps: number[] = [];
    await listOver(fakeRegistry(wireImages(300))).list.read(never, {
      onProgress: (done) => steps.push(done),
    });

    expect(steps).toEqual([100, 200, 300]);
  });
});

describe('a list that did not come whole', () => {
  test.each<[string, FakeRegistry['bend'], object]>([
    ['a failed page', (page, number) => (number === 3 ? fail() : page), { endedBy: 'page_failed' }],
    [
      'a short page',
      (page, number) => (number > 1 ? { ...page, List: [] } : page),
      { endedBy: 'short_page' },
    ],
    [
      'another total',
      (page, number) => ({ ...page, TotalCount: number > 1 ? 301 : 300 }),
      { totalChanged: true },
    ],
    [
      'a page that holds earlier images',
      (page, number) => (number === 2 ? { ...page, List: wireImages(100) } : page),
      { total: 300, endedBy: undefined, totalChanged: false },
    ],
    ['neither list nor total', () => ({ List: null }), { total: undefined, listMissing: true }],
  ])('because of %s is not kept', async (_, bend, expected) => {
    const client = fakeRegistry(wireImages(300));
    const { list } = listOver(client);
    client.bend = bend;

    expect(await list.read(never)).toMatchObject(expected);
    expect(list.peek()).toBeUndefined();

    client.bend = (page) => page;
    expect(await list.read(never)).toMatchObject({ total: 300, ageMs: 0 });
  });

  test('for the deadline holds what came before, and is not kept', async () => {
    const client = fakeRegistry(wireImages(300));
    const { list } = listOver(client);
    const controller = new AbortController();
    client.bend = (page, number) => {
      if (number === 2) controller.abort(new TransportError('timeout', 'late'));
      return page;
    };

    const { images, endedBy } = await list.read(endless(controller.signal));

    // The second page came; whether its images were still read depends on the machine's speed.
    expect([100, 200]).toContain(images.length);
    expect(endedBy).toBe('deadline');
    expect(list.peek()).toBeUndefined();
  });

  test('because the first request failed leaves the next call to read it', async () => {
    const client = fakeRegistry(wireImages(3));
    const { list } = listOver(client);
    client.bend = fail;
    await expect(list.read(never)).rejects.toThrow('InternalError');

    client.bend = (page) => page;
    expect(await list.read(never)).toMatchObject({ total: 3 });
  });
});

test.each([null, 0])(
  'a list whose total (%j) cannot be believed is read to the end of its first page',
  async (TotalCount) => {
    const client = fakeRegistry(wireImages(250));
    const { list } = listOver(client);
    client.bend = (page) => ({ ...page, TotalCount });

    const { images, total } = await list.read(never);

    expect([images.length, total, client.requests]).toEqual([100, undefined, 1]);
    expect(list.peek()).toBeUndefined();
  },
);

describe('calls at the same time', () => {
  test('read the list once', async () => {
    const client = fakeRegistry(wireImages(300));
    const { list } = listOver(client);

    const lists = await Promise.all([1, 2, 3, 4].map(() => list.read(never)));

    expect(client.requests).toBe(3);
    for (const { images } of lists) expect(images).toHaveLength(300);
  });

  test('read it themselves, one after the other, when the first could not', async () => {
    const client = fakeRegistry(wireImages(300));
    const { list } = listOver(client);
    client.bend = (page, number) => (number === 1 ? fail() : page);

    const [first, second, third] = await Promise.allSettled([1, 2, 3].map(() => list.read(never)));

    expect(first?.status).toBe('rejected');
    expect(second).toMatchObject({ value: { total: 300, ageMs: 0 } });
    expect(third).toMatchObject({ value: { total: 300 } });
    expect(client.requests).toBe(4);
  });

  test('go on when the one that reads is cancelled', async () => {
    const client = fakeRegistry(wireImages(3));
    const { list } = listOver(client);
    const controller = new AbortController();
    const reader = list.read(endless(controller.signal));
    const waiter = list.read(never);
    controller.abort(new Error('no more'));

    await expect(reader).rejects.toThrow('no more');
    expect(await waiter).toMatchObject({ total: 3 });
    expect(client.requests).toBe(2);
  });

  test('may be cancelled while they wait, which leaves the reading alone', async () => {
    const client = fakeRegistry(wireImages(3));
    const { list } = listOver(client);
    const controller = new AbortController();
    const reader = list.read(never);
    const waiter = list.read(endless(controller.signal));
    controller.abort(new Error('no more'));

    await expect(waiter).rejects.toThrow('no more');
    expect(await reader).toMatchObject({ total: 3 });
    await expect(list.read(endless(controller.signal))).rejects.toThrow('no more');
    expect(client.requests).toBe(1);
  });
});

describe('what is known without a request', () => {
  test('is nothing at first, and then the last list kept, however old', async () => {
    const client = fakeRegistry(wireImages(3));
    const { clock, list } = listOver(client);

    expect(list.peek()).toBeUndefined();
    const { images } = await list.read(never);
    clock.nowMs += 3_600_000;

    expect(list.peek()).toBe(images);
    expect(client.requests).toBe(1);
  });
});
