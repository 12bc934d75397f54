/** Every Action that the tools use: what `doctor` tries, and what the policy allows. */
import type { Action } from '../tcss/action.ts';
import { describeAssetImageRegistryRiskInfoList } from '../tcss/image-risk.ts';
import type { ImageRowsRequest } from '../tcss/image-rows.ts';
import { describeAssetImageRegistryDetail, describeAssetImageRegistryList } from '../tcss/registry-image.ts';
import { describeAssetImageRegistryVirusList } from '../tools/list-image-malware.ts';
import { describeAssetImageRegistryVulList } from '../tools/list-image-vulnerabilities.ts';

/** The list with which every look-up begins. */
export const imageList = describeAssetImageRegistryList;

/** The state of one image's scans. */
export const imageDetail = describeAssetImageRegistryDetail;

/** The lists over one image's rows. */
export const rowLists: readonly Action<ImageRowsRequest, unknown>[] = [
  describeAssetImageRegistryRiskInfoList,
  describeAssetImageRegistryVulList,
  describeAssetImageRegistryVirusList,
];

/** The names of all of them. */
export const ACTION_NAMES: readonly string[] = [imageList, imageDetail, ...rowLists].map(({ name }) => name);

/**
 * A CAM policy that allows exactly these Actions. TCSS grants by operation alone, so the resource is `*`.
 * @see https://www.tencentcloud.com/document/product/598/10603 for the syntax
 */
export function camPolicy(names: readonly string[]) {
  const action = names.map((name) => `tcss:${name}`);
  return { version: '2.0', statement: [{ effect: 'allow', action, resource: ['*'] }] };
}
