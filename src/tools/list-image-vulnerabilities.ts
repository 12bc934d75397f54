/** list_image_vulnerabilities: the CVEs that a scan found in the packages of one registry image. */

import { z } from 'zod/v3';
import { gatherImageRows } from '../gather/image-rows.ts';
import { type ImageRow, levelOfRow, levelValues, type RowKind, toFilter } from '../gather/row-kind.ts';
import { SCAN_KINDS } from '../gather/scan-state.ts';
import { type Finding, phrase, type RowPresentation } from '../present/row-item.ts';
import { presentRows } from '../present/rows.ts';
import { type ComponentUse, upgradeExtras } from '../present/upgrades.ts';
import { defineAction, type ImageRowsRequest } from '../tcss/action.ts';
import {
  describeAssetImageRegistryDetail,
  describeAssetImageRegistryList,
  imageRowsProbe,
} from '../tcss/registry-image.ts';
import { pageOf, readScore, rowOf, rowsOf, type WireRow, wireLevel, wireText } from '../tcss/vocabulary.ts';
import { defineTool } from '../tool.ts';
import {
  count,
  imageArguments,
  levelsArgument,
  nameArgument,
  pageArguments,
  rowsAnswer,
  text,
} from './contract.ts';

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
  imageRowsProbe,
);

interface VulRow extends ImageRow {
  readonly cve: string | undefined;
  readonly cvss: number | undefined;
  readonly description: string | undefined;
  /** At least one; its members are absent where the service gave none. */
  readonly uses: readonly [ComponentUse, ...ComponentUse[]];
}

const vulRows: RowKind<VulRow, WireRow<typeof imageVul>> = {
  action: describeAssetImageRegistryVulList,
  isOrdered: false,
  levelFilter: 'Level',
  scan: SCAN_KINDS.vulnerabilities,
  readRow(wire, read) {
    const { level, levelRaw, identity } = levelOfRow(wire.Level, read);
    const cve = read(wire.CVEID || wire.POCID || wire.Name || undefined);
    const description = read(wire.Des || wire.Name || undefined);
    const uses = componentsOf(wire).map(({ Name, Version, FixedVersion, Path }) => ({
      component: read(Name || undefined),
      version: read(Version || undefined),
      fixedVersion: read(FixedVersion || undefined),
      path: read(Path || undefined),
    }));
    return {
      identity: {
        cve: cve.redacted ?? null,
        level: identity,
        description: description.redacted ?? null,
        uses: uses.map((use) => Object.values(use).map(({ redacted }) => redacted ?? null)),
      },
      level,
      levelRaw,
      cve: cve.shown,
      cvss: readScore(wire.CvssScore),
      description: description.shown,
      uses: uses.map(({ component, version, fixedVersion, path }) => ({
        component: component.shown,
        version: version.shown,
        fixedVersion: fixedVersion.shown,
        path: path.shown,
      })) as [ComponentUse, ...ComponentUse[]],
    };
  },
};

/**
 * The row's own component first, then the others. Its members stand in the row, and in the list too where that
 * names it; a row without a component gives one without members.
 */
function componentsOf(wire: WireRow<typeof imageVul>): WireRow<typeof component>[] {
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

const vulPresentation: RowPresentation<VulRow, VulFields> = {
  idPrefix: 'v',
  words: {
    soughtFor: 'vulnerabilities',
    scan: 'vulnerability',
    notKnown: 'its vulnerabilities are not known',
    nothing: 'no vulnerability',
    notCovered: 'neither high-risk behaviours nor malware',
  },
  fields: fieldsOf,
  texts: ['cve', 'component', 'version', 'fixed_version', 'path', 'also_in'],
  brief: ['description'],
  expendable: ['also_in'],
  shared: ({ component, version, path }) =>
    phrase([], [[component, version].filter(Boolean).join(' '), path]),
  line({ cve, cvss, fixed_version: fixed, other_components: others, also_in: also = [], description }, lead) {
    const facts = [
      cvss === undefined ? undefined : `CVSS ${cvss.toFixed(1)}`,
      others === undefined ? undefined : `and in ${others} more`,
    ];
    return phrase(
      [...lead, ...facts],
      [cve, fixed === undefined ? undefined : `fixed in ${fixed}`, ...also, description],
    );
  },
  windowExtras: (findings) => upgradeExtras(findings, ({ uses }) => uses),
};

type VulFields = ReturnType<typeof fieldsOf>;

function fieldsOf([row]: Finding<VulRow>, isFull: boolean) {
  const { cve, cvss, description, uses } = row;
  const [{ component, version, fixedVersion, path }, ...others] = uses;
  return {
    cve,
    cvss,
    component,
    version,
    fixed_version: fixedVersion,
    path,
    other_components: others.length > 0 ? others.length : undefined,
    also_in: isFull && others.length > 0 ? others.slice(0, OTHERS_LISTED).map(useWords) : undefined,
    description,
  };
}

function useWords({ component, version, fixedVersion, path }: ComponentUse): string {
  const fix = fixedVersion === undefined ? '' : `(fixed in ${fixedVersion})`;
  return [component, version, fix, path].filter(Boolean).join(' ');
}

/** The tool as clients see it. */
export const listImageVulnerabilities = defineTool({
  name: 'list_image_vulnerabilities',
  title: 'List the vulnerabilities of a container image',
  description:
    'Use this for the CVEs in the packages of one registry image: level, component, installed and fixed version, and for each component the version that fixes them.',
  whenToUse: 'CVEs of one image and the versions that fix them',
  actions: {
    needs: [[describeAssetImageRegistryVulList]],
    uses: [describeAssetImageRegistryDetail, describeAssetImageRegistryList],
  },
  judgedBy: 'counts',
  input,
  exactlyOneOf: [['image_id', 'image']],
  example: { image: 'payments/api:1.4.2', levels: ['critical', 'high'] },
  output,

  fetch(args, context) {
    const Name = args.name === undefined ? undefined : [args.name];
    const filter = toFilter('desc', { Level: levelValues(args.levels), Name });
    return gatherImageRows(vulRows, args, filter, context);
  },

  present: (facts, args, presentation) => presentRows(vulPresentation, facts, args, presentation),
});
