import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FileCredentials,
  readIniCredentials,
  readTccliCredential,
} from '../../src/credentials/file-credentials.ts';
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
    expect(message).toMatch(/^the credentials of ~\/some\/file cannot be used: [^\n]+\. Fix or remove /);
    return message.slice('the credentials of ~/some/file cannot be used: '.length, message.indexOf('. Fix'));
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
    [{ type: 'cvm-role' }, 'it stands for the role of a CVM instance, whose keys this server cannot get'],
    [
      { ...FILE_PAIR, type: 'CVM_Role' },
      'it stands for the role of a CVM instance, whose keys this server cannot get',
    ],
    [{ ...FILE_PAIR, type: 'constructor' }, 'this server does not know its type'],
    [{ ...FILE_PAIR, type: 7 }, 'this server does not know its type'],
  ])('refuses %j: %s', (content, expected) => {
    expect(problem(() => json(content))).toBe(expected);
  });

  test.each([
    'default',
    'Default',
    ' default ',
    'static',
    'permanent',
    'long-term',
    'access_key',
    'secretKey',
    'AK/SK',
    '',
    'None',
    'null',
    null,
    undefined,
  ])('takes the type %j for an ordinary pair', (type) => {
    expect(json({ ...FILE_PAIR, type })).toEqual({ credentials: { ...FILE_PAIR, source: NAME } });
  });

  test.each(['role', 'assume-role', 'assumeRole', 'ASSUME_ROLE', 'role-arn', 'RoleArn', 'tke-role'])(
    'refuses the type %j, which asks for another identity',
    (type) => {
      expect(problem(() => json({ ...FILE_PAIR, type }))).toBe(
        'its type asks for the keys of a role, which this server cannot get',
      );
    },
  );

  test('of a login says that the type is stale when the pair is newer, and how to clear it', () => {
    const login = { ...FILE_PAIR, type: 'oauth', expiresAt: 1_700_000_000 };
    const { token: _, ...withoutToken } = login;
    const renewal = (content: object, writtenMs?: number) =>
      readTccliCredential(JSON.stringify(content), NAME, 'default', writtenMs).credentials.renewal;

    const usual = renewal(login, 1_700_000_000_000);
    const writtenLater = renewal(login, 1_700_000_001_000);

    expect(usual).toBe('log in again with `tccli auth login`, then ask again');
    expect(writtenLater).toBe(
      `${usual}. The file was written after the login ended, so its key pair looks newer and its type (oauth) looks stale: to use that pair, remove type, token, expiresAt and oauth from the file`,
    );
    expect(renewal(withoutToken, 0)).toBe(
      `${usual}. Its key pair lacks the token that a login has, so its type (oauth) looks stale: to use that pair, remove type, expiresAt and oauth from the file`,
    );
    expect(renewal({ ...login, type: 'sso' }, 1_700_000_001_000)).toMatch(
      /its type \(sso\) .* remove type, token, expiresAt and sso from the file$/,
    );
  });
});

/** Every spelling under which a file may ask for a role. */
const ROLES = [
  'role-arn',
  'role_arn',
  'roleArn',
  'RoleArn',
  'ROLE_ARN',
  'rolearn',
  'role arn',
  'assume_role_arn',
];

describe('another identity', () => {
  const arn = 'qcs::cam::uin/100000000001:roleName/FAKE-auditor';
  const asks = (name: string) => `its ${name} asks for the keys of a role, which this server cannot get`;

  test.each(ROLES)('that is asked for by %s is refused by that name', (name) => {
    expect(problem(() => json({ ...FILE_PAIR, [name]: arn }))).toBe(asks(name));
    expect(problem(() => json({ ...FILE_PAIR, type: 'oauth', [name]: arn }))).toBe(asks(name));
    expect(problem(() => ini(`${asIni(FILE_PAIR)}${name} = "${arn}"\n`))).toBe(asks(name.toLowerCase()));
    expect(problem(() => ini(`[default]\n${name}: ${arn}`))).toBe(asks(name.toLowerCase()));
  });

  test.each(ROLES)('is not asked for by a %s of nothing, or by the name of a session alone', (name) => {
    for (const nothing of [null, '', ' ', 'None', 'null', '""']) {
      const { secretId } = json({ ...FILE_PAIR, [name]: nothing, 'role-session-name': 'x' }).credentials;

      expect(secretId).toBe(FILE_PAIR.secretId);
    }
    for (const nothing of ['', '""', 'None', '# none']) {
      expect(ini(`${asIni(FILE_PAIR)}${name} = ${nothing}`).credentials.secretId).toBe(FILE_PAIR.secretId);
    }
    expect(ini(`${asIni(FILE_PAIR)}[audit]\n${name} = ${arn}`).credentials.secretId).toBe(FILE_PAIR.secretId);
  });

  test('is refused whatever its value is', () => {
    for (const value of [7, true, [arn], { arn }]) {
      expect(problem(() => json({ ...FILE_PAIR, 'role-arn': value }))).toBe(asks('role-arn'));
    }
  });
});

