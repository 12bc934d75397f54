/**
 * The first question of a conversation. What a person waits for: from spawn to its answer, `initialize`,
 * `tools/list` and the call written at once. And the call alone when a server had a pause to get ready in.
 */
import { interleave, median, subjectsOf, timed } from './measure/interleave.ts';
import { report, rounded, times } from './measure/report.ts';
import { type Compared, callRisks, OURS_AND_PLAIN, startServer } from './measure/server-process.ts';
import { imageOf, startService } from './measure/service-process.ts';

const PAUSE_MS = 500;

/** Launches of each server. */
const LAUNCHES = 20;

/** What ours may take from spawn to the first answer, by what the plain server takes. */
const TARGET = 'at most 0.75, stretch 0.65';

const service = await startService([10]);
const question = { image_id: imageOf(10) };

async function fromSpawn(name: Compared): Promise<number> {
  const startedAt = performance.now();
  const server = startServer(OURS_AND_PLAIN[name], service.env);
  await Promise.all([server.initialize(), server.request('tools/list'), callRisks(server, question)]);
  const ms = performance.now() - startedAt;
  await server.end('SIGTERM');
  return ms;
}

async function afterPause(name: Compared): Promise<number> {
  const server = startServer(OURS_AND_PLAIN[name], service.env);
  await server.initialize();
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const ms = await timed(() => callRisks(server, question));
  await server.end('SIGTERM');
  return ms;
}

const names = Object.keys(OURS_AND_PLAIN) as Compared[];
const started = await interleave(subjectsOf(names, fromSpawn), LAUNCHES);
const rested = await interleave(subjectsOf(names, afterPause));
report(
  'first-call',
  names.map((name) => ({
    server: name,
    'spawn to first answer ms': rounded(median(started[name])),
    fastest: rounded(Math.min(...started[name])),
    'to plain': times(median(started[name]), median(started.plain)),
    target: name === 'ours' ? TARGET : '',
    'first call after a pause ms': rounded(median(rested[name])),
    'to plain ': times(median(rested[name]), median(rested.plain)),
  })),
);
await service.close();
