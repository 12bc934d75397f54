import { describe, expect, test } from 'vitest';
import { type ArrivedRequest, verifySignature } from '../../src/demo/verify-signature.ts';
import { canonicalRequest } from '../../src/tc3/canonical-request.ts';
import { authorization, deriveKeys, sign, signature, stringToSign } from '../../src/tc3/sign.ts';
import { type Vector, vectors } from '../tc3/vectors.ts';

const NOW = 1551113065;
const credentials = { secretId: 'AKIDverifierTEST', secretKey: 'verifierTESTkey' };

interface Changes {
  headers?: Record<string, string | undefined>;
  body?: string;
  service?: string;
  signedHeaders?: string[];
  signedHost?: string;
  timestampSeconds?: number;
}

/** A request signed as the options say; `headers` are changed after signing. */
function arrived(changes: Changes = {}): ArrivedRequest {
  const { service = 'tcss', signedHeaders = ['content-type', 'host'], timestampSeconds = NOW } = changes;
  const host = '127.0.0.1:4711';
  const headers = { 'content-type': 'application/json', host, 'x-tc-action': 'Describe' };
  const signable = { ...headers, host: changes.signedHost ?? host };
  const request = { method: 'POST', headers: signable, body: '{"Id":1}' } as const;
  const value = sign(request, credentials, { service, timestampSeconds, signedHeaders });
  return {
    method: 'POST',
    headers: {
      ...headers,
      authorization: value,
      'x-tc-timestamp': String(timestampSeconds),
      ...changes.headers,
    },
    body: Buffer.from(changes.body ?? '{"Id":1}'),
  };
}

