import { describe, expect, test } from 'vitest';
import { documentOf } from '../../src/report/document.ts';
import { type Fields, LAYOUTS } from '../../src/report/layout.ts';

function reportOf(tool: string, structured: Fields, problems: readonly string[] = []) {
  return documentOf(tool, LAYOUTS[tool] ?? expect.fail(), { structured, problems });
}

const headingsOf = ({ tables }: ReturnType<typeof reportOf>) =>
  tables.map(({ heading, columns }) => [heading, ...columns.map((column) => column.heading)]);

describe('a report', () => {
  test('on one image is titled by it, and counts findings and rows', () => {
    const { title, subject, headline, facts, bars } = reportOf('list_image_risks', {
      image: { id: 7, reference: 'a/b:1', scanned_at: '2026-11-24T12:00:00+08:00' },
      counts: { critical: 0, high: 3, medium: 0, low: 0, unknown: 0, cover: 'all_rows' },
      findings: [
        { id: 'r-1', level: 'high', occurrences: 2 },
        { id: 'r-2', level: 'high', occurrences: 1 },
      ],
    });

    expect([title, subject, headline]).toEqual(['Risks of', 'a/b:1', '2 findings in 3 rows']);
    expect(facts).toEqual([
      ['image id', '7'],
      ['scanned', '2026-11-24T12:00:00+08:00'],
    ]);
    expect(bars).toEqual([{ label: '', counts: { critical: 0, high: 3, medium: 0, low: 0, unknown: 0 } }]);
  });

  test('on a comparison names both sides, and what is not known', () => {
    const side = (reference: string) => ({ image: { id: 1, reference }, counts: { high: 1 } });
    const sides = { base: side('a/b:1'), target: side('a/b:2') };
    const whole = { ...sides, introduced: [{ id: 'r-1', level: 'high' }], fixed: [], unchanged_count: 8 };

    expect(reportOf('compare_image_risks', whole)).toMatchObject({
      subject: 'a/b:1 → a/b:2',
      headline: '1 introduced, 0 fixed, 8 unchanged',
      bars: [{ label: 'base' }, { label: 'target' }],
    });
    expect(reportOf('compare_image_risks', { ...whole, fixed: undefined }).headline).toBe(
      '1 introduced, what was fixed is not known, 8 unchanged',
    );
    expect(reportOf('compare_image_risks', sides).headline).toBe('Nothing is known');
  });

  test('on images shows a count that is absent as not known, and leaves empty columns out', () => {
    const report = reportOf('find_images', {
      images: [
        { id: 1, reference: 'a/b:1', risks: 0, malware: 2, latest: true },
        { id: 2, reference: 'a/b:2', risks: 5 },
      ],
    });

    expect(headingsOf(report)).toEqual([
      ['Images', 'Image', 'Risks', 'Vulnerabilities', 'Malware', 'Latest', 'Id'],
    ]);
    expect(report.tables[0]?.rows.map(({ cells }) => cells)).toEqual([
      ['a/b:1', '0', 'not known', '2', 'yes', '1'],
      ['a/b:2', '5', 'not known', 'not known', '', '2'],
    ]);
  });

  test('on who has a vulnerability lists images with their components, and containers', () => {
    const report = reportOf('find_vulnerability', {
      vulnerability: { cve: 'CVE-2021-44228', level: 'critical', tags: ['POC', 'EXP'], registry_images: 1 },
      images: [
        {
          where: 'registry',
          image_id: 3,
          reference: 'a/b:1',
          components: [
            { component: 'log4j-core', version: '2.14.1', fixed_version: '2.17.1', path: 'opt/a.jar' },
            { component: 'log4j-api', version: '2.14.1' },
          ],
        },
      ],
      containers: [{ id: 'c1', name: '/a', status: 'RUNNING', node: 'node-1' }],
    });

    expect(report).toMatchObject({
      title: 'Who has',
      subject: 'CVE-2021-44228',
      headline: '1 image, 1 container',
    });
    expect(report.facts).toContainEqual(['tags', 'POC, EXP']);
    expect(headingsOf(report)).toEqual([
      ['Images', 'Where', 'Image', 'Components', 'Id'],
      ['Containers', 'Container', 'Status', 'Node', 'Id'],
    ]);
    expect(report.tables[0]?.rows[0]?.cells[2]).toBe(
      'log4j-core 2.14.1 (fixed in 2.17.1) opt/a.jar, log4j-api 2.14.1',
    );
  });

  test('on the vulnerabilities of all images has their level in each row', () => {
    const report = reportOf('list_vulnerabilities', {
      vulnerabilities: [{ cve: 'CVE-2099-00108', poc_id: 'pcmgr-1', level: 'high', registry_images: 2 }],
    });

    expect(report.headline).toBe('1 vulnerability');
    expect(report.tables[0]?.rows).toEqual([
      { level: 'high', cells: ['high', 'CVE-2099-00108', '2', 'pcmgr-1'] },
    ]);
  });

  test('lists the images that a name fits, notes, advice, and where there are no rows what to do', () => {
    const report = reportOf('list_image_malware', {
      candidates: [{ id: 4, reference: 'a/b:1' }],
      notes: ['A note.'],
      advice: [{ behavior: 1, text: 'Some advice.' }],
      next: ['Next: ask again.'],
      empty_because: 'scanning',
    });

    expect(headingsOf(report)).toEqual([['Images that it fits', 'Id', 'Image']]);
    expect(report.notes).toEqual(['A note.', 'Some advice.', 'Next: ask again.']);
  });

  test('says 0 only of what was looked at', () => {
    const empty = { findings: [] };

    expect(reportOf('list_image_risks', empty).headline).toBe('0 findings');
    expect(reportOf('list_image_risks', empty, ['never scanned']).headline).toBe('Nothing is known');
  });

  test('keeps every cell on one line', () => {
    const { tables } = reportOf('list_image_risks', {
      findings: [{ id: 'r-1', level: 'high', evidence: 'a\nb\u0000\u202ec\u2028d' }],
    });

    expect(tables[0]?.rows[0]?.cells[1]).toBe('a b c d');
  });
});
