/** What each command, and what starts it, know of the process: tests give their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Such as `v22.11.0`. */
  readonly nodeVersion: string;
  /** Opened only when it is asked for. */
  readonly stdin: () => AsyncIterable<string | Uint8Array>;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** Exit codes of the commands; 1 also when a question could not be answered. */
export const EXIT = { done: 0, failed: 1, usage: 2, found: 3 } as const;
