import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/config.ts';
import { type ChainOptions, credentialChain, homeFolder } from '../../src/credentials/credential-chain.ts';
import { ConfigError } from '../../src/errors.ts';
import { asIni, FILE_PAIR, OTHER_PAIR, temporaryHome } from './temporary-home.ts';

const NOW_MS = 1_700_000_000_000;
const TCCLI = '~/.tccli/default.credential';
const INI = '~/.tencentcloud/credentials';
const ENVIRONMENT = { secretId: new Secret('AKIDfakeFAKEenvironment'), secretKey: new Secret('FAKEenvKey') };

/** A chain over a home of its own, with what it told. */
function startChain(options: Partial<ChainOptions> = {}) {
  const files = temporaryHome();
  const secrets: string[] = [];
  const warnings: string[] = [];
  const ask = credentialChain({
    settings: {},
    profile: 'default',
    home: files.home,
    platform: 'linux',
    now: () => NOW_MS,
    onSecret: (value) => secrets.push(value),
    warn: (message) => warnings.push(message),
    ...options,
  });
  return { ...files, ask, secrets, warnings };
}

function complaint(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('was accepted');
}

describe('the order', () => {
  test('is the environment, the file of the profile, the file of the SDKs; each as a whole', () => {
    const { secretId, secretKey } = OTHER_PAIR;
    const withEnvironment = startChain({ settings: ENVIRONMENT });
    const { ask, writeIni, writeTccli } = startChain();
    withEnvironment.writeTccli(FILE_PAIR);

    writeIni(asIni(FILE_PAIR));
    const fromIni = ask();
    writeTccli({ secretId, secretKey });
    const fromTccli = ask();

    expect(fromIni).toEqual({ ...FILE_PAIR, source: INI });
    expect(fromTccli).toEqual({ secretId, secretKey, source: TCCLI });
    expect(withEnvironment.ask().source).toMatch(/^the environment/);
    expect(withEnvironment.secrets).toEqual([]);
  });

  test('does not go on after half a pair in the environment, nor take a token from there alone', () => {
    const half = startChain({ settings: { secretId: ENVIRONMENT.secretId } });
    const tokenAlone = startChain({ settings: { token: new Secret('FAKE-token') } });
    for (const { writeTccli } of [half, tokenAlone]) writeTccli({ ...FILE_PAIR, token: '' });

    expect(complaint(half.ask)).toContain('half of the key pair is missing: TENCENTCLOUD_SECRET_KEY not set');
    expect(tokenAlone.ask()).toMatchObject({ source: TCCLI });
    expect(tokenAlone.ask()).not.toHaveProperty('token');
  });

  test.each<[string | object, RegExp]>([
    ['{', /it is not JSON/],
    [{ secretId: FILE_PAIR.secretId }, /it holds no secretKey/],
    [{ secretId: FILE_PAIR.secretId, secretKey: 'None' }, /it holds no secretKey, but only a word/],
    [{ secretId: 'None', secretKey: 'None' }, /it holds no secretId and no secretKey, but only a word/],
    [
      { ...FILE_PAIR, 'role-arn': 'qcs::cam::uin/1:roleName/FAKE' },
      /its role-arn asks for the keys of a role/,
    ],
  ])('does not go on after a file that is there and cannot be used: %j', (content, problem) => {
    const { ask, writeTccli, writeIni } = startChain();
    writeIni(asIni(OTHER_PAIR));
    writeTccli(content);

    const message = complaint(ask);

    expect(message).toMatch(/^the credentials of ~\/\.tccli\/default\.credential cannot be used: /);
    expect(message).toMatch(problem);
    for (const value of Object.values(FILE_PAIR)) expect(message).not.toContain(value);
  });

  test('takes the file of the profile that is named, and says so when another file must do', () => {
    const { ask, writeTccli, writeIni, warnings } = startChain({ profile: 'staging' });
    writeTccli(OTHER_PAIR);
    writeIni(asIni(FILE_PAIR));

    const without = [ask(), ask()];
    const said = [...warnings];
    writeTccli(OTHER_PAIR, 'staging');

    expect(without).toMatchObject([{ source: INI }, { source: INI }]);
    expect(said).toEqual([`there is no ~/.tccli/staging.credential, so the credentials of ${INI} are used`]);
    expect(ask()).toMatchObject({ ...OTHER_PAIR, source: '~/.tccli/staging.credential' });
  });
});

