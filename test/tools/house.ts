import { afterAll, beforeAll } from 'vitest';
import type { Account } from '../../src/demo/data-set.ts';
import type { AnyTool } from '../../src/tool.ts';
import { tools as menu } from '../../src/tools/index.ts';
import { type Answer, type House, startHouse } from '../setup.ts';

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
