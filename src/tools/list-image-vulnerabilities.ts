/** list_image_vulnerabilities: the CVEs that a scan found in the packages of one registry image. */
import { z } from 'zod/v3';
import { gatherNamed } from '../gather/image-rows.ts';
import { type ImageRow, type RowKind, readRowLevel } from '../gather/row-kind.ts';
import { readGivenText } from '../gather/row-text.ts';
import { BRIEF_BYTES, type FitText, type RowPresentation } from '../present/row-item.ts';
import { digestNamed } from '../present/rows.ts';
import { type ComponentUse, upgradeExtras } from '../present/upgrades.ts';
import { defineAction } from '../tcss/action.ts';
import type { ImageRowsRequest } from '../tcss/image-rows.ts';
import { pageOf, rowOf, rowsOf, wireLevel, wireText } from '../tcss/vocabulary.ts';
import { defineTool } from '../tool.ts';
import { count, rowsAnswer, text } from './answer.ts';
import {
  imageArguments,
  levelsArgument,
  levelValues,
  nameArgument,
  pageArguments,
  toFilter,
} from './arguments.ts';

/** Other components of a finding that `full` lists. */
const OTHERS_LISTED = 5;

const input = z
  .object({ ...imageArguments, levels: levelsArgument, name: nameArgument, ...pageArguments })
  .strict();

const output = z
  .object({
    ...rowsAnswer({ cve: text, cvss: z.number(), component: text, fixed_version: text }),
    components: z
      .array(z.object({ component: text, fixed_version: text, fixes: count }).partial().passthrough())
      .optional(),
  })
  .passthrough();

const component = rowOf({ Name: wireText, Version: wireText, FixedVersion: wireText, Path: wireText });

/** The members of ImageVul that are read; every one may be null. */
const imageVul = rowOf({
  CVEID: wireText,
  POCID: wireText,
  Name: wireText,
  Level: wireLevel,
  Des: wireText,
  CvssScore: wireText,
  Component: wireText,
  Version: wireText,
  FixedVersions: wireText,
  Components: rowsOf(component),
});

/** The CVEs of one registry image, a page of them. */
export const describeAssetImageRegistryVulList = defineAction<ImageRowsRequest>()(
  'DescribeAssetImageRegistryVulList',
  pageOf(imageVul),
);

interface VulRow extends ImageRow {
  readonly cve: string | undefined;
  readonly cvss: number | undefined;
  readonly description: string | undefined;
  /** At least one; its members are absent where the service gave none. */
  readonly uses: readonly [ComponentUse, ...ComponentUse[]];
}

const vulRows: RowKind<VulRow, z.output<typeof imageVul>> = {
  action: describeAssetImageRegistryVulList,
  isOrdered: false,
  levelFilter: 'Level',
  statusField: 'CveStatus',
  countField: 'VulCnt',
  readRow(wire, redaction) {
    const { level, levelRaw, identity } = readRowLevel(wire.Level, redaction);
    const read = (value: string | undefined) => readGivenText(value, redaction);
    const cve = read(wire.CVEID || wire.POCID || wire.Name);
    const description = read(wire.Des || wire.Name);
    const uses = componentsOf(wire).map(({ Name, Version, FixedVersion, Path }) => ({
      component: read(Name),
      version: read(Version),
      fixedVersion: read(FixedVersion),
      path: read(Path),
    }));
    const known = uses.map((use) => Object.values(use).map(({ redacted }) => redacted ?? null));
    const shown = uses.map(({ component, version, fixedVersion, path }) => ({
      component: component.shown,
      version: version.shown,
      fixedVersion: fixedVersion.shown,
      path: path.shown,
    }));
    return {
      identity: JSON.stringify([cve.redacted ?? null, identity, description.redacted ?? null, known]),
      level,
      levelRaw,
      cve: cve.shown,
      cvss: readScore(wire.CvssScore),
      description: description.shown,
      uses: shown as [ComponentUse, ...ComponentUse[]],
    };
  },
};

