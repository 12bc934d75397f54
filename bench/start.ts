/** From spawn to the answers of `initialize` and `tools/list`, and what a server holds then. */
import { interleave, median, subjectsOf } from './measure/interleave.ts';
import { report, rounded, times } from './measure/report.ts';
import { memoryMb, SERVERS, type ServerName, startServer } from './measure/server-process.ts';

/** Time to settle before memory is read. */
const REST_MS = 150;

async function start(name: ServerName) {
  const startedAt = performance.now();
  const server = startServer(name);
  await server.initialize();
  const initializeMs = performance.now() - startedAt;
  await server.request('tools/list');
  const toolsListMs = performance.now() - startedAt;
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const restMb = memoryMb(server.pid, 'VmRSS');
  await server.end('SIGTERM');
  return { initializeMs, toolsListMs, restMb };
}

const names = Object.keys(SERVERS) as ServerName[];
const samples = await interleave(subjectsOf(names, start));
const figures = (name: ServerName) => ({
  initialize: median(samples[name].map(({ initializeMs }) => initializeMs)),
  fastest: Math.min(...samples[name].map(({ initializeMs }) => initializeMs)),
  toolsList: median(samples[name].map(({ toolsListMs }) => toolsListMs)),
  rest: median(samples[name].map(({ restMb }) => restMb)),
});
const ours = figures('ours');
report(
  'start',
  names.map((name) => {
    const { initialize, fastest, toolsList, rest } = figures(name);
    return {
      server: name,
      'initialize ms': rounded(initialize),
      fastest: rounded(fastest),
      'ours : it': times(ours.initialize, initialize),
      'tools/list ms': rounded(toolsList),
      'ours : it, tools/list': times(ours.toolsList, toolsList),
      'rest MB': rounded(rest),
      'ours : it, MB': times(ours.rest, rest),
    };
  }),
);
