/** What an answer costs as the image's rows grow from 10 to a million: beyond 1,000 nothing should. */
import { interleave, median, timed } from './measure/interleave.ts';
import { report, rounded } from './measure/report.ts';
import { callRisks, memoryMb, startServer } from './measure/server-process.ts';
import { imageOf, startService } from './measure/service-process.ts';

const ROW_COUNTS = [10, 1000, 10_000, 100_000, 1_000_000];

const service = await startService(ROW_COUNTS);
const servers = [];
for (const rows of ROW_COUNTS) {
  const process = startServer('ours', service.env);
  await process.initialize();
  await process.request('tools/list');
  const restMb = memoryMb(process.pid, 'VmHWM');
  const before = await service.requests();
  // The first call of many rows also makes the simulated service sort them, so its time counts for nothing.
  const { content } = await callRisks(process, { image_id: imageOf(rows) });
  const requests = (await service.requests()) - before;
  servers.push({ rows, process, restMb, requests, bytes: Buffer.byteLength(content[0].text) });
}
const samples = await interleave(
  Object.fromEntries(
    servers.map(({ rows, process }) => [
      String(rows),
      () => timed(() => callRisks(process, { image_id: imageOf(rows) })),
    ]),
  ),
);
const table = [];
for (const { rows, process, restMb, requests, bytes } of servers) {
  table.push({
    rows,
    requests,
    'text bytes': bytes,
    ms: rounded(median(samples[String(rows)] ?? []), 1),
    'peak over rest MB': rounded(memoryMb(process.pid, 'VmHWM') - restMb),
  });
  await process.end('SIGTERM');
}
await service.close();
report('scale', table);