describe.each([
  ['JSON', json, ['secretId', 'secretKey'], (id: string, key: string) => ({ secretId: id, secretKey: key })],
  [
    'INI',
    ini,
    ['secret_id', 'secret_key'],
    (id: string, key: string) => `[default]\nsecret_id = ${id}\nsecret_key = ${key}\n`,
  ],
] as const)('a value in %s', (_format, read, [id, key], fileOf) => {
  const { secretId, secretKey } = FILE_PAIR;
  const readFile = (...pair: [string, string]) =>
    (read as (content: unknown) => FileCredentials)(fileOf(...pair));

  test.each(['None', 'none', 'NULL', 'undefined', 'nil', '"None"'])(
    '%s counts as nothing, and is told',
    (word) => {
      const told = 'but only a word that tools write for nothing, such as None';

      expect(problem(() => readFile(word, word))).toBe(`it holds no ${id} and no ${key}, ${told}`);
      expect(problem(() => readFile(secretId, word))).toBe(`it holds no ${key}, ${told}`);
      expect(problem(() => readFile(word, secretKey))).toBe(`it holds no ${id}, ${told}`);
    },
  );

  test.each(['"', "'"])('in a pair of %s is read without it, and with one alone is refused', (mark) => {
    expect(readFile(`${mark}${secretId}${mark}`, `${mark} ${secretKey} ${mark}`).credentials).toMatchObject({
      secretId,
      secretKey,
    });
    for (const torn of [`${mark}${secretKey}`, `${secretKey}${mark}`, `“${secretKey}”`, `\`${secretKey}\``]) {
      expect(problem(() => readFile(secretId, torn))).toBe(`its ${key} begins or ends with a quotation mark`);
    }
    expect(problem(() => readFile(secretId, mark + mark))).toBe(`it holds no ${key}`);
  });
});

test('a token of nothing is no token', () => {
  const { token: _, ...pair } = FILE_PAIR;
  for (const nothing of ['None', 'null', 'undefined', '', '""']) {
    expect(json({ ...pair, token: nothing }).credentials).toEqual({ ...pair, source: NAME });
    expect(ini(asIni({ ...FILE_PAIR, token: nothing })).credentials).toEqual({ ...pair, source: NAME });
  }
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
      `[default]\nsecret_id = ${secretId}\nsecret_key = ${secretKey} mine`,
      'its secret_key must be printable ASCII without blanks inside',
    ],
    [`[default]\nsecret_id = ${secretId}\n[other] x\nsecret_key = other`, 'it holds no secret_key'],
    [`[default]\nsecret_id = ${secretId}\n[other\nsecret_key = other`, 'it holds no secret_key'],
  ])('refuses %j: %s', (text, expected) => {
    expect(problem(() => ini(text))).toBe(expected);
  });

  test.each([
    ['a colon in place of the equals sign', `[default]\nsecret_id: ${secretId}\nsecret_key:${secretKey}`],
    ['a comment behind the section', `[default] # mine\nsecret_id=${secretId}\nsecret_key=${secretKey}`],
    ['another one', `[default];[x]\nsecret_id=${secretId}\nsecret_key=${secretKey}`],
    [
      'comments behind values',
      `[default]\nsecret_id = ${secretId} # of me\nsecret_key = "${secretKey}"\t; mine = yours`,
    ],
    [
      'comments that look like fields',
      `[default]\nsecret_id=${secretId}\nsecret_key=${secretKey}\n;secret_id=x\n# secret_key: x`,
    ],
    ['a BOM', `\ufeff[default]\nsecret_id=${secretId}\nsecret_key=${secretKey}`],
  ])('reads %s', (_what, text) => {
    expect(ini(text)).toEqual({ credentials: { secretId, secretKey, source: NAME } });
  });

  test('takes = and : inside a value for parts of it', () => {
    expect(ini(`${asIni(FILE_PAIR)}token: a=b:c==`).credentials.token).toBe('a=b:c==');
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
