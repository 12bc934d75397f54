// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's variables, not templates
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../src/redact/redact.ts';
import { anyCharacter } from '../any-character.ts';
import { HARMLESS_LINES, LEAKING_LINES } from './corpus.ts';

/** Pieces of the layouts the rules know, so that random strings come close to all of them. */
const TOKENS = [
  ...[
    'PASSWORD',
    'token',
    'DB_PASSWD',
    'apiKey',
    'KEY',
    'auth',
    'Authorization',
    'Cookie',
    '密码',
    'PWD',
    'requirepass',
  ],
  ...[
    '=',
    ':',
    ': ',
    ' = ',
    '：',
    '=>',
    ' ',
    '  ',
    '\t',
    '\n',
    '\\\n',
    '\\n',
    '\u00a0',
    ',',
    ';',
    '&',
    '&&',
    '|',
    '||',
    '#',
  ],
  ...[
    '"',
    "'",
    '\\"',
    '\\\\"',
    "\\'",
    '`',
    '$',
    '${',
    '}',
    '{',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '>>',
    '<<<',
    '<<EOF',
    'EOF',
  ],
  ...['ENV ', 'ARG ', 'RUN ', 'CMD ', '/bin/sh -c ', '#(nop) ', '|1 ', '# buildkit', '2024-05-06 10:49:58'],
  ...[
    'mysql',
    '-p',
    '-phunter2',
    'curl',
    '-u',
    'a:b',
    'chpasswd',
    'echo ',
    'passwd',
    'docker login',
    '-a',
    '--password',
  ],
  ...[
    'redis-cli',
    'htpasswd -b',
    'vault login',
    'sudo -S',
    'IDENTIFIED BY ',
    'set ',
    'git config',
    'printf ',
    'tee /run/secrets/x',
  ],
  ...[
    '://',
    'https://',
    '@',
    '@host',
    '@host:80/',
    'user:',
    '?sig=',
    '&token=',
    'redis://:',
    'jdbc:oracle:thin:a/',
  ],
  ...[
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----END RSA PRIVATE KEY-----',
    'Private-Lines: 2',
    'Private-MAC: ',
    'MIIEFAKE',
  ],
  ...[
    'AKIAFAKEMADEUP000000',
    'ghp_FAKEmadeup0000',
    'eyJFAKE0.eyJFAKE0.x',
    'sk-FAKEmadeup000000',
    '$6$FAKE$madeupmadeup',
  ],
  ...[
    'Bearer ',
    'Basic ',
    'abc123',
    'hunter2-FAKE',
    'true',
    '1',
    'x',
    '/etc/x',
    '$X',
    '${X}',
    '${X:-',
    '$(cat x)',
    '%X%',
  ],
  ...[
    '<redacted>',
    '<redacted',
    'redacted>',
    '***',
    '<password>',
    '</password>',
    '-',
    '--',
    '.',
    '+',
    '/',
    '.*',
    'value',
  ],
  ...[
    'password is ',
    '密码是',
    'login: admin:',
    ' on >x ',
    'setuser a ',
    'createUser a SHA b ',
    'connect(a,b,"',
    'login(a,"',
    ' using ',
    ': PSK ',
    '"kty" "d":"',
    '-u a -p b ',
    '/v password /d ',
    '--user a:b ',
    ' # ',
    'bcrypt(',
    '/token/',
    ' as sysdba',
    '[a.b] ',
  ],
];

const tokenLines = fc.array(fc.constantFrom(...TOKENS), { maxLength: 24 }).map((tokens) => tokens.join(''));
const anyLines = fc.oneof(
  { weight: 6, arbitrary: tokenLines },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 200 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...LEAKING_LINES.map(({ line }) => line), ...HARMLESS_LINES),
        tokenLines,
        fc.nat(200),
      )
      .map(([line, tokens, at]) => line.slice(0, at) + tokens + line.slice(at)),
  },
);

describe('redactSecrets, whatever it is given', () => {
  test('changes nothing when it reads its own answer', () => {
    fc.assert(
      fc.property(anyLines, (line) => {
        const once = redactSecrets(line);
        expect(redactSecrets(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  test('survives lone surrogates and every UTF-16 unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }),
        tokenLines,
        (units, tokens) => {
          const text = `PASSWORD=${String.fromCharCode(...units)}${tokens}`;
          expect(typeof redactSecrets(text)).toBe('string');
        },
      ),
      { numRuns: 150 },
    );
    expect(redactSecrets('PASSWORD=\ud800')).toBe('PASSWORD=<redacted>');
    expect(redactSecrets('')).toBe('');
  });

  test('grows a line by a small factor at most', () => {
    fc.assert(
      fc.property(anyLines, (line) => {
        expect(redactSecrets(line).length).toBeLessThanOrEqual(4 * line.length + 10);
      }),
      { numRuns: 150 },
    );
  });

  test('takes no time to speak of for sixteen kilobytes of anything repeated', { retry: 2 }, () => {
    const shapes = fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(tokenLines, shapes, (beginning, tokens) => {
        const shape = tokens.join('');
        const line = beginning + shape.repeat(Math.ceil(16_384 / shape.length));
        const start = performance.now();
        redactSecrets(line);
        // Usually 10 ms; a look at every pair of characters would take seconds.
        expect(performance.now() - start).toBeLessThan(1000);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps every line that names no secret and holds no value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('apt-get', 'install', 'make', '&&', '-y', '/usr/bin', 'a.txt', '2>&1'), {
          maxLength: 20,
        }),
        (words) => {
          const line = `RUN ${words.join(' ')}`;
          expect(redactSecrets(line)).toBe(line);
        },
      ),
    );
  });
});
