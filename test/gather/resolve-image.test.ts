import { describe, expect, test } from 'vitest';
import { type InputError, TransportError } from '../../src/errors.ts';
import { createImageList, IMAGES_READ, type ImageList } from '../../src/gather/image-list.ts';
import { resolveImage } from '../../src/gather/resolve-image.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import type { RegistryImage } from '../../src/tcss/registry-image.ts';
import { endless } from '../endless.ts';
import { type FakeRegistry, fail, fakeRegistry, readImage, wireImage, wireImages } from './fake-registry.ts';

const never = endless();

const IMAGES = [
  wireImage(1, 'payments/api:1.4.1'),
  wireImage(2, 'payments/api:1.4.2', { CveStatus: 'SCAN_ERR', VirusStatus: 'NOT_SCAN' }),
  wireImage(3, 'payments/worker:3.2.0'),
  wireImage(4, 'web/nginx:1.25'),
  wireImage(5, 'edge/nginx:1.25'),
  wireImage(6, 'harbor.example.com/web/nginx:1.25', { ScanTime: '' }),
];

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

function over(client: FakeRegistry) {
  let nowMs = 1_700_000_000_000;
  const list = createImageList({
    client,
    redaction: createRedaction([]),
    // Each look at the clock is five seconds after the last.
    now: () => {
      nowMs += 5000;
      return nowMs;
    },
  });
  return { client, find: (text: string) => resolveImage(list, text, never) };
}

