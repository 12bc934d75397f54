import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/cli/gate.ts';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { type DemoImage, makeImage } from '../../src/demo/image.ts';
import type { DemoRisk } from '../../src/demo/risks.ts';
import { service, typed } from './typed.ts';

const image = { id: 1, scan_status: 'SCANNED' };
const whole = { image, coverage: { complete: true, fetched: 1 } };
const part = { image, coverage: { complete: false, fetched: 1 } };
const all = { coverage: {} };
const more = { coverage: { next_offset: 20 } };
const of = (...levels: string[]) => levels.map((level) => ({ level }));
const both = { base: whole, target: whole };

describe('what the target introduced', () => {
  test.each<[string, object, string, string]>([
    [
      'nothing',
      { ...both, introduced: [], introduced_count: 0, ...all },
      'done',
      'no finding introduced at or above it, 0 below',
    ],
    [
      'lower ones',
      { ...both, introduced: of('medium', 'low'), introduced_count: 2, ...all },
      'done',
      'no finding introduced at or above it, 2 below',
    ],
    [
      'a high one',
      { ...both, introduced: of('high', 'low'), introduced_count: 2, ...all },
      'found',
      '1 finding introduced at or above it',
    ],
    [
      'critical ones, some not shown',
      { ...both, introduced: of('critical', 'high'), introduced_count: 3, ...more },
      'found',
      'at least 2 findings introduced at or above it',
    ],
    [
      'a high one, the rest of the target unread',
      { base: whole, target: part, introduced: of('high'), introduced_count: 1, ...all },
      'found',
      'at least 1 finding introduced at or above it',
    ],
    [
      'a high one that the base had with another level',
      { ...both, introduced: [], introduced_count: 0, rerated: of('high', 'low'), ...all },
      'found',
      '1 finding with a changed level at or above it',
    ],
    [
      'a high one, and others with a changed level',
      { ...both, introduced: of('high'), introduced_count: 1, rerated: of('critical', 'high'), ...all },
      'found',
      '1 finding introduced and 2 with a changed level at or above it',
    ],
    [
      'one that is rated lower',
      { ...both, introduced: [], introduced_count: 0, rerated: of('low'), ...all },
      'done',
      'no finding introduced at or above it, 1 below',
    ],
    [
      'a high one, unless the base had it',
      { base: part, target: whole, introduced: of('high'), introduced_count: 1, ...all },
      'failed',
      'cannot be judged: the base is not fully known',
    ],
    [
      'nothing, as far as the base was read',
      { base: part, target: whole, introduced: of('low'), introduced_count: 1, ...all },
      'failed',
      'cannot be judged: the base is not fully known',
    ],
    [
      'nothing that was read',
      { base: whole, target: part, introduced: [], introduced_count: 0, ...all },
      'failed',
      'cannot be judged: the target is not fully known',
    ],
    [
      'what may not be claimed',
      { ...both, ...all },
      'failed',
      'cannot be judged: what was introduced is not known',
    ],
    [
      'lower ones, the rest not shown',
      { ...both, introduced: of('medium'), introduced_count: 3, ...more },
      'failed',
      'cannot be judged: not every introduced finding is shown; give as levels critical, high, or a larger limit',
    ],
    [
      'lower ones, those with a changed level not shown',
      { ...both, introduced: of('medium'), introduced_count: 1, rerated: [], ...more },
      'failed',
      'cannot be judged: not every introduced finding is shown; give as levels critical, high, or a larger limit',
    ],
    [
      'lower ones, only fixed ones not shown',
      { ...both, introduced: of('medium'), introduced_count: 1, fixed: of('low'), ...more },
      'done',
      'no finding introduced at or above it, 1 below',
    ],
    [
      'one of an unknown level',
      { ...both, introduced: of('low', 'unknown'), introduced_count: 2, ...all },
      'failed',
      'cannot be judged: 1 finding of an unknown level',
    ],
    [
      'one changed to an unknown level',
      { ...both, introduced: [], introduced_count: 0, rerated: of('unknown'), ...all },
      'failed',
      'cannot be judged: 1 finding of an unknown level',
    ],
    [
      'candidates',
      { candidates: [], ...all },
      'failed',
      'cannot be judged: a reference fits several images; give one id',
    ],
  ])('%s', (_name, structured, exit, because) => {
    expect(judge('high', structured as Record<string, unknown>)).toEqual({ exit, because });
  });

  test('for any answer: passes only when both sides are whole, all is shown and nothing is at or above', () => {
    const list = fc.array(fc.constantFrom('critical', 'high', 'medium', 'low', 'unknown'), { maxLength: 3 });
    const flags = fc.record({ base: fc.boolean(), target: fc.boolean(), shown: fc.boolean() });
    fc.assert(
      fc.property(flags, fc.option(list), list, ({ base, target, shown }, introduced, rerated) => {
        const { exit } = judge('high', {
          base: base ? whole : part,
          target: target ? whole : part,
          ...(introduced === null ? {} : { introduced: of(...introduced) }),
          ...(rerated.length > 0 ? { rerated: of(...rerated) } : {}),
          ...(shown ? all : more),
        });
        const levels = [...(introduced ?? []), ...rerated];
        const isLow = levels.every((level) => level === 'medium' || level === 'low');

        expect(exit === 'done').toBe(base && target && shown && introduced !== null && isLow);
        const isHit = levels.some((level) => level === 'critical' || level === 'high');
        expect(exit === 'found').toBe(base && introduced !== null && isHit);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['payments/api:1.4.1', 'payments/api:1.4.2', 3],
    ['payments/api:1.4.1', 'platform/pause:3.9', 0],
    ['payments/api:1.4.1', 'sandbox/prototype:dev', 1],
    ['payments/api:1.4.1', 'nginx:1.25', 1],
    ['sandbox/prototype:dev', 'payments/api:1.4.1', 1],
    [String(DEMO_IMAGE_IDS.unlicensed), 'platform/pause:3.9', 1],
    [String(DEMO_IMAGE_IDS.scanFailed), 'platform/pause:3.9', 1],
    [String(DEMO_IMAGE_IDS.large), 'platform/pause:3.9', 1],
  ])('from %s to %s is exit %i', async (base, target, code) => {
    const args = JSON.stringify({ base, target });

    expect(await typed(['call', 'compare_image_risks', args, '--demo', '--fail-on', 'high'])).toMatchObject({
      code,
    });
  });

  const row = (Level: string, Desc = 'd'): DemoRisk => ({
    Behavior: 3,
    Type: 2,
    Level,
    Desc,
    InstructionContent: 'RUN true',
  });
  const gate = async (images: DemoImage[], more: object = {}) => {
    const { env, simulator } = await service({ account: { images } });
    const args = JSON.stringify({ base: '1', target: '2', ...more });
    return { simulator, run: () => typed(['call', 'compare_image_risks', args, '--fail-on', 'high'], env) };
  };

  test('a finding that rose to the level is a hit', async () => {
    const { run } = await gate([makeImage(1, 'a/b:1', [row('1')]), makeImage(2, 'a/b:2', [row('3')])]);

    expect(await run()).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('1 finding with a changed level at or above it'),
    });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, object, number, string]>([
    ['no licence for either', { IsAuthorized: 0 }, { IsAuthorized: null }, {}, 0, 'no finding introduced'],
    ['more risks counted than came', {}, { RiskCnt: 4 }, {}, 1, 'target: the scan counts 4 rows, and 1'],
    [
      'likewise, but filtered',
      {},
      { RiskCnt: 4 },
      { levels: ['critical', 'high'] },
      0,
      'no finding introduced',
    ],
    ['all of it well', {}, {}, {}, 0, 'no finding introduced at or above it, 0 below'],
  ])('%s', async (_name, base, target, more, code, said) => {
    const { run } = await gate(
      [makeImage(1, 'a/b:1', [row('1')], base), makeImage(2, 'a/b:2', [row('1')], target)],
      more,
    );

    expect(await run()).toMatchObject({ code, stderr: expect.stringContaining(said) });
  });

  test('a side that gave no list does not pass', async () => {
    const { run, simulator } = await gate([makeImage(1, 'a/b:1'), makeImage(2, 'a/b:2')]);
    simulator.failNext(
      { respond: () => ({ List: null, RequestId: 'x' }) },
      { action: 'DescribeAssetImageRegistryRiskInfoList', times: 9 },
    );

    expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be judged') });
  });
});
