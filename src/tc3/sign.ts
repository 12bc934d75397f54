/**
 * Second half of TC3-HMAC-SHA256: scope, string to sign, key, signature, Authorization.
 * @see https://www.tencentcloud.com/document/api/1163/47943
 */
import { createHmac } from 'node:crypto';
import { canonicalRequest, type SignableRequest, sha256Hex, signedHeaderNames } from './canonical-request.ts';

const ALGORITHM = 'TC3-HMAC-SHA256';
const TERMINATOR = 'tc3_request';

/** UTC date `YYYY-MM-DD` of a timestamp in whole seconds: never the local date. */
export function utcDate(timestampSeconds: number): string {
  return new Date(timestampSeconds * 1000).toISOString().slice(0, 10);
}

/** `date/service/tc3_request`, with the date of the timestamp that is signed. */
export function credentialScope(timestampSeconds: number, service: string): string {
  return `${utcDate(timestampSeconds)}/${service}/${TERMINATOR}`;
}

/** The four lines that are signed. */
export function stringToSign(timestampSeconds: number, service: string, canonical: string): string {
  return [
    ALGORITHM,
    String(timestampSeconds),
    credentialScope(timestampSeconds, service),
    sha256Hex(canonical),
  ].join('\n');
}

/** The three keys in the order in which they are derived; the last one signs. Valid for one UTC day. */
export function deriveKeys(
  secretKey: string,
  date: string,
  service: string,
): { dateKey: Buffer; serviceKey: Buffer; signingKey: Buffer } {
  const dateKey = hmac(`TC3${secretKey}`, date);
  const serviceKey = hmac(dateKey, service);
  return { dateKey, serviceKey, signingKey: hmac(serviceKey, TERMINATOR) };
}

/** Lower-case hex signature of a string to sign. */
export function signature(signingKey: Uint8Array, toSign: string): string {
  return hmac(signingKey, toSign).toString('hex');
}

/** The `Authorization` header's value. */
export function authorization(parts: {
  secretId: string;
  scope: string;
  signedHeaders: string;
  signature: string;
}): string {
  return `${ALGORITHM} Credential=${parts.secretId}/${parts.scope}, SignedHeaders=${parts.signedHeaders}, Signature=${parts.signature}`;
}

/**
 * Signs one request and gives its `Authorization` value. The clock is the caller's: the same
 * `timestampSeconds` must travel as `X-TC-Timestamp`. `signedHeaders` must hold `content-type` and `host`.
 * @throws {RangeError} when the request lacks a signed header.
 */
export function sign(
  request: SignableRequest,
  credentials: { readonly secretId: string; readonly secretKey: string },
  options: { service: string; timestampSeconds: number; signedHeaders: readonly string[] },
): string {
  const { service, timestampSeconds, signedHeaders } = options;
  const toSign = stringToSign(timestampSeconds, service, canonicalRequest(request, signedHeaders));
  const { signingKey } = deriveKeys(credentials.secretKey, utcDate(timestampSeconds), service);
  return authorization({
    secretId: credentials.secretId,
    scope: credentialScope(timestampSeconds, service),
    signedHeaders: signedHeaderNames(signedHeaders),
    signature: signature(signingKey, toSign),
  });
}

function hmac(key: string | Uint8Array, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
