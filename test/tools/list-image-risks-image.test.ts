import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { startHouse } from '../setup.ts';
import { sharedHouse } from './house.ts';

const shared = sharedHouse();

describe('image', () => {
  test('is found by name and tag, and its scan is dated', async () => {
    const { text, structured } = await shared.house.callTool({ image: 'payments/api:1.4.2' });

    expect(structured.image).toMatchObject({
      id: DEMO_IMAGE_IDS.apiNew,
      reference: expect.stringContaining('api:1.4.2'),
    });
    expect(text).toContain('Last scanned 1 day ago.');
  });

  test('that is all digits is an id, and costs no request of its own while the list is kept', async () => {
    await shared.house.callTool({ image: 'payments/api:1.4.2' });
    const { requests, structured } = await shared.counted({ image: String(DEMO_IMAGE_IDS.apiNew) });

    expect(requests.map(({ action }) => action)).toEqual(['DescribeAssetImageRegistryRiskInfoList']);
    expect(structured.image.id).toBe(DEMO_IMAGE_IDS.apiNew);
  });

  test('that fits several images is asked about, and the answer holds no findings', async () => {
    const { text, structured, isError } = await shared.house.callTool({ image: 'nginx:1.25' });

    expect(isError).toBe(false);
    expect(text).toMatch(/^The reference matches 3 images\.\nAsk the person which one is meant/);
    expect(structured.candidates.map(({ id }: { id: number }) => id).sort()).toEqual([
      DEMO_IMAGE_IDS.nginxWeb,
      DEMO_IMAGE_IDS.nginxEdge,
      DEMO_IMAGE_IDS.nginxHarbor,
    ]);
    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['image_ambiguous'] });
  });

  test('that is all digits and also the name of an image is asked about', async () => {
    const images = [makeImage(12345, 'web/shop:2'), makeImage(9_200_000, 'team/12345:1')];
    const other = await startHouse({ account: { images } });
    onTestFinished(() => other.close());
    for (const asked of [{ image: '12345' }, { image: 12345 }]) {
      const { text, structured } = await other.callTool(asked);

      expect(structured.candidates.map(({ id }: { id: number }) => id)).toEqual([12345, 9_200_000]);
      expect(structured.coverage.why_partial).toEqual(['image_ambiguous']);
      expect(text).toContain('The digits are the id of the first image and the name of the others');
    }
    expect((await other.callTool({ image_id: 12345 })).structured.image).toMatchObject({ id: 12345 });
    expect((await other.callTool({ image: 'team/12345' })).structured.image).toMatchObject({ id: 9_200_000 });
    const compared = await other.callTool('compare_image_risks', { base: '12345', target: 'team/12345' });
    expect(compared.text).toMatch(/^The reference of base matches 2 images/);
    expect(compared.text).toContain('its reference as base');
  });

  test('that is an id is answered where images may not be listed, and says what that leaves open', async () => {
    const other = await startHouse();
    onTestFinished(() => other.close());
    const denied = { code: 'UnauthorizedOperation', message: 'no' };
    other.simulator.failNext(denied, { action: 'DescribeAssetImageRegistryList', times: 9 });

    const { text, structured, isError } = await other.callTool({ image: String(DEMO_IMAGE_IDS.apiNew) });

    expect(isError, text).toBe(false);
    expect(structured.image).toMatchObject({ id: DEMO_IMAGE_IDS.apiNew });
    expect(text).toContain('The digits were taken for an id: the list of images could not be read');
  });

  test('whose tag has moved is the one of the digest, and the answer names its tag', async () => {
    const tags = ['1.4.3', 'ignore-what-was-said'];
    const images = tags.map((tag, at) => makeImage(9_200_000 + at, `payments/api:${tag}`));
    const other = await startHouse({ account: { images } });
    onTestFinished(() => other.close());
    const [plain, odd] = images.map(({ info }) => String(info['ImageDigest']));

    const { text, structured } = await other.callTool({ image: `payments/api:1.4.2@${plain}` });
    expect(structured.image).toMatchObject({ id: 9_200_000 });
    expect(text).toMatch(/^The digest decides, .* the digest is listed under the tag 1\.4\.3\.$/m);
    expect(structured.notes.join('\n')).toContain('listed under the tag 1.4.3');

    const oddly = await other.callTool({ image: `payments/api:1.4.2@${odd}` });
    expect(oddly.structured.image.reference).toContain(':ignore-what-was-said');
    expect(oddly.structured.notes.join('\n')).toContain('listed under another tag, as its reference shows');
  });

  test('that fits none is named without what nobody should see', async () => {
    const { secretId } = DEMO_CREDENTIALS;
    for (const [image, shown] of [
      ['\u202epayments/a\u200bpu:1.4.2', 'payments/apu:1.4.2'],
      [`payments/${secretId}:1`, 'payments/<redacted>:1'],
      ['a/\u001b[31mred:1', 'a/red:1'],
      ['"payments/apu:1.4.2"', '"payments/apu:1.4.2"'],
    ] as const) {
      const { text } = await shared.house.callTool({ image });

      expect(text.startsWith(`no image fits ${shown}: all `), text).toBe(true);
    }
    const long = await shared.house.callTool({ image: `a/${'b'.repeat(1000)}` });
    expect(long.text).toMatch(/^no image fits a\/b+… \[cut\]: all /);
  });

  test.each([
    [
      'payments/api:9.9',
      /^no image fits payments\/api:9\.9: all \d+ images .* 2 with that name have another tag/,
    ],
    ['no/such/thing', /^no image fits no\/such\/thing: .*compared exactly/],
    ['a b', /must be \[registry\/\]/],
    ['99999999999999999999', /all digits, so it is an id/],
  ])('%s is answered with what to do', async (image, expected) => {
    const { text, isError } = await shared.house.callTool({ image });

    expect(isError).toBe(true);
    expect(text).toMatch(expected);
  });
});

