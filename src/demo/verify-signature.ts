/**
 * The service's half of TC3-HMAC-SHA256: recomputes the signature of a request with the signed headers and the scope
 * that it names. It shares the steps in `src/tc3` with the signer, so its tests also use vectors from elsewhere.
 * @see https://www.tencentcloud.com/document/api/1163/47943
 */
import { timingSafeEqual } from 'node:crypto';
import { isLoopback } from '../config.ts';
import { canonicalRequest, type SignableRequest, signedHeaderNames } from '../tc3/canonical-request.ts';
import { deriveKeys, signature, stringToSign, utcDate } from '../tc3/sign.ts';
import { TCSS_SERVICE } from '../tcss/action.ts';
import { Refusal } from './request.ts';

const MAX_SKEW_SECONDS = 300;
const AUTHORIZATION =
  /^TC3-HMAC-SHA256 Credential=([^/\s]+)\/(\d{4}-\d{2}-\d{2})\/([^/\s]+)\/tc3_request, SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})$/;

/** A request as it arrived: header names in lower case, the body in its original bytes. */
export interface ArrivedRequest {
  readonly method: SignableRequest['method'];
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/**
 * Returns when the request is signed with these credentials; `nowMs` is the service's time. `services` are the accepted
 * scopes: `tcss` and, for a loopback host, its first label, since the official Node SDK takes the service from the
 * host and so sends "127" for 127.0.0.1.
 * @throws {Refusal} with the `AuthFailure` code that says why not.
 */
export function verifySignature(
  request: ArrivedRequest,
  credentials: { readonly secretId: string; readonly secretKey: string; readonly token?: string },
  nowMs: number,
  services: readonly string[] = servicesFor(header(request, 'host') ?? ''),
): void {
  const claim = parseAuthorization(header(request, 'authorization') ?? '');
  const timestamp = header(request, 'x-tc-timestamp') ?? '';
  if (!/^\d{1,11}$/.test(timestamp)) refuse('InvalidAuthorization', 'X-TC-Timestamp must be whole seconds.');
  const timestampSeconds = Number(timestamp);
  if (Math.abs(Math.floor(nowMs / 1000) - timestampSeconds) > MAX_SKEW_SECONDS) {
    refuse('SignatureExpire', 'X-TC-Timestamp is more than five minutes away from the time of the server.');
  }
  if (claim.secretId !== credentials.secretId) refuse('SecretIdNotFound', 'The SecretId is not found.');
  const isScopeRight = claim.date === utcDate(timestampSeconds) && services.includes(claim.service);
  if (!isScopeRight || !isSigned(request, claim, credentials.secretKey, timestampSeconds)) {
    refuse('SignatureFailure', 'The provided credentials could not be validated.');
  }
  if (credentials.token !== undefined && header(request, 'x-tc-token') !== credentials.token) {
    refuse('TokenFailure', 'The token is invalid or does not belong to the SecretId.');
  }
}

interface Claim {
  readonly secretId: string;
  readonly date: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function parseAuthorization(value: string): Claim {
  const [, secretId = '', date = '', service = '', names = '', claimed = ''] =
    AUTHORIZATION.exec(value) ?? refuse('InvalidAuthorization', 'The Authorization header is malformed.');
  const signedHeaders = names.split(';');
  const isCanonical =
    signedHeaderNames(signedHeaders) === names && new Set(signedHeaders).size === signedHeaders.length;
  if (!isCanonical || !signedHeaders.includes('content-type') || !signedHeaders.includes('host')) {
    refuse('InvalidAuthorization', 'SignedHeaders must be sorted and hold content-type and host.');
  }
  return { secretId, date, service, signedHeaders, signature: claimed };
}

function isSigned(request: ArrivedRequest, claim: Claim, secretKey: string, timestampSeconds: number) {
  const headers: Record<string, string> = {};
  for (const name of claim.signedHeaders) {
    const value = header(request, name);
    if (value === undefined) return false;
    headers[name] = value;
  }
  const { signingKey } = deriveKeys(secretKey, claim.date, claim.service);
  // The official SDK signs the host without the port that it sends: both forms are taken.
  const hosts = [headers['host'] ?? '', (headers['host'] ?? '').replace(/:\d+$/, '')];
  return hosts.some((host) => {
    const { method, body } = request;
    const canonical = canonicalRequest({ method, headers: { ...headers, host }, body }, claim.signedHeaders);
    const expected = signature(signingKey, stringToSign(timestampSeconds, claim.service, canonical));
    return timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature));
  });
}

function servicesFor(host: string): string[] {
  return isLoopback(host.replace(/:\d+$/, '')) ? [TCSS_SERVICE, host.split(/[.:]/)[0] ?? ''] : [TCSS_SERVICE];
}

function header(request: ArrivedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

function refuse(detail: string, message: string): never {
  throw new Refusal(`AuthFailure.${detail}`, message);
}