describe('nothing at all', () => {
  test('names the variables and the files', () => {
    const message = complaint(startChain({ profile: 'p.1' }).ask);

    expect(message).toBe(
      `no credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set in this server's environment, and neither ~/.tccli/p.1.credential nor ${INI} exists. Set both in the MCP client's settings (env), or start with --demo to try made-up data.`,
    );
  });

  test('without a home says that none is known, and looks nowhere', () => {
    expect(complaint(startChain({ home: undefined }).ask)).toContain('names no home folder in which to look');
  });
});

describe('a file that changes', () => {
  test('counts from the next call on, and every value it ever held is told once, before it is used', () => {
    const { ask, writeTccli, remove, secrets } = startChain();
    expect(() => ask()).toThrow(ConfigError);

    writeTccli(FILE_PAIR);
    expect([ask(), ask()]).toMatchObject([FILE_PAIR, FILE_PAIR]);
    writeTccli(OTHER_PAIR);
    expect(ask()).toMatchObject(OTHER_PAIR);
    writeTccli('{"secretId":');
    expect(() => ask()).toThrow('it is not JSON');
    writeTccli(FILE_PAIR);
    expect(ask()).toMatchObject(FILE_PAIR);
    remove('.tccli/default.credential');
    expect(() => ask()).toThrow('no credentials');

    expect(secrets).toEqual([...Object.values(FILE_PAIR), ...Object.values(OTHER_PAIR)]);
  });

  test('is read anew only then', () => {
    const { ask, writeTccli } = startChain();
    writeTccli(FILE_PAIR);

    expect(ask()).toBe(ask());
  });

  test('is seen when its size and time are as before', async () => {
    const { ask, at, writeTccli } = startChain();
    const path = at('.tccli/default.credential');
    writeTccli(FILE_PAIR);
    utimesSync(path, 1, 1);
    expect(ask()).toMatchObject(FILE_PAIR);

    // More than one tick of the clock of any file system.
    await setTimeout(30);
    writeFileSync(path, JSON.stringify(OTHER_PAIR));
    utimesSync(path, 1, 1);

    expect(ask()).toMatchObject(OTHER_PAIR);
  });

  test('of the profile, gone so that another account answers, is warned of once each time', () => {
    const { ask, writeTccli, writeIni, remove, warnings } = startChain({ profile: 'staging' });
    const change = `~/.tccli/staging.credential is gone, so the credentials of ${INI} are used, which has another SecretId`;
    writeIni(asIni(OTHER_PAIR));

    for (const said of [[change], [change, change]]) {
      writeTccli(FILE_PAIR, 'staging');
      ask();
      remove('.tccli/staging.credential');
      expect([ask(), ask()]).toMatchObject([{ source: INI }, { source: INI }]);
      expect(warnings).toEqual(said);
    }
  });

  test('of the profile, gone so that the same account answers, is not warned of', () => {
    const { ask, writeTccli, writeIni, remove, warnings } = startChain();
    writeIni(asIni(FILE_PAIR));
    writeTccli(FILE_PAIR);
    ask();
    remove('.tccli/default.credential');

    expect(ask()).toMatchObject({ source: INI });
    expect(warnings).toEqual([]);
  });

  test('is seen behind a symlink too, and when another takes its place', () => {
    const { ask, at, write } = startChain();
    write('.tccli/elsewhere', FILE_PAIR);
    symlinkSync(at('.tccli/elsewhere'), at('.tccli/default.credential'));
    expect(ask()).toMatchObject(FILE_PAIR);

    write('.tccli/new', OTHER_PAIR);
    renameSync(at('.tccli/new'), at('.tccli/elsewhere'));

    expect(ask()).toMatchObject(OTHER_PAIR);
  });
});

