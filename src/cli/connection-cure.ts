/** What to change after a connection that failed for good, by the code of the failure. Pure. */
import { TransportError } from '../errors.ts';

const BY_CODE: readonly (readonly [RegExp, string])[] = [
  [
    /^CERT_HAS_EXPIRED$/,
    'set the clock of this machine right; if it is, whoever runs the endpoint or the proxy must renew the certificate',
  ],
  [
    /ALTNAME/,
    'see that TCSS_ENDPOINT is the host that is meant, and that nothing leads its name somewhere else',
  ],
  [
    /CERT|SIGNATURE/,
    'if a proxy or an authority of your own is meant to be there, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate',
  ],
  [
    /SSL|TLS|^EPROTO$/,
    'see that the port of TCSS_ENDPOINT speaks TLS (usually none is given), and that HTTPS_PROXY begins with http:// unless the proxy itself speaks TLS',
  ],
];

/** By what a proxy answered to the wish for a tunnel; any other 4xx is that of something that opens none. */
const BY_STATUS: Readonly<Record<number, string>> = {
  403: 'have the proxy let this server reach the endpoint, or exempt its host in NO_PROXY',
  407: 'put user and password into the URL of HTTPS_PROXY',
};

const NO_TUNNELS = 'see that HTTPS_PROXY is the address and port of a proxy that opens tunnels (CONNECT)';

/** Undefined for what may pass by itself. */
export function connectionCure(error: unknown): string | undefined {
  if (!(error instanceof TransportError)) return undefined;
  const { status, cause, retryable } = error;
  if (status !== undefined) return retryable ? undefined : (BY_STATUS[status] ?? NO_TUNNELS);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return BY_CODE.find(([pattern]) => pattern.test(code))?.[1];
}
