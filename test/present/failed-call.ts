import { expect, onTestFinished } from 'vitest';
import { type HouseOptions, startHouse } from '../setup.ts';
import type { Fault } from '../simulator/simulator.ts';

/** What a model reads, and what was logged, when every request meets this fault. The result is a failure and nothing else. */
export async function ask(fault?: Fault, options?: HouseOptions, args: object = { image_id: 6_947_411 }) {
  const house = await startHouse({ source: 'live', ...options });
  onTestFinished(() => house.close());
  if (fault !== undefined) house.simulator.failNext(fault, { times: Number.POSITIVE_INFINITY });

  const { raw, text, isError } = await house.callTool('list_image_risks', { ...args });

  expect({ isError, parts: raw.content.length, members: Object.keys(raw).sort() }).toEqual({
    isError: true,
    parts: 1,
    members: ['content', 'isError'],
  });
  return { text, house };
}

/** The text alone. */
export const textOf = async (...given: Parameters<typeof ask>) => (await ask(...given)).text;
