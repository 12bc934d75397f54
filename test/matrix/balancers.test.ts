/**
 * The examples of deploy/ in front of three replicas: the official clients through them, and a rolling restart under
 * load. nginx and haproxy are Debian packages; without them these tests are skipped by name.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeUpCa } from '../http/made-up-ca.ts';
import {
  CLIENTS,
  callWith,
  connectClient,
  converse,
  fetchTrusting,
  LONG_CALL,
  type Reach,
  SHORT_CALL,
} from '../http-server/clients.ts';
import { environmentFor, type SpawnedReplica, spawnReplica } from '../http-server/spawned-replica.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const TOKEN = 'FAKE-token-of-alice-0123456789abcdef';
const REPLICAS = 3;

/** How each is made of its example, started, and where Debian puts it. */
const BALANCERS = {
  nginx: {
    path: '/usr/sbin/nginx',
    example: 'deploy/nginx.conf',
    adapt: (text: string, home: string, port: number) =>
      `daemon off;\npid ${home}/pid;\nerror_log stderr warn;\n${text
        .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
        .replaceAll('/etc/nginx/tls', home)
        .replace('http {', `http {\n  access_log off;\n${pathsIn(home)}`)}`,
    args: (config: string, home: string) => ['-c', config, '-p', home],
  },
  haproxy: {
    path: '/usr/sbin/haproxy',
    example: 'deploy/haproxy.cfg',
    adapt: (text: string, home: string, port: number) =>
      text.replace('bind :443', `bind 127.0.0.1:${port}`).replaceAll('/etc/haproxy', home),
    args: (config: string) => ['-db', '-f', config],
  },
} as const;

/** nginx would write below /var. */
function pathsIn(home: string): string {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${home}/${name};\n`)
    .join('');
}

/** Ports that were free a moment ago, since the replicas must come back to theirs. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

describe.each(Object.entries(BALANCERS))('behind %s', (name, { path, example, adapt, args }) => {
  const isThere = isInstalled(path);
  const home = mkdtempSync(join(tmpdir(), `${name}-`));
  let simulator: Simulator;
  let replicas: SpawnedReplica[] = [];
  let balancer: ChildProcess | undefined;
  let url = '';
  let reach: Reach = {};
  let trusting: ReturnType<typeof fetchTrusting> | undefined;

  const environment = (port: number | undefined) => ({
    ...environmentFor(simulator.url),
    TCSS_RATE_LIMIT: '3000',
    TCSS_HTTP_REPLICAS: String(REPLICAS),
    TCSS_HTTP_LISTEN: `127.0.0.1:${port}`,
    TCSS_HTTP_URL: 'https://localhost/mcp',
    TCSS_HTTP_TOKENS: `alice ${TOKEN}\n${Array.from({ length: 8 }, (_, one) => `bot${one} ${TOKEN}-${one}`).join('\n')}`,
    TCSS_HTTP_DRAIN_MS: '2000',
  });

  beforeAll(async () => {
    if (!isThere) return;
    simulator = await startSimulator({ requestsPerSecond: Number.POSITIVE_INFINITY });
    const [front = 0, ...ports] = await freePorts(REPLICAS + 1);
    replicas = await Promise.all(ports.map((port) => spawnReplica(environment(port))));
    const { ca, certify } = makeUpCa();
    const { key, cert } = certify(['localhost', '127.0.0.1']);
    writeFileSync(join(home, 'tls.key'), key);
    writeFileSync(join(home, 'tls.crt'), cert);
    writeFileSync(join(home, 'tls.pem'), cert + key);
    const config = join(home, 'config');
    const text = adapt(readFileSync(example, 'utf8'), home, front);
    writeFileSync(
      config,
      text.replace(/tcss-mcp-(\d):8080/g, (_, one) => `127.0.0.1:${ports[one - 1]}`),
    );
    balancer = spawn(path, args(config, home), { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    balancer.stderr?.on('data', (line) => {
      said += line;
    });
    while (!(await isListening(front))) {
      if (balancer.exitCode !== null) throw new Error(said);
      await sleep(50);
    }
    trusting = fetchTrusting(ca);
    url = `https://localhost:${front}/mcp`;
    reach = { token: TOKEN, fetch: trusting.fetch };
  });
  afterAll(async () => {
    // Its workers end with it only when it may tell them.
    if (balancer?.kill('SIGTERM')) await once(balancer, 'close');
    await trusting?.close();
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
    await simulator?.close();
    rmSync(home, { recursive: true, force: true });
  });

  test.skipIf(!isThere).each(CLIENTS)('a client %s gets all there is', async (_name, mode) => {
    const client = await connectClient(url, mode, reach);
    onTestFinished(() => client.close());

    await converse(client);
  });

  test.skipIf(!isThere)('a call that is cancelled is closed up to the service', async () => {
    const client = await connectClient(url, 'auto', reach);
    onTestFinished(() => client.close());
    const before = simulator.requests.length;
    simulator.failNext({ hang: 'headers' });
    const stop = new AbortController();
    const call = callWith(client, { name: 'find_images', arguments: {} }, { signal: stop.signal });
    await expect.poll(() => simulator.requests.length).toBe(before + 1);
    stop.abort('enough');

    await expect(call).rejects.toThrow();
    await expect.poll(() => simulator.requests[before]?.closedEarly, { timeout: 5000 }).toBe(true);
  });

  test.skipIf(!isThere)(
    'each replica is restarted under load, and no call is lost',
    async () => {
      let isOver = false;
      let done = 0;
      const failures: string[] = [];
      const ask = async (index: number) => {
        const own = { ...reach, token: `${TOKEN}-${index}` };
        const client = await connectClient(url, index % 2 === 0 ? 'auto' : '1.x', own);
        for (let round = 0; !isOver; round += 1) {
          try {
            const options = round % 2 === 0 ? { onprogress: () => undefined } : {};
            await callWith(client, round % 4 === 0 ? LONG_CALL : SHORT_CALL, options);
            done += 1;
          } catch (error) {
            failures.push(String(error));
          }
        }
        await client.close();
      };
      const load = Promise.all(Array.from({ length: 8 }, (_, index) => ask(index)));
      const exits: (number | null)[] = [];
      for (const [index, replica] of replicas.entries()) {
        await sleep(1000);
        exits.push(await replica.end('SIGTERM'));
        replicas[index] = await spawnReplica(environment(replica.port));
        // Until the balancer has seen it.
        await sleep(1500);
      }
      isOver = true;
      await load;

      expect(exits).toEqual([0, 0, 0]);
      expect(failures).toEqual([]);
      expect(done).toBeGreaterThan(50);
    },
    120_000,
  );
});

function isInstalled(path: string): boolean {
  try {
    execFileSync(path, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
