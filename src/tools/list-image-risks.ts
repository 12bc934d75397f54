/** list_image_risks: the high-risk behaviours that a scan found in one registry image. */
import { z } from 'zod/v3';
import { gatherImageRows } from '../gather/image-rows.ts';
import { type ImageRow, levelOfRow, levelValues, type RowKind, toFilter } from '../gather/row-kind.ts';
import { SCAN_KINDS } from '../gather/scan-state.ts';
import { type Finding, phrase, type RowItem, type RowPresentation } from '../present/row-item.ts';
import { presentRows } from '../present/rows.ts';
import { given } from '../present/text.ts';
import type { Extras } from '../present/view.ts';
import { defineAction, type ImageRowsRequest, type NodeImageRowsRequest } from '../tcss/action.ts';
import { nodeImageRowsProbe } from '../tcss/node-image.ts';
import { imageRowsProbe } from '../tcss/registry-image.ts';
import {
  ADVICE,
  ADVICE_MARK,
  behaviorMeaning,
  pageOf,
  rowOf,
  type WireRow,
  wireCode,
  wireLevel,
  wireText,
} from '../tcss/vocabulary.ts';
import { defineTool } from '../tool.ts';
import {
  advice,
  codesArgument,
  count,
  imageArguments,
  levelsArgument,
  nameArgument,
  noSuchFilter,
  oneImageActions,
  pageArguments,
  rowsAnswer,
  whereArgument,
} from './contract.ts';

const input = z
  .object({
    ...imageArguments,
    where: whereArgument,
    levels: levelsArgument,
    behaviors: codesArgument.describe('only these Behavior codes (1: runs as root, 3: credential)'),
    types: codesArgument.describe('only these Type codes'),
    name: nameArgument,
    order: z.enum(['desc', 'asc']).default('desc').describe('by level, default desc'),
    ...pageArguments,
  })
  .strict();

const output = z
  .object({
    ...rowsAnswer({ behavior: count }),
    advice,
  })
  .passthrough();

/** The members of ImageRisk that are read; every one may be null. Four names for one thing across Tencent's material. */
const imageRisk = rowOf({
  Behavior: wireCode,
  Type: wireCode,
  Level: wireLevel,
  Desc: wireText,
  /** Documented as the solution; holds the offending image-history line, secrets included. */
  InstructionContent: wireText,
});

/** One row as the service gives it: every member may be absent. */
export type ImageRisk = WireRow<typeof imageRisk>;

/** The risky behaviours of one registry image, a page of them. @see https://www.tencentcloud.com/document/product/1163/53161 */
export const describeAssetImageRegistryRiskInfoList = defineAction<ImageRowsRequest>()(
  'DescribeAssetImageRegistryRiskInfoList',
  pageOf(imageRisk),
  imageRowsProbe,
);

/** The same of an image on nodes: the levels are numbers, and no layer's time comes. @see https://www.tencentcloud.com/document/product/1163/53153 */
export const describeAssetImageRiskList = defineAction<NodeImageRowsRequest>()(
  'DescribeAssetImageRiskList',
  pageOf(imageRisk),
  nodeImageRowsProbe,
);

/** One risky behaviour, identified by Behavior, Type, Level, Desc and evidence without its timestamp. */
export interface RiskRow extends ImageRow {
  readonly behavior: number | undefined;
  readonly type: number | undefined;
  readonly description: string | undefined;
  readonly evidence: string | undefined;
  /** Time of the image layer as the service gives it; it names no zone. */
  readonly time: string | undefined;
}

/** The layer's time on a line before the instruction, in the spellings seen. */
const TIMESTAMP =
  /^\s{0,8}(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?(?: UTC)?)[ \t]{0,8}\r?\n/;

/** How risky behaviours are requested and read. */
export const riskRows: RowKind<RiskRow, ImageRisk> = {
  lists: {
    registry: { action: describeAssetImageRegistryRiskInfoList, isOrdered: true },
    // It takes By, but which orders it takes is not documented.
    nodes: { action: describeAssetImageRiskList, isOrdered: false },
  },
  levelFilter: 'Level',
  scan: SCAN_KINDS.risks,
  readRow({ Behavior, Type, Level, Desc, InstructionContent }, text) {
    const stamp = TIMESTAMP.exec(InstructionContent ?? '');
    const evidence = text(InstructionContent?.slice(stamp?.[0].length ?? 0));
    const description = text(Desc);
    const { level, levelRaw, identity } = levelOfRow(Level, text);
    return {
      identity: {
        behavior: Behavior ?? null,
        type: Type ?? null,
        level: identity,
        description: description.redacted ?? null,
        evidence: evidence.redacted ?? null,
      },
      level,
      levelRaw,
      behavior: Behavior,
      type: Type,
      description: description.shown,
      evidence: evidence.shown,
      time: stamp?.[1],
    };
  },
};

