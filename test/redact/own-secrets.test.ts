import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScrubber } from '../../src/redact/own-secrets.ts';
import { createRedaction } from '../../src/redact/redaction.ts';

const RUN = 8;
const ID = 'AKIDdemoEXAMPLE0p3n5n07h1n64741nf0rm';
const KEY = 'n07r3a1EXAMPLEk3y8u7l0n63n0u6hf0r5ign';

const runsOf = (secret: string) =>
  Array.from({ length: Math.max(0, secret.length - RUN + 1) }, (_, at) => secret.slice(at, at + RUN));
const leaks = (text: string, secrets: readonly string[]) =>
  secrets.flatMap(runsOf).filter((run) => text.includes(run));

/** Printable ASCII as a credential is made of; few different letters make runs that overlap themselves. */
const secret = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 80 }).map((text) => text.replaceAll(' ', '_')),
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 8, maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('a', '<', '>', 'redacted', '<redacted>', '*'),
    minLength: 8,
    maxLength: 20,
  }),
);

/** Text with pieces of the secrets in it, whole or cut, side by side or apart. */
const cases = fc.array(secret, { minLength: 1, maxLength: 3 }).chain((secrets) => {
  const piece = fc
    .tuple(fc.constantFrom(...secrets), fc.nat(80), fc.nat(80))
    .map(([text, from, to]) => text.slice(Math.min(from, to), Math.max(from, to)));
  const filler = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', '\n', '<redacted>', '漏洞'));
  return fc.record({
    secrets: fc.constant(secrets),
    text: fc
      .array(fc.oneof(piece, fc.constantFrom(...secrets), filler), { maxLength: 20 })
      .map((all) => all.join('')),
  });
});

describe('createScrubber', () => {
  test('leaves no run of 8 characters of any secret, at no seam either', () => {
    fc.assert(
      fc.property(cases, ({ secrets, text }) => {
        expect(leaks(createScrubber(secrets)(text), secrets)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves text without such a run as it is', () => {
    fc.assert(
      fc.property(cases, ({ secrets, text }) => {
        fc.pre(leaks(text, secrets).length === 0);
        expect(createScrubber(secrets)(text)).toBe(text);
      }),
    );
  });

  test('scrubbing twice changes nothing more', () => {
    fc.assert(
      fc.property(cases, ({ secrets, text }) => {
        const scrub = createScrubber(secrets);
        expect(scrub(scrub(text))).toBe(scrub(text));
      }),
    );
  });

  test.each([
    ['the whole secret', `id=${ID}.`, 'id=<redacted>.'],
    ['both, side by side', `${ID}${KEY}`, '<redacted><redacted>'],
    ['the same twice', `${ID} ${ID}`, '<redacted> <redacted>'],
    ['its first 8 characters', `x${ID.slice(0, 8)}x`, 'x<redacted>x'],
    ['its last 8 characters', ID.slice(-8), '<redacted>'],
    ['8 characters from its middle', `-${KEY.slice(9, 17)}-`, '-<redacted>-'],
    ['7 characters', KEY.slice(0, 7), KEY.slice(0, 7)],
    ['the beginning and the end of it', KEY.slice(0, 7) + KEY.slice(-7), KEY.slice(0, 7) + KEY.slice(-7)],
    ['its letters in another order', ID.split('').reverse().join(''), ID.split('').reverse().join('')],
  ])('%s: %s', (_name, text, expected) => {
    expect(createScrubber([ID, KEY])(text)).toBe(expected);
  });

  test.each([
    ['aaaaaaa<', 'aaaaaaaaaaaaaa<'],
    ['>aaaaaaa', '>aaaaaaaaaaaaaa'],
    ['zredactedz', 'zredactedz'],
  ])('the mark makes no new run of %s', (strange, text) => {
    const scrubbed = createScrubber([strange])(text);

    expect(leaks(scrubbed, [strange])).toEqual([]);
    expect(scrubbed).not.toBe(text);
  });

  test.each([[[]], [['']], [['short12']]])('has nothing to look for in %j', (secrets) => {
    expect(createScrubber(secrets)('short12 short12')).toBe('short12 short12');
  });

  test.each([
    ['without a secret', 'n07r3a1'.repeat(150_000)],
    ['all secret', KEY.repeat(28_000)],
    ['of one letter', 'a'.repeat(1_000_000)],
    ['of runs', `${KEY.slice(0, 8)} `.repeat(110_000)],
  ])('takes 1 MB in a moment: %s', (_name, text) => {
    const scrub = createScrubber([ID, KEY, 'a'.repeat(4096)]);
    const started = performance.now();

    scrub(text);

    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('secrets that become known later', () => {
  test('are taken out from then on, with those known before', () => {
    const secrets = [ID];
    const { redact } = createRedaction(secrets);
    const text = `${ID} ${KEY} ${Buffer.from(KEY).toString('base64')}`;
    expect(redact(text)).toContain(KEY);

    secrets.push(KEY);

    expect(redact(text)).toMatch(/^<redacted> <redacted> <redacted>\S{0,4}$/);
  });
});

describe('createRedaction', () => {
  const text = `DB_PASSWORD=FAKE-EXAMPLE-1; echo ${KEY}`;

  test('takes secrets and own credentials out', () => {
    const { redact } = createRedaction([KEY]);

    expect(redact(text)).toBe('DB_PASSWORD=<redacted>; echo <redacted>');
  });

  test('leaves no run of a credential, whatever stands around it and however secrets are cut out', () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('', 'PASSWORD=', 'curl -u a:', '"', 'https://a:b@'),
        ({ secrets, text }, before) => {
          const { redact } = createRedaction(secrets);
          expect(leaks(redact(before + text), secrets)).toEqual([]);
        },
      ),
    );
  });
});
