import { expect, test } from 'vitest';
import { connectionCure } from '../../src/cli/connection-cure.ts';
import { TransportError } from '../../src/errors.ts';
import { connectionError } from '../../src/http/connection-error.ts';

const fault = (code: string) => connectionError(Object.assign(new Error('x'), { code }));

test.each([
  ['CERT_HAS_EXPIRED', /^set the clock of this machine right; .* renew/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /^see that TCSS_ENDPOINT is the host that is meant/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /set NODE_EXTRA_CA_CERTS/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /set NODE_EXTRA_CA_CERTS/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /set NODE_EXTRA_CA_CERTS/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /set NODE_EXTRA_CA_CERTS/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /^see that the port of TCSS_ENDPOINT speaks TLS/],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', /^see that the port of TCSS_ENDPOINT speaks TLS/],
  ['EPROTO', /^see that the port of TCSS_ENDPOINT speaks TLS/],
])('a connection that failed with %s has a cure of its own', (code, cure) => {
  expect(connectionCure(fault(code))).toMatch(cure);
});

test('what passes by itself, or is no failure of a connection, has none here', () => {
  for (const error of [fault('ECONNRESET'), fault('ECONNREFUSED'), new Error('x'), 'x']) {
    expect(connectionCure(error)).toBeUndefined();
  }
  expect(connectionCure(new TransportError('http-status', 'x', { status: 502 }))).toBeUndefined();
});
