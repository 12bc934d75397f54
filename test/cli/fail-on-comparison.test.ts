import { describe, expect, test } from 'vitest';
import { judgeComparison } from '../../src/cli/fail-on-comparison.ts';
import { typed } from './typed.ts';

const whole = { coverage: { complete: true } };
const part = { coverage: { complete: false } };
const all = { coverage: {} };
const more = { coverage: { next_offset: 20 } };
const of = (...levels: string[]) => levels.map((level) => ({ level }));

describe('what the target introduced', () => {
  test.each<[string, object, string, string]>([
    [
      'nothing',
      { base: whole, target: whole, introduced: [], ...all },
      'done',
      'no finding introduced at or above it, 0 below',
    ],
    [
      'lower ones',
      { base: whole, target: whole, introduced: of('medium', 'low'), ...all },
      'done',
      'no finding introduced at or above it, 2 below',
    ],
    [
      'a high one',
      { base: whole, target: whole, introduced: of('high', 'low'), ...all },
      'found',
      '1 finding introduced at or above it',
    ],
    [
      'critical ones, some not shown',
      { base: whole, target: whole, introduced: of('critical', 'high'), ...more },
      'found',
      'at least 2 findings introduced at or above it',
    ],
    [
      'a high one, the rest of the target unread',
      { base: whole, target: part, introduced: of('high'), ...all },
      'found',
      'at least 1 finding introduced at or above it',
    ],
    [
      'a high one, unless the base had it',
      { base: part, target: whole, introduced: of('high'), ...all },
      'failed',
      'cannot be judged: the base is not fully known, so findings need not be new',
    ],
    [
      'nothing, whatever the base had',
      { base: part, target: whole, introduced: of('low'), ...all },
      'done',
      'no finding introduced at or above it, 1 below',
    ],
    [
      'nothing that was read',
      { base: whole, target: part, introduced: [], ...all },
      'failed',
      'cannot be judged: the target is not fully known',
    ],
    [
      'lower ones, the rest not shown',
      { base: whole, target: whole, introduced: of('medium'), ...more },
      'failed',
      'cannot be judged: not every introduced finding is shown; give as levels critical, high, or a larger limit',
    ],
    [
      'lower ones, only fixed ones not shown',
      { base: whole, target: whole, introduced: of('medium'), fixed: of('low'), ...more },
      'done',
      'no finding introduced at or above it, 1 below',
    ],
    [
      'one of a level that is not known',
      { base: whole, target: whole, introduced: of('low', 'unknown'), ...all },
      'failed',
      'cannot be judged: 1 introduced finding of a level that is not known',
    ],
    [
      'candidates',
      { candidates: [], ...all },
      'failed',
      'cannot be judged: a reference fits several images; give one id',
    ],
  ])('%s', (_name, structured, exit, because) => {
    expect(judgeComparison('high', structured as Record<string, unknown>)).toEqual({ exit, because });
  });

  test.each([
    ['payments/api:1.4.1', 'payments/api:1.4.2', 3],
    ['payments/api:1.4.1', 'platform/pause:3.9', 0],
    ['payments/api:1.4.1', 'sandbox/prototype:dev', 1],
    ['payments/api:1.4.1', 'nginx:1.25', 1],
  ])('from %s to %s is exit %i', async (base, target, code) => {
    const args = JSON.stringify({ base, target });

    expect(await typed(['call', 'compare_image_risks', args, '--demo', '--fail-on', 'high'])).toMatchObject({
      code,
    });
  });
});
