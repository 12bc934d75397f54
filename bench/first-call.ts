/**
 * The first question of a conversation, which pays for what was not loaded at the start: asked as soon as
 * `initialize` is answered, and after a pause, in which a server may get ready.
 */
import { interleave, median, timed } from './measure/interleave.ts';
import { report, rounded, times } from './measure/report.ts';
import { callRisks, PLAIN, startServer } from './measure/server-process.ts';
import { imageOf, startService } from './measure/service-process.ts';

const PAUSE_MS = 500;

const service = await startService([10]);

function firstCall(name: 'ours' | typeof PLAIN, pauseMs: number) {
  return async () => {
    const server = startServer(name, service.env);
    await server.initialize();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const ms = await timed(() => callRisks(server, { image_id: imageOf(10) }));
    await server.end('SIGTERM');
    return ms;
  };
}

const samples = await interleave({
  'ours, at once': firstCall('ours', 0),
  'plain, at once': firstCall(PLAIN, 0),
  'ours, after a pause': firstCall('ours', PAUSE_MS),
  'plain, after a pause': firstCall(PLAIN, PAUSE_MS),
});
report(
  'first-call',
  Object.entries(samples).map(([what, ms]) => {
    const plain = what.endsWith('at once') ? samples['plain, at once'] : samples['plain, after a pause'];
    return { 'first call': what, ms: rounded(median(ms)), 'to plain': times(median(ms), median(plain)) };
  }),
);
await service.close();
