import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../src/redact/redact.ts';

/** Shapes a hostile image author may write; each is repeated to the wanted length. */
const HOSTILE = [
  ...['A', 'a.', ' ', '\t', '\n', '\\', '\\\n', '=', '"', "'", '\\"', '`', '://', '-p ', '-----BEGIN', '@', '$', '${', '$(', '{', '['],
  ...['PASSWORD=', 'PASSWORD="', "PASSWORD='", 'PASSWORD=\\"', 'PASSWORD ', 'PASSWORD: ', '--password ', 'ENV PASSWORD ', 'ENV PASSWORD=a '],
  ...['ENV PASSWORD=a \\\n', 'PASSWORD=$', 'PASSWORD=${', 'PASSWORD=$(', 'PASSWORD=$X ', 'PASSWORD="a"+', 'PASSWORD=[', 'PASSWORD,', '$PASSWORD='],
  ...['-----BEGIN RSA PRIVATE KEY-----', '"-----BEGIN RSA PRIVATE KEY-----"', '-----BEGIN RSA PRIVATE KEY-----\\n', 'Private-Lines: 2\n', 'Private-MAC: '],
  ...['mysql ', 'mysql -p', 'mysql -u mysql ', 'curl -u a:b ', 'chpasswd <<E\n', 'chpasswd <<< ', 'echo a:b | chpasswd\n', 'echo a:b | ', '(echo a;'],
  ...['IDENTIFIED BY ', "IDENTIFIED BY '", 'PASSWORD (', 'Authorization: ', 'Authorization: Bearer a1 ', 'Cookie: a ', '<password>', '<password ', '<'],
  ...['eyJ', 'eyJa.', 'eyJaaaa.aaaa', 'ghp_', 'AKIA', 'sk-a', '$6$', '$6$aaaaaaaa', '{SHA}', '1234567890', 'x@', 'a:b@', 'a:b@c', 'https://a:b', 'https://a:b@'],
  ...['https://a/', 'https://$(', 'redis://:p', '?sig=', '&', ';', '|', '| ', '>', '<<<', '<<', '密码', '密码：', '\u200b', '\ud800', 'a b ', 'a=b;', 'a,b='],
  ...['name: PASSWORD ', '"name":"PASSWORD",', 'docker login -p ', 'set PASSWORD ', '\\n', 'PASSWORD=\\n', 'password: |\n  a\n', 'PASSWORD=a\\\n', '"a b" ', '"\' ', '<redacted>'],
  ...['PASSWORD=<redacted>', '|1 A=b ', '|1 PASSWORD=b c\n', 'RUN |1 ', 'ghp_aaaaaaaaaa ', '\r\n', 'password\n', '\npassword a', '\\\\\\"', 'PASSWORD=\\\\\\"', '"a b\' "c '],
];

const SMALL = 256 * 1024;
const LARGE = 1024 * 1024;

function millisecondsFor(shape: string, length: number): number {
  const text = shape.repeat(Math.ceil(length / shape.length));
  const start = performance.now();
  redactSecrets(text);
  return performance.now() - start;
}

describe('redactSecrets, on one megabyte', () => {
  test.each(HOSTILE)('takes time in proportion to the length: %j', (shape) => {
    const small = millisecondsFor(shape, SMALL);
    const large = millisecondsFor(shape, LARGE);

    // Four times the text; sixteen times the time would be quadratic. The floor keeps noise out of the ratio.
    expect(large / Math.max(small, 60), `${small.toFixed(0)} ms, then ${large.toFixed(0)} ms`).toBeLessThan(12);
    expect(large, `${large.toFixed(0)} ms`).toBeLessThan(3000);
  });
});
