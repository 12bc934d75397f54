import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileCredentials } from '../../src/credentials/file-credentials.ts';
import { readIniCredentials } from '../../src/credentials/ini-credentials.ts';
import { readTccliCredential } from '../../src/credentials/tccli-credential.ts';
import { ConfigError } from '../../src/errors.ts';
import { anyCharacter } from '../any-character.ts';
import { asIni, FILE_PAIR } from './temporary-home.ts';

const NAME = '~/some/file';
const json = (content: unknown) =>
  readTccliCredential(typeof content === 'string' ? content : JSON.stringify(content), NAME, 'default');
const ini = (text: string) => readIniCredentials(text, NAME);

function problem(read: () => FileCredentials): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as ConfigError;
    expect(message).toMatch(/^the credentials of ~\/some\/file cannot be used: [^\n]+\. Mend or remove /);
    return message.slice('the credentials of ~/some/file cannot be used: '.length, message.indexOf('. Mend'));
  }
  throw new Error('was accepted');
}

describe('readTccliCredential', () => {
  const { secretId, secretKey } = FILE_PAIR;

  test('gives the pair of a file without a type, blanks trimmed, an empty token left out', () => {
    expect(json({ secretId: ` ${secretId}\n`, secretKey, token: '', region: 'x' })).toEqual({
      credentials: { secretId, secretKey, source: NAME },
    });
    expect(json({ ...FILE_PAIR, type: null })).toEqual({ credentials: { ...FILE_PAIR, source: NAME } });
  });

  test.each([
    ['oauth', 'tccli auth login'],
    ['sso', 'tccli sso login'],
  ])('gives the pair of a login by %s, when it ends and what logs in again', (type, command) => {
    const { credentials, expiresAtMs } = json({ ...FILE_PAIR, type, expiresAt: 1_700_000_000, [type]: {} });

    expect(credentials).toMatchObject({ ...FILE_PAIR, source: NAME });
    expect(credentials.renewal).toContain(`\`${command}\``);
    expect(expiresAtMs).toBe(1_700_000_000_000);
  });

  test('names the profile with what logs in again, unless it is the usual one', () => {
    const text = JSON.stringify({ ...FILE_PAIR, type: 'oauth', expiresAt: 1_700_000_000 });

    expect(readTccliCredential(text, NAME, 'staging').credentials.renewal).toContain(
      '`tccli auth login --profile staging`',
    );
  });

  test('reads a time in digits', () => {
    expect(json({ ...FILE_PAIR, type: 'sso', expiresAt: '1700000000' }).expiresAtMs).toBe(1_700_000_000_000);
  });

  test.each([
    undefined,
    null,
    1_700_000_000_000,
    '1700000000000',
    0,
    -1,
    '-1',
    1_420_070_399,
    4_102_444_801,
    '99999999999999999999',
    1e300,
    'soon',
    '2033-05-18T03:33:20Z',
    [1_700_000_000],
    true,
  ])('takes a login that ends at %j as one that does not say when it ends', (expiresAt) => {
    expect(json({ ...FILE_PAIR, type: 'sso', expiresAt })).toEqual({
      credentials: { ...FILE_PAIR, source: NAME },
    });
  });

  test.each([1_420_070_400, 4_102_444_800])('takes %i for a time in seconds', (expiresAt) => {
    expect(json({ ...FILE_PAIR, type: 'sso', expiresAt }).expiresAtMs).toBe(expiresAt * 1000);
  });

  test.each<[unknown, string]>([
    ['', 'it is not JSON'],
    [asIni(FILE_PAIR), 'it is not JSON'],
    [`{"secretId":"${secretId}","secretKey":"${secretKey.slice(0, 20)}`, 'it is not JSON'],
    ['null', 'it is not a JSON object'],
    [[FILE_PAIR], 'it is not a JSON object'],
    [{}, 'it holds no secretId and no secretKey'],
    [{ secretId }, 'it holds no secretKey'],
    [{ secretKey, secretId: null }, 'it holds no secretId'],
    [{ secretKey, secretId: ' ' }, 'it holds no secretId'],
    [{ ...FILE_PAIR, secretKey: 7 }, 'its secretKey is not text'],
    [{ ...FILE_PAIR, token: ['x'] }, 'its token is not text'],
    [
      { ...FILE_PAIR, secretKey: `${secretKey} x` },
      'its secretKey must be printable ASCII without blanks inside',
    ],
    [
      { ...FILE_PAIR, token: 'a\r\nX-Injected: 1' },
      'its token must be printable ASCII without blanks inside',
    ],
    [{ ...FILE_PAIR, token: 't'.repeat(4097) }, 'its token is longer than 4096 characters'],
    [{ type: 'cvm-role' }, 'it stands for the role of a CVM instance, which this server does not ask for'],
    [{ ...FILE_PAIR, type: 'constructor' }, 'its type is none that this server knows'],
    [{ ...FILE_PAIR, type: 7 }, 'its type is none that this server knows'],
  ])('refuses %j: %s', (content, expected) => {
    expect(problem(() => json(content))).toBe(expected);
  });
});

describe('readIniCredentials', () => {
  const { secretId, secretKey, token } = FILE_PAIR;

  test('gives the pair of [default], whatever stands around it', () => {
    const text = [
      '; a comment with secret_id = x',
      'secret_id = outside',
      '[other]',
      'secret_key = other',
      '[ default ]',
      '# secret_id = commented',
      ` secret_id=${secretId} `,
      `SECRET_KEY\t=\t${secretKey}`,
      'no field',
      `token = ${token}==`,
      '[last]',
      'secret_key = last',
    ];

    for (const end of ['\n', '\r\n']) {
      expect(ini(text.join(end))).toEqual({
        credentials: { secretId, secretKey, token: `${token}==`, source: NAME },
      });
    }
  });

  test.each([
    ['', 'it has no section [default]'],
    [JSON.stringify(FILE_PAIR), 'it has no section [default]'],
    [asIni(FILE_PAIR).replace('default', 'Default'), 'it has no section [default]'],
    ['[default]', 'it holds no secret_id and no secret_key'],
    [`[default]\nsecret_id = ${secretId}\nsecret_key =`, 'it holds no secret_key'],
    ['[default]\n__proto__ = x', 'it holds no secret_id and no secret_key'],
    [
      `[default]\nsecret_id = ${secretId}\nsecret_key = ${secretKey} ; mine`,
      'its secret_key must be printable ASCII without blanks inside',
    ],
  ])('refuses %j: %s', (text, expected) => {
    expect(problem(() => ini(text))).toBe(expected);
  });
});

test('whatever a file holds, it is read or refused in one line that repeats nothing of it', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '[default]\n',
      'secret_id=',
      'secret_key = ',
      '\n',
      '{"secretId":"',
      '","secretKey":"',
      '"}',
    ),
    fc.string({ unit: anyCharacter, minLength: 8, maxLength: 12 }),
    fc.stringMatching(/^[A-Z0-9]{8,20}$/).map((value) => `QX${value}`),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.json(), (pieces, whole) => {
      const text = pieces.join('');
      for (const read of [() => json(text), () => ini(text), () => json(whole)]) {
        try {
          read();
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          const { message } = error as ConfigError;
          expect(message).toMatch(/^[\x20-\x7e]+$/);
          for (const value of text.match(/QX[A-Z0-9]{8,20}/g) ?? []) expect(message).not.toContain(value);
        }
      }
    }),
    { numRuns: 200 },
  );
});
