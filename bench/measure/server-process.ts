/** The servers that are compared, each as the process that a client would start. */
import { readFileSync } from 'node:fs';
import { type SpawnedServer, spawnServer } from '../../test/spawned-server.ts';

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Where `npm run bench` installs servers that others publish. */
const PUBLISHED = 'bench/published/node_modules';

/** By the name a table gives it: its script; `undefined` is dist/main.js. */
export const SERVERS = {
  'bare node, one line': 'bench/servers/one-line.js',
  'low-level Server, no tools, bundled': 'node_modules/.bench/servers/low-level.js',
  'McpServer, one tool, bundled': 'node_modules/.bench/servers/bare-sdk.js',
  'McpServer, one tool, unbundled': 'bench/servers/bare-sdk.js',
  ours: undefined,
  'plain: McpServer and official client': 'bench/plain/server.js',
  'published: server-memory': `${PUBLISHED}/@modelcontextprotocol/server-memory/dist/index.js`,
  'published: server-everything': `${PUBLISHED}/@modelcontextprotocol/server-everything/dist/index.js`,
  'published: context7-mcp': `${PUBLISHED}/@upstash/context7-mcp/dist/index.js`,
} as const;

/** One of the servers. */
export type ServerName = keyof typeof SERVERS;

/** The plainest server a user would write. */
export const PLAIN = 'plain: McpServer and official client' satisfies ServerName;

/**
 * What our figures are set beside: the plain server, twice, so that a table shows how far the same server
 * is from itself on this machine.
 */
export const OURS_AND_PLAIN = { ours: 'ours', plain: PLAIN, 'plain, again': PLAIN } as const;

/** One that is compared with the plain server. */
export type Compared = keyof typeof OURS_AND_PLAIN;

/** Starts one; `env` is all it has besides PATH and an empty HOME. */
export function startServer(name: ServerName, env: Readonly<Record<string, string>> = {}): SpawnedServer {
  const script = SERVERS[name];
  return spawnServer({ ...(script === undefined ? {} : { script }), env });
}

/** Calls list_image_risks and gives its result. @throws {Error} when the answer is an error. */
export async function callRisks(server: SpawnedServer, args: Readonly<Record<string, unknown>>) {
  const { result, error } = await server.request('tools/call', { name: 'list_image_risks', arguments: args });
  if (error !== undefined || result.isError) throw new Error(JSON.stringify(error ?? result));
  return result;
}

/** Processor time of a process so far in ms, user and system, to the nearest 10. Linux only. */
export function processorMs(pid: number): number {
  // Behind the name, which may hold spaces and brackets, `utime` and `stime` are the fields 12 and 13.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Memory of a process in MB (10^6 bytes): `VmRSS` now, or `VmHWM` at most so far. Linux only. */
export function memoryMb(pid: number, figure: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`^${figure}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
}
