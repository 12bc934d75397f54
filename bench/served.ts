/**
 * Calls of 10 risks over stdio, ours and the plain server in turns: what one costs when they come one by
 * one, what the servers hold then, and how many a second are answered with 16 in flight.
 */
import { interleave, median, perSecond, quantile, subjectsOf, timed } from './measure/interleave.ts';
import { report, rounded, times } from './measure/report.ts';
import {
  type Compared,
  callRisks,
  memoryMb,
  OURS_AND_PLAIN,
  processorMs,
  startServer,
} from './measure/server-process.ts';
import { imageOf, startService } from './measure/service-process.ts';

/** Calls in a row to one server. */
const CALLS = 200;

/** Rounds of them until the code is compiled, and those that count: 3,000 calls. */
const ROUNDS = { warmUp: 4, measured: 15 };

const IN_FLIGHT = 16;

/** What ours may need by what the plain server needs, which neither redacts nor groups. */
const TARGETS = { processor: 'at most 1.6', rate: 'at least 0.5' };

const question = { image_id: imageOf(10) };
const service = await startService([10]);
const servers = {
  ours: startServer(OURS_AND_PLAIN.ours, service.env),
  plain: startServer(OURS_AND_PLAIN.plain, service.env),
  'plain, again': startServer(OURS_AND_PLAIN['plain, again'], service.env),
};
const names = Object.keys(servers) as Compared[];
for (const name of names) await servers[name].initialize();

async function oneByOne(name: Compared) {
  const process = servers[name];
  const before = processorMs(process.pid);
  const ms = [];
  for (let call = 0; call < CALLS; call += 1) ms.push(await timed(() => callRisks(process, question)));
  return { processor: processorMs(process.pid) - before, ms };
}

const inFlight = (name: Compared) => perSecond(() => callRisks(servers[name], question), IN_FLIGHT);

await interleave(subjectsOf(names, oneByOne), ROUNDS.warmUp);
const samples = await interleave(subjectsOf(names, oneByOne), ROUNDS.measured);
const held = names.map((name) => memoryMb(servers[name].pid, 'VmRSS'));
const rates = await interleave(subjectsOf(names, inFlight));

// Processor time is counted in steps of 10 ms: too coarse for one sample, so they are added up.
const processor = (name: Compared) =>
  samples[name].reduce((sum, sample) => sum + sample.processor, 0) / (samples[name].length * CALLS);
const timesOf = (name: Compared) => samples[name].flatMap(({ ms }) => ms);
report(
  'served',
  names.map((name, at) => ({
    server: name,
    'processor ms a call': rounded(processor(name), 2),
    'to plain': times(processor(name), processor('plain')),
    target: name === 'ours' ? TARGETS.processor : '',
    'p50 ms': rounded(quantile(timesOf(name), 0.5), 2),
    'p99 ms': rounded(quantile(timesOf(name), 0.99), 2),
    'MB then': rounded(held[at] ?? Number.NaN),
    '16 in flight, calls a second': rounded(median(rates[name])),
    'to plain ': times(median(rates[name]), median(rates.plain)),
    'target ': name === 'ours' ? TARGETS.rate : '',
  })),
);
for (const name of names) await servers[name].end('SIGTERM');
await service.close();
