import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conversations, play } from '../scripts/evals.js';
import { type House, startHouse } from './setup.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe('the answers of a conversation', () => {
  test.each(conversations())('%s let an assistant say what is right', async (_name, conversation) => {
    const { faults, tokens } = await play(conversation, (tool, args) => house.callTool(tool, args));

    expect(faults).toEqual([]);
    // A conversation fits beside others in a model's context.
    expect(tokens).toBeLessThan(4000);
  });

  test('are found wrong when they are', async () => {
    const turn = {
      tool: 'list_image_risks',
      args: { image_id: 6947411 },
      error: true,
      says: ['no such words'],
      never: ['1 finding'],
      holds: { 'findings.length': 2 },
    };
    const { faults } = await play({ person: '', may_say: '', turns: [turn] }, (tool, args) =>
      house.callTool(tool, args),
    );

    expect(faults).toEqual([
      'turn 1: is no error',
      'turn 1: does not say "no such words"',
      'turn 1: says "1 finding"',
      'turn 1: findings.length is 1',
    ]);
  });
});
