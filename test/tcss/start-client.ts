import type { Credentials } from '../../src/credentials/credentials.ts';
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import type { Clock } from '../../src/http/time.ts';
import { createTransport } from '../../src/http/transport.ts';
import { type Connection, createTcssClient } from '../../src/tcss/client.ts';
import { describeAssetImageRegistryRiskInfoList } from '../../src/tools/list-image-risks.ts';
import { endless } from '../endless.ts';
import { instantClock } from '../http/fake-clock.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

export interface ClientOptions {
  /** A function is asked at each attempt. */
  readonly credentials?: Credentials | (() => Credentials);
  readonly clock?: Clock;
  readonly language?: string;
  readonly region?: string;
  readonly simulator?: SimulatorOptions;
  /** Runs before each connection is made; may fail. */
  readonly beforeConnect?: () => void;
}

const running: (() => Promise<void>)[] = [];

/** Ends every client and simulator that a test started. */
export async function closeAll(): Promise<void> {
  for (const close of running.splice(0)) await close();
}

/** The real client over real HTTP to a simulated TCSS that shares its clock, in which waits take no time. */
export async function startClient(options: ClientOptions = {}) {
  const { clock = instantClock(), credentials = DEMO_CREDENTIALS, language = 'en-US' } = options;
  const asked = typeof credentials === 'function' ? credentials : () => credentials;
  const simulator = await startSimulator({ now: clock.now, ...options.simulator });
  const endpoint = new URL(simulator.url);
  const logged: string[] = [];
  const client = createTcssClient({
    connect: async (): Promise<Connection> => {
      options.beforeConnect?.();
      const transport = createTransport({ endpoint });
      return { transport, endpoint, credentials: asked, close: () => transport.close() };
    },
    limiter: createRateLimiter(20, clock),
    clock,
    language,
    region: options.region,
    log: (level, message) => logged.push(`${level}: ${message}`),
    random: () => 0.5,
  });
  running.push(async () => {
    await client.close();
    await simulator.close();
  });
  return { client, simulator, clock, logged };
}

/** Asks for one page of an image's risks. */
export function askRisks(
  { client }: Pick<Awaited<ReturnType<typeof startClient>>, 'client'>,
  Id: number,
  deadline = endless(),
) {
  const request = { Id, Limit: 10, Offset: 0, By: 'Level', Order: '-' } as const;
  return client.call(describeAssetImageRegistryRiskInfoList, request, deadline);
}