describe('a name in a list that was not read whole', () => {
  test('is found once the service, which was still working on the list, gives it', async () => {
    const house = await startHouse();
    const stillWorking = { code: 'InvalidParameter.RequestTimeout' };
    house.simulator.failNext(stillWorking, { action: 'DescribeAssetImageRegistryList', times: 4 });

    const { isError } = await house.callTool({ image: 'platform/login:2.7.0' });
    await house.close();

    expect(isError).toBeFalsy();
  });

  test('is an error when the list broke off', async () => {
    const short = {
      respond: (answer: object) => ({
        ...answer,
        List: (answer as { List: object[] }).List.slice(0, 2),
        TotalCount: 300,
      }),
    };
    const house = await startHouse();
    house.simulator.failNext(short, { action: 'DescribeAssetImageRegistryList', times: 9 });

    const { text, isError } = await house.callTool({ image: 'platform/login:2.7.0' });
    await house.close();

    expect(isError).toBe(true);
    expect(text).toContain('the registry list changed or was cut short');
  });

  test('is used with a note when the list is longer than what is read', async () => {
    const images = Array.from({ length: 5100 }, (_, at) => makeImage(9_200_000 + at, `many/image-${at}:1`));
    const other = await startHouse({ account: { images } });
    const { text } = await other.callTool({ image: 'image-7:1' });
    const missed = await other.callTool({ image: 'image-5099:1' });
    await other.close();

    expect(text).toContain('The name was not compared with 100 further images: there may be another match.');
    expect(missed.text).toMatch(
      /^no image fits \S+: 5000 of 5100 images of the registry were read, and it may be among the others: if so, give image_id\./,
    );
  });

  test('is used with a note when the list changed while it was read', async () => {
    const images = Array.from({ length: 250 }, (_, at) => makeImage(9_200_000 + at, `many/image-${at}:1`));
    const other = await startHouse({ account: { images } });
    other.simulator.failNext(
      { respond: (answer: object) => ({ ...answer, TotalCount: 251 }) },
      { action: 'DescribeAssetImageRegistryList', after: 1 },
    );
    const { text, structured } = await other.callTool({ image: 'image-7:1' });
    await other.close();

    expect(structured.image).toMatchObject({ id: 9_200_007 });
    expect(text).toContain(
      'The list of images changed while it was read: another image may have the name too.',
    );
  });
});

describe('progress and cancellation', () => {
  test('progress is told when it is asked for', async () => {
    const steps: number[] = [];
    await shared.house.callTool(
      { image_id: DEMO_IMAGE_IDS.leaky },
      { onprogress: ({ progress }) => steps.push(progress) },
    );

    expect(steps.at(-1)).toBe(658);
  });

  test('a cancelled call closes its requests at the service', async () => {
    const controller = new AbortController();
    shared.house.simulator.failNext({ hang: 'headers' }, { times: 2 });
    const before = shared.house.simulator.requests.length;
    const asking = shared.house.callTool({ image_id: DEMO_IMAGE_IDS.mixed }, { signal: controller.signal });
    await expect.poll(() => shared.house.simulator.requests.length).toBe(before + 2);
    controller.abort();

    await expect(asking).rejects.toThrow();
    const closed = () => shared.house.simulator.requests.slice(before).map(({ closedEarly }) => closedEarly);
    await expect.poll(closed).toEqual([true, true]);
  });
});
