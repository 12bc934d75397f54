import { describe, expect, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS, demoAccount } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { type DemoRisk, generatedRisks } from '../../src/demo/risks.ts';
import { demoImage } from './demo-image.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const account = demoAccount(NOW);

const rowsOf = (name: keyof typeof DEMO_IMAGE_IDS): readonly DemoRisk[] => demoImage(name).risks;

const withoutTime = (row: DemoRisk) =>
  JSON.stringify({ ...row, InstructionContent: row.InstructionContent?.replace(/^.*\n/, '') });
/** What is left when the time and the made-up secrets are taken away, as a reader of findings does. */
const kind = (row: DemoRisk) => withoutTime(row).replace(/[\w-]*FAKE[\w-]*/g, '<redacted>');
const kinds = (rows: readonly DemoRisk[]) => new Set(rows.map(kind));
const levelsOf = (rows: readonly DemoRisk[]) => new Set(rows.map(({ Level }) => Level));

test('every id names one image and every count is the number of rows', () => {
  expect(account.images.map(({ info }) => info.Id).sort()).toEqual(Object.values(DEMO_IMAGE_IDS).sort());
  for (const { info, risks } of account.images) expect(info['RiskCnt']).toBe(risks.length);
});

test('is the same at every start but for scan times, which follow the clock', () => {
  const dayLater = demoAccount(NOW + 86_400_000);

  expect(JSON.stringify(demoAccount(NOW))).toBe(JSON.stringify(account));
  expect(demoImage('leaky').info['ScanTime']).toBe('2026-11-22T20:00:00+08:00');
  expect(dayLater.images[0]?.info['ScanTime']).toBe('2026-11-23T20:00:00+08:00');
});

describe('the rows', () => {
  test('of the leaky image are 658, each with a value and a time of its own, and one finding', () => {
    const rows = rowsOf('leaky');

    expect(rows).toHaveLength(658);
    expect(new Set(rows.map(withoutTime)).size).toBe(658);
    expect(kinds(rows)).toEqual(new Set([kind(rows[0] as DemoRisk)]));
    expect(rows[0]?.InstructionContent).toMatch(
      /^2024-05-06 10:49:49\n\/bin\/sh -c #\(nop\) {2}ENV ROOTPASSWD=FAKE\d+$/,
    );
  });

  test('of the mixed image are 37 findings over all levels, with unknown codes and absent members', () => {
    const rows = rowsOf('mixed');

    expect(rows).toHaveLength(37);
    expect(kinds(rows).size).toBe(37);
    expect([...levelsOf(rows)].sort()).toEqual(['1', '2', '3', '4', '9', null]);
    expect(new Set(rows.map(({ Behavior }) => Behavior))).toEqual(new Set([1, 2, 3, 4, 7, null]));
    expect(new Set(rows.map(({ Type }) => Type))).toEqual(new Set([1, 2, null]));
    expect(rows.some(({ Desc }) => Desc === null)).toBe(true);
    expect(rows.some(({ InstructionContent }) => InstructionContent === null)).toBe(true);
    expect(Math.max(...rows.map(({ Desc }) => Buffer.byteLength(Desc ?? '')))).toBeGreaterThan(1900);
  });

  test('of the large image are 5,000 over all levels, some repeated, not in order', () => {
    const rows = rowsOf('large');
    const levels = rows.map(({ Level }) => Number(Level));

    expect(rows).toHaveLength(5000);
    expect(new Set(rows.map(withoutTime)).size).toBe(4500);
    expect([...levelsOf(rows)].sort()).toEqual(['1', '2', '3', '4']);
    expect(levels).not.toEqual([...levels].sort((a, b) => b - a));
  });

  test('of the two tags share eight findings; one went, two came', () => {
    const [older, newer] = [kinds(rowsOf('apiOld')), kinds(rowsOf('apiNew'))];

    expect([...older].filter((one) => newer.has(one))).toHaveLength(8);
    expect([...older].filter((one) => !newer.has(one))).toHaveLength(1);
    expect([...newer].filter((one) => !older.has(one))).toHaveLength(2);
  });

  test('of the hostile image try every trick at least once', () => {
    const text = [JSON.stringify(demoImage('hostile').info), ...rowsOf('hostile').map(withoutTime)]
      .map((json) =>
        json.replace(/\\u([0-9a-f]{4})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      )
      .join('');

    for (const trick of [
      '\u001b[',
      '\u009b',
      '\u202e',
      '\u200b',
      '\u2028',
      '\u{e0069}',
      '\ud800',
      '\\nSYSTEM:',
    ]) {
      expect(text).toContain(trick);
    }
    for (const trick of ['Ignore all previous', '](https://attacker', '```', '"}],']) {
      expect(text.replaceAll('\\"', '"')).toContain(trick);
    }
  });
});

describe('the states an image can be in', () => {
  test.each<[keyof typeof DEMO_IMAGE_IDS, Record<string, unknown>]>([
    ['clean', { RiskStatus: 'SCANNED', RiskCnt: 0, ScanRiskError: '', IsAuthorized: 1 }],
    ['clean', { ImageCreateTime: '1900-01-01T00:00:00+00:00' }],
    ['neverScanned', { RiskStatus: 'NOT_SCAN', ScanTime: '', ScanRiskError: null, OsName: null }],
    ['scanFailed', { ScanStatus: 'SCANNED', RiskStatus: 'SCAN_ERR', RiskCnt: 0 }],
    ['unlicensed', { IsAuthorized: 0, RiskStatus: 'NOT_SCAN' }],
    ['scanning', { RiskStatus: 'SCANNING', ScanRiskProgress: 40 }],
    ['leaky', { SentiveInfoCnt: 658 }],
    ['nginxHarbor', { RegistryType: 'harbor', ImageId: null }],
  ])('%s: %j', (name, expected) => {
    expect(demoImage(name).info).toMatchObject(expected);
  });

  test('a bare name can mean several images', () => {
    const named = account.images.filter(({ info }) => info['ImageName'] === 'nginx');

    expect(named.map(({ info }) => info['ImageRepoAddress'])).toEqual([
      'ccr.ccs.tencentyun.com/web/nginx',
      'ccr.ccs.tencentyun.com/edge/nginx',
      'harbor.example.com/web/nginx',
    ]);
  });

  test('digest and image id are different sha256 values', () => {
    const { ImageId, ImageDigest } = demoImage('leaky').info;

    expect(ImageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ImageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ImageId).not.toBe(ImageDigest);
  });
});

test('the credentials are long enough to be searched for and say that they are no real ones', () => {
  for (const value of [DEMO_CREDENTIALS.secretId, DEMO_CREDENTIALS.secretKey]) {
    expect(value.length).toBeGreaterThanOrEqual(32);
    expect(value).toContain('EXAMPLE');
  }
});

describe('makeImage', () => {
  test('takes a reference apart; the given fields have the last word', () => {
    const { info } = makeImage(7, 'reg.example.com:5000/team/app:1.0', generatedRisks(3), { VulCnt: 2 });

    expect(info).toMatchObject({
      Id: 7,
      ImageRepoAddress: 'reg.example.com:5000/team/app',
      Namespace: 'team',
      ImageName: 'app',
      ImageTag: '1.0',
      RiskCnt: 3,
      VulCnt: 2,
    });
  });

  test('refuses a reference without a namespace or a tag', () => {
    expect(() => makeImage(1, 'app:1')).toThrow(/namespace/);
    expect(() => makeImage(1, 'team/app')).toThrow(/tag/);
  });
});
