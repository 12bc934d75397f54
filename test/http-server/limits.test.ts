import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CALLS_A_CALLER, createAdmission, mostCalls } from '../../src/http-server/limits.ts';

test.each([
  [20, 25_000, 35],
  [20 / 3, 25_000, 11],
  [2, 25_000, 4],
  [20, 1000, 4],
])('at %d requests a second and %i ms a call: %i calls', (perSecond, timeoutMs, calls) => {
  expect(mostCalls(perSecond, timeoutMs)).toBe(calls);
});

test('never more than the most, nor than a caller may have, and every end makes room for another', () => {
  const MOST = 6;
  const step = fc.record({ caller: fc.constantFrom('a', 'b', undefined), ends: fc.nat(9) });
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const admission = createAdmission(MOST);
    const open: { caller: string | undefined; release: () => void }[] = [];
    for (const { caller, ends } of steps) {
      const ofCaller = open.filter((one) => one.caller === caller).length;
      const admitted = admission.admit(caller);
      const isFull = open.length === MOST;
      const hasAll = caller !== undefined && ofCaller === CALLS_A_CALLER;
      expect(typeof admitted === 'string').toBe(isFull || hasAll);
      if (typeof admitted === 'string') expect(admitted).toBe(isFull ? 'busy' : 'caller_busy');
      else open.push({ caller, release: admitted });
      for (const { release } of open.splice(0, ends > 5 ? ends - 5 : 0)) {
        release();
        release();
      }
      expect(admission.underWay()).toBe(open.length);
    }
  });

  fc.assert(property);
});
