/** Reads the key pair in the text of a credential file: TCCLI's JSON, or the INI of Tencent Cloud's SDKs. Pure. */
import { PRINTABLE } from '../config.ts';
import { ConfigError } from '../errors.ts';
import type { Credentials } from './credentials.ts';

/** What a file holds; `expiresAtMs`, since the epoch, only for a login with a known end. */
export interface FileCredentials {
  readonly credentials: Credentials;
  readonly expiresAtMs?: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The names of a pair's parts in one kind of file. */
interface FieldNames {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
}

const TCCLI_FIELDS: FieldNames = { secretId: 'secretId', secretKey: 'secretKey', token: 'token' };
const INI_FIELDS: FieldNames = { secretId: 'secret_id', secretKey: 'secret_key', token: 'token' };

/** The command that logs in again, by TCCLI's type of login. */
const LOGINS: Readonly<Record<string, string>> = { oauth: 'tccli auth login', sso: 'tccli sso login' };

/** Types of a plain key pair, letters only: TCCLI writes `default`, people write other words. */
const ORDINARY: readonly string[] = [
  ...['default', 'static', 'permanent', 'longterm', 'ordinary', 'normal', 'basic', 'plain'],
  ...['aksk', 'ak', 'key', 'keypair', 'accesskey', 'secretkey', 'secret', 'credential', 'credentials'],
];

/** Years between which a time in unix seconds is plausible; others are in another unit. */
const EARLIEST_S = Date.UTC(2015) / 1000;
const LATEST_S = Date.UTC(2100) / 1000;

/** The only section that is read, as by the SDKs for Node, Python and Go. */
const SECTION = 'default';

/** A comment: from a mark at the beginning or after a blank to the end of the line. No value contains blanks. */
const COMMENT = /(?:^|\s)[#;].*$/;

/** What tools write for nothing: `tccli configure` writes None for an empty answer. */
const NOTHING = /^(?:none|null|undefined|nil)$/i;

/** A field, in any spelling, which says that the pair only serves to get the keys of a role. */
const ROLE = /^[\w-]{0,30}role[ _.-]?arn$/i;

const QUOTATION_MARK = /^["'`\u2018-\u201f]|["'`\u2018-\u201f]$/;

/** STS gives tokens of at most 4096 bytes, and ids and keys of at most 1024. */
const VALUE_LENGTH = 4096;

/** The failure of a file that exists: `name` as it may be shown, `problem` without anything from the file. */
export function unusable(name: string, problem: string): ConfigError {
  return new ConfigError(
    `the credentials of ${name} cannot be used: ${problem}. Fix or remove the file, or set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in this server's environment, which win over files`,
  );
}

/**
 * Reads the text of `~/.tccli/<profile>.credential`; `name` is its path as it may be shown, `writtenMs` when it was
 * written, if that is known. Its `type`: absent or `default` for a lasting pair, `oauth` and `sso` for logins through
 * the browser with keys that expire, `cvm-role` without a pair.
 * @see https://cloud.tencent.com/document/product/440/132374 (the file, and login through SSO)
 * @throws {ConfigError} when it holds nothing that can be used; its text is never quoted.
 */
export function readTccliCredential(
  text: string,
  name: string,
  profile: string,
  writtenMs = 0,
): FileCredentials {
  const fields = objectIn(text, name);
  const type = typeIn(fields, name);
  if (type === 'cvmrole') {
    throw unusable(name, 'it stands for the role of a CVM instance, whose keys this server cannot get');
  }
  if (type.includes('role')) throw asksForRole(name, 'type');
  const login = Object.hasOwn(LOGINS, type) ? LOGINS[type] : undefined;
  if (login === undefined && type !== '' && !ORDINARY.includes(type)) throw unknownType(name);
  const credentials = pairIn(name, fields, TCCLI_FIELDS);
  const expiresAtMs = login === undefined ? undefined : expiryIn(fields);
  if (expiresAtMs === undefined) return { credentials };
  const command = profile === 'default' ? login : `${login} --profile ${profile}`;
  const stale = staleType(type, credentials.token !== undefined, writtenMs > expiresAtMs);
  const renewal = `log in again with \`${command}\`, then ask again${stale}`;
  return { credentials: { ...credentials, renewal }, expiresAtMs };
}

/**
 * Reads the text of `~/.tencentcloud/credentials`; `name` is its path as it may be shown.
 * @throws {ConfigError} when it holds nothing that can be used; its text is never quoted.
 */
export function readIniCredentials(text: string, name: string): FileCredentials {
  const fields: Record<string, string> = {};
  let section: string | undefined;
  let isFound = false;
  for (const line of text.split(/\r\n|\r|\n/).map((raw) => raw.trim())) {
    if (line.startsWith('[')) {
      // Whatever follows it, it ends the section before. Without a closing bracket it has no name.
      section = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim();
      isFound ||= section === SECTION;
      continue;
    }
    const [, field, value] = /^([^=:]*)[=:](.*)$/.exec(line) ?? [];
    // A comment that looks like a field is harmless: its name begins with the mark.
    if (section !== SECTION || field === undefined || value === undefined) continue;
    fields[field.trim().toLowerCase()] = value.replace(COMMENT, '');
  }
  if (!isFound) throw unusable(name, `it has no section [${SECTION}]`);
  return { credentials: pairIn(name, fields, INI_FIELDS) };
}

function objectIn(text: string, name: string): Fields {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw unusable(name, 'it is not JSON'); // the parser's message quotes the file
  }
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Fields;
  throw unusable(name, 'it is not a JSON object');
}

/** The letters of the type, in lower case; empty when there is none. @throws {ConfigError} when it is no text. */
function typeIn({ type }: Fields, name: string): string {
  if (!isGiven(type)) return '';
  if (typeof type !== 'string') throw unknownType(name);
  return type.toLowerCase().replace(/[^a-z]/g, '');
}

function unknownType(name: string): ConfigError {
  return unusable(name, 'this server does not know its type');
}

/** The failure of a file whose field `what` asks for the keys of a role. */
function asksForRole(name: string, what: string): ConfigError {
  return unusable(name, `its ${what} asks for the keys of a role, which this server cannot get`);
}

/**
 * When a login ends, in ms. Undefined when that is missing or no time in unix seconds: then only the service knows
 * that it has expired.
 */
function expiryIn({ expiresAt }: Fields): number | undefined {
  const isDigits = typeof expiresAt === 'string' && /^\d{1,12}$/.test(expiresAt);
  const seconds = isDigits ? Number(expiresAt) : expiresAt;
  if (typeof seconds !== 'number' || seconds < EARLIEST_S || seconds > LATEST_S) return undefined;
  return seconds * 1000;
}

/**
 * A hint for when the pair looks newer than the login that the type stands for: `tccli configure` puts a new pair
 * beside what the login left, and TCCLI itself writes a login's file only while the login lasts.
 */
function staleType(type: string, hasToken: boolean, isWrittenLater: boolean): string {
  if (hasToken && !isWrittenLater) return '';
  const found = hasToken
    ? `The file was written after the login ended, so its key pair looks newer and its type (${type}) looks stale`
    : `Its key pair lacks the token that a login has, so its type (${type}) looks stale`;
  const left = ['type', ...(hasToken ? ['token'] : []), 'expiresAt'].join(', ');
  return `. ${found}: to use that pair, remove ${left} and ${type} from the file`;
}

/**
 * The pair among the fields of a file. Blanks and quotation marks around a value are removed; an empty one, or a word
 * such as None, counts as missing.
 * @throws {ConfigError} when half of it or all is missing, a value could not be sent, or the file asks for a role,
 * since its pair alone is another identity.
 */
function pairIn(name: string, fields: Fields, names: FieldNames): Credentials {
  const role = Object.keys(fields).find((field) => ROLE.test(field.trim()) && isGiven(fields[field]));
  if (role !== undefined) throw asksForRole(name, role.trim());
  const secretId = textIn(name, fields, names.secretId);
  const secretKey = textIn(name, fields, names.secretKey);
  const token = textIn(name, fields, names.token);
  if (secretId === undefined || secretKey === undefined) {
    const missing = [names.secretId, names.secretKey].filter((field) => !isGiven(fields[field]));
    const isWord = missing.some((field) => NOTHING.test(bare(String(fields[field] ?? ''))));
    const word = isWord ? ', but only a word that tools write for nothing, such as None' : '';
    throw unusable(name, `it holds no ${missing.join(' and no ')}${word}`);
  }
  return { secretId, secretKey, ...(token === undefined ? {} : { token }), source: name };
}

function textIn(file: string, fields: Fields, name: string): string | undefined {
  const field = fields[name];
  if (!isGiven(field)) return undefined;
  if (typeof field !== 'string') throw unusable(file, `its ${name} is not text`);
  const value = bare(field);
  if (QUOTATION_MARK.test(value)) throw unusable(file, `its ${name} begins or ends with a quotation mark`);
  if (!PRINTABLE.test(value)) {
    throw unusable(file, `its ${name} must be printable ASCII without blanks inside`);
  }
  if (value.length > VALUE_LENGTH) {
    throw unusable(file, `its ${name} is longer than ${VALUE_LENGTH} characters`);
  }
  return value;
}

/** Whether a field holds anything: null, an empty text and a word such as None are nothing. */
function isGiven(field: unknown): boolean {
  if (typeof field !== 'string') return field !== undefined && field !== null;
  const value = bare(field);
  return value !== '' && !NOTHING.test(value);
}

/** The text of a field without blanks, and without one pair of quotation marks, around it. */
function bare(text: string): string {
  const trimmed = text.trim();
  return (/^(["'])(.*)\1$/s.exec(trimmed)?.[2] ?? trimmed).trim();
}
