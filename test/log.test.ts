import { describe, expect, test } from 'vitest';
import { LOG_LEVELS, type LogLevel } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { createScrubber } from '../src/redact/own-secrets.ts';

const KEY = 'n07r3a1EXAMPLEk3y8u7l0n6';

function logged(threshold: LogLevel, level: LogLevel, message: string): string {
  const lines: string[] = [];
  createLog(threshold, (line) => lines.push(line), createScrubber([KEY]))(level, message);
  return lines.join('');
}

describe('createLog', () => {
  test('writes what is as loud as the threshold or louder', () => {
    const heard = LOG_LEVELS.map((threshold) => LOG_LEVELS.filter((level) => logged(threshold, level, 'x')));

    expect(heard).toEqual([
      ['error'],
      ['error', 'warn'],
      ['error', 'warn', 'info'],
      ['error', 'warn', 'info', 'debug'],
    ]);
    expect(logged('info', 'warn', 'the rate was lowered')).toBe(
      'tcss-mcp-server warn: the rate was lowered\n',
    );
  });

  test.each([
    ['Error: no\n    at a (b:1)\n    at c (d:2)\n', 'Error: no | at a (b:1) | at c (d:2)'],
    ['one\r\ntwo\rthree\u2028four\u2029five\u0085six', 'one | two | three | four | five | six'],
    ['red \u001b[31malert\u0007 \u009b2J\u202e\u0000', 'red ?[31malert? ?2J??'],
  ])('keeps an event on one line that no terminal acts on: %j', (message, expected) => {
    expect(logged('warn', 'error', message)).toBe(`tcss-mcp-server error: ${expected}\n`);
  });

  test.each([
    KEY,
    KEY.slice(3, 11),
    `${KEY.slice(0, 4)}\n${KEY.slice(4)}`,
    `${KEY.slice(0, 7)}\u0000${KEY.slice(7, 14)}`,
  ])('no run of 8 characters of a credential gets out: %j', (hidden) => {
    const line = logged('warn', 'error', `x${hidden}x`);

    for (let at = 0; at + 8 <= KEY.length; at++) expect(line).not.toContain(KEY.slice(at, at + 8));
  });

  test('takes a message of 1 MB without a pause', { retry: 2 }, () => {
    for (const filler of [' ', '\n', ' \n', 'a', '\u001b']) {
      const started = performance.now();

      logged('warn', 'error', `${filler.repeat(1_000_000 / filler.length)}.`);

      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});
