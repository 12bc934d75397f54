// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's variables, not templates
import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../src/redact/redact.ts';

/** Shapes a hostile image author may write: each is repeated to the wanted length, after a beginning of its own. */
const HOSTILE: [beginning: string, shape: string][] = [
  ...[
    'A',
    ' ',
    '=',
    '"',
    "'",
    '\\"',
    '://',
    '-p ',
    '-----BEGIN',
    '$(',
    'PASSWORD=',
    "PASSWORD='",
    'a.a.a.',
    'PASSWORD=a"b" ',
  ].map(bare),
  ...[
    '-----BEGIN RSA PRIVATE KEY-----',
    'PASSWORD="',
    'PASSWORD=\\"',
    'set PASSWORD ',
    'curl -u a:b ',
    '\\',
    'eyJ',
  ].map(bare),
];

/** The same at an eighth of the size, so that many shapes cost little. */
const ALSO_HOSTILE: [beginning: string, shape: string][] = [
  ...[
    '\t',
    '\n',
    '\\\n',
    '`',
    '@',
    '$',
    '${',
    '{',
    '[',
    '(',
    ';',
    '|',
    '| ',
    '&',
    '>',
    '<',
    '<<',
    '<<<',
    '\r\n',
    '\\n',
    '\u200b',
    '\ud800',
  ].map(bare),
  ...[
    'PASSWORD ',
    'PASSWORD: ',
    '--password ',
    'ENV PASSWORD ',
    'ENV PASSWORD=a ',
    'ENV PASSWORD=a \\\n',
    '\nENV PASSWORD a',
  ].map(bare),
  ...[
    'PASSWORD=$',
    'PASSWORD=${',
    'PASSWORD=$(',
    'PASSWORD=$X ',
    '${PASSWORD:-a} ',
    '${PASSWORD:-',
    '$PASSWORD=',
    'PASSWORD=`',
  ].map(bare),
  ...[
    'PASSWORD="a"+',
    'PASSWORD=[',
    'PASSWORD=["a",',
    'PASSWORD,',
    'PASSWORD=\\n',
    'PASSWORD=a\\\n',
    'PASSWORD=\\\\\\"',
    'PASSWORD=(',
    "PASSWORD=a'\n",
  ].map(bare),
  ...[
    '"-----BEGIN RSA PRIVATE KEY-----"',
    '-----BEGIN RSA PRIVATE KEY-----\\n',
    'Private-Lines: 2\n',
    'Private-MAC: ',
  ].map(bare),
  ...[
    'mysql ',
    'mysql -p',
    'mysql -u mysql ',
    '-u mysql ',
    'chpasswd <<E\n',
    'chpasswd <<< ',
    'echo a:b | chpasswd\n',
    'echo a:b | ',
    '(echo a;',
  ].map(bare),
  ...[
    'IDENTIFIED BY ',
    "IDENTIFIED BY '",
    'PASSWORD (',
    '\nAuthorization: ',
    'Authorization: Bearer a1 ',
    '\nCookie: a',
    '\nCookie: $X',
  ].map(bare),
  ...[
    '<password>',
    '<password ',
    '<password>$X<',
    'name: PASSWORD ',
    '"name":"PASSWORD",',
    'docker login -p ',
    'getenv("PASSWORD", ',
  ].map(bare),
  ...[
    'eyJa.',
    'ghp_',
    'AKIA',
    'sk-a',
    '$6$',
    '$6$aaaaaaaa',
    '{SHA}',
    '1234567890',
    'x@',
    'a:b@c',
    'https://a:b@',
    'https://a/',
    'https://$(',
  ].map(bare),
  ...[
    'redis://:p',
    '?sig=',
    '密码',
    '密码：',
    'a=b;',
    'a,b=',
    'password: |\n  a\n',
    '"a b" ',
    '"\' ',
    '<redacted>',
    'PASSWORD=<redacted>',
  ].map(bare),
  ...[
    '|1 A=b ',
    '|1 PASSWORD=b c\n',
    '\npassword a',
    'password\n',
    '\\\\\\"',
    '"a b\' "c ',
    '"\'"\'',
    "echo 'a b c'|",
    "-u 'a b' ",
  ].map(bare),
  ...[
    'A',
    ' ',
    '\u00a0',
    '"a"+',
    '"a" . ',
    '$X',
    '${X}',
    '\\n',
    ',',
    '; ',
    'a ',
    'a;',
    'a&',
    '(',
    '<redacted>',
    '\\\n',
    '\\"',
    'a"b"',
  ].map((shape): [string, string] => ['ENV PASSWORD=', shape]),
  ...['a', '; ', ' ', '\\ '].map((shape): [string, string] => ['curl -H Authorization:', shape]),
  ...['a@', 'a:', ':b/', '/@a', '<redacted>'].map((shape): [string, string] => ['https://', shape]),
  ['RUN |1 PASSWORD=', 'a '],
  ['', 'chpasswd <<<a '],
  ['', '"chpasswd <<E\n" '],
  [`(${'echo a;'.repeat(5000)})`, '| chpasswd '],
  ['chpasswd <<E\n', 'a:b\n'],
  ['PASSWORD=["a"', ',"a"'],
  ['-----BEGIN RSA PRIVATE KEY-----', 'A'],
];

const SMALL = 128 * 1024;
const LARGE = 8 * SMALL;

function bare(shape: string): [string, string] {
  return ['', shape];
}

function millisecondsFor(beginning: string, shape: string, length: number): number {
  const text = beginning + shape.repeat(Math.ceil(length / shape.length));
  const start = performance.now();
  redactSecrets(text);
  return performance.now() - start;
}

/**
 * Four times the text; sixteen times the time would be quadratic. The floor and the second and third try keep a noisy
 * machine out of the ratio.
 */
function expectLinear(beginning: string, shape: string, size: number, floorMs: number): void {
  let small = 0;
  let large = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && (large > 3000 || large / Math.max(small, floorMs) > 10); attempt++) {
    small = millisecondsFor(beginning, shape, size / 4);
    large = Math.min(large, millisecondsFor(beginning, shape, size));
  }

  const report = `${small.toFixed(0)} ms, then ${large.toFixed(0)} ms`;
  expect(large / Math.max(small, floorMs), report).toBeLessThan(12);
  expect(large, report).toBeLessThan(3000);
}

describe('redactSecrets, on hostile lines', () => {
  test.each(HOSTILE)('takes time in proportion to the length up to 1 MB: %j %j', (beginning, shape) => {
    expectLinear(beginning, shape, LARGE, 80);
  });

  test.each(ALSO_HOSTILE)(
    'takes time in proportion to the length up to 128 KB: %j %j',
    (beginning, shape) => {
      expectLinear(beginning, shape, SMALL, 20);
    },
  );

  test('survives four megabytes of one letter, one blank, one bracket', { timeout: 60_000 }, () => {
    for (const unit of ['A', ' ', '(', '"']) {
      expect(redactSecrets(`PASSWORD=${unit.repeat(4 * LARGE)}`).length).toBeGreaterThan(0);
    }
  });
});
