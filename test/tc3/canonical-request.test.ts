import { describe, expect, test } from 'vitest';
import {
  canonicalHeaders,
  canonicalRequest,
  sha256Hex,
  signedHeaderNames,
} from '../../src/tc3/canonical-request.ts';
import { vectors } from './vectors.ts';

test('all five vectors are here', () => {
  expect(vectors).toHaveLength(5);
});

describe.each(vectors)('%s', (_file, { input, expected }) => {
  test('hashes the payload', () => {
    expect(sha256Hex(input.body)).toBe(expected.hashedPayload);
  });

  test('builds the canonical request', () => {
    const request = { method: 'POST', headers: input.headers, body: input.body } as const;

    const canonical = canonicalRequest(request, input.signedHeaders);

    expect(canonical).toBe(expected.canonicalRequest);
    expect(sha256Hex(canonical)).toBe(expected.hashedCanonicalRequest);
  });
});

describe('canonicalHeaders', () => {
  test('lower-cases names and values, trims values and sorts by name', () => {
    const headers = { HOST: ' Example.COM ', 'Content-Type': 'Application/JSON' };

    expect(canonicalHeaders(headers, ['Host', 'content-type'])).toBe(
      'content-type:application/json\nhost:example.com\n',
    );
  });

  test('refuses to sign a header that is not sent', () => {
    expect(() => canonicalHeaders({ host: 'a' }, ['host', 'x-tc-action'])).toThrow(/x-tc-action/);
  });
});

test('signedHeaderNames sorts and joins', () => {
  expect(signedHeaderNames(['X-TC-Action', 'host', 'Content-Type'])).toBe('content-type;host;x-tc-action');
});

test('raw and escaped UTF-8 are different payloads', () => {
  const raw = '{"Limit": 1, "Filters": [{"Values": ["未命名"], "Name": "instance-name"}]}';

  expect(sha256Hex(raw)).toBe('1e07682a01ae959704b7d77a9c0dd92ad8284fc90f9bb2ab5cc941be1d7ea716');
  expect(sha256Hex('{}')).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
});
