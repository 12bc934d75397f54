/** Named tokens, and what is asked of who has none. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Secret } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';
import {
  type Caller,
  createAuthorize,
  type Denial,
  openTokens,
} from '../../src/http-server/authorization.ts';

const ALICE = 'FAKE-token-of-alice-0123456789abcdef';
const BOB = 'FAKE-token-of-bob-0123456789abcdefgh';
const URL_ = new URL('https://mcp.example.com/mcp');

const inEnvironment = (text: string) =>
  openTokens({ tokens: new Secret(text), tokensFile: undefined }, () => undefined);

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tokens-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** From now on the clock stands still; what this gives lets a second pass. */
function seconds(): () => void {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  return () => void vi.advanceTimersByTime(1000);
}

describe('tokens', () => {
  test('are found by their digests, whatever else is in the lines', () => {
    const tokens = inEnvironment(`# team\n\n alice\t${ALICE}  \r\nbob@example.com ${BOB}\n`);

    expect(tokens?.nameOf(ALICE)).toBe('alice');
    expect(tokens?.nameOf(BOB)).toBe('bob@example.com');
    expect(tokens?.nameOf(`${ALICE}x`)).toBeUndefined();
    expect(tokens?.nameOf('')).toBeUndefined();
    expect(JSON.stringify(tokens)).not.toContain('FAKE');
  });

  test('may be several of one name, so that one can replace another', () => {
    const tokens = inEnvironment(`alice ${ALICE}\nalice ${BOB}`);

    expect([tokens?.count(), tokens?.nameOf(ALICE), tokens?.nameOf(BOB)]).toEqual([2, 'alice', 'alice']);
  });

  test.each([
    ['too short', 'alice FAKE-short', 'line 1 '],
    ['no name', `\n${ALICE}`, 'line 2 '],
    ['a strange name', `al"ice ${ALICE}`, 'line 1 '],
    ['three words', `alice ${ALICE} x`, 'line 1 '],
    ['the same twice', `alice ${ALICE}\nbob ${ALICE}`, 'line 2 repeats'],
    ['none', '# nobody', 'holds no token'],
  ])('are refused: %s', (_what, text, words) => {
    const opening = () => inEnvironment(text);

    expect(opening).toThrow(ConfigError);
    expect(opening).toThrow(words);
    expect(opening).not.toThrow(/FAKE|alice|al"ice/);
  });

  test('are read again when their file changes, also behind links as in Kubernetes; a bad file changes nothing', () => {
    const pass = seconds();
    const home = folder();
    const data = (version: string, text: string) => {
      mkdirSync(join(home, version));
      writeFileSync(join(home, version, 'tokens'), text);
      symlinkSync(version, join(home, 'data.new'));
      renameSync(join(home, 'data.new'), join(home, 'data'));
    };
    data('one', `alice ${ALICE}`);
    const log: string[] = [];
    const tokens = openTokens(
      { tokens: undefined, tokensFile: join(home, 'data', 'tokens') },
      (level, message) => log.push(`${level} ${message}`),
    );
    expect(tokens?.nameOf(ALICE)).toBe('alice');

    data('two', `alice ${BOB}`);
    pass();
    expect([tokens?.nameOf(BOB), tokens?.nameOf(ALICE)]).toEqual(['alice', undefined]);
    data('three', 'alice FAKE-half-writ');
    pass();
    expect(tokens?.nameOf(BOB)).toBe('alice');
    expect(log).toHaveLength(2);
    expect(log[1]).toMatch(/^error .*line 1 .*the tokens before stay valid$/);
    expect(tokens?.nameOf(BOB)).toBe('alice');
  });

  test('are read once they can be, also when the file looks as it did when it could not; that is told once', () => {
    const pass = seconds();
    const file = join(folder(), 'tokens');
    const write = (text: string, seconds: number) => {
      writeFileSync(file, text);
      utimesSync(file, seconds, seconds);
    };
    write(`alice ${ALICE}`, 1);
    const log: string[] = [];
    const tokens = openTokens({ tokens: undefined, tokensFile: file }, (_, message) => log.push(message));
    write(`alice_${BOB}`, 2);
    for (let second = 0; second < 3; second += 1) {
      pass();
      expect([tokens?.nameOf(ALICE), log.length]).toEqual(['alice', 1]);
    }
    write(`alice ${BOB}`, 2);
    pass();

    expect([tokens?.nameOf(BOB), tokens?.nameOf(ALICE)]).toEqual(['alice', undefined]);
  });

  test('in a file that does not exist: told without its path', () => {
    const opening = () => openTokens({ tokens: undefined, tokensFile: '/no/such/FAKE' }, () => undefined);

    expect(opening).toThrow('the file of TCSS_HTTP_TOKENS_FILE cannot be read (ENOENT)');
  });
});

describe('a request', () => {
  const settings = { url: URL_, oauth: undefined };
  const authorize = createAuthorize(settings, inEnvironment(`alice ${ALICE}`), undefined);
  const denial = async (header: string | undefined) => (await authorize(header)) as Denial;

  test.each([`Bearer ${ALICE}`, `bearer   ${ALICE}`, `BEARER ${ALICE}`])(
    'with a token is of its owner',
    async (header) => {
      expect(await authorize(header)).toEqual({ name: 'alice', id: 'token:alice', label: 'alice' });
    },
  );

  test.each([
    undefined,
    '',
    ALICE,
    `Basic ${ALICE}`,
    `Bearer ${ALICE} x`,
    `Bearer ${ALICE}, Bearer ${ALICE}`,
  ])('without one is told how to send it: %s', async (header) => {
    const { status, headers, body } = await denial(header);

    expect(status).toBe(401);
    expect(headers).toEqual({ 'WWW-Authenticate': 'Bearer realm="tcss-mcp-server"' });
    expect(body.error_description).toContain('Authorization: Bearer TOKEN');
  });

  test('with another one: invalid, and it is not repeated', async () => {
    const refused = await denial(`Bearer ${BOB}`);

    expect(refused.headers['WWW-Authenticate']).toContain('error="invalid_token"');
    expect(JSON.stringify(refused)).not.toContain('FAKE');
  });

  test('is of anybody where nothing is asked', async () => {
    const anybody = (await createAuthorize(settings, undefined, undefined)(undefined)) as Caller;

    expect(anybody).toEqual({ name: 'anonymous', id: undefined, label: 'anonymous' });
  });
});
