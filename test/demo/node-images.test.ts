import { describe, expect, test } from 'vitest';
import { DEMO_CONTAINERS } from '../../src/demo/containers.ts';
import { demoAccount } from '../../src/demo/data-set.ts';
import { demoNodeImages, NO_NAME, NODE_IMAGE_IDS } from '../../src/demo/node-images.ts';

const account = demoAccount(Date.UTC(2026, 10, 24, 12));
const nodeImages = demoNodeImages(Date.UTC(2026, 10, 24, 12));

describe('node images', () => {
  test('are one for each id, and count their rows', () => {
    expect(nodeImages.map(({ info }) => info.ImageID).sort()).toEqual(Object.values(NODE_IMAGE_IDS).sort());
    for (const { info, risks, vuls, viruses } of nodeImages) {
      expect([info['RiskCnt'], info['VulCnt'], info['VirusCnt']]).toEqual(
        [risks, vuls, viruses].map(({ length }) => length),
      );
    }
  });

  test('with the id of a registry image have its findings and its name', () => {
    const both = nodeImages.flatMap((one) =>
      account.images
        .filter(({ info }) => info['ImageId'] === one.info.ImageID)
        .map((other) => [one, other] as const),
    );

    expect(both).toHaveLength(5);
    for (const [node, registry] of both) {
      const { ImageRepoAddress, Namespace, ImageName, ImageTag } = registry.info;
      expect(node.info.ImageName).toMatch(`${Namespace}/${ImageName}:${ImageTag}`);
      expect(ImageRepoAddress).toMatch(/^ccr/);
      expect([node.risks, node.vuls, node.viruses]).toEqual([
        registry.risks,
        registry.vuls,
        registry.viruses,
      ]);
    }
  });

  test('are in part without a name and never scanned', () => {
    expect(nodeImages.map(({ info }) => info.ImageName)).toContain(NO_NAME);
    expect(nodeImages.filter(({ info }) => info['ScanStatus'] !== 'SCANNED')).toHaveLength(1);
  });
});

describe('containers', () => {
  test('are as many of each image as the image says', () => {
    for (const { info } of nodeImages) {
      const containers = DEMO_CONTAINERS.filter(({ ImageID }) => ImageID === info.ImageID);
      expect([info.ImageName, info['ContainerCnt']]).toEqual([info.ImageName, containers.length]);
    }
    expect(new Set(DEMO_CONTAINERS.map(({ ContainerID }) => ContainerID)).size).toBe(DEMO_CONTAINERS.length);
  });

  test('run as root in each spelling, and as others', () => {
    const users = new Set(DEMO_CONTAINERS.map(({ RunAs }) => RunAs));

    for (const user of ['root:root\n', 'root', '0', 'paas', '']) expect(users).toContain(user);
  });

  test('are outside any cluster, and on a super node, too', () => {
    expect(DEMO_CONTAINERS.some((one) => one['ClusterID'] === '')).toBe(true);
    expect(DEMO_CONTAINERS.some((one) => one['NodeType'] === 'SUPER' && one['HostID'] === '')).toBe(true);
  });
});
