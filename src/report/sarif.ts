/** A report as SARIF 2.1.0, as GitHub's code scanning takes it. Pure. */
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import { HOMEPAGE, NAME, VERSION } from '../version.ts';
import { nameOf, oneLine } from './document.ts';
import { type Fields, type Layout, levelOf, occurrencesOf, textOf } from './layout.ts';
import type { Walk } from './walk.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const SARIF_LEVELS: Readonly<Record<Level, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  unknown: 'warning',
};

/** Numbers within the ranges that GitHub names critical, high, medium and low; without one, an alert has no severity. */
const SEVERITY: Readonly<Record<Level, number | undefined>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2,
  unknown: undefined,
};

/** An alert has to stand in a file of the repository. Which line of it made the layer is not known. */
const ARTIFACT = 'Dockerfile';

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly helpUri?: string;
}

/** The rule that a finding breaks, by the tool that found it. */
const RULES: Readonly<Record<string, (finding: Fields, advice: readonly Fields[]) => Rule>> = {
  list_image_risks: ({ behavior, behavior_meaning }, advice) => {
    const code = typeof behavior === 'number' ? behavior : 'unknown';
    const title = textOf(behavior_meaning) || `behavior ${code}`;
    const ours = advice.find((one) => one['behavior'] === behavior);
    const help = ours === undefined ? `${title}.` : textOf(ours['text']);
    return { id: `tcss-behavior-${code}`, name: `Behavior${code}`, title, help };
  },
  list_image_vulnerabilities: ({ cve, description, name, solution }) => {
    const id = /^[\w.-]{1,60}$/.test(textOf(cve)) ? textOf(cve) : 'tcss-vulnerability';
    const title = [id, oneLine(textOf(name))].filter(Boolean).join(': ');
    return {
      id,
      name: 'Vulnerability',
      title,
      help: oneLine([description, solution].map(textOf).filter(Boolean).join(' ')) || title,
      ...(/^CVE-\d{4}-\d{4,}$/.test(id) ? { helpUri: `https://nvd.nist.gov/vuln/detail/${id}` } : {}),
    };
  },
  list_image_malware: () => ({
    id: 'tcss-malware',
    name: 'Malware',
    title: 'trojan or virus in a file of the image',
    help: 'Trojan or virus in a file of the image. Rebuild the image from a trusted base without that file.',
  }),
};

/** One run with a result for each finding; their `occurrenceCount`s sum to the rows. `nowMs` is the end of the walk. */
export function sarifOf(tool: string, layout: Layout, { structured, problems }: Walk, nowMs: number): string {
  const findings = listOf(structured, 'findings');
  const advice = listOf(structured, 'advice');
  const image = (structured['image'] ?? {}) as Fields;
  const reference = nameOf(image);
  const ruleOf = RULES[tool];
  if (ruleOf === undefined) throw new Error(`no rules for ${tool}`);

  const rules = new Map<
    string,
    { readonly rule: Rule; readonly index: number; readonly findings: Fields[] }
  >();
  const results = findings.map((finding) => {
    const rule = ruleOf(finding, advice);
    const known = rules.get(rule.id) ?? { rule, index: rules.size, findings: [] };
    known.findings.push(finding);
    rules.set(rule.id, known);
    return resultOf(finding, known, { reference, layout });
  });
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: NAME,
            fullName: `${NAME}: ${layout.title.toLowerCase()} a container image, by Tencent Cloud TCSS`,
            version: VERSION,
            semanticVersion: VERSION,
            informationUri: HOMEPAGE,
            rules: [...rules.values()].map(ruleObject),
          },
        },
        automationDetails: { id: categoryOf(tool, reference) },
        originalUriBaseIds: { '%SRCROOT%': { uri: 'file:///' } },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            endTimeUtc: new Date(nowMs).toISOString(),
            toolExecutionNotifications: [
              ...problems.map((text) => ({ level: 'error', message: { text: inert(oneLine(text)) } })),
              ...listOf(structured, 'notes').map((note) => ({
                level: 'note',
                message: { text: inert(oneLine(textOf(note))) },
              })),
            ],
          },
        ],
        results,
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log)}\n`;
}

function listOf(structured: Fields, key: string): readonly Fields[] {
  const list = structured[key];
  return Array.isArray(list) ? list : [];
}

function resultOf(
  finding: Fields,
  { rule, index }: { readonly rule: Rule; readonly index: number },
  { reference, layout }: { readonly reference: string; readonly layout: Layout },
) {
  const id = textOf(finding['id']);
  return {
    ruleId: rule.id,
    ruleIndex: index,
    level: SARIF_LEVELS[levelOf(finding)],
    message: { text: inert(messageOf(finding, layout, reference)) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: ARTIFACT, uriBaseId: '%SRCROOT%' },
          region: { startLine: 1 },
        },
        logicalLocations: [{ fullyQualifiedName: reference, kind: 'resource' }],
      },
    ],
    // The first is the one that GitHub knows an alert by.
    partialFingerprints: { primaryLocationLineHash: id, 'tcssFinding/v1': id },
    occurrenceCount: occurrencesOf(finding),
  };
}

/** What the columns of the other formats say, but for the numbers, on one line. */
function messageOf(finding: Fields, { lists }: Layout, reference: string): string {
  const { columns = [] } = lists.find(({ key }) => key === 'findings') ?? {};
  const said = columns
    .filter(({ heading }) => !['Level', 'Times', 'Id'].includes(heading))
    .map(({ heading, cell }) => [heading, oneLine(cell(finding))] as const)
    .filter(([, text]) => text !== '')
    .map(([heading, text]) => `${heading}: ${text}`);
  return [`${levelOf(finding)} in ${reference}`, ...said].join('. ');
}

/**
 * A message without placeholders and links. `{0}` stands for an argument unless its braces are doubled, other braces
 * are shown as they are; `[text](target)` is a link, whose target viewers open.
 */
function inert(text: string): string {
  return text.replaceAll(/\{(\d+)\}/g, '{{$1}}').replaceAll('](', '] (');
}

/** A rule's severity is that of its worst finding: GitHub has one for all of them. */
function ruleObject({ rule, findings }: { readonly rule: Rule; readonly findings: readonly Fields[] }) {
  const worst = LEVELS.find((level) => findings.some((finding) => levelOf(finding) === level)) ?? 'unknown';
  const scores = findings.map(({ cvss }) => Number(cvss)).filter((score) => score > 0 && score <= 10);
  const severity = scores.length > 0 ? Math.max(...scores) : SEVERITY[worst];
  const { id, name, title, help, helpUri } = rule;
  return {
    id,
    name,
    shortDescription: { text: inert(title) },
    fullDescription: { text: inert(help) },
    help: { text: inert(help) },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: SARIF_LEVELS[worst] },
    properties: {
      tags: ['security', 'container'],
      ...(severity === undefined ? {} : { 'security-severity': severity.toFixed(1) }),
    },
  };
}

/**
 * GitHub closes the alerts that a later upload of the same category lacks; the category is all but the last part.
 * So it names the tool and the image's repository, and the tag comes last: the next tag that lacks a finding closes it.
 */
function categoryOf(tool: string, reference: string): string {
  const [, repository = '', tag = ''] = /^(.*?)(?:[:@]([^/]*))?$/.exec(reference) ?? [];
  const part = (text: string) => text.replaceAll(/[^\w./-]/g, '_');
  return ['tcss', tool, part(repository), part(tag).replaceAll('/', '_')].join('/');
}
