/**
 * The JSON file in which TCCLI keeps the pair of one profile. Of `type`: absent is a pair for good,
 * `oauth` and `sso` are logins through the browser with keys that expire.
 * @see https://cloud.tencent.com/document/product/440/132374 (the file, and login through SSO)
 */
import { type FileCredentials, pairIn, unusable } from './file-credentials.ts';

const NAMES = { secretId: 'secretId', secretKey: 'secretKey', token: 'token' };

/** The years 2015 and 2100, in unix seconds: a time outside them is one of another unit. */
const EARLIEST_S = Date.UTC(2015) / 1000;
const LATEST_S = Date.UTC(2100) / 1000;

/** What logs in again, by type. */
const LOGINS: Readonly<Record<string, string>> = { oauth: 'tccli auth login', sso: 'tccli sso login' };

/**
 * Reads the text of `~/.tccli/<profile>.credential`; `name` is its path as it may be shown.
 * @throws {ConfigError} when it holds nothing that can be used; its text is never quoted.
 */
export function readTccliCredential(text: string, name: string, profile: string): FileCredentials {
  const fields = readObject(text, name);
  const type = fields['type'] ?? '';
  if (type === 'cvm-role') {
    throw unusable(name, 'it stands for the role of a CVM instance, which this server does not ask for');
  }
  if (type === '') return { credentials: pairIn(name, fields, NAMES) };
  const login = typeof type === 'string' && Object.hasOwn(LOGINS, type) ? LOGINS[type] : undefined;
  if (login === undefined) throw unusable(name, 'its type is none that this server knows');
  const command = profile === 'default' ? login : `${login} --profile ${profile}`;
  const credentials = pairIn(name, fields, NAMES);
  const expiresAtMs = expiryIn(fields);
  if (expiresAtMs === undefined) return { credentials };
  const renewal = `log in again with \`${command}\`, then ask again`;
  return { credentials: { ...credentials, renewal }, expiresAtMs };
}

function readObject(text: string, name: string): Record<string, unknown> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw unusable(name, 'it is not JSON'); // the parser's message quotes the file
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw unusable(name, 'it is not a JSON object');
  }
  return read as Record<string, unknown>;
}

/**
 * When a login ends, in ms. Undefined when it does not say so, or in something that is no time in unix
 * seconds: its expiry is then seen by the service alone, and nothing is said of it here.
 */
function expiryIn({ expiresAt }: Record<string, unknown>): number | undefined {
  const isDigits = typeof expiresAt === 'string' && /^\d{1,12}$/.test(expiresAt);
  const seconds = isDigits ? Number(expiresAt) : expiresAt;
  if (typeof seconds !== 'number' || seconds < EARLIEST_S || seconds > LATEST_S) return undefined;
  return seconds * 1000;
}
