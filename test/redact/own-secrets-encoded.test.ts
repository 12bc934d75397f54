import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScrubber } from '../../src/redact/own-secrets.ts';

const RUN = 8;
const ID = 'AKIDdemoEXAMPLE0p3n5n07h1n64741nf0rm';
const KEY = 'n07r3a1EXAMPLEk3y8u7l0n63n0u6hf0r5ign';
const TOKEN = 'madeUp/Session+Token_Q7w8-E9r0~T1y2"U3i4\\O5p6%41==';

const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(2, '0');
const each = (text: string, encode: (letter: string) => string) => [...text].map(encode).join('');

/** Every encoding in which an echo may come back, and what takes it back. */
const ENCODINGS: Readonly<Record<string, { to: (text: string) => string; back: (text: string) => string }>> =
  {
    'percent-encoded where it must be': { to: encodeURIComponent, back: percentDecoded },
    'percent-encoded in full': {
      to: (text) => each(text, (letter) => `%${hex(letter)}`),
      back: percentDecoded,
    },
    'percent-encoded in capitals': {
      to: (text) => each(text, (letter) => `%${hex(letter).toUpperCase()}`),
      back: percentDecoded,
    },
    'JSON-escaped where it must be': { to: (text) => JSON.stringify(text).slice(1, -1), back: jsonDecoded },
    'JSON-escaped with slashes': {
      to: (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
      back: jsonDecoded,
    },
    'JSON-escaped in full': {
      to: (text) => each(text, (letter) => `\\u00${hex(letter)}`),
      back: jsonDecoded,
    },
    'JSON in JSON': {
      to: (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
      back: (text) => jsonDecoded(jsonDecoded(text)),
    },
    'percent-encoded twice': {
      to: (text) => encodeURIComponent(each(text, (letter) => `%${hex(letter)}`)),
      back: (text) => percentDecoded(percentDecoded(text)),
    },
    'percent-encoded JSON': {
      to: (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)),
      back: (text) => jsonDecoded(percentDecoded(text)),
    },
  };

function percentDecoded(text: string): string {
  return text.replace(/%([0-7][\da-f])/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

function jsonDecoded(text: string): string {
  return text.replace(/\\(?:u(00[0-7][\da-f])|([\\/"]))/gi, (_, code, letter) =>
    code === undefined ? letter : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function leaks(text: string, secret: string): boolean {
  return Array.from({ length: secret.length - RUN + 1 }, (_, at) => secret.slice(at, at + RUN)).some((run) =>
    text.includes(run),
  );
}

/** What any piece of base64 in it decodes to, from each of its letters on. */
function base64Decoded(text: string): string {
  return [...text.matchAll(/[\w+/-]{4,}/g)]
    .flatMap(([piece]) => [0, 1, 2, 3].map((from) => Buffer.from(piece.slice(from), 'base64')))
    .map((bytes) => bytes.toString('latin1'))
    .join('\n');
}

const secret = fc.oneof(
  fc.constantFrom(ID, KEY, TOKEN),
  fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 60 }).map((text) => text.replaceAll(' ', '_')),
);
const part = secret.chain((whole) =>
  fc
    .tuple(fc.nat(whole.length - RUN), fc.integer({ min: RUN, max: whole.length }))
    .map(([from, length]) => ({ whole, run: whole.slice(from, from + length) })),
);
const around = fc.constantFrom(
  '',
  ' ',
  '"',
  'x',
  '=',
  '%',
  '\\',
  '漏洞',
  '<redacted>',
  'Authorization: Basic ',
);

describe('createScrubber, with a secret that comes back encoded', () => {
  test.each(Object.entries(ENCODINGS))('takes any run of it out, %s', (_name, { to, back }) => {
    fc.assert(
      fc.property(part, around, around, ({ whole, run }, before, after) => {
        const scrubbed = createScrubber([whole])(`${before}|${to(run)}|${after}`);

        expect(leaks(back(scrubbed), whole)).toBe(false);
        expect(leaks(scrubbed, whole)).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test.each(['base64', 'base64url'] as const)('takes any run of it out, %s at any alignment', (encoding) => {
    fc.assert(
      fc.property(
        part,
        fc.string({ maxLength: 5 }),
        fc.string({ maxLength: 5 }),
        fc.boolean(),
        (...drawn) => {
          const [{ whole, run }, before, after, isPadded] = drawn;
          const encoded = Buffer.from(before + run + after).toString(encoding);
          const text = `Basic ${isPadded ? encoded : encoded.replace(/=+$/, '')};`;

          const scrubbed = createScrubber([whole])(text);

          expect(leaks(base64Decoded(scrubbed), whole)).toBe(false);
          expect(scrubbed).toMatch(/<redacted>|\u2588/);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ['base64', Buffer.from(ID).toString('base64'), /^<redacted>$/],
    [
      'base64 of the pair',
      Buffer.from(`${ID}:${KEY}`).toString('base64'),
      /^<redacted>\w{0,4}<redacted>\w?=?$/,
    ],
    [
      'base64 with its slashes escaped',
      Buffer.from(`??${KEY}`).toString('base64').replaceAll('/', '\\/'),
      /^Pz9<redacted>$/,
    ],
    ['base64 in a query', encodeURIComponent(Buffer.from(KEY).toString('base64')), /^<redacted>\w?(%3D)*$/],
    ['escaped in two ways', `\\u0041K%49D${ID.slice(4)}`, /^<redacted>$/],
    [
      'with every second letter escaped',
      each(KEY, (letter) => (/[a-z]/.test(letter) ? `%${hex(letter)}` : letter)),
      /^<redacted>$/,
    ],
  ])('shows a mark in its place: %s', (_name, text, expected) => {
    expect(createScrubber([ID, KEY])(text)).toMatch(expected);
  });

  test('leaves fewer than 8 characters, and escapes of anything else, as they are', () => {
    const scrub = createScrubber([ID, KEY]);
    for (const run of [ID.slice(0, 7), KEY.slice(-7), 'another-value/of+no%interest"\\']) {
      const texts = [
        ...Object.values(ENCODINGS).map(({ to }) => to(run)),
        Buffer.from(run).toString('base64'),
      ];
      for (const text of texts) expect(scrub(text)).toBe(text);
    }
  });

  test.each(['%', '\\', '\\u', '\\u00', '%4', '\\u00zz%zz', '%%%%\\\\\\\\', '\\u0041', '%25'])(
    'leaves broken and foreign escapes as they are: %s',
    (text) => {
      const scrub = createScrubber([ID, KEY]);
      expect(scrub(text)).toBe(text);
      expect(scrub(`${text}${KEY}${text}`)).toBe(`${text}<redacted>${text}`);
    },
  );
});
