/** What a key pair is, and the one of the environment: one source gives id, key and token together. */
import type { CredentialSettings } from '../config.ts';
import { ConfigError } from '../errors.ts';

/** A whole key pair; `token` only with temporary keys. */
export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
  /** Where it comes from, in words that may be shown: never a value, the home folder as `~`. */
  readonly source?: string;
  /** What to do for new ones: only of a login that says when it ends, and it is not given once that is past. */
  readonly renewal?: string;
}

const ENVIRONMENT = 'the environment (TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY)';

/**
 * The key pair of the environment. `elsewhere`: what else was looked at in vain, as a part of the sentence.
 * @throws {ConfigError} when it, or half of it, is missing: names the variables, never a value.
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
