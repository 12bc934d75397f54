import { expect, test } from 'vitest';
import { connectionError } from '../../src/http/connection-error.ts';

const fault = (code: string) => connectionError(Object.assign(new Error('x'), { code }));

test.each([
  ['CERT_HAS_EXPIRED', /^correct the clock of this machine; .* renew/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /^check that TCSS_ENDPOINT is the intended host/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /set NODE_EXTRA_CA_CERTS/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /set NODE_EXTRA_CA_CERTS/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /set NODE_EXTRA_CA_CERTS/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /set NODE_EXTRA_CA_CERTS/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /^check that the port of TCSS_ENDPOINT speaks TLS/],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', /^check that the port of TCSS_ENDPOINT speaks TLS/],
  ['EPROTO', /^check that the port of TCSS_ENDPOINT speaks TLS/],
])('a connection that failed with %s does not pass by itself, and says what to change', (code, fix) => {
  const failure = fault(code);

  expect(failure.fix).toMatch(fix);
  expect(failure).toMatchObject({ fault: 'connection', attempts: 1, retryable: false });
});

test.each([
  ['ECONNRESET', 5],
  ['EAI_AGAIN', 5],
  ['UND_ERR_HEADERS_TIMEOUT', 5],
  ['ECONNREFUSED', 1],
  ['a code that nobody knows', 1],
])('one that failed with %s may pass later', (code, attempts) => {
  expect(fault(code)).toMatchObject({ attempts, retryable: true, fix: undefined });
});
