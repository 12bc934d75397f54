/** What the two kinds of credential files have in common: how a pair in one is checked, and how it fails. */
import { PRINTABLE } from '../config.ts';
import { ConfigError } from '../errors.ts';
import type { Credentials } from './credentials.ts';

/** What a file holds; `expiresAtMs`, since the epoch, only of a login that says when it ends. */
export interface FileCredentials {
  readonly credentials: Credentials;
  readonly expiresAtMs?: number;
}

/** Longest value: STS gives tokens of at most 4096 bytes, and ids and keys of at most 1024. */
const VALUE_LENGTH = 4096;

/** The failure of a file that is there: `name` as it may be shown, `problem` in our own words alone. */
export function unusable(name: string, problem: string): ConfigError {
  return new ConfigError(
    `the credentials of ${name} cannot be used: ${problem}. Mend or remove the file, or set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in this server's environment, which win over files`,
  );
}

/**
 * The pair among the fields of a file, which are named differently in each kind. Blanks around a value
 * are trimmed; an empty one counts as missing.
 * @throws {ConfigError} when half of it or all is missing, or a value could not be sent.
 */
export function pairIn(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  names: { readonly secretId: string; readonly secretKey: string; readonly token: string },
): Credentials {
  const secretId = textIn(name, fields, names.secretId);
  const secretKey = textIn(name, fields, names.secretKey);
  const token = textIn(name, fields, names.token);
  if (secretId === undefined || secretKey === undefined) {
    const missing = [
      secretId === undefined ? names.secretId : [],
      secretKey === undefined ? names.secretKey : [],
    ];
    throw unusable(name, `it holds no ${missing.flat().join(' and no ')}`);
  }
  return { secretId, secretKey, ...(token === undefined ? {} : { token }), source: name };
}

function textIn(file: string, fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const field = Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
  if (typeof field !== 'string') throw unusable(file, `its ${name} is not text`);
  const value = field.trim();
  if (value === '') return undefined;
  if (!PRINTABLE.test(value)) {
    throw unusable(file, `its ${name} must be printable ASCII without blanks inside`);
  }
  if (value.length > VALUE_LENGTH) {
    throw unusable(file, `its ${name} is longer than ${VALUE_LENGTH} characters`);
  }
  return value;
}
