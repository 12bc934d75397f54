import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractError, MAX_ATTEMPTS, TransportError } from '../../src/errors.ts';
import { delayFor, type RetryOptions, retry } from '../../src/http/retry.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import { endless } from '../endless.ts';
import { FakeClock, instantClock } from './fake-clock.ts';

const api = (code: string) => apiError('Describe', code, '', undefined);
const status = (code: number, retryAfterMs?: number) =>
  new TransportError('http-status', 'made up', { status: code, attempts: MAX_ATTEMPTS, retryAfterMs });

/** Fails with each error in turn, then succeeds. */
function failing(errors: readonly unknown[]) {
  const calls = { count: 0 };
  const attempt = async () => {
    const error = errors[calls.count];
    calls.count += 1;
    if (error !== undefined) throw error;
    return 'done';
  };
  return { calls, attempt };
}

const options = (more: Partial<RetryOptions> = {}): RetryOptions => ({
  clock: instantClock(0),
  random: () => 1,
  deadline: { ...endless(), remainingMs: () => 25_000 },
  ...more,
});

describe('retry', () => {
  test('succeeds after failures that pass', async () => {
    const { calls, attempt } = failing([api('InternalError'), status(503), api('RequestLimitExceeded')]);

    expect(await retry(attempt, options())).toBe('done');
    expect(calls.count).toBe(4);
  });

  test.each([
    ['InternalError', 5],
    ['InternalError.MainDBFail', 5],
    ['RequestLimitExceeded.UinLimitExceeded', 5],
    ['ResourceUnavailable', 5],
    ['ServiceUnavailable', 5],
    ['InvalidParameter.RequestTimeout', 5],
    ['FailedOperation', 2],
    ['InternalError.ErrRoleNotExist', 1],
    ['AuthFailure.SignatureFailure', 1],
    ['UnauthorizedOperation', 1],
    ['InvalidParameter.InvalidFormat', 1],
    ['ResourceNotFound', 1],
    ['LimitExceeded', 1],
    ['NoSuchCode', 1],
  ])('%s is tried %d times in all', async (code, attempts) => {
    const { calls, attempt } = failing(Array.from({ length: 9 }, () => api(code)));

    await expect(retry(attempt, options())).rejects.toMatchObject({ code });
    expect(calls.count).toBe(attempts);
  });

  test('never repeats an answer that cannot be read, or an error of another family', async () => {
    for (const error of [new ContractError('Describe', []), new TypeError('made up')]) {
      const { calls, attempt } = failing([error]);

      await expect(retry(attempt, options())).rejects.toBe(error);
      expect(calls.count).toBe(1);
    }
  });

  test('the allowance is that of the latest failure', async () => {
    const { calls, attempt } = failing([api('InternalError'), api('FailedOperation'), api('InternalError')]);

    await expect(retry(attempt, options())).rejects.toMatchObject({ code: 'FailedOperation' });
    expect(calls.count).toBe(2);
  });

  test('a stated wait is kept when it fits into the deadline, else not begun', async () => {
    const clock = instantClock(0);
    const fitting = failing([status(429, 3000)]);
    const tooLong = failing([status(429, 60_000)]);

    expect(await retry(fitting.attempt, options({ clock }))).toBe('done');
    expect(clock.now()).toBe(3000);
    await expect(retry(tooLong.attempt, options({ clock }))).rejects.toMatchObject({ status: 429 });
    expect(tooLong.calls.count).toBe(1);
  });

  test('in a wait, the deadline gives the failure that was waited for, a cancellation its own reason', async () => {
    for (const reason of [new TransportError('timeout', 'late'), new Error('cancelled')]) {
      const clock = new FakeClock(0);
      const controller = new AbortController();
      const { attempt } = failing([api('InternalError'), api('InternalError')]);
      const running = retry(attempt, options({ clock, deadline: endless(controller.signal) }));
      const outcome = running.catch((error) => error);
      await clock.advance(100);
      controller.abort(reason);

      expect(await outcome).toMatchObject(
        reason instanceof TransportError ? { code: 'InternalError' } : reason,
      );
      expect(clock.sleeping).toBe(0);
    }
  });
});

describe('delayFor', () => {
  const number = fc.integer({ min: 1, max: 50 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('is full jitter below a bound that doubles up to five seconds', () => {
    fc.assert(
      fc.property(number, random, (attempt, share) => {
        const delay = delayFor(api('InternalError'), attempt, () => share);

        expect(delay).toBeCloseTo(share * Math.min(5000, 250 * 2 ** (attempt - 1)));
      }),
    );
  });

  test('is at least a second after RequestLimitExceeded', () => {
    fc.assert(
      fc.property(number, random, (attempt, share) => {
        expect(delayFor(api('RequestLimitExceeded'), attempt, () => share)).toBeGreaterThanOrEqual(1000);
      }),
    );
  });
});
