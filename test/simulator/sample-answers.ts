import { demoAccount, handlers } from '../../src/demo/data-set.ts';
import { type AnyTool, actionsOf } from '../../src/tool.ts';
import { NOW_MS } from '../setup.ts';

/** Rows of a sample. */
const ROWS = 20;

/** An answer of the simulated service; most have a list. */
export interface SampleAnswer extends Record<string, unknown> {
  readonly List?: readonly Record<string, unknown>[];
}

/** What the demo answers to each Action of these tools, about the first thing of which there are rows. */
export function sampleAnswers(tools: readonly AnyTool[]): ReadonlyMap<string, SampleAnswer> {
  const account = demoAccount(NOW_MS);
  const samples = new Map<string, SampleAnswer>();
  for (const { name, probe } of actionsOf(tools)) {
    const before = probe.after && samples.get(probe.after.name);
    const about =
      before?.List === undefined ? [before] : before.List.map((row) => ({ ...before, List: [row] }));
    for (const known of about) {
      const request = probe.request(known);
      const answer = handlers.get(name)?.(
        { ...request, ...('Limit' in request ? { Limit: ROWS } : {}) },
        account,
      );
      samples.set(name, answer as SampleAnswer);
      if ((answer as SampleAnswer).List?.length !== 0) break;
    }
  }
  return samples;
}
