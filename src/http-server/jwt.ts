/** Checks JWTs of an external authorization server. Loaded only where one is set. */
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { TransportError } from '../errors.ts';
import { createTransport, type Transport } from '../http/transport.ts';
import type { Log } from '../log.ts';
import { isSafe, type OAuthSettings } from './settings.ts';

/** What a token turned out to be. `why` is fit to be shown. */
export type JwtVerdict =
  | { readonly kind: 'valid'; readonly subject: string }
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'scope' }
  /** Nothing can be said of any token: the keys cannot be read. */
  | { readonly kind: 'unavailable' };

/** Never throws. */
export type JwtVerifier = (token: string) => Promise<JwtVerdict>;

/** All by public keys: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** How far the clocks of the two servers may be apart. */
const CLOCK_TOLERANCE_S = 30;

/** How long the metadata, and the keys, may take. */
const READ_MS = 3000;

/** Settings of the proxy, as in Config. */
interface ProxySettings {
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
}

/** Reads nothing before the first token. The keys are kept for ten minutes, and read again for one that is unknown. */
export function createJwtVerifier(oauth: OAuthSettings, proxy: ProxySettings, log: Log): JwtVerifier {
  const { issuer, audience, scope } = oauth;
  const { read } = createReader(proxy);
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  const keySet = () => {
    if (keys === undefined) {
      keys = keySetUrl(issuer, read).then((url) =>
        createRemoteJWKSet(url, {
          timeoutDuration: READ_MS,
          [customFetch]: async (address, { signal }) => new Response(await read(new URL(address), signal)),
        }),
      );
      // The next token tries again.
      keys.catch(() => {
        keys = undefined;
      });
    }
    return keys;
  };

  return async (token) => {
    // What cannot be a JWT needs no keys.
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token))
      return { kind: 'invalid', why: 'The token is no JWT and not one of this server' };
    try {
      const { payload } = await jwtVerify(token, await keySet(), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      if (scope !== undefined && !scopesOf(payload).includes(scope)) return { kind: 'scope' };
      if (typeof payload.sub !== 'string' || payload.sub === '')
        return { kind: 'invalid', why: "The access token's sub names nobody" };
      return { kind: 'valid', subject: payload.sub };
    } catch (error) {
      const why = faultOf(error);
      if (why !== undefined) return { kind: 'invalid', why };
      log('error', `the keys of TCSS_HTTP_ISSUER cannot be read: ${wordsFor(error)}`);
      return { kind: 'unavailable' };
    }
  };
}

/** How many keys an issuer publishes, or in words why they cannot be read. */
export async function countKeys(issuer: string, proxy: ProxySettings): Promise<number | string> {
  const { read, close } = createReader(proxy);
  try {
    const keySet = await read(await keySetUrl(issuer, read), AbortSignal.timeout(READ_MS));
    const { keys } = JSON.parse(Buffer.from(keySet).toString());
    return Array.isArray(keys) ? keys.length : 'what stands there is no key set';
  } catch (error) {
    return wordsFor(error);
  } finally {
    await close();
  }
}

/** What is wrong with a token; undefined where the failure says nothing of it. */
function faultOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'The access token expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (reason === 'missing')
      return `The access token lacks the claim ${KNOWN_CLAIMS.includes(claim) ? claim : 'that is required'}`;
    if (claim === 'aud') return 'The access token was issued for another audience';
    if (claim === 'iss') return 'The access token is of another issuer';
    return 'The access token is not valid at this time';
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'The access token is signed with an algorithm that is not accepted';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'The access token is signed with an unknown key';
  }
  const isOfToken =
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSENotSupported;
  return isOfToken ? 'The access token is not valid' : undefined;
}

const KNOWN_CLAIMS = ['exp', 'sub', 'aud', 'iss'];

/** Entra calls them `scp`. */
function scopesOf(payload: JWTPayload): readonly string[] {
  return ['scope', 'scp'].flatMap((name) => {
    const scopes = payload[name];
    return typeof scopes === 'string' ? scopes.split(' ') : Array.isArray(scopes) ? scopes.map(String) : [];
  });
}

/** Reads what a GET gives. @throws {TransportError} on anything but status 200 in time. */
type Read = (url: URL, signal: AbortSignal) => Promise<Uint8Array>;

function createReader({ httpsProxy, noProxy }: ProxySettings): { read: Read; close: () => Promise<unknown> } {
  // The keys may be at another host than the metadata, with or without a proxy.
  const transports = new Map<string, Transport>();
  return {
    async read(url, signal) {
      const transport =
        transports.get(url.origin) ?? createTransport({ endpoint: new URL(url.origin), httpsProxy, noProxy });
      transports.set(url.origin, transport);
      const answer = await transport.send(
        { url, headers: { Accept: 'application/json' }, body: null },
        signal,
      );
      return answer.body;
    },
    close: () => Promise.all([...transports.values()].map((transport) => transport.close())),
  };
}

/**
 * Finds the address of the keys in the issuer's metadata. @throws when there are none that name this very issuer.
 * @see https://www.rfc-editor.org/rfc/rfc8414 and OpenID Connect Discovery 1.0
 */
async function keySetUrl(issuer: string, read: Read): Promise<URL> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  const signal = AbortSignal.timeout(READ_MS);
  let failure: unknown;
  for (const place of new Set(places)) {
    try {
      const text = Buffer.from(await read(new URL(place), signal)).toString();
      return keySetUrlIn(JSON.parse(text), issuer);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function keySetUrlIn(metadata: unknown, issuer: string): URL {
  const { issuer: named, jwks_uri: address } = Object(metadata);
  if (named !== issuer) throw new MetadataError('its metadata name another issuer');
  if (typeof address !== 'string' || !URL.canParse(address) || !isSafe(new URL(address))) {
    throw new MetadataError('its metadata hold no jwks_uri of https');
  }
  return new URL(address);
}

/** The metadata were read and cannot be used. */
class MetadataError extends Error {
  override readonly name = 'MetadataError';
}

/** Without what the other side wrote. */
function wordsFor(error: unknown): string {
  // Of a status the message says what it means when TCSS answers.
  if (error instanceof TransportError && error.fault === 'http-status') return `HTTP status ${error.status}`;
  if (error instanceof TransportError || error instanceof MetadataError) return error.message;
  return error instanceof errors.JOSEError ? error.code : error instanceof Error ? error.name : 'unknown';
}
