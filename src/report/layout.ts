/** How a report shows the answers of each tool, by the pinned names of structuredContent. Data only. */
import type { ReportFormat } from '../command-line.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';

/** An object of an answer. */
export type Fields = Readonly<Record<string, unknown>>;

/** One column: its heading, and the text of its cell; a column of which every cell is empty is left out. */
export interface Column {
  readonly heading: string;
  readonly cell: (row: Fields) => string;
  /** It is what a machine reads: commands and paths. */
  readonly isCode?: true;
}

/** One list of an answer. */
export interface List {
  /** Its key in structuredContent. */
  readonly key: string;
  readonly heading: string;
  /** What one of its rows is called, and several. */
  readonly nouns: readonly [string, string];
  readonly columns: readonly Column[];
  /** The list is about the rows that one answer read, so it stands only where one answer read them all. */
  readonly isOfOneReading?: true;
}

/** What a report on the answers of one tool holds. */
export interface Layout {
  readonly formats: readonly ReportFormat[];
  /** Begins the title; what the answer is about follows. */
  readonly title: string;
  readonly lists: readonly List[];
}

/** A value of an answer as text: lists with commas, objects by their values; absent ones are empty. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join(', ');
  if (typeof value === 'object') return Object.values(value).map(textOf).filter(Boolean).join(' ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** The level of a row; one that is no level's word counts as unknown. */
export function levelOf({ level }: Fields): Level {
  return LEVELS.find((one) => one === level) ?? 'unknown';
}

/** How many rows of the service a row stands for. */
export function occurrencesOf({ occurrences }: Fields): number {
  return typeof occurrences === 'number' ? occurrences : 1;
}

/** A column of one field. */
function field(heading: string, name: string): Column {
  return { heading, cell: (row) => textOf(row[name]) };
}

/** A count that may be absent, which is not zero. */
function number(heading: string, name: string): Column {
  return { heading, cell: (row) => (row[name] === undefined ? 'not known' : textOf(row[name])) };
}

const LEVEL: Column = {
  heading: 'Level',
  cell: (row) => [levelOf(row), row['level_raw']].map(textOf).filter(Boolean).join(' '),
};
const TIMES: Column = { heading: 'Times', cell: (row) => String(occurrencesOf(row)) };
const ID = field('Id', 'id');
const CVE = field('CVE', 'cve');
const CVSS = field('CVSS', 'cvss');
const TAGS = field('Tags', 'tags');
const EVIDENCE: Column = { ...field('Evidence', 'evidence'), isCode: true };
const PATH: Column = { ...field('Path', 'path'), isCode: true };
const DESCRIPTION = field('Description', 'description');

const RISK_COLUMNS = [
  LEVEL,
  EVIDENCE,
  DESCRIPTION,
  field('Behavior', 'behavior'),
  TIMES,
  {
    heading: 'Layer times',
    cell: (row: Fields) => [row['first_time'], row['last_time']].map(textOf).filter(Boolean).join(' to '),
  },
  ID,
];

const COMPONENTS: Column = {
  heading: 'Components',
  cell: ({ components }) =>
    (Array.isArray(components) ? components : [components])
      .map((one: Fields = {}) => {
        const fix = textOf(one['fixed_version']);
        return [one['component'], one['version'], fix && `(fixed in ${fix})`, one['path']]
          .map(textOf)
          .filter(Boolean)
          .join(' ');
      })
      .join(', '),
};

const FINDINGS = { key: 'findings', heading: 'Findings', nouns: ['finding', 'findings'] } as const;

