/**
 * The JSON file in which TCCLI keeps the pair of one profile. Of `type`: absent or `default` is a pair for
 * good, `oauth` and `sso` are logins through the browser with keys that expire, `cvm-role` has no pair.
 * @see https://cloud.tencent.com/document/product/440/132374 (the file, and login through SSO)
 */
import { asksForRole, type FileCredentials, isGiven, pairIn, unusable } from './file-credentials.ts';

const NAMES = { secretId: 'secretId', secretKey: 'secretKey', token: 'token' };

/** The years 2015 and 2100, in unix seconds: a time outside them is one of another unit. */
const EARLIEST_S = Date.UTC(2015) / 1000;
const LATEST_S = Date.UTC(2100) / 1000;

/** What logs in again, by type. */
const LOGINS: Readonly<Record<string, string>> = { oauth: 'tccli auth login', sso: 'tccli sso login' };

/** Types that say no more than that there is a pair: TCCLI writes `default`, people other words. Letters alone. */
const ORDINARY: readonly string[] = [
  ...['default', 'static', 'permanent', 'longterm', 'ordinary', 'normal', 'basic', 'plain'],
  ...['aksk', 'ak', 'key', 'keypair', 'accesskey', 'secretkey', 'secret', 'credential', 'credentials'],
];

/**
 * Reads the text of `~/.tccli/<profile>.credential`; `name` is its path as it may be shown, `writtenMs`
 * when the file was written, if that is known.
 * @throws {ConfigError} when it holds nothing that can be used; its text is never quoted.
 */
export function readTccliCredential(
  text: string,
  name: string,
  profile: string,
  writtenMs = 0,
): FileCredentials {
  const fields = readObject(text, name);
  const type = typeIn(fields, name);
  if (type === 'cvmrole') {
    throw unusable(name, 'it stands for the role of a CVM instance, which this server does not ask for');
  }
  if (type.includes('role')) throw asksForRole(name, 'type');
  if (type === '' || ORDINARY.includes(type)) return { credentials: pairIn(name, fields, NAMES) };
  const login = Object.hasOwn(LOGINS, type) ? LOGINS[type] : undefined;
  if (login === undefined) throw unusable(name, 'its type is none that this server knows');
  const command = profile === 'default' ? login : `${login} --profile ${profile}`;
  const credentials = pairIn(name, fields, NAMES);
  const expiresAtMs = expiryIn(fields);
  if (expiresAtMs === undefined) return { credentials };
  const stale = staleType(type, credentials.token !== undefined, writtenMs > expiresAtMs);
  const renewal = `log in again with \`${command}\`, then ask again${stale}`;
  return { credentials: { ...credentials, renewal }, expiresAtMs };
}

/** The letters of the type, in lower case; empty when there is none. @throws {ConfigError} when it is no text. */
function typeIn({ type }: Record<string, unknown>, name: string): string {
  if (!isGiven(type)) return '';
  if (typeof type !== 'string') throw unusable(name, 'its type is none that this server knows');
  return type.toLowerCase().replace(/[^a-z]/g, '');
}

/**
 * What to add when the pair looks newer than the login that the type stands for. `tccli configure` puts a new
 * pair beside what the login left, and TCCLI itself writes a login's file only while the login lasts.
 */
function staleType(type: string, hasToken: boolean, isWrittenLater: boolean): string {
  if (hasToken && !isWrittenLater) return '';
  const found = hasToken
    ? `The file was written after the login ended, so its key pair looks newer and its type (${type}) stale`
    : `Its key pair has no token, as one of a login has, so its type (${type}) looks stale`;
  const left = ['type', ...(hasToken ? ['token'] : []), 'expiresAt'].join(', ');
  return `. ${found}: to use that pair, take ${left} and ${type} out of the file`;
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