/** As it is kept of a registry with more images than are read. */
function longList(total: number | undefined): ImageList {
  const nameless = Array.from({ length: IMAGES_READ - IMAGES.length }, (_, at) => ({ Id: at + 10 }));
  const images: RegistryImage[] = [...IMAGES.map(readImage), ...nameless];
  const others = { requestId: 'request-1', endedBy: undefined, failure: undefined, totalChanged: false };
  return {
    read: async () => ({
      where: 'registry' as const,
      images,
      total,
      ...others,
      listMissing: false,
      skipped: 0,
      ageMs: 0,
      wasKept: false,
    }),
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
  test('that fits one image gives it with its entry', async () => {
    expect(await over(fakeRegistry(IMAGES)).find('payments/api:1.4.2')).toMatchObject({
      id: 2,
      entry: {
        ImageRepoAddress: 'ccr.ccs.tencentyun.com/payments/api',
        ImageTag: '1.4.2',
        ScanTime: '2024-05-07T09:00:00+08:00',
        RiskStatus: 'SCANNED',
        CveStatus: 'SCAN_ERR',
        VirusStatus: 'NOT_SCAN',
        IsAuthorized: 1,
      },
    });
  });

  test('that is all digits is an id, once no image of that name is listed', async () => {
    const { client, find } = over(fakeRegistry(IMAGES));

    expect(await find('6947411')).toEqual({ id: 6947411 });
    expect(client.requests).toBe(1);
    expect(await find('5')).toMatchObject({ id: 5, entry: { ImageName: 'nginx' } });
    expect(client.requests).toBe(1);
  });

  test.each([
    ['12345', [wireImage(9, 'team/12345:1')], [12345, 9]],
    ['12345', [wireImage(12345, 'web/shop:2'), wireImage(9, 'team/12345:1')], [12345, 9]],
    ['"4"', [wireImage(9, 'team/4:1'), wireImage(8, 'team/4:2')], [4, 9, 8]],
  ])('that is an id and a name, %s, gives both readings, the id first', async (text, others, ids) => {
    const found = await over(fakeRegistry([...IMAGES, ...others])).find(text);

    expect(found).toMatchObject({ isNumber: true, candidates: ids.map((Id) => ({ Id })) });
  });

  test('that is the id and the name of one image is that image', async () => {
    const { find } = over(fakeRegistry([...IMAGES, wireImage(12345, 'team/12345:1')]));

    expect(await find('12345')).toMatchObject({
      id: 12345,
      entry: { Namespace: 'team', ImageTag: '1' },
    });
  });

  test('that is all digits and more than the digits is a name', async () => {
    const { find } = over(fakeRegistry([...IMAGES, wireImage(9, 'team/12345:1'), wireImage(8, 'a/0:1')]));

    expect(await find('12345:1')).toMatchObject({ id: 9 });
    expect(await find('team/12345')).toMatchObject({ id: 9 });
    expect(await find('0')).toMatchObject({ id: 8 });
  });

  test('that is all digits is an id too where the list cannot be read, and says so', async () => {
    const { client, find } = over(fakeRegistry(IMAGES));
    client.bend = fail;
    expect(await find('6947411')).toEqual({ id: 6947411, nameUnread: true });
    client.bend = () => ({ List: null });
    expect(await find('6947411')).toEqual({ id: 6947411, nameUnread: true });
  });

  test('with a tag that has moved is what its digest says, and tells the tag that it has now', async () => {
    const images = [
      wireImage(1, 'payments/api:1.4.2', { ImageDigest: digestOf('a') }),
      wireImage(2, 'payments/api:1.4.3', { ImageDigest: digestOf('b') }),
      wireImage(3, 'payments/api:latest', { ImageDigest: digestOf('b') }),
      wireImage(4, 'payments/api:new', { ImageDigest: null, ImageId: digestOf('c') }),
    ];
    const { find } = over(fakeRegistry(images));

    const stays = await find(`payments/api:1.4.2@${digestOf('a')}`);
    expect(stays).toMatchObject({ id: 1 });
    expect(stays).not.toHaveProperty('movedTag');
    expect(await find(`payments/api:1.4.1@${digestOf('a')}`)).toMatchObject({ id: 1, movedTag: '1.4.2' });
    expect(await find(`api:1.4.2@${digestOf('c')}`)).toMatchObject({ id: 4, movedTag: 'new' });
    expect(await find(`payments/api:latest@${digestOf('b')}`)).toMatchObject({ id: 3 });
    expect(await find(`payments/api:1.4.2@${digestOf('b')}`)).toMatchObject({
      candidates: [{ Id: 2 }, { Id: 3 }],
      movedTag: '',
    });
    expect(await find(`payments/api@${digestOf('b')}`)).not.toHaveProperty('movedTag');
    await expect(find(`payments/worker:1.4.2@${digestOf('a')}`)).rejects.toMatchObject({
      message: expect.stringContaining('1 with that digest has another name'),
      quoted: [expect.stringMatching(/^1 .*api:1\.4\.2/)],
    });
  });

  test('is found in a list that an earlier question left, whose age is told', async () => {
    const { client, find } = over(fakeRegistry(IMAGES));
    await find('payments/worker');

    expect(await find('edge/nginx')).toMatchObject({ id: 5, listAgeMs: 5000 });
    expect(client.requests).toBe(1);
  });

  test('that fits several gives them all', async () => {
    const found = await over(fakeRegistry(IMAGES)).find('web/nginx:1.25');

    expect(found).toHaveProperty('candidates');
    expect(found).toEqual({
      candidates: [expect.objectContaining({ Id: 4 }), expect.objectContaining({ Id: 6 })],
    });
  });

  test('is found whatever nobody sees of it, and with the scheme of an address', async () => {
    const { find } = over(fakeRegistry(IMAGES));

    for (const text of [
      'payments/\u200bapi:1.4.2\ufeff',
      'https://ccr.ccs.tencentyun.com/payments/api:1.4.2',
      'docker://payments/api:1.4.2',
    ]) {
      expect(await find(text), text).toMatchObject({ id: 2 });
    }
    expect(await find('\u2060 6947411\u00ad')).toEqual({ id: 6947411 });
  });

  test('tells how many images it was not compared with', async () => {
    const list = longList(5100);

    expect(await resolveImage(list, 'payments/worker', never)).toMatchObject({ id: 3, imagesUnread: 100 });
    expect(await resolveImage(list, 'api', never)).toMatchObject({ imagesUnread: 100 });
    expect(await resolveImage(longList(undefined), 'payments/worker', never)).toMatchObject({
      id: 3,
      isUncounted: true,
    });
  });

  test('tells of entries that could not be compared', async () => {
    const { find } = over(fakeRegistry([...IMAGES, { ...wireImage(9, 'a/b:1'), Id: null as never }]));

    expect(await find('payments/worker')).toMatchObject({ id: 3, entriesSkipped: 1 });
    await expect(find('payments/none')).rejects.toThrow(
      /6 of 7 images of the registry were compared, and it may be among the 1 without a usable id/,
    );
  });

  test('is looked for in the first page of a list without a total', async () => {
    const { client, find } = over(fakeRegistry(wireImages(200)));
    client.bend = (page) => ({ ...page, TotalCount: null });

    expect(await find('team-7/app-7:7')).toMatchObject({ id: 8, isUncounted: true });
    await expect(find('team-30/app-150:150')).rejects.toThrow(
      /may be among the others: if so, give image_id/,
    );
  });

  test('is looked for once more, in a new list, before it is said to fit none', async () => {
    const { client, find } = over(fakeRegistry(IMAGES));
    await find('payments/worker');
    client.images = [...IMAGES, wireImage(7, 'payments/api:1.4.3')];

    const found = await find('payments/api:1.4.3');

    expect(found).toMatchObject({ id: 7 });
    expect(found).not.toHaveProperty('listAgeMs');
    expect(client.requests).toBe(2);
    await expect(find('payments/api:9')).rejects.toThrow('all 7 images');
    expect(client.requests).toBe(3);
  });

  test('that fits in a list that changed while it was read gives what fits, and says so', async () => {
    const { client, find } = over(fakeRegistry(wireImages(200)));
    client.bend = (page, number) => ({ ...page, TotalCount: 200 + number });

    expect(await find('team-7/app-7:7')).toMatchObject({ id: 8, listChanged: true });
    expect(client.requests).toBe(4); // the last two for the image that the first total promised
  });

  test('that fits none in a list that changed is looked for once more, and found there', async () => {
    const { client, find } = over(fakeRegistry(wireImages(200)));
    // As if images came while the list was read, so that others moved over the edge of a page.
    client.bend = (page, number) => (number === 2 ? { ...page, List: wireImages(100) } : page);

    expect(await find('team-30/app-150:150')).toMatchObject({ id: 151 });
    expect(await find('team-30/app-150:150')).not.toHaveProperty('listChanged');
    expect(client.requests).toBe(4);
  });

  test('that fits none in a list that changes each time is an error, after two readings', async () => {
    const { client, find } = over(fakeRegistry(wireImages(200)));
    client.bend = (page, number) => (number % 2 === 0 ? { ...page, List: wireImages(100) } : page);

    await expect(find('team-30/app-150:150')).rejects.toThrow(/changed or was cut short/);
    expect(client.requests).toBe(4);
  });

  test.each<[string, FakeRegistry['bend'], RegExp]>([
    ['broke off', (page, number) => (number > 1 ? fail() : page), /InternalError/],
    [
      'ended early',
      (page, number) => (number > 1 ? { ...page, List: [] } : page),
      /changed or was cut short/,
    ],
    ['did not come', () => ({ List: null }), /changed or was cut short/],
  ])('is not looked for in a list that %s', async (_, bend, expected) => {
    const { client, find } = over(fakeRegistry(wireImages(200)));
    client.bend = bend;

    await expect(find('team-7/app-7:7')).rejects.toThrow(expected);
  });

  test('for which there was no time says how far it came', async () => {
    const client = fakeRegistry(wireImages(500));
    const list = createImageList({ client, redaction: createRedaction([]), now: () => 0 });
    const controller = new AbortController();
    client.bend = (page, number) => {
      if (number > 2) {
        controller.abort(new TransportError('timeout', 'late'));
        throw controller.signal.reason;
      }
      return page;
    };

    // Whether the second page's images were still read depends on the machine's speed.
    await expect(resolveImage(list, 'team-7/app-7:7', endless(controller.signal))).rejects.toMatchObject({
      fault: 'incomplete',
      message: expect.stringMatching(/[12]00 of 500 images .*; image_id needs no list/),
    });
  });
});

