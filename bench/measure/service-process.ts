/** Starts and stops the simulated TCSS of service.ts. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';

/** The id of the service's image with that many rows. */
export function imageOf(rows: number): number {
  return 9_000_000_000 + rows;
}

/** A running service without a limit of rate. */
export interface Service {
  readonly url: string;
  /** Settings with which a server, ours or the plain one, talks to it; its own limit of rate is out of the way. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests that arrived so far. */
  requests(): Promise<number>;
  close(): Promise<void>;
}

/** One image for each of `rowCounts`, its findings distinct; see `imageOf`. */
export async function startService(rowCounts: readonly number[]): Promise<Service> {
  // Beside the bundle of the part that this is in.
  const script = fileURLToPath(new URL('./measure/service.js', import.meta.url));
  const child = fork(script, rowCounts.map(String), { execArgv: [] });
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    env: {
      TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretId,
      TENCENTCLOUD_SECRET_KEY: DEMO_CREDENTIALS.secretKey,
      TCSS_ENDPOINT: url,
      TCSS_RATE_LIMIT: '999999',
    },
    async requests() {
      child.send('requests');
      const [count] = (await once(child, 'message')) as [number];
      return count;
    },
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
