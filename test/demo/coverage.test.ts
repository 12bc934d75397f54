import { expect, test } from 'vitest';
import { coverageHandlers } from '../../src/demo/coverage.ts';
import { demoAccount } from '../../src/demo/data-set.ts';

const account = demoAccount(Date.UTC(2026, 10, 24, 12));

test('the demo has as many licences as images have one, so a scheduled scan ran short of them', () => {
  const licences = coverageHandlers.DescribeImageAuthorizedInfo({}, account);

  expect(licences).toMatchObject({
    TotalAuthorizedCnt: 15,
    UsedAuthorizedCnt: 15,
    NotScannedImageCnt: 2,
    NotScannedLocalImageCnt: 1,
  });
  expect(coverageHandlers.DescribeImageRegistryTimingScanTask({}, account)).toMatchObject({
    ScanResult: 'InsufficientLicense',
  });
});

test('what can be counted is counted', () => {
  expect(coverageHandlers.DescribeTcssSummary({}, account)).toMatchObject({
    ImageCnt: 22,
    LocalImageCnt: 8,
    RepositoryImageCnt: 14,
    ContainerCnt: 11,
    UnScannedImageCnt: 3,
  });
  expect(coverageHandlers.DescribeAssetImageRegistrySummary({}, account)).toEqual({ UnScannedImageCnt: 2 });
  expect(coverageHandlers.DescribeVulScanAuthorizedImageSummary({}, account)).toEqual({
    AllAuthorizedImageCount: 7,
    UnScanAuthorizedImageCount: 0,
  });
});

test('an account that bought nothing has nothing', () => {
  const empty = { images: [] };

  expect(coverageHandlers.DescribePurchaseStateInfo({}, empty)).toEqual({ State: 0 });
  expect(coverageHandlers.DescribeAssetImageRegistryRegistryList({}, empty)).toEqual({
    List: [],
    TotalCount: 0,
  });
});

test.each(Object.entries(coverageHandlers))('%s refuses an argument that it does not know', (_, handler) => {
  expect(() => handler({ RegistryId: 1 }, account)).toThrow('RegistryId');
});
