/** A key pair, and the one of the environment. Id, key and token always come from one source. */
import type { CredentialSettings } from '../config.ts';
import { ConfigError } from '../errors.ts';

/** A complete key pair; `token` only with temporary keys. */
export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
  /** Where it comes from, in words that may be shown: no value, and the home folder as `~`. */
  readonly source?: string;
  /** How to get new ones; only for a login with a known end, which has not passed. */
  readonly renewal?: string;
}

const ENVIRONMENT = 'the environment (TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY)';

/**
 * The key pair of the environment. `elsewhere` completes the sentence with where else nothing was found.
 * @throws {ConfigError} when it or half of it is missing: names the variables, never a value.
 */
export function credentialsFrom(
  { secretId, secretKey, token }: CredentialSettings,
  elsewhere = '',
): Credentials {
  if (secretId === undefined || secretKey === undefined) {
    const missing = [
      secretId === undefined ? 'TENCENTCLOUD_SECRET_ID' : [],
      secretKey === undefined ? 'TENCENTCLOUD_SECRET_KEY' : [],
    ].flat();
    const half = missing.length === 1 ? 'half of the key pair is missing' : 'no credentials';
    throw new ConfigError(
      `${half}: ${missing.join(' and ')} not set in this server's environment${elsewhere}. Set both in the MCP client's settings (env), or start with --demo to try made-up data.`,
    );
  }
  return {
    secretId: secretId.reveal(),
    secretKey: secretKey.reveal(),
    ...(token === undefined ? {} : { token: token.reveal() }),
    source: ENVIRONMENT,
  };
}
