/** What of the process that it runs in this server uses; `main.ts` gives it Node's. */
import type { Readable, Writable } from 'node:stream';

/** Node's `process`, or a test's. */
export interface Host {
  /** What was typed comes after the first two. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Of Node, such as `v22.11.0`. */
  readonly version: string;
  /** Opened only when it is asked for. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Of a process that ends by itself. */
  exitCode?: number | string | null | undefined;
  exit(code?: number | string | null): void;
  on(event: 'uncaughtException', listener: (thrown: unknown) => void): unknown;
  once(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}