/** From 0 to 10 with one decimal: the service may send what is left of 9.8 after two conversions. */
function readScore(text = ''): number | undefined {
  const score = /^\d{1,2}(?:\.\d+)?$/.test(text.trim()) ? Math.round(Number(text) * 10) / 10 : 11;
  return score <= 10 ? score : undefined;
}

/**
 * The row's own component first, then the others. Its members stand in the row, and in the list too where that
 * names it; a row without a component gives one without members.
 */
function componentsOf(wire: z.output<typeof imageVul>): z.output<typeof component>[] {
  const listed = wire.Components ?? [];
  const own = listed.find(({ Name }) => Name === wire.Component) ?? (wire.Component ? undefined : listed[0]);
  const merged = {
    Name: wire.Component || own?.Name,
    Version: wire.Version || own?.Version,
    FixedVersion: wire.FixedVersions || own?.FixedVersion,
    Path: own?.Path,
  };
  return [merged, ...listed.filter((one) => one !== own)];
}

const vulPresentation: RowPresentation<VulRow, VulRow, VulFields> = {
  idPrefix: 'v',
  words: {
    soughtFor: 'vulnerabilities',
    scan: 'vulnerability',
    notKnown: 'its vulnerabilities are not known',
    nothing: 'no vulnerability',
    notCovered: 'neither high-risk behaviours nor malware',
  },
  show: ({ row }, _rows, show) => ({
    ...row,
    cve: show(row.cve),
    description: show(row.description),
    uses: row.uses.map(({ component, version, fixedVersion, path }) => ({
      component: show(component),
      version: show(version),
      fixedVersion: show(fixedVersion),
      path: show(path),
    })) as [ComponentUse, ...ComponentUse[]],
  }),
  fields: fieldsOf,
  shared: ({ component, version, path }) => ({
    facts: [],
    texts: [[component, version].filter(Boolean).join(' '), path],
  }),
  own: ({ cve, cvss, fixed_version: fixed, other_components: others, also_in: also = [], description }) => ({
    facts: [
      cvss === undefined ? undefined : `CVSS ${cvss.toFixed(1)}`,
      others === undefined ? undefined : `and in ${others} more`,
    ],
    texts: [cve, fixed === undefined ? undefined : `fixed in ${fixed}`, ...also, description],
  }),
  extras: upgradeExtras(({ uses }) => uses),
};

type VulFields = ReturnType<typeof fieldsOf>;

function fieldsOf(
  { cve, cvss, description, uses: [use, ...others] }: VulRow,
  fit: FitText,
  { isFull, isTerse }: { readonly isFull: boolean; readonly isTerse: boolean },
) {
  return {
    cve: fit('cve', cve),
    cvss,
    component: fit('component', use.component),
    version: fit('version', use.version),
    fixed_version: fit('fixed_version', use.fixedVersion),
    path: fit('path', use.path),
    other_components: others.length > 0 ? others.length : undefined,
    also_in:
      isFull && !isTerse && others.length > 0
        ? others
            .slice(0, OTHERS_LISTED)
            .map(({ component: name, version, fixedVersion, path }) =>
              fit(
                'also_in',
                [name, version, fixedVersion === undefined ? '' : `(fixed in ${fixedVersion})`, path]
                  .filter(Boolean)
                  .join(' '),
              ),
            )
        : undefined,
    description: fit('description', description, isFull ? undefined : BRIEF_BYTES),
  };
}

/** The tool as clients see it. */
export const listImageVulnerabilities = defineTool({
  name: 'list_image_vulnerabilities',
  title: 'List the vulnerabilities of a container image',
  description:
    'Use this for the CVEs in the packages of one registry image: level, component, installed and fixed version, and for each component the version that fixes most.',
  input,
  exactlyOneOf: [['image_id', 'image']],
  example: { image: 'payments/api:1.4.2', levels: ['critical', 'high'] },
  output,

  fetch(args, context) {
    const Name = args.name === undefined ? undefined : [args.name];
    const filter = toFilter('desc', { Level: levelValues(args.levels), Name });
    return gatherNamed(vulRows, args, filter, context);
  },

  digest: (facts, args, presentation) => digestNamed(vulPresentation, facts, args, presentation),
});
