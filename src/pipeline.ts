/**
 * Everything behind the protocol, as one chunk: loaded when it is first needed, or earlier while the client is idle,
 * so that the start does not wait for it.
 */
import { type Answers, createAnswers } from './answers.ts';
import { type Config, offered } from './config.ts';
import type { Log } from './log.ts';
import { runTool } from './run-tool.ts';
import { tools as menu } from './tools/index.ts';
import { loadTransport, type Surroundings, wire } from './wire.ts';

/** What serves the requests of one process. */
export interface Pipeline {
  readonly answers: Answers;
  readonly log: Log;
  /** Loads what else the first call needs, and runs once what is slow the first time. Sends nothing. */
  getReady(): Promise<void>;
  /** Ends requests in progress and closes every socket. */
  close(): Promise<void>;
}

/** Holds something for every redaction rule: the first use of a rule takes as long as the next hundred. */
const MADE_UP_LINE =
  "2024-05-06 10:49:58 /bin/sh -c #(nop) ENV A_PASSWORD=FAKE && curl -u a:FAKE https://a:FAKE@git.example.com -H 'Authorization: Bearer FAKE' && mysql -u root -pFAKE # the password is FAKE";

/** Has no side effect before the first call. */
export function openPipeline(config: Config, surroundings: Surroundings): Pipeline {
  const { runtime } = wire(config, surroundings);
  const { client, log, redaction } = runtime;
  const tools = offered(menu, config);
  return {
    answers: createAnswers(tools, (tool, args, options) => runTool(tool, args, runtime, options), {
      peek() {
        try {
          return runtime.cache().images.peek();
        } catch {
          return undefined; // without credentials nothing was listed
        }
      },
      redact: redaction.redact,
    }),
    log,
    async getReady() {
      await loadTransport();
      redaction.redact(MADE_UP_LINE);
    },
    close: () => client.close(),
  };
}
