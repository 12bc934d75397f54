import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FoundImages, matchImages } from '../../src/gather/find-images.ts';
import type { ListedImages } from '../../src/gather/image-list.ts';
import { type ImagesOptions, presentImages } from '../../src/present/images.ts';
import { byteLength } from '../../src/present/text.ts';
import { fitToBudget } from '../../src/present/view.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import { readImage, type WireImage, wireImage } from '../gather/fake-registry.ts';

const presentation = {
  source: 'live' as const,
  redaction: createRedaction([]),
  nonce: '0a1b2c3d',
  nowMs: Date.UTC(2024, 5, 1),
};

function listOf(wires: readonly WireImage[], over: Partial<ListedImages> = {}): ListedImages {
  return {
    where: 'registry',
    images: wires.map(readImage),
    total: wires.length,
    requestId: 'request-1',
    endedBy: undefined,
    failure: undefined,
    totalChanged: false,
    listMissing: false,
    skipped: 0,
    ageMs: 0,
    wasKept: false,
    ...over,
  };
}

function factsOf(list: ListedImages, question = {}): FoundImages {
  return { list, matches: matchImages(list.images, question), nearest: [], isNarrowed: false };
}

function answer(facts: FoundImages, options: Partial<ImagesOptions> = {}, maxBytes = 8000) {
  const draft = presentImages(facts, { sort: 'risks', offset: 0, limit: 20, ...options }, presentation);
  const { text, structured } = fitToBudget(draft, maxBytes);
  const coverage = structured['coverage'] as Record<string, unknown>;
  const images = structured['images'] as Record<string, unknown>[];
  return { text, structured, coverage, images, lines: text.split('\n') };
}

const line = (info: Record<string, unknown>) =>
  answer(factsOf(listOf([wireImage(1, 'a/b:1', info)]))).lines.find((one) => one.startsWith('1. ')) ?? '';

describe('an image', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['scanned', { RiskCnt: 5, VulCnt: 2 }, 'risks 5, vulnerabilities 2, malware 0'],
    [
      'never scanned',
      { RiskStatus: 'NOT_SCAN', CveStatus: 'NOT_SCAN', VirusStatus: 'NOT_SCAN' },
      'risks, vulnerabilities, malware not known: never scanned',
    ],
    [
      'without a licence, never scanned',
      { IsAuthorized: 0, RiskStatus: 'NOT_SCAN', CveStatus: 'NOT_SCAN', VirusStatus: 'NOT_SCAN' },
      'risks, vulnerabilities, malware not known: no scan licence',
    ],
    [
      'without a licence, scanned before',
      { IsAuthorized: 0, RiskCnt: 4 },
      'risks 4, vulnerabilities 0, malware 0; no scan licence: will not be scanned again',
    ],
    [
      'whose scan failed in part',
      { VirusStatus: 'SCAN_ERR' },
      'risks 0, vulnerabilities 0; malware not known: scan failed',
    ],
    [
      'that is being scanned again',
      { RiskStatus: 'SCANNING', RiskCnt: 3 },
      'risks 3 (may be stale: scan waiting or running), vulnerabilities 0, malware 0',
    ],
    [
      'in a state that is new',
      { CveStatus: 'NEW_STATE' },
      'risks 0, malware 0; vulnerabilities not known: state NEW_STATE',
    ],
    ['in a state that is not given', { CveStatus: null }, 'vulnerabilities not known: state not given'],
    ['without a count', { RiskCnt: null }, 'risks not known: not counted'],
    ['with sensitive data', { RiskCnt: 5, SensitiveInfoCnt: 2 }, 'risks 5, vulnerabilities 0, malware 0 |'],
    ['with sensitive data', { RiskCnt: 5, SensitiveInfoCnt: 2 }, '| sensitive data 2'],
  ])('says so in words: %s', (_, info, expected) => {
    expect(line(info)).toContain(expected);
  });

  test.each<[Record<string, unknown>, string]>([
    [{}, 'a/b:1 | risks 0, vulnerabilities 0, malware 0 | latest, scanned 24 days ago, ccr'],
    [
      { IsLatestImage: null, ScanTime: '', RegistryType: null },
      'a/b:1 | risks 0, vulnerabilities 0, malware 0',
    ],
    [
      { ImageRepoAddress: '', Namespace: null, ImageName: null, ImageTag: null, ImageDigest: 'sha256:ab' },
      '1. id 1: sha256:ab | risks',
    ],
  ])('stays on one line: %j', (info, expected) => {
    expect(line(info)).toContain(expected);
  });

  test('has only the counts and flags that the service gives and means', () => {
    const unscanned = {
      RiskStatus: 'NOT_SCAN',
      CveStatus: 'SCAN_ERR',
      VirusStatus: null,
      IsAuthorized: null,
    };
    const { images } = answer(
      factsOf(listOf([wireImage(1, 'a/b:1', { ...unscanned, IsLatestImage: null })])),
    );

    expect(images[0]).toEqual({
      id: 1,
      reference: 'ccr.ccs.tencentyun.com/a/b:1',
      digest: expect.stringMatching(/^sha256:/),
      registry_type: 'ccr',
      scanned_at: '2024-05-07T09:00:00+08:00',
      risk_status: 'NOT_SCAN',
      cve_status: 'SCAN_ERR',
      containers: 0,
      running: false,
      os: 'linux',
    });
  });
});

