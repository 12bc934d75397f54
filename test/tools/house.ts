import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, vi } from 'vitest';
import type { Account } from '../../src/demo/data-set.ts';
import type { AnyTool } from '../../src/tool.ts';
import { tools as menu } from '../../src/tools/index.ts';
import { type Answer, type House, startHouse, TIMEOUT_MS } from '../setup.ts';

/** One house for all tests of a file, and a way to count what a question costs. */
export function sharedHouse(account?: Account, tools: readonly AnyTool[] = menu) {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ tools, ...(account === undefined ? {} : { account }) });
  });
  afterAll(() => house.close());

  return {
    get house() {
      return house;
    },
    /** Runs one question; `requests` are those that it cost. */
    async counted(
      args: Record<string, unknown>,
    ): Promise<Answer & { requests: House['simulator']['requests'] }> {
      const before = house.simulator.requests.length;
      const answer = await house.callTool(args);
      return { ...answer, requests: house.simulator.requests.slice(before) };
    },
  };
}

/** Turns of the event loop without a request or a line of the log after which nothing moves any more. */
const STILL_TURNS = 25;

/**
 * What a house answers when a call takes as long as it may: its deadlines pass one after the other, each once nothing
 * moves any more. A busy machine therefore changes nothing, and nobody waits. The house must have the default `timeoutMs`.
 */
export async function answerAtDeadline(house: House, ask: () => Promise<Answer>): Promise<Answer> {
  const deadlines: { readonly ms: number; pass(): void }[] = [];
  const { setTimeout } = globalThis;
  const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((pass: () => void, ms = 0) => {
    if (ms > 10_000 && ms <= TIMEOUT_MS) deadlines.push({ ms, pass });
    return setTimeout(pass, ms);
  }) as typeof setTimeout);
  try {
    let hasEnded = false;
    const answer = ask().finally(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      await untilStill(house);
      deadlines.sort((a, b) => a.ms - b.ms);
      deadlines.shift()?.pass();
    }
    return await answer;
  } finally {
    timers.mockRestore();
  }
}

async function untilStill({ simulator, log }: House): Promise<void> {
  for (let seen = '', turns = 0; turns < STILL_TURNS; turns += 1) {
    const now = `${simulator.requests.length} ${log.length}`;
    if (now !== seen) turns = 0;
    seen = now;
    await sleep(1);
  }
}
