/** Signatures a second, ours and the official client's own signer, over the same request. */
import { createRequire } from 'node:module';
import { DEMO_CREDENTIALS } from '../src/demo/data-set.ts';
import { sign } from '../src/tc3/sign.ts';
import { interleave, median } from './measure/interleave.ts';
import { report, rounded, times } from './measure/report.ts';

const SAMPLE_MS = 100;
const BATCH = 100;

const host = 'tcss.intl.tencentcloudapi.com';
const headers = { 'Content-Type': 'application/json', Host: host };
const body = Buffer.from(JSON.stringify({ Id: 6947411, Limit: 100, Offset: 0 }));
const { secretId, secretKey } = DEMO_CREDENTIALS;
const timestampSeconds = Math.floor(Date.now() / 1000);

const { default: official } = createRequire(import.meta.url)(
  'tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js',
) as { default: { sign3(request: object): string } };
const theirs = () =>
  official.sign3({
    method: 'POST',
    url: `https://${host}/`,
    payload: body,
    timestamp: timestampSeconds,
    service: 'tcss',
    secretId,
    secretKey,
    headers,
  });
const ours = () =>
  sign({ method: 'POST', headers, body }, DEMO_CREDENTIALS, {
    service: 'tcss',
    timestampSeconds,
    signedHeaders: ['content-type', 'host'],
  });
if (ours() !== theirs()) throw new Error('the signatures differ');

async function perSecond(work: () => unknown): Promise<number> {
  let done = 0;
  const startedAt = performance.now();
  for (; performance.now() - startedAt < SAMPLE_MS; done += BATCH) {
    for (let one = 0; one < BATCH; one += 1) work();
  }
  return (done * 1000) / (performance.now() - startedAt);
}

const samples = await interleave({
  ours: () => perSecond(ours),
  'official signer': () => perSecond(theirs),
});
report(
  'signatures',
  Object.entries(samples).map(([signer, rates]) => ({
    signer,
    'signatures a second': rounded(median(rates)),
    'ours : it': times(median(samples.ours), median(rates)),
  })),
);
