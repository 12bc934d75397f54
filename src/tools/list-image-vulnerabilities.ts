/** list_image_vulnerabilities: the CVEs that a scan found in the packages of one image. */

import { z } from 'zod/v3';
import { gatherImageRows } from '../gather/image-rows.ts';
import { type ImageRow, levelOfRow, levelValues, type RowKind, toFilter } from '../gather/row-kind.ts';
import { SCAN_KINDS } from '../gather/scan-state.ts';
import { type Finding, phrase, type RowPresentation } from '../present/row-item.ts';
import { presentRows } from '../present/rows.ts';
import { type ComponentUse, upgradeExtras } from '../present/upgrades.ts';
import { defineAction, type ImageRowsRequest, type NodeImageRowsRequest } from '../tcss/action.ts';
import { nodeImageRowsProbe } from '../tcss/node-image.ts';
import { imageRowsProbe } from '../tcss/registry-image.ts';
import {
  knownTime,
  pageOf,
  readScore,
  rowOf,
  rowsOf,
  tagWord,
  type WireRow,
  wireLevel,
  wireSuggested,
  wireText,
  wireTexts,
} from '../tcss/vocabulary.ts';
import { defineTool } from '../tool.ts';
import {
  imageArguments,
  levelsArgument,
  nameArgument,
  noSuchFilter,
  oneImageActions,
  pageArguments,
  rowsAnswer,
  text,
  whereArgument,
} from './contract.ts';

/** Other components of a finding that `full` lists. */
const OTHERS_LISTED = 5;

const input = z
  .object({
    ...imageArguments,
    where: whereArgument,
    levels: levelsArgument,
    fixable: z.boolean().optional().describe('only those with a fix'),
    exploit: z.boolean().optional().describe('only those with a known exploit'),
    name: nameArgument,
    ...pageArguments,
  })
  .strict();

const output = z
  .object({
    ...rowsAnswer({ cve: text, component: text }),
    components: z.array(z.object({ component: text }).passthrough()).optional(),
  })
  .passthrough();

/** What the filters for fixable and exploit are sent as. */
const TAG_FILTERS = { fixable: 'CanBeFixed', exploit: 'DynamicLevelExp' } as const;

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
  Tag: wireTexts,
  IsSuggest: wireSuggested,
  OfficialSolution: wireText,
  SubmitTime: wireText,
  /** The command of a layer may hold secrets. */
  LayerInfos: rowsOf(rowOf({ LayerCmd: wireText })),
});

/** The CVEs of one registry image, a page of them. */
export const describeAssetImageRegistryVulList = defineAction<ImageRowsRequest>()(
  'DescribeAssetImageRegistryVulList',
  pageOf(imageVul),
  imageRowsProbe,
);

/** The same of an image on nodes: no number of the scanner's own, no other components, no paths and no layers. */
const nodeImageVul = rowOf({
  CVEID: wireText,
  Name: wireText,
  Level: wireLevel,
  Des: wireText,
  CVSSV3Score: wireText,
  Component: wireText,
  Version: wireText,
  FixedVersions: wireText,
  Tag: wireTexts,
  IsSuggest: wireSuggested,
  OfficialSolution: wireText,
  SubmitTime: wireText,
}).transform(({ CVSSV3Score, ...row }) => ({
  ...row,
  CvssScore: CVSSV3Score,
  POCID: undefined,
  Components: undefined,
  LayerInfos: undefined,
}));

/** The CVEs of one image on nodes, a page of them. @see https://www.tencentcloud.com/document/product/1163/53145 */
export const describeAssetImageVulList = defineAction<NodeImageRowsRequest>()(
  'DescribeAssetImageVulList',
  pageOf(nodeImageVul),
  nodeImageRowsProbe,
);

interface VulRow extends ImageRow {
  readonly cve: string | undefined;
  readonly pocId: string | undefined;
  /** Words for the tags that are known, the others as they came. */
  readonly tags: readonly string[] | undefined;
  readonly suggested: boolean | undefined;
  readonly solution: string | undefined;
  readonly published: string | undefined;
  /** The command of the layer that brought it. */
  readonly layer: string | undefined;
  readonly cvss: number | undefined;
  readonly description: string | undefined;
  /** At least one; its members are absent where the service gave none. */
  readonly uses: readonly [ComponentUse, ...ComponentUse[]];
}

