/** The risky behaviours of one registry image. Four names for one thing across Tencent's material; not the CVEs. */
import { z } from 'zod/v3';
import { defineAction } from './action.ts';
import { pageOf, wireCode, wireLevel, wireText } from './vocabulary.ts';

const imageRisk = z.object({
  Behavior: wireCode,
  Type: wireCode,
  Level: wireLevel,
  Desc: wireText,
  /** Documented as the solution; holds the offending image-history line, secrets included. */
  InstructionContent: wireText,
});

/** One row as the service gives it: every member may be absent. */
export type ImageRisk = z.infer<typeof imageRisk>;

/** Values are strings even for numeric codes; several filters are AND, several values OR. */
export interface AssetFilter {
  readonly Name: 'Level' | 'Behavior' | 'Type' | 'Name';
  readonly Values: readonly string[];
}

/** What is asked of the list; `Offset` is a row number. */
export interface ImageRiskRequest {
  readonly Id: number;
  readonly Limit: number;
  readonly Offset: number;
  readonly By?: 'Level';
  readonly Order?: '+' | '-';
  readonly Filters?: readonly AssetFilter[];
}

/** @see https://www.tencentcloud.com/document/product/1163/53161 */
export const describeAssetImageRegistryRiskInfoList = defineAction<ImageRiskRequest>()(
  'DescribeAssetImageRegistryRiskInfoList',
  pageOf(imageRisk),
);
