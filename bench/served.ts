/** 1,000 calls of 10 risks over stdio, ours and the plain server in turns: how long, and what they hold then. */
import { quantile, timed } from './measure/interleave.ts';
import { report, rounded } from './measure/report.ts';
import { callRisks, memoryMb, PLAIN, startServer } from './measure/server-process.ts';
import { imageOf, startService } from './measure/service-process.ts';

const CALLS = 1000;
const question = { image_id: imageOf(10) };

const service = await startService([10]);
const servers = (['ours', PLAIN] as const).map((name) => ({
  name,
  process: startServer(name, service.env),
  ms: [] as number[],
}));
for (const { process } of servers) await process.initialize();
for (let call = 0; call < CALLS; call += 1) {
  for (const { process, ms } of servers) ms.push(await timed(() => callRisks(process, question)));
}
const rows = [];
for (const { name, process, ms } of servers) {
  rows.push({
    server: name,
    'p50 ms': rounded(quantile(ms, 0.5), 2),
    'p99 ms': rounded(quantile(ms, 0.99), 2),
    'after 1,000 calls MB': rounded(memoryMb(process.pid, 'VmRSS')),
  });
  await process.end('SIGTERM');
}
await service.close();
report('served', rows);
