/** Commands as they are typed, run in this process against a simulated service. */
import { onTestFinished } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { parseCommandLine } from '../../src/command-line.ts';
import { type Account, DEMO_CREDENTIALS, type DemoCredentials } from '../../src/demo/data-set.ts';
import { ConfigError } from '../../src/errors.ts';
import { EXIT, type Terminal } from '../../src/host.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

/** What was written, and the exit code. */
export interface Typed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the words with an environment of its own; `stdin` is what is piped in, `showProgress` for a terminal. */
export async function typed(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin = '',
  showProgress?: (text: string) => void,
): Promise<Typed> {
  const written = { stdout: '', stderr: '' };
  const terminal: Terminal = {
    env,
    platform: 'linux',
    nodeVersion: 'v20.18.1',
    stdin: async function* () {
      const bytes = Buffer.from(stdin);
      const size = Math.ceil(bytes.length / 50);
      for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
    },
    write: (text) => {
      written.stdout += text;
    },
    writeError: (text) => {
      written.stderr += text;
    },
    showProgress,
  };
  try {
    const line = parseCommandLine(argv);
    const { command } = line;
    if (command === 'serve' || command === 'http' || command === 'help' || command === 'version') {
      throw new Error('only what is loaded lazily runs here');
    }
    return { code: await runCommand(line, terminal), ...written };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { code: EXIT.usage, ...written, stderr: `${written.stderr}${error.message}\n` };
  }
}

/** The environment in which a key pair is that of `credentials` and the service is at `url`. */
export function environment(url: string, { secretId, secretKey, token }: DemoCredentials = DEMO_CREDENTIALS) {
  return {
    TENCENTCLOUD_SECRET_ID: secretId,
    TENCENTCLOUD_SECRET_KEY: secretKey,
    ...(token === undefined ? {} : { TENCENTCLOUD_TOKEN: token }),
    TCSS_ENDPOINT: url,
  };
}

/** A simulated service, and the environment of one that is allowed to ask it; gone when the test is over. */
export async function service(options: SimulatorOptions & { readonly account?: Account } = {}) {
  const simulator = await startSimulator({ requestsPerSecond: Number.POSITIVE_INFINITY, ...options });
  onTestFinished(() => simulator.close());
  return { simulator, env: environment(simulator.url, options.credentials) };
}
