/** One call of 10 risks, from arguments to answer, beside undici's own request of the same signed bytes. */
import { interleave, quantile, timed } from './measure/interleave.ts';
import { openPipeline } from './measure/pipeline.ts';
import { repeatRaw } from './measure/raw-request.ts';
import { report, rounded, times } from './measure/report.ts';
import { imageOf, startService } from './measure/service-process.ts';

const CALLS = 3000;

/** Calls until the code is compiled, which a server that has just started has not had. */
const WARM_UP = 500;

/** What ours may take at the median, by what undici's own request takes. */
const allowed = (rawMs: number) => 1.3 * rawMs + 1;

const service = await startService([10]);
const pipeline = openPipeline(service.url);
const ours = () => pipeline.call({ image_id: imageOf(10) });
await ours();
const sent = pipeline.lastRowsRequest();
if (sent === undefined) throw new Error('nothing was sent');
const raw = repeatRaw(sent);
const subjects = { "undici's request": () => timed(raw.send), ours: () => timed(ours) };
await interleave(subjects, WARM_UP);
const samples = await interleave(subjects, CALLS);
const floor = samples["undici's request"];
report(
  'call',
  Object.entries(samples).map(([what, ms]) => ({
    'one call': what,
    'p50 ms': rounded(quantile(ms, 0.5), 3),
    'p99 ms': rounded(quantile(ms, 0.99), 3),
    'p50 to raw': times(quantile(ms, 0.5), quantile(floor, 0.5)),
    'p50 allowed ms': what === 'ours' ? rounded(allowed(quantile(floor, 0.5)), 3) : '',
  })),
);
await raw.close();
await pipeline.close();
await service.close();
