/** What this server uses of the process it runs in. `main.ts` passes Node's `process`. */
import type { Readable, Writable } from 'node:stream';

/** Node's `process`, or a test's. */
export interface Host {
  /** The first two are Node and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Node's, such as `v22.11.0`. */
  readonly version: string;
  /** Node opens it when it is first read. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Used when the process ends by itself. */
  exitCode?: number | string | null | undefined;
  exit(code?: number | string | null): void;
  on(event: 'uncaughtException', listener: (thrown: unknown) => void): unknown;
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  once(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** What the commands other than serving use of it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  /** A function, since Node opens stdin when it is first read. */
  readonly stdin: () => AsyncIterable<string | Uint8Array>;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Shows how far a long call is, over what it showed before; an empty text takes it away. Absent in a pipe. */
  readonly showProgress?: ((text: string) => void) | undefined;
}

/** Exit codes. `failed` also when an answer could not be written or judged. */
export const EXIT = { done: 0, failed: 1, usage: 2, found: 3 } as const;
