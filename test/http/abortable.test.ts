import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { abortable } from '../../src/http/time.ts';

const CANCELLED = new Error('cancelled');
const NEVER = new Promise<never>(() => {});
const listeners = ({ signal }: AbortController) => getEventListeners(signal, 'abort').length;

describe('abortable', () => {
  test('gives what the promise gives, and its failure as it is', async () => {
    const controller = new AbortController();
    const failure = new Error('failed');

    await expect(abortable(Promise.resolve(7), controller.signal)).resolves.toBe(7);
    await expect(abortable(Promise.reject(failure), controller.signal)).rejects.toBe(failure);
    expect(listeners(controller)).toBe(0);
  });

  test('ends with the reason when the signal aborts, or had aborted before', async () => {
    const controller = new AbortController();
    const waiting = abortable(NEVER, controller.signal);
    controller.abort(CANCELLED);

    await expect(waiting).rejects.toBe(CANCELLED);
    await expect(abortable(Promise.resolve(7), controller.signal)).rejects.toBe(CANCELLED);
    expect(listeners(controller)).toBe(0);
  });

  test('a failure that comes after the abort troubles nobody', async () => {
    const controller = new AbortController();
    const late = new Promise<never>((_, reject) => setImmediate(() => reject(new Error('late'))));
    const waiting = abortable(late, controller.signal);
    controller.abort(CANCELLED);

    await expect(waiting).rejects.toBe(CANCELLED);
    // Node ends the process over a rejection that nobody handles; vitest fails the run.
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(listeners(controller)).toBe(0);
  });
});