describe('a reference that fits none', () => {
  test.each<[string, RegExp, number[]]>([
    ['payments/api:1.4.3', /all 6 images .* 2 with that name have another tag/, [1, 2]],
    ['payments/api:1.4.22', /2 with that name have another tag/, [2, 1]],
    [`payments/worker@sha256:${'0'.repeat(64)}`, /1 with that name has another tag or digest/, [3]],
    ['Payments/API:1.4.2', /closest names follow/, [2, 1]],
    ['paymets/api:1.4.2', /closest names follow/, [2, 1]],
    ['ngnix', /closest names follow/, [4, 5, 6]],
    ['payment/wroker', /closest names follow/, [3]],
    ['other.example.com/edge/nginx:1.25', /closest names follow/, [5, 4, 6]],
    ['no/such/thing', /find_images/, []],
    [`sha256:${'0'.repeat(64)}`, /find_images/, []],
  ])('%s is answered with the closest names', async (text, message, ids) => {
    const error = await refused(text);

    expect(error.name).toBe('InputError');
    expect(error.message).toContain(`no image fits ${text}: `);
    expect(error.typed).toBe(text);
    expect(`${error.message}. ${error.next}`).toMatch(message);
    expect(error.quoted.map((line) => Number(line.split(' ')[0]))).toEqual(ids);
  });

  test('is answered with five names at most, each once', async () => {
    const tags = Array.from({ length: 20 }, (_, at) => wireImage(at + 1, `payments/api:1.${at % 10}`));
    const { quoted } = await refused('payments/api:1.77', tags);

    expect(quoted).toHaveLength(5);
    expect(new Set(quoted.map((line) => line.split(' ')[1]))).toHaveProperty('size', 5);
    expect(quoted[0]).toContain(':1.7');
  });

  test.each([
    [
      5001,
      'zzz/zzz',
      /^no image fits zzz\/zzz: 5000 of 5001 images of the registry were read, and it may be among the others: if so, give image_id\. Parts/,
    ],
    [5001, 'payments/api:9', /among the others: if so, give image_id\. 2 with that name have another tag/],
    [undefined, 'zzz/zzz', /5000 images of the registry were read, and it may be among the others/],
  ])('in a list of %j says that %s may be among the images not read', async (total, text, expected) => {
    await expect(resolveImage(longList(total), text, never)).rejects.toThrow(expected);
  });

  test.each([
    [0, /^no image fits zzz\/zzz: the service lists no image of any registry$/],
    [1, /^no image fits zzz\/zzz: the only image of the registry was read\./],
  ])('says so of a registry of %i images', async (count, expected) => {
    expect((await refused('zzz/zzz', IMAGES.slice(0, count))).message).toMatch(expected);
  });

  test('is answered with a name that is nearly the same, however far its tag', async () => {
    const long = (name: string, tag: string) => `payments/${name}:release-${tag.repeat(20)}`;
    const images = [wireImage(1, long('gateway', 'abc')), wireImage(2, long('ledger', 'xyz'))];

    const { quoted } = await refused(long('gatewey', 'xyz'), images);

    expect(quoted[0]).toMatch(/^1 /);
  });

  test.each([
    'api@sha256:abc123',
    'sha256:abc123',
    'api@latest',
    `api:1@sha256:${'a'.repeat(63)}`,
    '@sha256:',
  ])('%j has no whole digest: that is the reason given', async (text) => {
    expect((await refused(text)).message).toMatch(
      /^image must have a complete digest: sha256: and 64 hex digits/,
    );
  });

  test.each(['a b', '', '@', '99999999999999999999', '0'])('%j is no reference', async (text) => {
    const { message } = await refused(text);

    expect(message).toMatch(/^image (must|is all digits)/);
  });
});
