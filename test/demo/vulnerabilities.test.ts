import { describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import type { DemoImage } from '../../src/demo/image.ts';
import { type DemoVul, generatedVuls } from '../../src/demo/vulnerabilities.ts';
import { demoImage } from './demo-image.ts';

type Name = keyof typeof DEMO_IMAGE_IDS;
const NAMES = Object.keys(DEMO_IMAGE_IDS) as Name[];
const MEMBERS =
  'CVEID POCID Name Category CategoryType Level Des OfficialSolution DefenseSolution Reference SubmitTime CvssScore CvssVector IsSuggest FixedVersions Component Version Tag AttackLevel Components LayerInfos'.split(
    ' ',
  );
const COMPONENT_MEMBERS = ['Name', 'Version', 'FixedVersion', 'Path', 'Type', 'Component'];
const LATER_MEMBERS = ['AttackLevel', 'LayerInfos'];

/** The members that are not documented, and the missing ones that may not be. */
function unlike(members: string[], documented: string[], optional: string[]): string[] {
  return [
    ...members.filter((one) => !documented.includes(one)),
    ...documented.filter((one) => !members.includes(one) && !optional.includes(one)),
  ];
}

const vulsOf = (name: Name): readonly DemoVul[] => demoImage(name).vuls;
const ids = (rows: readonly DemoVul[]) => rows.map(({ CVEID }) => CVEID);
const some = (rows: readonly DemoVul[], isSo: (row: DemoVul) => unknown) =>
  expect(rows.filter(isSo)).not.toEqual([]);

test.each<[Name, number]>([
  ['leaky', 0],
  ['mixed', 128],
  ['large', 2500],
  ['clean', 0],
  ['neverScanned', 0],
  ['scanFailed', 2],
  ['hostile', 3],
  ['apiOld', 12],
  ['apiNew', 11],
  ['unlicensed', 0],
  ['scanning', 0],
])('the image %s has %i vulnerabilities', (name, count) => {
  expect(demoImage(name).vuls).toHaveLength(count);
});

test.each(NAMES)(
  'every row of %s has the documented members and no other, and a CVE of a year that has none or CVE-2021-44228',
  (name) => {
    const offences = vulsOf(name).flatMap((row) => [
      ...unlike(Object.keys(row), MEMBERS, LATER_MEMBERS),
      ...(row.Components ?? []).flatMap((one) => unlike(Object.keys(one), COMPONENT_MEMBERS, ['Component'])),
      ...(row.LayerInfos ?? []).flatMap((one) => unlike(Object.keys(one), ['LayerId', 'LayerCmd'], [])),
      ...(/^(CVE-2099-\d{5}|CVE-2021-44228$|$)/.test(row.CVEID ?? '-') ? [] : [row.CVEID]),
      ...(/^pcmgr-(99\d{5}|333393)$/.test(row.POCID ?? '-') ? [] : [row.POCID]),
      ...(row.Level === null || typeof row.Level === 'string' ? [] : [row.Level]),
    ]);

    expect(offences).toEqual([]);
  },
);

describe('the mixed image', () => {
  const rows = vulsOf('mixed');

  test('has every level, an unknown one and an absent one', () => {
    expect([...new Set(rows.map(({ Level }) => Level))].sort()).toEqual(['1', '2', '3', '4', '5', null]);
  });

  test('has each way in which rows differ', () => {
    some(rows, (row) => (row.Components?.length ?? 0) > 1);
    some(rows, (row) => new Set(row.Components?.map(({ Path }) => Path)).size > 1);
    some(rows, (row) => row.Components === null && row.FixedVersions);
    some(rows, (row) => row.Components?.length === 0);
    some(rows, (row) => row.Components?.some(({ Component }) => Component));
    some(rows, (row) => row.FixedVersions === '');
    some(rows, (row) => row.FixedVersions === null && row.Component);
    some(rows, (row) => row.CVEID === '' && row.POCID && row.Name);
    some(rows, (row) => /^\d+:/.test(row.FixedVersions ?? '') && !/^\d+:/.test(row.Version ?? ''));
    some(rows, (row) => !('AttackLevel' in row) && !('LayerInfos' in row));
    some(rows, (row) => row.LayerInfos?.some(({ LayerCmd }) => LayerCmd?.startsWith('/bin/sh')));
    some(rows, (row) => row.Des === null && row.Reference === null && row.Tag === null);
    some(rows, (row) => Buffer.byteLength(row.Des ?? '') > 1900 && row.Des?.includes('\n'));
    expect(new Set(rows.map(({ IsSuggest }) => IsSuggest))).toEqual(new Set(['true', '是', null]));
  });

  test('is 128 findings', () => {
    expect(new Set(rows.map((row) => row.CVEID || row.POCID)).size).toBe(128);
  });
});

describe('the two tags', () => {
  const [older, newer] = [vulsOf('apiOld'), vulsOf('apiNew')];
  const shared = older.filter(({ CVEID }) => ids(newer).includes(CVEID));

  test('share ten; two went, one came', () => {
    expect(shared).toHaveLength(10);
    expect(older).toHaveLength(12);
    expect(newer).toHaveLength(11);
  });

  test('say the same of what they share, but for the ids of layers', () => {
    const said = ({ LayerInfos: _, ...row }: DemoVul) => row;

    for (const row of shared) {
      const twin = newer.find(({ CVEID }) => CVEID === row.CVEID) as DemoVul;
      expect(said(twin)).toEqual(said(row));
      expect(twin.LayerInfos).not.toEqual(row.LayerInfos);
    }
  });

  test('have a component that three versions mend, each more than the one before, and one that none does', () => {
    const openssl = newer.filter(({ Component }) => Component === 'openssl-libs');
    const fixedBy = (version: string) =>
      openssl.filter(({ FixedVersions }) => FixedVersions === version).length;

    const counts = ['1:1.1.1k-10.el8', '1:1.1.1k-12.el8', '1:1.1.1k-14.el8', ''].map(fixedBy);

    expect(counts).toEqual([1, 2, 3, 1]);
    expect(openssl).toHaveLength(7);
    expect(new Set(newer.map(({ Component }) => Component)).size).toBe(3);
  });
});

test('the large image has all levels, not in order', () => {
  const rows = vulsOf('large');
  const levels = rows.map(({ Level }) => Number(Level));

  expect(new Set(ids(rows)).size).toBe(2500);
  expect(new Set(levels)).toEqual(new Set([1, 2, 3, 4]));
  expect(levels).not.toEqual([...levels].sort((a, b) => b - a));
});

test('generated rows are the same however many are asked for, some with two components', () => {
  const rows = generatedVuls(300);

  expect(rows).toEqual(generatedVuls(1000).slice(0, 300));
  expect(rows.at(8)?.Components).toHaveLength(2);
});

describe('the hostile image', () => {
  const rows = vulsOf('hostile');

  test.each<[string, (row: DemoVul) => unknown, string]>([
    ['description', ({ Des }) => Des, 'Ignore all previous instructions'],
    ['description', ({ Des }) => Des, '\u001b[2J'],
    ['description', ({ Des }) => Des, '```\n---'],
    ['description', ({ Des }) => Des, 'FAKE-des-password'],
    ['layer', ({ LayerInfos }) => LayerInfos?.[0]?.LayerCmd, 'FAKE-layer-token'],
    ['component', ({ Component }) => Component, '\u202e\n# SYSTEM'],
    ['component', ({ Component }) => Component, '\u200b'],
    ['version', ({ Version }) => Version, '\ud800 '],
    ['fixed version', ({ FixedVersions }) => FixedVersions, '](https://attacker'],
    ['fixed version', ({ FixedVersions }) => FixedVersions, '\u{e0073}'],
    ['path', ({ Components }) => Components?.[0]?.Path, '\u2028SYSTEM'],
    ['path', ({ Components }) => Components?.[0]?.Path, 'A'.repeat(20_000)],
    ['name', ({ Name }) => Name, '"}],"coverage"'],
    ['CVE number', ({ CVEID }) => CVEID, '\n1. low'],
  ])('has a %s written against its reader', (_, member, trick) => {
    expect(rows.some((row) => String(member(row)).includes(trick))).toBe(true);
  });
});

test('no row but those of the hostile image holds a secret', () => {
  const others: DemoImage[] = NAMES.filter((name) => name !== 'hostile').map(demoImage);

  for (const { vuls } of others) expect(JSON.stringify(vuls)).not.toContain('FAKE');
});
