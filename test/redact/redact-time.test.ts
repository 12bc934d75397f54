import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../src/redact/redact.ts';

/**
 * The slowest of the shapes a hostile image author may write, one for each way of reading: what is
 * repeated to the wanted length, after a beginning of its own. Random shapes are tried in redact-properties.test.ts.
 */
const HOSTILE: [shape: string, beginning: string][] = [
  ['set PASSWORD ', ''],
  ['PASSWORD=a"b" ', ''],
  ['set-password ', ''],
  ['-----BEGIN RSA PRIVATE KEY-----', ''],
  ['a;', 'ENV PASSWORD='],
  ['\\nENV PASSWORD x', '"'],
  ['chpasswd <<E\n', ''],
  ['| chpasswd ', `(${'echo a;'.repeat(5000)})`],
  [': PSK #-->a.b ', ''],
  ['az login -p a:bcdef ', ''],
];

const SMALL = 64 * 1024;
const LARGE = 8 * SMALL;

function millisecondsFor(beginning: string, shape: string, length: number): number {
  const text = beginning + shape.repeat(Math.ceil(length / shape.length));
  const start = process.cpuUsage();
  redactSecrets(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('redactSecrets, on hostile lines', () => {
  test.each(HOSTILE)('takes time in proportion to the length up to 512 kB: %j', (shape, beginning) => {
    // Eight times the text; 64 times the time would be quadratic. Processor time, so
    // that a busy machine counts little; it gets a second and a third try.
    let report = '';
    for (let attempt = 0; attempt < 3; attempt++) {
      const small = millisecondsFor(beginning, shape, SMALL);
      const large = millisecondsFor(beginning, shape, LARGE);
      report = `${small.toFixed(0)} ms, then ${large.toFixed(0)} ms`;
      if (large < 20 * Math.max(small, 10) && large < 1500) return;
    }
    expect.fail(report);
  });
});
