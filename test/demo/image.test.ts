import { describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { generatedVuls } from '../../src/demo/vulnerabilities.ts';
import { generatedViruses } from '../simulator/generated-viruses.ts';
import { demoImage } from './demo-image.ts';

type Name = keyof typeof DEMO_IMAGE_IDS;
const NAMES = Object.keys(DEMO_IMAGE_IDS) as Name[];
const COUNTERS = [
  ['LowLevelVulCnt', '1'],
  ['MediumLevelVulCnt', '2'],
  ['HighLevelVulCnt', '3'],
  ['CriticalLevelVulCnt', '4'],
] as const;
/** All of `ImageRepoInfo`, the fields that only the mainland documents and both spellings of one included. */
const FIELDS =
  'Id ImageId ImageDigest ImageName ImageTag Namespace ImageRepoAddress RegistryType RegistryRegion InstanceId InstanceName ImageSize ImageCreateTime OsName IsLatestImage IsTrustImage VulCnt VirusCnt RiskCnt SensitiveInfoCnt SentiveInfoCnt CriticalLevelVulCnt HighLevelVulCnt MediumLevelVulCnt LowLevelVulCnt ContainerCnt ComponentCnt ScanStatus CveStatus RiskStatus VirusStatus Progress ScanVulProgress ScanRiskProgress ScanVirusProgress ScanRemainTime ScanTime ScanVulError ScanRiskError ScanVirusError IsAuthorized IsRunning HasNeedFixVul RecommendedFix Solution Reason'.split(
    ' ',
  );

test.each(NAMES)('%s has every documented field and no other', (name) => {
  expect(Object.keys(demoImage(name).info).sort()).toEqual([...FIELDS].sort());
});

test.each(NAMES)('every count of %s is that of its rows', (name) => {
  const { info, risks, vuls, viruses } = demoImage(name);
  const levels = vuls.map(({ Level }) => Level);

  expect(info).toMatchObject({ RiskCnt: risks.length, VulCnt: vuls.length, VirusCnt: viruses.length });
  for (const [counter, level] of COUNTERS) {
    const isCounted = info[counter] !== null; // null on an image whose registry gives no counts by level
    if (isCounted) expect(info[counter]).toBe(levels.filter((one) => one === level).length);
    expect(isCounted).toBe(name !== 'nginxHarbor');
  }
});

test.each<[Name, string[]]>([
  ['clean', ['SCANNED', 'SCANNED', 'SCANNED', 'SCANNED']],
  ['neverScanned', ['NOT_SCAN', 'NOT_SCAN', 'NOT_SCAN', 'NOT_SCAN']],
  ['scanFailed', ['SCANNED', 'SCANNED', 'SCAN_ERR', 'SCAN_ERR']],
  ['scanning', ['SCANNING', 'SCANNING', 'SCANNING', 'SCANNING']],
  ['unlicensed', ['NOT_SCAN', 'NOT_SCAN', 'NOT_SCAN', 'NOT_SCAN']],
])('%s: overall, of vulnerabilities, of risks and of viruses %j', (name, expected) => {
  const { info } = demoImage(name);

  expect(['ScanStatus', 'CveStatus', 'RiskStatus', 'VirusStatus'].map((field) => info[field])).toEqual(
    expected,
  );
});

test('the misspelt counter stands beside the right one, which may be null', () => {
  expect(demoImage('leaky').info).toMatchObject({ SentiveInfoCnt: 658, SensitiveInfoCnt: 658 });
  expect(demoImage('nginxHarbor').info).toMatchObject({ SentiveInfoCnt: 0, SensitiveInfoCnt: null });
});

describe('makeImage', () => {
  test('takes vulnerabilities and viruses, and counts them', () => {
    const image = makeImage(1, 'a/b:1', [], {}, { vuls: generatedVuls(50), viruses: generatedViruses(4) });
    const levels = image.vuls.map(({ Level }) => Level);

    expect(image.info).toMatchObject({ RiskCnt: 0, VulCnt: 50, VirusCnt: 4 });
    expect(image.info['MediumLevelVulCnt']).toBe(levels.filter((level) => level === '2').length);
  });

  test('lets the given fields win over any count', () => {
    const info = { VulCnt: 9, VirusCnt: null, CriticalLevelVulCnt: 7 };

    expect(makeImage(1, 'a/b:1', [], info, { vuls: generatedVuls(50) }).info).toMatchObject(info);
  });
});
