import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CommandLine, parseCommandLine } from '../src/command-line.ts';
import { ConfigError } from '../src/errors.ts';

const read = (...argv: string[]) => parseCommandLine(argv);
const CALL = {
  command: 'call',
  demo: false,
  format: 'text',
  output: undefined,
  failOn: undefined,
  tool: 'x',
  args: undefined,
};

test.each<[string[], Partial<CommandLine> | object]>([
  [[], { command: 'serve', demo: false }],
  [['--demo'], { command: 'serve', demo: true }],
  [['--demo', '--demo'], { command: 'serve', demo: true }],
  [['--version'], { command: 'version' }],
  [['--demo', '--help'], { command: 'help' }],
  [['--version', '--demo', '--help'], { command: 'help' }],
  [['call', '--help'], { command: 'help' }],
  [['-h'], { command: 'help' }],
  [['call', '-h', 'x'], { command: 'help' }],
  [['help'], { command: 'help' }],
  [['--demo', 'help', 'doctor'], { command: 'help' }],
  [['-hv'], { command: 'help' }],
  [['-v'], { command: 'version' }],
  [['version'], { command: 'version' }],
  [['version', '-h'], { command: 'help' }],
  [['call', 'help'], { ...CALL, tool: 'help' }],
  [['call'], { ...CALL, tool: undefined }],
  [['call', 'x'], CALL],
  [['call', 'x', '{}'], { ...CALL, args: '{}' }],
  [['call', 'x', '-'], { ...CALL, args: '-' }],
  [
    ['--json', 'call', '--demo', 'x', '--fail-on', 'high', '{}'],
    { ...CALL, demo: true, format: 'json', failOn: 'high', args: '{}' },
  ],
  [['call', '--fail-on=low', 'x'], { ...CALL, failOn: 'low' }],
  [
    ['call', 'x', '--format', 'sarif', '--output', 'a b.sarif'],
    { ...CALL, format: 'sarif', output: 'a b.sarif' },
  ],
  [['call', 'x', '--format=json', '--json'], { ...CALL, format: 'json' }],
  [['call', 'x', '--', '-'], { ...CALL, args: '-' }],
  [['--fail-on', 'critical', 'call', 'x'], { ...CALL, failOn: 'critical' }],
  [['doctor'], { command: 'doctor', demo: false, json: false }],
  [['--json', 'doctor', '--demo'], { command: 'doctor', demo: true, json: true }],
  [['config'], { command: 'config', demo: false, site: 'intl', client: undefined }],
  [['config', 'trae', '--site', 'cn'], { command: 'config', demo: false, site: 'cn', client: 'trae' }],
  [['--demo', 'config', 'zed'], { command: 'config', demo: true, site: 'intl', client: 'zed' }],
])('%j', (argv, expected) => {
  expect(read(...argv)).toEqual(expected);
});

test('flags may stand anywhere', () => {
  const forms = [['--fail-on', 'high'], ['--fail-on=high']];
  const operands = ['call', 'x', '-'].map((word) => [word]);

  fc.assert(
    fc.property(fc.constantFrom(...forms), fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)), (failOn, places) => {
      const flags = [['--demo'], ['--json'], failOn];
      const words = operands.flatMap((operand, at) => [
        ...flags.filter((_, flag) => places[flag] === at),
        operand,
      ]);
      const behind = flags.filter((_, flag) => places[flag] === operands.length);

      expect(read(...[...words, ...behind].flat())).toEqual({
        ...CALL,
        demo: true,
        format: 'json',
        failOn: 'high',
        args: '-',
      });
    }),
    { numRuns: 100 },
  );
});

describe('what cannot be meant is refused in one line', () => {
  test.each([
    [['--dmeo'], 'unknown argument --dmeo: try --help'],
    [['-x'], 'unknown argument -x: try --help'],
    [['serve'], 'unknown argument serve: try --help'],
    [['constructor'], 'unknown argument constructor: try --help'],
    [['-hunter'], 'unknown argument -hunter: try --help'],
    [['--no-demo'], 'unknown argument --no-demo: try --help'],
    [['--', '--demo'], 'unknown argument --demo: try --help'],
    [['--demo=1'], 'unknown argument --demo=...: try --help'],
    [['call', '--json='], 'unknown argument --json=...: try --help'],
    [['-h=hunter2'], 'unknown argument -h=...: try --help'],
    [['--secret-key=hunter2hunter2'], 'unknown argument --secret-key=...: try --help'],
    [['--json'], 'serve takes no --json: try --help'],
    [['--fail-on', 'high'], 'serve takes no --fail-on: try --help'],
    [['doctor', '--fail-on', 'high'], 'doctor takes no --fail-on: try --help'],
    [['config', 'zed', '--json'], 'config takes no --json: try --help'],
    [['doctor', 'x'], 'doctor takes at most 0 words, got 1: try --help'],
    [
      ['call', 'x', '{', '"image":', '"a/b:1"}'],
      'call takes at most 2 words, got 4: put the JSON in quotes, or pass - and give it on stdin',
    ],
    [
      ['call', 'x', '--fail-on', 'high', '--fail-on=low'],
      '--fail-on is given twice: give one level, the lowest that should fail',
    ],
    [['call', 'x', '--fail-on'], '--fail-on needs one of critical, high, medium, low'],
    [['call', 'x', '--fail-on', '--json'], '--fail-on needs one of critical, high, medium, low'],
    [['call', 'x', '--fail-on', 'HIGH'], '--fail-on needs one of critical, high, medium, low'],
    [['call', 'x', '--format', 'pdf'], '--format needs one of text, json, sarif, markdown, html'],
    [['call', 'x', '--format', 'html', '--format', 'html'], '--format is given twice'],
    [
      ['call', 'x', '--json', '--format', 'html'],
      '--json is short for --format json, and --format html is given too',
    ],
    [['call', 'x', '--output'], '--output needs the name of a file'],
    [['config', 'zed', '--site', 'us'], '--site needs one of intl, cn'],
    [['doctor', '--output', 'x'], 'doctor takes no --output: try --help'],
    [['call', 'x', '--fail-on=unknown'], '--fail-on needs one of critical, high, medium, low'],
  ])('%j', (argv, message) => {
    expect(() => read(...argv)).toThrow(new ConfigError(message));
  });

  test.each([
    '',
    'AKIDz8krbsJ5yKBZQpn74WFkm',
    '-AKIDz8krbsJ5yKBZQpn74WFkm',
    '-vFAKE1',
    '--vFAKE1=x',
    '\u001b[31mred',
    '{"a":1}',
    'x'.repeat(4000),
  ])('a word that is not like a flag is not repeated: %j', (word) => {
    expect(() => read(word)).toThrow(new ConfigError('unknown argument: try --help'));
  });
});
