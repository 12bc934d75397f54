/** Where the key pair comes from: one source gives id, key and token together. */
import type { CredentialSettings } from '../config.ts';
import { ConfigError } from '../errors.ts';

/** A whole key pair; `token` only with temporary keys. */
export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
}

/**
 * The key pair of the environment.
 * @throws {ConfigError} when it, or half of it, is missing: names the variables, never a value.
 */
export function credentialsFrom({ secretId, secretKey, token }: CredentialSettings): Credentials {
  if (secretId === undefined || secretKey === undefined) {
    const missing = [
      secretId === undefined ? 'TENCENTCLOUD_SECRET_ID' : [],
      secretKey === undefined ? 'TENCENTCLOUD_SECRET_KEY' : [],
    ].flat();
    const half = missing.length === 1 ? 'half of the key pair is missing' : 'no credentials';
    throw new ConfigError(
      `${half}: ${missing.join(' and ')} not set in this server's environment. Set both in the MCP client's settings (env), or start with --demo to try made-up data.`,
    );
  }
  return {
    secretId: secretId.reveal(),
    secretKey: secretKey.reveal(),
    ...(token === undefined ? {} : { token: token.reveal() }),
  };
}
