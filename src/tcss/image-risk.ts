/** The risky behaviours of one registry image. Four names for one thing across Tencent's material; not the CVEs. */

import { defineAction, type ImageRowsRequest } from './action.ts';
import { imageRowsProbe } from './registry-image.ts';
import { pageOf, rowOf, type WireRow, wireCode, wireLevel, wireText } from './vocabulary.ts';

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

/** @see https://www.tencentcloud.com/document/product/1163/53161 */
export const describeAssetImageRegistryRiskInfoList = defineAction<ImageRowsRequest>()(
  'DescribeAssetImageRegistryRiskInfoList',
  pageOf(imageRisk),
  imageRowsProbe,
);