/** By the tool's name. */
export const LAYOUTS: Readonly<Record<string, Layout>> = {
  list_image_risks: {
    formats: ['sarif', 'markdown', 'html'],
    title: 'Risks of',
    lists: [{ ...FINDINGS, columns: RISK_COLUMNS }],
  },
  list_image_vulnerabilities: {
    formats: ['sarif', 'markdown', 'html'],
    title: 'Vulnerabilities of',
    lists: [
      {
        key: 'components',
        heading: 'Upgrades',
        nouns: ['component to upgrade', 'components to upgrade'],
        columns: [
          { heading: 'Worst', cell: ({ worst }) => textOf(worst) },
          field('Component', 'component'),
          field('Version', 'version'),
          field('Fixed in', 'fixed_version'),
          field('Findings fixed', 'fixes'),
          field('Note', 'note'),
        ],
        isOfOneReading: true,
      },
      {
        ...FINDINGS,
        columns: [
          LEVEL,
          CVE,
          field('Component', 'component'),
          field('Version', 'version'),
          field('Fixed in', 'fixed_version'),
          CVSS,
          TAGS,
          PATH,
          field('Also in', 'also_in'),
          DESCRIPTION,
          TIMES,
          ID,
        ],
      },
    ],
  },
  list_image_malware: {
    formats: ['sarif', 'markdown', 'html'],
    title: 'Malware in',
    lists: [
      {
        ...FINDINGS,
        columns: [
          LEVEL,
          field('Name', 'name'),
          PATH,
          field('Category', 'category'),
          field('MD5', 'md5'),
          field('Advice of TCSS', 'advice'),
          TIMES,
          ID,
        ],
      },
    ],
  },
  compare_image_risks: {
    formats: ['markdown', 'html'],
    title: 'What changed in',
    lists: [
      {
        key: 'introduced',
        heading: 'Introduced',
        nouns: ['introduced', 'introduced'],
        columns: RISK_COLUMNS,
      },
      {
        key: 'rerated',
        heading: 'At another level',
        nouns: ['at another level', 'at another level'],
        columns: RISK_COLUMNS,
      },
      { key: 'fixed', heading: 'Fixed', nouns: ['fixed', 'fixed'], columns: RISK_COLUMNS },
    ],
  },
  find_images: {
    formats: ['markdown', 'html'],
    title: 'Container images',
    lists: [
      {
        key: 'images',
        heading: 'Images',
        nouns: ['image', 'images'],
        columns: [
          field('Image', 'reference'),
          number('Risks', 'risks'),
          number('Vulnerabilities', 'vulnerabilities'),
          {
            heading: 'By level',
            cell: ({ vulnerability_levels: levels }) =>
              Object.entries((levels ?? {}) as Fields)
                .map(([level, count]) => `${level} ${textOf(count)}`)
                .join(', '),
          },
          number('Malware', 'malware'),
          field('Containers', 'containers'),
          field('Scanned', 'scanned_at'),
          field('Risk scan', 'risk_status'),
          field('Not scanned because', 'why_not_scanned'),
          field('Latest', 'latest'),
          field('Hosts', 'hosts'),
          ID,
          field('Node image', 'node_image_id'),
        ],
      },
    ],
  },
  find_vulnerability: {
    formats: ['markdown', 'html'],
    title: 'Who has',
    lists: [
      {
        key: 'images',
        heading: 'Images',
        nouns: ['image', 'images'],
        columns: [
          field('Where', 'where'),
          field('Image', 'reference'),
          COMPONENTS,
          field('Latest', 'latest'),
          field('Running containers', 'running_containers'),
          field('Hosts', 'hosts'),
          field('Id', 'image_id'),
          field('Node image', 'node_image_id'),
        ],
      },
      {
        key: 'containers',
        heading: 'Containers',
        nouns: ['container', 'containers'],
        columns: [
          field('Container', 'name'),
          field('Status', 'status'),
          field('Node', 'node'),
          field('Cluster', 'cluster'),
          field('Pod', 'pod'),
          ID,
        ],
      },
    ],
  },
  list_vulnerabilities: {
    formats: ['markdown', 'html'],
    title: 'Vulnerabilities of all images',
    lists: [
      {
        key: 'vulnerabilities',
        heading: 'Vulnerabilities',
        nouns: ['vulnerability', 'vulnerabilities'],
        columns: [
          LEVEL,
          CVE,
          field('Name', 'name'),
          CVSS,
          TAGS,
          field('Registry images', 'registry_images'),
          field('Node images', 'node_images'),
          field('Containers', 'containers'),
          field('Last found', 'last_found'),
          field('Id', 'poc_id'),
        ],
      },
    ],
  },
};
