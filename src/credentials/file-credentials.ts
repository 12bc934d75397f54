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

/** What tools write when there is nothing to write: `tccli configure` writes None for an empty answer. */
const NOTHING = /^(?:none|null|undefined|nil)$/i;

/** A field by which a pair is only the way to the keys of a role, in every spelling. */
const ROLE = /^[\w-]{0,30}role[ _.-]?arn$/i;

const QUOTATION_MARK = /^["'`\u2018-\u201f]|["'`\u2018-\u201f]$/;

/** The text of a field without blanks, and without one pair of quotation marks, around it. */
function bare(text: string): string {
  const trimmed = text.trim();
  return (/^(["'])(.*)\1$/s.exec(trimmed)?.[2] ?? trimmed).trim();
}

/** Whether a field holds anything: null, an empty text and a word such as None are nothing. */
export function isGiven(field: unknown): boolean {
  if (typeof field !== 'string') return field !== undefined && field !== null;
  const value = bare(field);
  return value !== '' && !NOTHING.test(value);
}

/** The failure of a file that asks for the keys of a role; `what` of it does. */
export function asksForRole(name: string, what: string): ConfigError {
  return unusable(name, `its ${what} asks for the keys of a role, which this server does not ask for`);
}

/**
 * The pair among the fields of a file, which are named differently in each kind. Blanks and quotation
 * marks around a value are left out; an empty one, or a word such as None, counts as missing.
 * @throws {ConfigError} when half of it or all is missing, a value could not be sent, or the file asks
 * for a role: its own pair would be another identity.
 */
export function pairIn(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  names: { readonly secretId: string; readonly secretKey: string; readonly token: string },
): Credentials {
  const role = Object.keys(fields).find((field) => ROLE.test(field.trim()) && isGiven(fields[field]));
  if (role !== undefined) throw asksForRole(name, role.trim());
  const secretId = textIn(name, fields, names.secretId);
  const secretKey = textIn(name, fields, names.secretKey);
  const token = textIn(name, fields, names.token);
  if (secretId === undefined || secretKey === undefined) {
    const missing = [
      secretId === undefined ? names.secretId : [],
      secretKey === undefined ? names.secretKey : [],
    ].flat();
    const isWord = missing.some((field) => NOTHING.test(bare(String(fields[field] ?? ''))));
    const word = isWord ? ', but only a word that tools write for nothing, such as None' : '';
    throw unusable(name, `it holds no ${missing.join(' and no ')}${word}`);
  }
  return { secretId, secretKey, ...(token === undefined ? {} : { token }), source: name };
}

function textIn(file: string, fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
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
