import fc from 'fast-check';
import { expect, test } from 'vitest';
import { demoAccount } from '../../src/demo/data-set.ts';
import { NODE_IMAGE_IDS, nodeImageHandlers } from '../../src/demo/node-images.ts';
import { describeAssetImageDetail, describeAssetImageList } from '../../src/tcss/node-image.ts';
import { describeAssetImageVirusList } from '../../src/tools/list-image-malware.ts';
import { describeAssetImageRiskList } from '../../src/tools/list-image-risks.ts';
import { describeAssetImageVulList } from '../../src/tools/list-image-vulnerabilities.ts';

const account = demoAccount(Date.UTC(2026, 10, 24, 12));
const ACTIONS = {
  DescribeAssetImageList: describeAssetImageList,
  DescribeAssetImageDetail: describeAssetImageDetail,
  DescribeAssetImageRiskList: describeAssetImageRiskList,
  DescribeAssetImageVulList: describeAssetImageVulList,
  DescribeAssetImageVirusList: describeAssetImageVirusList,
};
const OF_ONE = [describeAssetImageRiskList, describeAssetImageVulList, describeAssetImageVirusList];

/** The answer over JSON, as it comes. */
function answerTo(action: keyof typeof ACTIONS, request: Record<string, unknown>) {
  const { ImageID: _, ...ofAll } = request;
  const asked = action === 'DescribeAssetImageList' ? ofAll : request;
  return JSON.parse(JSON.stringify(nodeImageHandlers[action](asked, account)));
}

test('every row of the demo is read without a fault', () => {
  const images = describeAssetImageList.response.parse(answerTo('DescribeAssetImageList', {}));
  expect(images.List).toHaveLength(account.nodeImages?.length ?? 0);
  expect(images.List?.filter((row) => row.leftOut !== undefined)).toEqual([]);
  for (const { ImageID } of images.List ?? []) {
    for (const { name, response } of OF_ONE) {
      const { List } = response.parse(answerTo(name as keyof typeof ACTIONS, { ImageID, Limit: 100 }));
      expect(List?.filter((row) => row.leftOut !== undefined)).toEqual([]);
    }
  }
});

test('the build history is not read', () => {
  const answer = answerTo('DescribeAssetImageDetail', { ImageID: NODE_IMAGE_IDS.apiNew });

  expect(answer.BuildHistory).toContain('FAKE-build');
  expect(JSON.stringify(describeAssetImageDetail.response.parse(answer))).not.toContain('FAKE-build');
});

test.each(Object.values(ACTIONS))('"" is nothing in $name', ({ name, response }) => {
  const answer = answerTo(name as keyof typeof ACTIONS, { ImageID: NODE_IMAGE_IDS.toolbox });
  const blank = Object.fromEntries(Object.keys(answer.List?.[0] ?? answer).map((member) => [member, '']));
  const read = response.parse({ ...blank, List: [blank], TotalCount: 1 }) as {
    List?: readonly object[];
    leftOut?: unknown;
  };

  expect(read.leftOut).toBeUndefined();
  expect(read.List?.[0] ?? {}).not.toHaveProperty('leftOut');
});

test('an answer of any shape is read or refused, and no row is lost', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OF_ONE), fc.array(fc.jsonValue(), { maxLength: 5 }), (action, rows) => {
      const read = action.response.safeParse({ List: rows, TotalCount: rows.length });

      expect(read.data?.List).toHaveLength(rows.length);
    }),
  );
});
