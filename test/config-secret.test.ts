import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../src/config.ts';

test('a Secret prints as *** however it is printed', () => {
  const secret = new Secret('hunter2hunter2');
  const written = new PassThrough();

  new Console(written).log(secret, [secret], '%s %o %O %j', secret, secret, secret, secret);
  const prints = [
    ...[
      String(secret),
      `${secret}`,
      `${[secret]}`,
      JSON.stringify({ secret }),
      format('%s %j', secret, secret),
    ],
    ...[inspect(secret), inspect({ a: { b: { c: { secret } } } }, { showHidden: true, depth: 9 })],
    ...[inspect(secret, { customInspect: false, showHidden: true }), JSON.stringify(structuredClone(secret))],
    ...[Object.entries(secret).join(), JSON.stringify({ ...secret }), String(written.read())],
  ];

  expect(secret.reveal()).toBe('hunter2hunter2');
  for (const print of prints) expect(print).not.toContain('hunter2');
  expect([inspect(secret), inspect({ secret })]).toEqual(['***', '{ secret: *** }']);
  expect(prints.slice(0, 4)).toEqual(['***', '***', '***', '{"secret":"***"}']);
});