function verdict(request: ArrivedRequest, keys: Parameters<typeof verifySignature>[1] = credentials) {
  try {
    verifySignature(request, keys, NOW * 1000);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('verifySignature', () => {
  test.each<[string, Changes]>([
    ['two signed headers', {}],
    ['three signed headers', { signedHeaders: ['content-type', 'host', 'x-tc-action'] }],
    ['a host signed without its port', { signedHost: '127.0.0.1' }],
    ['the service that the official SDK takes from a loopback host', { service: '127' }],
    ['a clock 300 s behind', { timestampSeconds: NOW - 300 }],
    ['a clock 300 s ahead', { timestampSeconds: NOW + 300 }],
  ])('accepts %s', (_name, changes) => {
    expect(verdict(arrived(changes))).toBe('accepted');
  });

  test.each<[string, string, Changes]>([
    ['no Authorization', 'InvalidAuthorization', { headers: { authorization: undefined } }],
    ['another scheme', 'InvalidAuthorization', { headers: { authorization: 'Bearer abc' } }],
    ['no content-type among the signed headers', 'InvalidAuthorization', { signedHeaders: ['host'] }],
    ['no host among the signed headers', 'InvalidAuthorization', { signedHeaders: ['content-type'] }],
    ['a signed header twice', 'InvalidAuthorization', { signedHeaders: ['content-type', 'host', 'host'] }],
    ['no timestamp', 'InvalidAuthorization', { headers: { 'x-tc-timestamp': undefined } }],
    ['a timestamp in milliseconds', 'InvalidAuthorization', { headers: { 'x-tc-timestamp': `${NOW}000` } }],
    ['a fraction as timestamp', 'InvalidAuthorization', { headers: { 'x-tc-timestamp': `${NOW}.5` } }],
    ['a clock 301 s behind', 'SignatureExpire', { timestampSeconds: NOW - 301 }],
    ['a clock 301 s ahead', 'SignatureExpire', { timestampSeconds: NOW + 301 }],
    [
      'another timestamp than was signed',
      'SignatureFailure',
      { headers: { 'x-tc-timestamp': `${NOW + 1}` } },
    ],
    ['another body than was signed', 'SignatureFailure', { body: '{"Id":2}' }],
    [
      'another content type than was signed',
      'SignatureFailure',
      { headers: { 'content-type': 'text/plain' } },
    ],
    ['another host than was signed', 'SignatureFailure', { headers: { host: '127.0.0.2:4711' } }],
    ['another port than was signed', 'SignatureFailure', { headers: { host: '127.0.0.1:4712' } }],
    ['a service of another product', 'SignatureFailure', { service: 'cvm' }],
    [
      'a signed header that did not arrive',
      'SignatureFailure',
      { signedHeaders: ['content-type', 'host', 'x-tc-action'], headers: { 'x-tc-action': undefined } },
    ],
  ])('refuses %s', (_name, code, changes) => {
    expect(verdict(arrived(changes))).toBe(`AuthFailure.${code}`);
  });

  test('refuses signed headers that are not sorted', () => {
    const request = arrived();
    const value = String(request.headers['authorization']).replace('content-type;host', 'host;content-type');

    expect(verdict({ ...request, headers: { ...request.headers, authorization: value } })).toBe(
      'AuthFailure.InvalidAuthorization',
    );
  });

  test('refuses a scope of another day than the timestamp', () => {
    const request = arrived();
    const value = String(request.headers['authorization']).replace('2019-02-25', '2019-02-26');

    expect(verdict({ ...request, headers: { ...request.headers, authorization: value } })).toBe(
      'AuthFailure.SignatureFailure',
    );
  });

  test('refuses a key derived for another day than the timestamp', () => {
    const names = ['content-type', 'host'];
    const request = arrived();
    const { 'content-type': type, host } = request.headers as Record<string, string>;
    const headers = { 'content-type': type ?? '', host: host ?? '' };
    const toSign = stringToSign(
      NOW,
      'tcss',
      canonicalRequest({ method: 'POST', headers, body: request.body }, names),
    );
    const { signingKey } = deriveKeys(credentials.secretKey, '2019-02-26', 'tcss');
    const value = authorization({
      secretId: credentials.secretId,
      scope: '2019-02-26/tcss/tc3_request',
      signedHeaders: names.join(';'),
      signature: signature(signingKey, toSign),
    });

    expect(verdict({ ...request, headers: { ...request.headers, authorization: value } })).toBe(
      'AuthFailure.SignatureFailure',
    );
  });

  test('takes the service of a loopback host only from a loopback host', () => {
    const headers = { host: 'tcss.example.com' };

    expect(verdict(arrived({ service: '127', signedHost: 'tcss.example.com', headers }))).toBe(
      'AuthFailure.SignatureFailure',
    );
  });

  test('tells an unknown SecretId from a wrong SecretKey', () => {
    expect(verdict(arrived(), { ...credentials, secretId: 'AKIDother' })).toBe(
      'AuthFailure.SecretIdNotFound',
    );
    expect(verdict(arrived(), { ...credentials, secretKey: 'other' })).toBe('AuthFailure.SignatureFailure');
  });

  test('wants the token of temporary credentials, after the signature', () => {
    const temporary = { ...credentials, token: 'session' };

    expect(verdict(arrived(), temporary)).toBe('AuthFailure.TokenFailure');
    expect(verdict(arrived({ headers: { 'x-tc-token': 'stale' } }), temporary)).toBe(
      'AuthFailure.TokenFailure',
    );
    expect(verdict(arrived({ headers: { 'x-tc-token': 'session' } }), temporary)).toBe('accepted');
    expect(verdict(arrived({ body: '{}' }), temporary)).toBe('AuthFailure.SignatureFailure');
  });
});

describe.each(vectors)('%s', (_file, { input, expected }) => {
  const judge =
    (request: ArrivedRequest, secretKey = input.secretKey) =>
    () =>
      verifySignature(request, { secretId: input.secretId, secretKey }, input.timestamp * 1000, [
        input.service,
      ]);
  const good = incoming(input, expected.signature);

  test('is accepted as it is', () => {
    expect(judge(good)).not.toThrow();
  });

  test('is refused with any one byte of its body changed', () => {
    for (let index = 0; index < good.body.length; index++) {
      const body = Buffer.from(good.body);
      body[index] = (body[index] ?? 0) ^ 1;

      expect(judge({ ...good, body })).toThrow(expect.objectContaining(failure));
    }
  });

  test('is refused with any one signed header changed', () => {
    for (const name of input.signedHeaders) {
      const headers = { ...good.headers, [name]: `${good.headers[name]}x` };

      expect(judge({ ...good, headers })).toThrow(expect.objectContaining(failure));
    }
  });

  test('is refused with its timestamp, key or signature changed', () => {
    const later = { ...good.headers, 'x-tc-timestamp': String(input.timestamp + 1) };
    const flipped = expected.signature.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));

    expect(judge({ ...good, headers: later })).toThrow(expect.objectContaining(failure));
    expect(judge(good, `${input.secretKey}x`)).toThrow(expect.objectContaining(failure));
    expect(judge(incoming(input, flipped))).toThrow(expect.objectContaining(failure));
  });
});

const failure = { code: 'AuthFailure.SignatureFailure' };

/** The request a vector describes, bearing the vector's own signature: nothing here is signed by us. */
function incoming(input: Vector['input'], claimed: string): ArrivedRequest {
  const headers = Object.entries(input.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const { secretId, service, timestamp, signedHeaders, body } = input;
  const scope = `2019-02-25/${service}/tc3_request`;
  const value = authorization({
    secretId,
    scope,
    signedHeaders: signedHeaders.join(';'),
    signature: claimed,
  });
  return {
    method: 'POST',
    headers: {
      ...Object.fromEntries(headers),
      authorization: value,
      'x-tc-timestamp': String(timestamp),
    },
    body: Buffer.from(body),
  };
}
