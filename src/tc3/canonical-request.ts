/**
 * First half of TC3-HMAC-SHA256: from a request to its canonical string. The functions have the names and the order
 * of the documentation, so that the two can be compared.
 * @see https://www.tencentcloud.com/document/api/1163/47943
 */
import { createHash } from 'node:crypto';

/** What a signature covers. Header names in any case; `body` is exactly what goes over the wire. */
export interface SignableRequest {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Lower-case hex SHA-256; a string is hashed as its UTF-8 bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The `SignedHeaders` value: lower-case names in ASCII order, joined by `;`. */
export function signedHeaderNames(names: readonly string[]): string {
  return lowerSorted(names).join(';');
}

/**
 * One `name:value` line for each signed header, both lower-cased and the value trimmed, every line
 * ending in a newline.
 * @throws {RangeError} when the request lacks one of these headers.
 */
export function canonicalHeaders(headers: SignableRequest['headers'], names: readonly string[]): string {
  const byLowerName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return lowerSorted(names)
    .map((name) => {
      const value = byLowerName.get(name);
      if (value === undefined) throw new RangeError(`header to be signed is missing: ${name}`);
      return `${name}:${value.trim().toLowerCase()}\n`;
    })
    .join('');
}

/** The canonical request of a POST to `/` without a query, the only form TC3 uses with JSON. */
export function canonicalRequest(request: SignableRequest, names: readonly string[]): string {
  return [
    request.method,
    '/',
    '',
    canonicalHeaders(request.headers, names),
    signedHeaderNames(names),
    sha256Hex(request.body),
  ].join('\n');
}

function lowerSorted(names: readonly string[]): string[] {
  return names.map((name) => name.toLowerCase()).sort();
}