describe('the order', () => {
  const wires = [
    wireImage(1, 'a/never:1', { RiskStatus: 'NOT_SCAN', ScanTime: '' }),
    wireImage(2, 'a/zero:1', { VulCnt: 9 }),
    wireImage(3, 'a/most:1', { RiskCnt: 7, VirusCnt: 1 }),
    wireImage(4, 'a/tied:2', { RiskCnt: 5 }),
    wireImage(5, 'a/tied:1', { RiskCnt: 5 }),
    wireImage(6, 'a/late:1', { RiskCnt: 5, VulCnt: 1, ScanTime: '2024-05-30T09:00:00+08:00' }),
  ];

  test.each([
    ['risks', [3, 6, 5, 4, 2, 1]],
    ['vulnerabilities', [2, 6, 3, 5, 4, 1]],
    ['malware', [3, 6, 5, 4, 2, 1]],
    ['scanned', [6, 3, 5, 4, 2, 1]],
  ] as const)('by %s is most or newest first, what is not known last', (sort, ids) => {
    const { images, text } = answer(factsOf(listOf(wires)), { sort });

    expect(images.map(({ id }) => id)).toEqual(ids);
    expect(text).toMatch(
      sort === 'scanned' ? /last scanned first\.$/m : new RegExp(`most ${sort} first\\.$`, 'm'),
    );
    const next = sort === 'scanned' ? 'risks' : sort;
    expect(text).toContain(`\nNext: list_image_${next} with the image_id of one.\n`);
  });
});