const vulRows: RowKind<VulRow, WireRow<typeof imageVul>> = {
  lists: {
    registry: { action: describeAssetImageRegistryVulList, isOrdered: false },
    nodes: { action: describeAssetImageVulList, isOrdered: true },
  },
  levelFilter: 'Level',
  scan: SCAN_KINDS.vulnerabilities,
  passes: ({ tags }, { Name, Values }) =>
    Name === 'Tag' && tags !== undefined ? Values.some((tag) => tags.includes(tagWord(tag))) : undefined,
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
    const shown = (text: string | undefined) => read(text || undefined).shown;
    const redacted = uses.map((use) => Object.values(use).map((text) => text.redacted ?? null));
    return {
      // Of several components and their paths, only registry images tell.
      identity: {
        cve: read(wire.CVEID || wire.Name || wire.POCID || undefined).redacted ?? null,
        level: identity,
        description: description.redacted ?? null,
        uses: redacted.slice(0, 1).map((use) => [...use.slice(0, -1), null]),
      },
      details: redacted.length > 1 || uses.some(({ path }) => path.redacted) ? redacted : [],
      pocId: shown(wire.POCID),
      tags: wire.Tag?.flatMap((tag) => shown(tagWord(tag)) ?? []),
      suggested: wire.IsSuggest,
      solution: shown(wire.OfficialSolution),
      published: shown(knownTime(wire.SubmitTime)),
      layer: shown(wire.LayerInfos?.find(({ LayerCmd }) => LayerCmd)?.LayerCmd),
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
    filterNotes: {
      Tag: 'The filter for fixable and exploit was sent; it stands only in an example of the API, and its effect is unverified.',
    },
  },
  fields: fieldsOf,
  texts: [
    'cve',
    'component',
    'version',
    'fixed_version',
    'path',
    'also_in',
    'tags',
    'poc_id',
    'solution',
    'published',
    'layer',
  ],
  brief: ['description'],
  expendable: ['also_in', 'tags', 'poc_id', 'solution', 'published', 'layer'],
  shared: ({ component, version, path }) =>
    phrase([], [[component, version].filter(Boolean).join(' '), path]),
  line(item, lead) {
    const { cve, cvss, tags = [], also_in: also = [], other_components: others } = item;
    const facts = [
      cvss === undefined ? undefined : `CVSS ${cvss.toFixed(1)}`,
      others === undefined ? undefined : `and in ${others} more`,
      item.suggested ? 'fix advised' : undefined,
    ];
    return phrase(
      [...lead, ...facts],
      [
        cve,
        item.poc_id,
        item.fixed_version && `fixed in ${item.fixed_version}`,
        tags.join(', '),
        ...also,
        item.published && `published ${item.published}`,
        item.layer && `layer ${item.layer}`,
        item.solution && `solution: ${item.solution}`,
        item.description,
      ],
    );
  },
  windowExtras: (findings) => upgradeExtras(findings, ({ uses }) => uses),
};

type VulFields = ReturnType<typeof fieldsOf>;

function fieldsOf([row]: Finding<VulRow>, isFull: boolean) {
  const { cve, cvss, pocId, tags, suggested, solution, published, layer, description, uses } = row;
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
    tags: tags === undefined || tags.length === 0 ? undefined : tags,
    suggested: suggested || undefined,
    ...(isFull ? { poc_id: pocId === cve ? undefined : pocId, published, layer, solution } : {}),
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
    'Use this for the CVEs in the packages of one image: level, component, installed and fixed version, and for each component the version that fixes them.',
  whenToUse: 'CVEs of one image and the versions that fix them',
  actions: {
    needs: [[describeAssetImageRegistryVulList]],
    uses: [...oneImageActions, describeAssetImageVulList],
  },
  judgedBy: 'counts',
  input,
  exactlyOneOf: [['image_id', 'image']],
  example: { image: 'payments/api:1.4.2', levels: ['critical', 'high'] },
  output,

  async fetch(args, context) {
    const tags = (['fixable', 'exploit'] as const).filter((name) => args[name] === true);
    if (args.where === 'nodes' && tags[0] !== undefined) throw noSuchFilter(tags[0]);
    const Name = args.name === undefined ? undefined : [args.name];
    const { filters, order } = toFilter('desc', { Level: levelValues(args.levels), Name });
    // Two filters, since two values of one would ask for rows that have either.
    const byTag = tags.map((tag) => ({ Name: 'Tag', Values: [TAG_FILTERS[tag]] }));
    return gatherImageRows(vulRows, args, { filters: [...filters, ...byTag], order }, context);
  },

  present: (facts, args, presentation) => presentRows(vulPresentation, facts, args, presentation),
});
