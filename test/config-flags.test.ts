import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Config, parseConfig, Secret } from '../src/config.ts';
import { ConfigError } from '../src/errors.ts';

const read = (...argv: string[]) => parseConfig({}, argv);

describe('flags', () => {
  test.each<[string[], Partial<Config>]>([
    [['--demo'], { command: 'serve', demo: true }],
    [['--version'], { command: 'version', demo: false }],
    [['--demo', '--help'], { command: 'help', demo: true }],
    [['--version', '--demo', '--help'], { command: 'help', demo: true }],
    [['--demo', '--demo'], { demo: true }],
  ])('%j', (argv, expected) => {
    expect(read(...argv)).toMatchObject(expected);
  });

  test('help and version are given whatever the settings are', () => {
    for (const flag of ['--help', '--version']) {
      expect(() => parseConfig({ TCSS_MAX_BYTES: '1' }, [flag])).not.toThrow();
    }
  });

  test.each([
    ['--dmeo', '--dmeo'],
    ['-h', '-h'],
    ['serve', 'serve'],
    ['--demo=1', '--demo=...'],
    ['--secret-key=hunter2hunter2', '--secret-key=...'],
  ])('unknown: %s', (word, shown) => {
    expect(() => read('--demo', word)).toThrow(new ConfigError(`unknown argument ${shown}: try --help`));
  });

  test.each(['', 'AKIDz8krbsJ5yKBZQpn74WFkm', '\u001b[31mred', '{"a":1}', 'x'.repeat(4000)])(
    'a word that is not like a flag is not repeated: %j',
    (word) => {
      expect(() => read(word)).toThrow(new ConfigError('unknown argument: try --help'));
    },
  );
});

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
