import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fields, LAYOUTS } from '../../src/report/layout.ts';
import { sarifOf } from '../../src/report/sarif.ts';
import { LEVELS } from '../../src/tcss/vocabulary.ts';
import { anyCharacter } from '../any-character.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);

function runOf(tool: string, structured: Fields, problems: readonly string[] = []) {
  const layout = LAYOUTS[tool] ?? expect.fail();
  const log = JSON.parse(sarifOf(tool, layout, { structured, problems }, NOW_MS));
  expect(log).toMatchObject({
    version: '2.1.0',
    $schema: expect.stringContaining('sarif-schema-2.1.0.json'),
  });
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

const image = (reference: string) => ({ image: { id: 1, reference } });
const text = fc.oneof(
  fc.array(anyCharacter, { maxLength: 12 }).map((characters) => characters.join('')),
  fc
    .array(fc.constantFrom('{0}', '[fix]', '(https://a.example.com)', '](', '\n', '\u202e'), { maxLength: 5 })
    .map((parts) => parts.join('')),
);
const findingOf: Readonly<Record<string, fc.Arbitrary<Fields>>> = {
  list_image_risks: fc.record({
    id: fc.uuid(),
    level: fc.constantFrom(...LEVELS),
    behavior: fc.nat(5),
    evidence: text,
    occurrences: fc.integer({ min: 1, max: 700 }),
  }),
  list_image_vulnerabilities: fc.record({
    id: fc.uuid(),
    level: fc.constantFrom(...LEVELS),
    cve: fc.oneof(text, fc.constantFrom('CVE-2021-44228', 'pcmgr-12')),
    cvss: fc.constantFrom(undefined, 0, 9.8, '7.5', 'x'),
    description: text,
    occurrences: fc.constant(1),
  }),
  list_image_malware: fc.record({ id: fc.uuid(), level: fc.constantFrom(...LEVELS), name: text, path: text }),
};

describe.each(Object.keys(findingOf))('the run of %s', (tool) => {
  test('has what GitHub needs of each result, whatever stands in a finding', () => {
    fc.assert(
      fc.property(
        fc.array(findingOf[tool] ?? expect.fail(), { maxLength: 9 }),
        text,
        (findings, reference) => {
          const run = runOf(tool, { ...image(reference), findings });
          const { rules } = run.tool.driver;

          expect(run.results).toHaveLength(findings.length);
          expect(new Set(rules.map(({ id }: Fields) => id)).size).toBe(rules.length);
          expect(run.automationDetails.id).toMatch(/^tcss\/[\w./-]+$/);
          run.results.forEach((result: Fields, at: number) => {
            const { ruleIndex, ruleId, locations, partialFingerprints, message, occurrenceCount } =
              result as never;
            expect(rules[ruleIndex].id).toBe(ruleId);
            expect(ruleId).toMatch(/^[\w.-]+$/);
            expect(locations).toMatchObject([
              { physicalLocation: { artifactLocation: { uri: 'Dockerfile' }, region: { startLine: 1 } } },
            ]);
            expect(Object.values(partialFingerprints)).toEqual([findings[at]?.['id'], findings[at]?.['id']]);
            expect((message as { text: string }).text).not.toMatch(/[\p{Cc}\u202e]|(?<!\{)\{\d+\}|\]\(/u);
            expect(occurrenceCount).toBe(findings[at]?.['occurrences'] ?? 1);
          });
          for (const { properties, shortDescription, help } of rules) {
            expect(properties['security-severity'] ?? '1.0').toMatch(/^(?:10|\d)\.\d$/);
            expect(Number(properties['security-severity'] ?? 1)).toBeGreaterThan(0);
            expect(shortDescription.text).not.toBe('');
            expect(help.text).not.toBe('');
            expect(shortDescription.text + help.text).not.toContain('](');
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a run', () => {
  test('rates a rule by the worst of its findings, in the ranges of GitHub', () => {
    const findings = ['low', 'high', 'medium', 'unknown'].map((level, at) => ({
      id: `r-${at}`,
      level,
      behavior: at % 2,
    }));
    const { rules } = runOf('list_image_risks', { findings }).tool.driver;

    expect(rules.map(({ id }: Fields) => id)).toEqual(['tcss-behavior-0', 'tcss-behavior-1']);
    expect(rules.map(({ properties }: { properties: Fields }) => properties['security-severity'])).toEqual([
      '5.5',
      '8.0',
    ]);
    expect(rules.map(({ defaultConfiguration }: Fields) => defaultConfiguration)).toEqual([
      { level: 'warning' },
      { level: 'error' },
    ]);
  });

  test('rates a vulnerability by its score, and says nothing where neither level nor score is known', () => {
    const findings = [
      { id: 'v-1', level: 'high', cve: 'CVE-2099-00001', cvss: 9.8 },
      { id: 'v-2', level: 'unknown', cve: 'CVE-2099-00002' },
    ];
    const { rules } = runOf('list_image_vulnerabilities', { findings }).tool.driver;

    expect(rules.map(({ properties }: { properties: Fields }) => properties['security-severity'])).toEqual([
      '9.8',
      undefined,
    ]);
  });

  test.each([
    ['ccr.ccs.tencentyun.com/payments/api:1.4.2', 'ccr.ccs.tencentyun.com/payments/api/1.4.2'],
    ['reg.example.com:5000/a/b:1@sha256:00', 'reg.example.com_5000/a/b/1_sha256_00'],
    ['a/b', 'a/b/'],
    ['x](https://a.example/?q=', 'x__https_//a.example/_q_/'],
  ])('is of the category of its tool and repository, with the tag behind: %s', (reference, id) => {
    const run = runOf('list_image_risks', { ...image(reference), findings: [] });
    expect(run.automationDetails.id).toBe(`tcss/list_image_risks/${id}`);
  });

  test('that may be incomplete was not successful, and says why', () => {
    const [whole, partial] = [[], ['a scan is running or waiting']].map(
      (problems) => runOf('list_image_risks', { findings: [], notes: ['A note.'] }, problems).invocations[0],
    );

    expect(whole).toMatchObject({ executionSuccessful: true, endTimeUtc: '2026-11-24T12:00:00.000Z' });
    expect(partial).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [
        { level: 'error', message: { text: 'a scan is running or waiting' } },
        { level: 'note', message: { text: 'A note.' } },
      ],
    });
  });
});