/** How many layer times `full` lists per finding. */
const SAMPLES = 3;

/** The presentation that list_image_risks and compare_image_risks share. */
export const riskPresentation: RowPresentation<RiskRow, RiskFields> = {
  idPrefix: 'r',
  words: {
    soughtFor: 'risks',
    scan: 'risk',
    notKnown: 'its risks are not known',
    nothing: 'no high-risk behaviour',
    notCovered: 'neither CVEs nor malware',
  },
  fields: fieldsOf,
  texts: ['description', 'evidence'],
  brief: [],
  expendable: ['behavior_meaning', 'samples'],
  shared: ({ behavior, type, description }) =>
    phrase(
      [
        behavior === undefined ? 'no behavior code' : `behavior ${behavior}`,
        type === undefined ? undefined : `type ${type}`,
      ],
      [description],
    ),
  line: ({ first_time, last_time, samples, evidence }, lead) =>
    phrase(
      [
        ...lead,
        [first_time, last_time].filter(Boolean).join(' to '),
        samples === undefined ? undefined : `layers of ${samples.join(', ')}`,
      ],
      [evidence],
    ),
  shownExtras: behaviorExtras,
};

type RiskFields = ReturnType<typeof fieldsOf>;

/** What Docker puts before each instruction in shell form; it adds nothing to the instruction. */
const SHELL = /^\/bin\/sh -c (?:#\(nop\) +)?/;

function fieldsOf(rows: Finding<RiskRow>, isFull: boolean) {
  const [{ behavior, type, description, evidence }] = rows;
  // The service's layer times sort as text.
  const times = given(...new Set(rows.map(({ time }) => time))).sort();
  const [first] = times;
  const last = times.at(-1);
  return {
    behavior,
    behavior_meaning: behavior !== undefined && isFull ? behaviorMeaning(behavior) : undefined,
    type,
    description,
    evidence: isFull ? evidence : evidence?.replace(SHELL, ''),
    first_time: isFull || last !== first ? first : undefined,
    last_time: last === first ? undefined : last,
    samples: isFull && times.length > 2 ? times.slice(0, SAMPLES) : undefined,
  };
}

/** The meaning of the codes shown, with advice that is marked as this server's. */
function behaviorExtras(items: readonly RowItem<RiskFields>[]): Extras {
  const behaviors = [...new Set(items.flatMap(({ behavior }) => behavior ?? []))].sort((a, b) => a - b);
  const known = behaviors.filter((behavior) => ADVICE.has(behavior));
  const unknown = behaviors.filter((behavior) => !ADVICE.has(behavior));
  return {
    notes: unknown.length > 0 ? [`Behavior ${unknown.join(', ')}: meaning not published.`] : [],
    advice: known.map((behavior) => ({
      behavior,
      text: `Behavior ${behavior}: ${behaviorMeaning(behavior)}. ${ADVICE_MARK} ${ADVICE.get(behavior)}`,
    })),
  };
}

/** The tool as clients see it. */
export const listImageRisks = defineTool({
  name: 'list_image_risks',
  title: 'List the risks of a container image',
  description:
    'Use this to learn what is risky in one container image that Tencent Cloud TCSS scans: containers that start as root, credentials left in the Dockerfile, ENV or image history, and other high-risk behaviours found by a scan. Secret values are redacted. Not the CVEs, not the malware.',
  whenToUse: 'high-risk behaviours of one image: root, leaked credentials',
  actions: {
    needs: [[describeAssetImageRegistryRiskInfoList]],
    uses: [...oneImageActions, describeAssetImageRiskList],
  },
  judgedBy: 'counts',
  input,
  exactlyOneOf: [['image_id', 'image']],
  example: { image_id: 6947411, levels: ['critical', 'high'] },
  output,

  async fetch(args, context) {
    if (args.where === 'nodes' && args.name !== undefined) throw noSuchFilter('name');
    const filter = toFilter(args.order, {
      Level: levelValues(args.levels),
      Behavior: args.behaviors,
      Type: args.types,
      Name: args.name === undefined ? undefined : [args.name],
    });
    return gatherImageRows(riskRows, args, filter, context);
  },

  present: (facts, args, presentation) => presentRows(riskPresentation, facts, args, presentation),
});
