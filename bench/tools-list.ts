/** What a model is told before it asks anything: the answer of `tools/list`, ours and the plain server's. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type Row, report } from './measure/report.ts';
import { PLAIN, type ServerName, startServer } from './measure/server-process.ts';

async function toolsOf(name: ServerName): Promise<{ name: string }[]> {
  const server = startServer(name);
  await server.initialize();
  const { result } = await server.request('tools/list');
  await server.end('SIGTERM');
  return result.tools;
}

function cost(what: string, value: unknown): Row {
  const json = JSON.stringify(value);
  return { 'tools/list': what, bytes: Buffer.byteLength(json), tokens: countTokens(json) };
}

const ours = await toolsOf('ours');
report('tools-list', [
  cost(`ours, all ${ours.length} tools`, ours),
  ...ours.map((tool) => cost(`ours, ${tool.name}`, tool)),
  cost('plain, its one tool', await toolsOf(PLAIN)),
]);