describe('a login', () => {
  const login = (expiresAt: number) => ({ ...FILE_PAIR, type: 'oauth', expiresAt });

  test('is used until it expires', () => {
    const { ask, writeTccli } = startChain();
    writeTccli(login(NOW_MS / 1000 + 1));

    expect(ask()).toMatchObject({ ...FILE_PAIR, source: TCCLI });
  });

  test.each([
    [0, 'less than a minute ago'],
    [59, 'less than a minute ago'],
    [60, '1 minute ago'],
    [119 * 60, '119 minutes ago'],
    [2 * 3600, '2 hours ago'],
    [47 * 3600, '47 hours ago'],
    [50 * 3600, '2 days ago'],
    [41 * 86_400, '41 days ago'],
  ])('that expired %i s ago is an error that says how to renew it', (seconds, words) => {
    const { ask, at, writeTccli } = startChain();
    writeTccli(login(NOW_MS / 1000 - seconds));
    utimesSync(at('.tccli/default.credential'), 1_600_000_000, 1_600_000_000);

    expect(complaint(ask)).toBe(
      `the browser login of profile default (${TCCLI}) expired ${words}: log in again with \`tccli auth login\`, then ask again`,
    );
  });

  test('that expired before a key pair was put into its file is told of by its type, which is stale', () => {
    const { ask, at, writeTccli } = startChain();
    writeTccli(login(NOW_MS / 1000 - 7200));
    utimesSync(at('.tccli/default.credential'), NOW_MS / 1000 - 60, NOW_MS / 1000 - 60);

    expect(complaint(ask)).toMatch(
      /expired 2 hours ago: log in again with `tccli auth login`, then ask again\. The file was written after the login ended, .* looks stale: .* from the file$/,
    );
  });

  test.each([NOW_MS - 1000, `${NOW_MS - 1000}`, 'soon'])(
    'whose end is %j, and no time in seconds, is used and nothing is said of its end',
    (expiresAt) => {
      const { ask, writeTccli } = startChain();
      writeTccli({ ...FILE_PAIR, type: 'oauth', expiresAt });

      expect(ask()).toEqual({ ...FILE_PAIR, source: TCCLI });
    },
  );

  test('that expires while the server runs is seen without a change of the file; renewed, it is used', () => {
    let nowMs = NOW_MS;
    const { ask, writeTccli, secrets } = startChain({ now: () => nowMs });
    writeTccli(login(NOW_MS / 1000 + 60));
    ask();
    nowMs += 60_000;
    expect(() => ask()).toThrow('expired less than a minute ago');

    writeTccli({ ...login(NOW_MS / 1000 + 7200), ...OTHER_PAIR });

    expect(ask()).toMatchObject(OTHER_PAIR);
    expect(secrets).toContain(FILE_PAIR.token);
  });
});

describe('a file that others can read', () => {
  test.each([0o640, 0o604, 0o620, 0o601])('by its mode %o is warned of once, and used', (mode) => {
    const { ask, writeTccli, warnings } = startChain();
    writeTccli(FILE_PAIR, 'default', mode);

    ask();
    writeTccli(OTHER_PAIR, 'default', mode);

    expect(ask()).toMatchObject(OTHER_PAIR);
    expect(warnings).toEqual([
      `${TCCLI} can be read or changed by other users of this machine; chmod 600 ${TCCLI} fixes that`,
    ]);
  });

  test('is not warned of before it is used, when it is private, or on Windows', () => {
    const lax = startChain();
    const strict = startChain();
    const windows = startChain({ platform: 'win32' });
    lax.writeTccli(FILE_PAIR, 'default', 0o644);
    strict.writeIni(asIni(FILE_PAIR), 0o400);
    windows.writeTccli(FILE_PAIR, 'default', 0o666);

    strict.ask();
    windows.ask();

    expect([lax, strict, windows].flatMap(({ warnings }) => warnings)).toEqual([]);
  });
});

