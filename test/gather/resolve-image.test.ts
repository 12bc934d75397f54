import { describe, expect, test } from 'vitest';
import type { InputError } from '../../src/errors.ts';
import { createImageList, type ImageList } from '../../src/gather/image-list.ts';
import { isAmbiguous, resolveImage } from '../../src/gather/resolve-image.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { type FakeRegistry, fail, fakeRegistry, readImage, wireImage, wireImages } from './fake-registry.ts';

const never = new AbortController().signal;

const IMAGES = [
  wireImage(1, 'payments/api:1.4.1'),
  wireImage(2, 'payments/api:1.4.2', { CveStatus: 'SCAN_ERR', VirusStatus: 'NOT_SCAN' }),
  wireImage(3, 'payments/worker:3.2.0'),
  wireImage(4, 'web/nginx:1.25'),
  wireImage(5, 'edge/nginx:1.25'),
  wireImage(6, 'harbor.example.com/web/nginx:1.25', { ScanTime: '' }),
];

function over(client: FakeRegistry) {
  let nowMs = 1_700_000_000_000;
  const list = createImageList({
    client,
    redaction: createRedaction([], false),
    // Each look at the clock is five seconds after the last.
    now: () => {
      nowMs += 5000;
      return nowMs;
    },
  });
  return { client, find: (text: string) => resolveImage(list, text, never) };
}

/** As it is kept of a registry with more images than are read; here those read are few. */
function longList(total: number): ImageList {
  const images = IMAGES.map(readImage);
  const others = { requestId: 'request-1', endedBy: undefined, failure: undefined, totalChanged: false };
  return {
    read: async () => ({ images, total, ...others, listMissing: false, ageMs: 0 }),
    peek: () => images,
  };
}

async function refused(text: string, images = IMAGES): Promise<InputError> {
  return over(fakeRegistry(images))
    .find(text)
    .then(
      () => Promise.reject(new Error('it was found')),
      (error: InputError) => error,
    );
}

describe('a reference', () => {
  test('that fits one image gives it with the state of each scan', async () => {
    expect(await over(fakeRegistry(IMAGES)).find('payments/api:1.4.2')).toEqual({
      id: 2,
      reference: 'ccr.ccs.tencentyun.com/payments/api:1.4.2',
      scannedAt: '2024-05-07T09:00:00+08:00',
      riskStatus: 'SCANNED',
      cveStatus: 'SCAN_ERR',
      virusStatus: 'NOT_SCAN',
    });
  });

  test('that is all digits is an id and costs no request', async () => {
    const { client, find } = over(fakeRegistry(IMAGES));

    expect(await find('6947411')).toEqual({ id: 6947411 });
    expect(client.requests).toBe(0);
  });

  test('is found in a list that an earlier question left, whose age is told', async () => {
    const { client, find } = over(fakeRegistry(IMAGES));
    await find('payments/worker');

    expect(await find('edge/nginx')).toMatchObject({ id: 5, listAgeMs: 5000 });
    expect(client.requests).toBe(1);
  });

  test('that fits several gives them all', async () => {
    const found = await over(fakeRegistry(IMAGES)).find('web/nginx:1.25');

    expect(isAmbiguous(found)).toBe(true);
    expect(found).toEqual({
      candidates: [expect.objectContaining({ Id: 4 }), expect.objectContaining({ Id: 6 })],
    });
  });

  test('tells how many images it was not compared with', async () => {
    const list = longList(5100);

    expect(await resolveImage(list, 'payments/worker', never)).toMatchObject({ id: 3, imagesUnread: 5094 });
    expect(await resolveImage(list, 'api', never)).toMatchObject({ imagesUnread: 5094 });
  });

  test.each<[string, FakeRegistry['bend'], RegExp]>([
    ['broke off', (page, number) => (number > 1 ? fail() : page), /InternalError/],
    ['changed', (page, number) => ({ ...page, TotalCount: 200 + number }), /changed or broke off/],
    ['came without a total', (page) => ({ ...page, TotalCount: null }), /changed or broke off/],
  ])('is not looked for in a list that %s', async (_, bend, expected) => {
    const { client, find } = over(fakeRegistry(wireImages(200)));
    client.bend = bend;

    await expect(find('team-7/app-7:7')).rejects.toThrow(expected);
  });
});

describe('a reference that fits none', () => {
  test.each<[string, RegExp, number[]]>([
    ['payments/api:1.4.3', /all 6 images .* 2 of that name have another tag/, [1, 2]],
    ['payments/api:1.4.22', /2 of that name have another tag/, [2, 1]],
    [`payments/worker@sha256:${'0'.repeat(64)}`, /1 of that name have another tag or digest/, [3]],
    ['Payments/API:1.4.2', /nearest names follow/, [2, 1]],
    ['paymets/api:1.4.2', /nearest names follow/, [2, 1]],
    ['ngnix', /nearest names follow/, [4, 5, 6]],
    ['payment/wroker', /nearest names follow/, [3]],
    ['other.example.com/edge/nginx:1.25', /nearest names follow/, [5, 4, 6]],
    ['no/such/thing', /find_images/, []],
    [`sha256:${'0'.repeat(64)}`, /find_images/, []],
  ])('%s is answered with the nearest names', async (text, message, ids) => {
    const error = await refused(text);

    expect(error.name).toBe('InputError');
    expect(error.message).toMatch(/^image fits none: /);
    expect(error.message).toMatch(message);
    expect(error.quoted.map((line) => Number(line.split(' ')[0]))).toEqual(ids);
  });

  test('is answered with five names at most, each once', async () => {
    const tags = Array.from({ length: 20 }, (_, at) => wireImage(at + 1, `payments/api:1.${at % 10}`));
    const { quoted } = await refused('payments/api:1.77', tags);

    expect(quoted).toHaveLength(5);
    expect(new Set(quoted.map((line) => line.split(' ')[1]))).toHaveProperty('size', 5);
    expect(quoted[0]).toContain(':1.7');
  });

  test('says how much of a longer list was read', async () => {
    await expect(resolveImage(longList(5001), 'zzz/zzz', never)).rejects.toThrow(
      'the first 6 of 5001 images',
    );
  });

  test.each(['a b', '', '@', '99999999999999999999', '0'])('%j is no reference', async (text) => {
    const { message } = await refused(text);

    expect(message).toMatch(/^image (must be|is all digits)/);
  });
});
