/** Calls of 10 risks a second with 16 in flight and no limit of rate. */
import { createRequire } from 'node:module';
import type { CommonClient as OfficialClient } from 'tencentcloud-sdk-nodejs-common/tencentcloud/common/common_client.js';
import { DEMO_CREDENTIALS } from '../src/demo/data-set.ts';
import { interleave, median, perSecond } from './measure/interleave.ts';
import { openPipeline } from './measure/pipeline.ts';
import { repeatRaw } from './measure/raw-request.ts';
import { report, rounded, times } from './measure/report.ts';
import { imageOf, startService } from './measure/service-process.ts';

const IN_FLIGHT = 16;

const { CommonClient } = createRequire(import.meta.url)(
  'tencentcloud-sdk-nodejs-common/tencentcloud/common/common_client.js',
) as { CommonClient: typeof OfficialClient };

const service = await startService([10]);
const pipeline = openPipeline(service.url);
const ours = () => pipeline.call({ image_id: imageOf(10) });
await ours();
const sent = pipeline.lastRowsRequest();
if (sent === undefined) throw new Error('nothing was sent');
const raw = repeatRaw(sent);
const endpoint = new URL(service.url).host;
const official = new CommonClient(endpoint, '2020-11-01', {
  credential: DEMO_CREDENTIALS,
  profile: { httpProfile: { protocol: 'http://', endpoint } },
});
const page = { Id: imageOf(10), Limit: 100 };

const samples = await interleave({
  "undici's request": () => perSecond(raw.send, IN_FLIGHT),
  ours: () => perSecond(ours, IN_FLIGHT),
  'official client': () =>
    perSecond(() => official.request('DescribeAssetImageRegistryRiskInfoList', page), IN_FLIGHT),
});
report(
  'rate',
  Object.entries(samples).map(([what, rates]) => ({
    '16 in flight': what,
    'calls a second': rounded(median(rates)),
    'ours : it': times(median(samples.ours), median(rates)),
  })),
);
await raw.close();
await pipeline.close();
await service.close();