describe('what is no usual file', () => {
  test.skipIf(process.platform === 'win32')('is refused unread: a pipe without a writer, a device', () => {
    const pipe = startChain();
    mkdirSync(pipe.at('.tccli'));
    execFileSync('mkfifo', [pipe.at('.tccli/default.credential')]);
    const device = startChain();
    mkdirSync(device.at('.tccli'));
    symlinkSync('/dev/zero', device.at('.tccli/default.credential'));

    for (const { ask } of [pipe, device]) {
      expect(complaint(ask)).toContain(`the credentials of ${TCCLI} cannot be used: it is not a file.`);
    }
  });

  test('is refused by its name: a folder, a link to itself, a file in the place of its folder, something too large', () => {
    const folder = startChain();
    mkdirSync(folder.at('.tccli/default.credential'), { recursive: true });
    const circle = startChain();
    mkdirSync(circle.at('.tencentcloud'));
    symlinkSync('credentials', circle.at('.tencentcloud/credentials'));
    const noFolder = startChain();
    noFolder.write('.tccli', 'a file');
    const large = startChain();
    large.writeTccli(' '.repeat(65_537));

    expect(complaint(folder.ask)).toContain(`the credentials of ${TCCLI} cannot be used: it is not a file.`);
    expect(complaint(circle.ask)).toContain(`${INI} cannot be used: it cannot be read (ELOOP).`);
    expect(complaint(noFolder.ask)).toContain('it cannot be read (ENOTDIR)');
    expect(complaint(large.ask)).toContain('it is larger than 65536 bytes');
    for (const { ask, home } of [folder, circle, noFolder, large]) expect(complaint(ask)).not.toContain(home);
  });

  test.skipIf(process.getuid?.() === 0)('is refused when it may not be read', () => {
    const { ask, at, writeTccli } = startChain();
    writeTccli(FILE_PAIR);
    chmodSync(at('.tccli/default.credential'), 0);

    expect(complaint(ask)).toContain('it cannot be read (EACCES)');
  });

  test.each([
    ['UTF-8 with a BOM', (text: string) => Buffer.from(`\ufeff${text}`)],
    [
      'UTF-16LE with a BOM, as PowerShell writes it',
      (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    ],
    ['UTF-16BE with a BOM', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('is read in %s', (_encoding, encode) => {
    const { ask, write, remove } = startChain();
    write('.tccli/default.credential', encode(`${JSON.stringify(FILE_PAIR)}\r\n`));
    write('.tencentcloud/credentials', encode(asIni(OTHER_PAIR).replaceAll('\n', '\r\n')));

    expect(ask()).toMatchObject(FILE_PAIR);
    remove('.tccli/default.credential');
    expect(ask()).toMatchObject(OTHER_PAIR);
  });

  test('is told what it is when it is UTF-16 that does not say so, or is cut', () => {
    const { ask, write } = startChain();
    const text = JSON.stringify(FILE_PAIR);
    for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
      write('.tccli/default.credential', bytes);
      expect(complaint(ask)).toContain(
        'it is UTF-16 without a byte order mark, or not text at all: save it as UTF-8.',
      );
    }
    for (const length of [2, 3, 41]) {
      write('.tccli/default.credential', Buffer.from(`\ufeff${text}`, 'utf16le').subarray(0, length));
      expect(complaint(ask)).toContain('it is not JSON');
    }
  });
});

describe('homeFolder', () => {
  test.each<[string, Record<string, string>, NodeJS.Platform, string | undefined]>([
    ['HOME', { HOME: '/home/a', USERPROFILE: 'C:\\Users\\a' }, 'linux', '/home/a'],
    ['HOME on a Mac', { HOME: '/Users/a' }, 'darwin', '/Users/a'],
    ['USERPROFILE on Windows', { HOME: '/home/a', USERPROFILE: 'C:\\Users\\a' }, 'win32', 'C:\\Users\\a'],
    ['HOMEDRIVE and HOMEPATH', { HOMEDRIVE: 'D:', HOMEPATH: '\\a' }, 'win32', 'D:\\a'],
    ['both of them', { USERPROFILE: '', HOMEDRIVE: 'D:', HOMEPATH: '\\a' }, 'win32', 'D:\\a'],
    ['nothing', {}, 'linux', undefined],
    ['an empty HOME', { HOME: '' }, 'linux', undefined],
    ['a HOME that is not absolute', { HOME: '.' }, 'linux', undefined],
    ['half of a path', { HOMEDRIVE: 'D:' }, 'win32', undefined],
  ])('of %s', (_name, env, platform, expected) => {
    expect(homeFolder(env, platform)).toBe(expected);
  });
});