describe('the first lines', () => {
  const three = [1, 2, 3].map((id) => wireImage(id, `a/b:${id}`));

  test('say what was read, what matches and what is shown', () => {
    expect(answer(factsOf(listOf(three), { query: 'b:2' })).lines.slice(0, 2)).toEqual([
      '3 images of the registry read: 1 matches, 1 to 1 shown, most risks first.',
      'Next: list_image_risks with the image_id of one.',
    ]);
  });

  test('say how to continue', () => {
    const { lines, coverage } = answer(factsOf(listOf(three)), { limit: 1, offset: 1 });

    expect(lines.slice(0, 3)).toEqual([
      '3 images of the registry read: all match, 2 to 2 shown (limit), most risks first.',
      'To continue: the same call with offset 2 (the list is kept for 60 s; after that the order may differ).',
      'To see more in one answer: a larger limit (up to 100).',
    ]);
    expect(coverage).toEqual({
      total: 3,
      fetched: 3,
      shown: 1,
      complete: false,
      why_partial: ['limit', 'offset'],
      next_offset: 2,
    });
  });

  test('say that the list is kept only when it is', () => {
    const { text } = answer(factsOf(listOf(three, { total: 300, endedBy: 'short_page' })), { limit: 1 });

    expect(text).toContain('offset 1 (the list is read again for it, so the order may differ).');
    expect(text).not.toContain('kept');
  });

  test('say when the offset is past the end', () => {
    const { lines, coverage } = answer(factsOf(listOf(three)), { offset: 3 });

    expect(lines).toEqual([
      '3 images of the registry read: all match, so offset 3 is past the last one.',
      'Next: the same call with a smaller offset.',
    ]);
    expect(coverage).toMatchObject({ shown: 0, complete: false, why_partial: ['offset'] });
  });

  test('distinguish an empty registry from one that could not be read', () => {
    const empty = answer(factsOf(listOf([])));
    const nothing = answer(factsOf(listOf([], { total: undefined, listMissing: true })));

    expect(empty.text).toMatch(/^0 images of the registry read: the service lists none\.\nNext: connect/);
    expect(empty.coverage).toMatchObject({ total: 0, complete: true });
    expect(nothing.text).toMatch(/^No image of the registry could be read: this says nothing/);
    expect(nothing.coverage).toEqual({ fetched: 0, shown: 0, complete: false, why_partial: ['page_failed'] });
  });

  test('offer the closest names as data when none matches', () => {
    const list = listOf(three);
    const facts = { ...factsOf(list, { query: 'x' }), nearest: list.images.slice(0, 2), isNarrowed: true };
    const { lines, structured } = answer(facts);

    expect(lines.slice(0, 4)).toEqual([
      '3 images of the registry read: none matches.',
      'Next: a shorter query, or fewer filters.',
      'Not listed? explain_coverage tells which registries fail to sync.',
      'The nearest names are below, as data.',
    ]);
    expect(lines.slice(-3, -1)).toEqual([
      'near: id 1: ccr.ccs.tencentyun.com/a/b:1',
      'near: id 2: ccr.ccs.tencentyun.com/a/b:2',
    ]);
    expect(structured).toMatchObject({ nearest: [{ id: 1 }, { id: 2 }] });
  });

  test('give the age of the list and what was left out because it could not be judged', () => {
    const wires = [
      wireImage(1, 'a/b:1', { RiskCnt: 1 }),
      wireImage(2, 'a/b:2', { RiskStatus: 'NOT_SCAN' }),
      wireImage(3, 'a/b:3', { RiskCnt: 1, IsLatestImage: null }),
    ];
    const list = listOf(wires, { ageMs: 41_300 });
    const { structured } = answer(factsOf(list, { withRisks: true, latestOnly: true }));

    expect(structured).toMatchObject({
      cache_age_s: 41,
      notes: [
        'Left out, although a match is possible: 1 image not marked as the latest or as an older one.',
        'Left out, although a match is possible: 1 image whose risks no scan has counted.',
        'The list of images was read 41 s ago.',
      ],
    });
  });
});

