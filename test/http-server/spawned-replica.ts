/** The built server with `http`, as a process of its own on a free port. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';

/** A running process. */
export interface SpawnedReplica {
  readonly port: number;
  /** Of `/metrics`, where that is asked for. */
  readonly adminPort: number;
  readonly pid: number;
  stderr(): string;
  /** Its exit code, once it has ended by itself or by `signal`. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Everything else of its environment is PATH alone. */
export type ReplicaEnvironment = Readonly<Record<string, string>>;

/** The settings of a replica whose TCSS is a simulator at `url`. */
export function environmentFor(url: string): ReplicaEnvironment {
  const { secretId, secretKey } = DEMO_CREDENTIALS;
  return { TCSS_ENDPOINT: url, TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey };
}

/** Resolves once it listens. @throws what it said when it ends before. */
export async function spawnReplica(
  env: ReplicaEnvironment,
  args: readonly string[] = [],
  node: string = process.execPath,
): Promise<SpawnedReplica> {
  const child = spawn(node, ['dist/main.js', 'http', ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/no-such-home',
      TCSS_HTTP_LISTEN: '127.0.0.1:0',
      TCSS_HTTP_ADMIN: '127.0.0.1:0',
      TCSS_HTTP_DRAIN_MS: '0',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  const closed = once(child, 'close') as Promise<[number | null]>;
  const ports = await new Promise<readonly (string | undefined)[]>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const [, port] = /MCP at http:\/\/\S+:(\d+)\/mcp/.exec(stderr) ?? [];
      const [, adminPort] = /metrics at http:\/\/\S+:(\d+)\/metrics/.exec(stderr) ?? [];
      if (port !== undefined && adminPort !== undefined) resolve([port, adminPort]);
    });
    void closed.then(([code]) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  return {
    port: Number(ports[0]),
    adminPort: Number(ports[1]),
    pid: child.pid ?? 0,
    stderr: () => stderr,
    async end(signal) {
      if (signal !== undefined) child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}
