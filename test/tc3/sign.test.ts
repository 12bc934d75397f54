import { createRequire } from 'node:module';
import fc from 'fast-check';
import type OfficialSigner from 'tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js';
import { describe, expect, test } from 'vitest';
import { canonicalRequest } from '../../src/tc3/canonical-request.ts';
import {
  authorization,
  credentialScope,
  deriveKeys,
  sign,
  signature,
  stringToSign,
  utcDate,
} from '../../src/tc3/sign.ts';
import { anyCharacter } from '../any-character.ts';
import { vectors } from './vectors.ts';

const oracle = createRequire(import.meta.url)(
  'tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js',
) as typeof OfficialSigner;

describe.each(vectors)('%s', (_file, { input, expected }) => {
  const request = { method: 'POST', headers: input.headers, body: input.body } as const;
  const scope = `2019-02-25/${input.service}/tc3_request`;

  test('builds the string to sign', () => {
    const canonical = canonicalRequest(request, input.signedHeaders);

    expect(stringToSign(input.timestamp, input.service, canonical)).toBe(
      `TC3-HMAC-SHA256\n1551113065\n${scope}\n${expected.hashedCanonicalRequest}`,
    );
  });

  test('derives the three keys', () => {
    const keys = deriveKeys(input.secretKey, '2019-02-25', input.service);

    const hex = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.toString('hex')]));
    const {
      dateKey = hex['dateKey'],
      serviceKey = hex['serviceKey'],
      signingKey = hex['signingKey'],
    } = expected;
    expect(hex).toEqual({ dateKey, serviceKey, signingKey });
  });

  test('signs', () => {
    const { signingKey } = deriveKeys(input.secretKey, '2019-02-25', input.service);
    const toSign = stringToSign(
      input.timestamp,
      input.service,
      canonicalRequest(request, input.signedHeaders),
    );

    expect(signature(signingKey, toSign)).toBe(expected.signature);
  });

  test('gives the Authorization header', () => {
    const { secretId, secretKey, service, timestamp: timestampSeconds, signedHeaders } = input;

    expect(sign(request, { secretId, secretKey }, { service, timestampSeconds, signedHeaders })).toBe(
      authorization({
        secretId,
        scope,
        signedHeaders: signedHeaders.join(';'),
        signature: expected.signature,
      }),
    );
  });
});

test('every vector but the one without intermediate keys pins its signing key', () => {
  const pinned = vectors.filter(([, vector]) => vector.expected.signingKey !== undefined);

  expect(pinned).toHaveLength(4);
});

describe('utcDate', () => {
  test.each([
    [1551139199, '2019-02-25'],
    [1551139200, '2019-02-26'],
  ])('%d is %s in UTC', (timestamp, date) => {
    expect(utcDate(timestamp)).toBe(date);
    expect(credentialScope(timestamp, 'tcss')).toBe(`${date}/tcss/tc3_request`);
  });
});

describe('sign beside the official signer', () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        '漏',
        '洞',
        '👍🏽',
        '\u{1F468}\u200d\u{1F469}',
        'é',
        '"',
        '\\',
        '\n',
        '\u2028',
        'a',
      ),
    }),
  );
  const json = fc
    .record({
      Id: fc.maxSafeNat(),
      Filters: fc.array(fc.record({ Name: text, Value: text }), { maxLength: 3 }),
    })
    .map((value) => JSON.stringify(value));
  const large = fc
    .tuple(text, fc.integer({ min: 1_000, max: 5_000 }))
    .map(([part, times]) => part.repeat(times));
  const body = fc.oneof(json, text, large, fc.constantFrom('', '{}'));
  const requests = fc.record({
    body,
    secretId: fc.string({ minLength: 1, maxLength: 64 }),
    secretKey: fc.string({ unit: anyCharacter, minLength: 1, maxLength: 80 }),
    token: fc.option(fc.string({ maxLength: 200 })),
    timestampSeconds: fc.integer({ min: 0, max: 4_102_444_800 }),
    service: fc.constantFrom('tcss', 'cvm', 'sts'),
    host: fc.domain(),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-8'),
  });

  test('agrees on 500 random requests, with and without a token', () => {
    fc.assert(
      fc.property(
        requests,
        ({ body, secretId, secretKey, token, timestampSeconds, service, host, contentType }) => {
          const headers = {
            'Content-Type': contentType,
            Host: host,
            ...(token === null ? {} : { 'X-TC-Token': token }),
          };
          const bytes = Buffer.from(body, 'utf8');

          const ours = sign(
            { method: 'POST', headers, body: bytes },
            { secretId, secretKey },
            {
              service,
              timestampSeconds,
              signedHeaders: ['content-type', 'host'],
            },
          );

          const theirs = oracle.default.sign3({
            method: 'POST',
            url: `https://${host}/`,
            payload: bytes,
            timestamp: timestampSeconds,
            service,
            secretId,
            secretKey,
            headers,
          } as never);
          expect(ours).toBe(theirs);
        },
      ),
      { numRuns: 500 },
    );
  });
});