describe('images about which the service does not say what was asked', () => {
  const wires = [
    wireImage(1, 'a/b:1', { RegistryType: null }),
    wireImage(2, 'a/b:2', { RiskStatus: 'PARTIAL' }),
    wireImage(3, 'a/b:3', { RiskStatus: null, RegistryType: 'harbor' }),
    wireImage(4, 'a/b:4', { RiskStatus: 'NOT_SCAN', RegistryType: '' }),
    wireImage(5, 'a/b:5'),
    wireImage(6, 'x/y:5', { RegistryType: null, RiskStatus: null }),
  ];

  test.each<[object, number[], string[]]>([
    [{ registryType: 'CCR' }, [2, 5], ['2 images whose registry type is not given']],
    [{ scanState: 'scanned' }, [1, 5], ['2 images whose scan state is not given or unknown']],
    [{ scanState: 'not_scanned' }, [4], ['2 images whose scan state is not given or unknown']],
    [
      { scanState: 'scanned', registryType: 'ccr' },
      [5],
      ['1 image whose registry type is not given', '1 image whose scan state is not given or unknown'],
    ],
    [{}, [1, 2, 3, 4, 5], []],
  ])('are counted separately: %j', (question, ids, left) => {
    const { images, structured } = answer(factsOf(listOf(wires), { query: 'a/b', ...question }));

    expect(images.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(images).toHaveLength(ids.length);
    const notes = left.map((words) => `Left out, although a match is possible: ${words}.`);
    expect(structured['notes'] ?? []).toEqual(notes);
  });
});

describe('a list that was not read in full', () => {
  const three = [1, 2, 3].map((id) => wireImage(id, `a/b:${id}`));
  const failure = apiError('A', 'InternalError', '', undefined);

  test.each<[Partial<ListedImages>, string[], RegExp]>([
    [{ total: 300, endedBy: 'deadline' }, ['deadline'], /The deadline passed before all images were read\./],
    [{ total: 300, endedBy: 'page_failed', failure }, ['page_failed'], /failed part-way \(InternalError\)/],
    [{ total: 300, endedBy: 'short_page' }, ['page_failed'], /fewer images than the total it gave/],
    [{ totalChanged: true }, ['changed'], /The list changed while it was read\./],
    [{ total: 4 }, ['changed'], /The list changed while it was read\./],
    [
      { total: undefined },
      ['window'],
      /\(the service gave no total\).*\n.*\nThe service gave no total, so only the first 3 images/,
    ],
    [{ total: 4, skipped: 1 }, ['page_failed'], /1 entry of the list has no usable id and cannot be shown\./],
    [{ total: 6, skipped: 2 }, ['page_failed', 'changed'], /2 entries of the list have no usable id/],
  ])('is reported, and no total is claimed: %j', (over, why, expected) => {
    const { text, coverage } = answer(factsOf(listOf(three, over)));

    expect(coverage).toEqual({ fetched: 3, shown: 3, complete: false, why_partial: why });
    expect(text).toMatch(expected);
    expect(text).toContain('Images that were not read may match too.');
  });

  test('says how many images were not read if it is too long', () => {
    const five =
      three[0] === undefined ? [] : Array.from({ length: 5000 }, () => readImage(three[0] as WireImage));
    const { text, coverage } = answer(
      factsOf({ ...listOf([]), images: five, total: 6100 }, { query: 'none' }),
    );

    expect(text).toContain("5000 of the registry's 6100 images read: none matches.");
    expect(text).toContain('At most 5000 images of the list are read; 1100 further images not read.');
    expect(coverage).toEqual({ fetched: 5000, shown: 0, complete: false, why_partial: ['window'] });
  });
});

describe('the budget', () => {
  const long = fc.oneof(
    fc.constantFrom('漏洞'.repeat(900), '"\\\\'.repeat(900), 'a/b'.repeat(500), '👍🏽'.repeat(300), null),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  );
  const wire = fc
    .record({ tag: long, type: long, state: long, digest: long, time: long, risks: fc.nat() })
    .map(({ tag, type, state, digest, time, risks }) => ({
      ImageTag: tag,
      RegistryType: type,
      RiskStatus: state,
      CveStatus: state,
      VirusStatus: state,
      ImageDigest: digest,
      ScanTime: time,
      RiskCnt: risks,
    }));

  test('holds in both views, which show the same images, at least one', () => {
    fc.assert(
      fc.property(
        fc.array(wire, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 2000, max: 9000 }),
        (infos, hasMatch, maxBytes) => {
          const wires = infos.map((info, at) => wireImage(at + 1, 'a/b:1', info));
          const list = listOf(wires, {
            total: 900,
            endedBy: 'short_page',
            ageMs: 59_000,
            requestId: 'x'.repeat(64),
          });
          const facts = hasMatch
            ? factsOf(list)
            : { ...factsOf(list, { query: '\u0000' }), nearest: list.images.slice(0, 5) };
          const { text, structured, images, coverage } = answer(facts, {}, maxBytes);

          expect(byteLength(text)).toBeLessThanOrEqual(maxBytes);
          expect(byteLength(JSON.stringify(structured))).toBeLessThanOrEqual(maxBytes);
          expect(coverage['shown']).toBe(images.length);
          const shown = [...text.matchAll(/^\d+\. id (\d+): /gm)].map(([, id]) => Number(id));
          expect(shown).toEqual(images.map(({ id }) => id));
          if (hasMatch) expect(images.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
