import { describe, expect, test } from 'vitest';
import { isFixedBy, readFixedVersions, upgradesTo } from '../../src/present/versions.ts';

const spellings = (text: string) => readFixedVersions(text).map(({ spelling }) => spelling);

describe('a text of fixed versions', () => {
  test.each<[string, string[]]>([
    ['1.2.3-4.el8', ['1.2.3-4.el8']],
    ['1:2.3~rc1+dfsg-4^x', ['1:2.3~rc1+dfsg-4^x']],
    ['2.17.1, 2.3.2, 2.12.4', ['2.3.2', '2.12.4', '2.17.1']],
    ['>6.0.37,>8.0.0', ['>6.0.37', '>8.0.0']],
    ['>= 6.0.37, > 8.0.0', ['>=6.0.37', '>8.0.0']],
    ['≥ 1.2 或 2.0', ['≥1.2', '2.0']],
    ['1.1;1.2|1.3、1.4 1.5 or 1.6，1.7；1.8 || 1.9', '1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9'.split(' ')],
    ['1.2 and 1.3\n\t1.4', ['1.2', '1.3', '1.4']],
    ['1.2, 1.2', ['1.2']],
    ['v4.3.0', ['v4.3.0']],
    ['go1.27', ['go1.27']],
    ['2.0.0-M1, 2.0.0', ['2.0.0-M1', '2.0.0']],
    ['< 1.2', []],
    ...[
      '暂无',
      '-',
      'none',
      'None',
      'N/A',
      'n/a',
      '',
      ' ',
      '无',
      'null',
      '--',
      '暂无修复版本',
      'unknown',
    ].map((text): [string, string[]] => [text, []]),
    ['none (see CVE-2099-0001)', []],
    ['升级到1.5.0或更高版本', ['1.5.0']],
    ['1.2.3及以上', ['1.2.3']],
    ['1.2和1.3', ['1.2', '1.3']],
    ['1.2.3(LTS), 1.2.4 (or later).', ['1.2.3', '1.2.4']],
    ['[1.5.0,)', ['1.5.0']],
    ['1.2.3.', ['1.2.3']],
    ['1.2.x', []],
    [`1.${'9'.repeat(500)}`, []],
  ])('%j lists %j', (text, expected) => {
    expect(spellings(text)).toEqual(expected);
  });

  test('of 65,536 characters costs less than a second', { retry: 2 }, () => {
    const started = performance.now();

    expect(readFixedVersions('1.2,'.repeat(16_384))).toHaveLength(1);
    expect(readFixedVersions(Array.from({ length: 9000 }, (_, n) => `1.${n}`).join())).toHaveLength(30);
    readFixedVersions('1'.repeat(65_536));
    readFixedVersions('> '.repeat(32_768));
    readFixedVersions('> '.padEnd(65_536));

    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('the version that a finding needs', () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['2.3.2, 2.12.4, 2.17.1', '2.3.1', '2.3.2'],
    ['2.3.2, 2.12.4, 2.17.1', '2.12.1', '2.12.4'],
    ['2.17.1, 2.12.4, 2.3.2', '2.14.1', '2.17.1'],
    ['2.3.2, 2.12.4, 2.17.1', 'v2.14.1', '2.17.1'],
    ['2.3.2, 2.12.4, 2.17.1', '2.17.1', undefined],
    ['2.3.2, 2.12.4, 2.17.1', undefined, '2.17.1'],
    ['2.3.2, 2.12.4, 2.17.1', '', '2.17.1'],
    ['2.3.2, 2.12.4, 2.17.1', 'none', '2.17.1'],
    ['>6.0.37,>8.0.0', '7.0.34', '>8.0.0'],
    ['>6.0.37,>8.0.0', '6.0.37', '>6.0.37'],
    ['>=6.0.37,>8.0.0', '6.0.37', '>8.0.0'],
    ['2.0.0', '2.0.0-rc1', '2.0.0'],
    ['暂无', '1.0', undefined],
  ])('of %j is, above %j, %j', (text, installed, expected) => {
    expect(upgradesTo(readFixedVersions(text), installed)[0]?.spelling).toBe(expected);
  });
});

test.each<[string, string, boolean]>([
  ['1.2', '1.2', true],
  ['1.2', '1.3', true],
  ['1.3', '1.2', false],
  ['>1.2', '1.2', false],
  ['>1.2', '>1.2', true],
  ['>1.2', '1.2.1', true],
  ['2.3.2, 2.12.4, 2.17.1', '2.3.5', true],
  ['2.3.2, 2.12.4, 2.17.1', '2.12.4', true],
  ['2.3.2, 2.12.4, 2.17.1', '2.12.1', false],
  ['2.3.2, 2.12.4, 2.17.1', '2.5.0', false],
  ['2.3.2, 2.12.4, 2.17.1', '2.20.0', true],
  ['none', '2.20.0', false],
])('%j is fixed by %s: %j', (text, upgrade, expected) => {
  const [version] = readFixedVersions(upgrade);

  expect(version !== undefined && isFixedBy(readFixedVersions(text), version)).toBe(expected);
});
