/**
 * Everything behind the protocol as one thing to load: when it is first needed, or before that while nobody
 * asks for anything. The start does not wait for it.
 */
import { type Answers, createAnswers } from './answers.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { runTool } from './run-tool.ts';
import { tools } from './tools/index.ts';
import { loadTransport, type Surroundings, wire } from './wire.ts';

/** What serves the requests of one process. */
export interface Pipeline {
  readonly answers: Answers;
  readonly log: Log;
  /** Loads what the first call needs besides this, and runs in what is slow at first; sends nothing. */
  getReady(): Promise<void>;
  /** Ends requests that are under way, and closes every socket. */
  close(): Promise<void>;
}

/** Holds something for each of the rules, whose first look at a text costs as much as the next hundred. */
const MADE_UP_LINE =
  "2024-05-06 10:49:58 /bin/sh -c #(nop) ENV A_PASSWORD=FAKE && curl -u a:FAKE https://a:FAKE@git.example.com -H 'Authorization: Bearer FAKE' && mysql -u root -pFAKE # the password is FAKE";

/** Has no effect before the first call. */
export function openPipeline(config: Config, surroundings: Surroundings): Pipeline {
  const { runtime } = wire(config, surroundings);
  const { client, log, redaction } = runtime;
  return {
    answers: createAnswers(tools, (tool, args, options) => runTool(tool, args, runtime, options), {
      peek() {
        try {
          return runtime.kept().images.peek();
        } catch {
          return undefined; // without credentials there is no account whose images were listed
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
