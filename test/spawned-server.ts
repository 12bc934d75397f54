/** The built server as a client meets it: a process, lines on stdin and stdout, an exit code. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A JSON-RPC answer. */
export interface RpcAnswer {
  readonly jsonrpc: string;
  readonly id: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the method gives
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
}

/** How a process ended, and how long after it was told to. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly afterMs: number;
}

/** A home without a file in it, so that no test ever reads a person's own credentials. */
const EMPTY_HOME = fileURLToPath(new URL('./no-such-home', import.meta.url));

/** What is started; the environment holds PATH, an empty HOME and `env`, and nothing of this process's own. */
export interface SpawnOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another node binary. */
  readonly node?: string;
  /** Another server's script. */
  readonly script?: string;
  /** Options of node itself. */
  readonly nodeArgs?: readonly string[];
}

/** A running server. */
export interface SpawnedServer {
  readonly pid: number;
  /** Every whole line of stdout so far, as it came. */
  readonly lines: readonly string[];
  stderr(): string;
  /** Writes one line; an object as JSON. */
  send(line: object | string): void;
  /** Writes bytes as they are; comes back when the pipe has taken them. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Closes this side's end of a pipe, as a client does that has crashed. */
  hangUp(pipe: 'stdout' | 'stderr'): void;
  /** Asks and waits for the answer of that id. */
  request(method: string, params?: object): Promise<RpcAnswer>;
  /** The raw line that answered a request of this id. */
  lineOf(id: number): string | undefined;
  initialize(): Promise<RpcAnswer>;
  /** Tells it to end and waits until it has. */
  end(how: 'stdin' | NodeJS.Signals): Promise<Ending>;
  /** Waits until it has ended by itself. */
  untilEnded(): Promise<Ending>;
}

/** Starts dist/main.js. */
export function spawnServer(options: SpawnOptions = {}): SpawnedServer {
  const child = start(options);
  const lines: string[] = [];
  const waiting = new Map<number, { resolve(answer: RpcAnswer): void; reject(error: Error): void }>();
  let stderr = '';
  let lastId = 0;
  let hasEnded = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.once('close', () => {
    hasEnded = true;
    for (const { reject } of waiting.values()) reject(new Error(`ended before it answered: ${stderr}`));
  });
  // It may have gone before the last line was written.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    const answer = parse(line);
    if (answer === undefined) return;
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });

  function send(line: object | string): void {
    child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  }

  function request(method: string, params?: object): Promise<RpcAnswer> {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    });
  }

  const exited = once(child, 'close') as Promise<[number | null, string | null]>;
  async function untilEnded(): Promise<Ending> {
    const toldAt = performance.now();
    const [code, signal] = await exited;
    return { code, signal, afterMs: performance.now() - toldAt };
  }

  return {
    pid: child.pid ?? 0,
    lines,
    stderr: () => stderr,
    send,
    write: (bytes) => new Promise((resolve) => void child.stdin.write(bytes, () => resolve())),
    hangUp: (pipe) => void child[pipe].destroy(),
    request,
    lineOf: (id) => lines.find((line) => parse(line)?.id === id),
    async initialize() {
      const answer = await request('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'test', version: '1.0.0' },
      });
      send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      return answer;
    },
    async end(how) {
      if (hasEnded) throw new Error(`had ended already: ${stderr}`);
      if (how === 'stdin') child.stdin.end();
      else child.kill(how);
      return untilEnded();
    },
    untilEnded,
  };
}

/** Runs it to its end with an empty stdin. */
export async function runToEnd(options: SpawnOptions) {
  const child = start(options);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

function start(options: SpawnOptions) {
  const { script = 'dist/main.js', args = [], env = {}, node = process.execPath, nodeArgs = [] } = options;
  const child: ChildProcessWithoutNullStreams = spawn(node, [...nodeArgs, script, ...args], {
    env: { PATH: process.env['PATH'], HOME: EMPTY_HOME, ...env },
  });
  return child;
}

function parse(line: string): RpcAnswer | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // the test that looks at every line says so
  }
}
