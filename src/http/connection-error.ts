/** Why a connection failed, in words, and how often to try again. */
import { MAX_ATTEMPTS, TransportError } from '../errors.ts';

/** What codes mean; others are shown as they are. */
const CONNECTION_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the endpoint does not speak TLS',
  EPIPE: 'the connection was closed while sending',
  EPROTO: 'the TLS handshake failed',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'no connection could be made in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  UND_ERR_DESTROYED: 'this server is ending',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut off',
  HTTPParserError: 'the answer is not HTTP',
  Z_BUF_ERROR: 'the compressed answer was cut off',
  Z_DATA_ERROR: 'the compressed answer is damaged',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired; check the clock of this machine',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the TLS certificate is self-signed; set NODE_EXTRA_CA_CERTS if that is intended',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the TLS chain ends in an unknown CA; set NODE_EXTRA_CA_CERTS if it is that of your proxy',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the CA of the TLS certificate is unknown; set NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate cannot be verified; set NODE_EXTRA_CA_CERTS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host',
};

/** What somebody must change, since faults of certificates and TLS do not pass by themselves. The first match counts. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /^CERT_HAS_EXPIRED$/,
    'correct the clock of this machine; if it is right, whoever runs the endpoint or the proxy must renew the certificate',
  ],
  [
    /ALTNAME/,
    'check that TCSS_ENDPOINT is the intended host, and that its name is not resolved to another machine',
  ],
  [
    /CERT|SIGNATURE/,
    'if you use a proxy or certificate authority of your own, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate',
  ],
  [
    /SSL|TLS|^EPROTO$/,
    'check that the port of TCSS_ENDPOINT speaks TLS (usually no port is given), and that HTTPS_PROXY begins with http:// unless the proxy itself speaks TLS',
  ],
];

/** Faults after which the same request may succeed. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
  'Z_BUF_ERROR',
]);

/** Words for a failed connection; `where` says whose it was, unless the endpoint's. Never contains an address. */
export function connectionError(error: unknown, where = ''): TransportError {
  const code = errorCode(error) ?? 'no code';
  const words = `${where}${CONNECTION_FAULTS[code] ?? 'the connection failed'} (${code})`;
  return new TransportError('connection', words, {
    cause: error,
    attempts: TRANSIENT.has(code) ? MAX_ATTEMPTS : 1,
    fix: FIXES.find(([pattern]) => pattern.test(code))?.[1],
  });
}

/** The code of an error, of the first of several (one for each address tried), or of its cause. */
function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'HTTPParserError') return error.name;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  return errorCode(error instanceof AggregateError ? error.errors[0] : error.cause);
}
