/** The risky behaviours of an image as rows. */

import { describeAssetImageRegistryRiskInfoList, type ImageRisk } from '../tcss/image-risk.ts';
import { type ImageRow, levelOfRow, type RowKind } from './row-kind.ts';
import { SCAN_KINDS } from './scan-state.ts';

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
  action: describeAssetImageRegistryRiskInfoList,
  isOrdered: true,
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
