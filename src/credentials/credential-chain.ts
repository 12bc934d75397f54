/** Where credentials are looked for, in this order: the environment, TCCLI's file of a profile, the SDKs' file. */
import { readFileSync, statSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { type CredentialSettings, DEFAULT_PROFILE } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { type Credentials, credentialsFrom } from './credentials.ts';
import {
  type FileCredentials,
  readIniCredentials,
  readTccliCredential,
  unusable,
} from './file-credentials.ts';

/** What the chain needs and whom it tells. */
export interface ChainOptions {
  readonly settings: CredentialSettings;
  /** A valid name: it becomes part of a path, and is shown. */
  readonly profile: string;
  /** Without it no file is looked for. */
  readonly home: string | undefined;
  readonly platform: NodeJS.Platform;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called once with each secret of a file, before it is used. */
  readonly onSecret: (value: string) => void;
  readonly warn: (message: string) => void;
}

/**
 * Gives a function for the current credentials. It reads nothing before its first call, and sees a changed, new or
 * removed file with its next.
 * @throws {ConfigError} from that function when there are none or only half a pair, when they have expired, or when a
 * file cannot be used: it is named, without any value. Only a file that does not exist is passed over.
 */
export function credentialChain(options: ChainOptions): () => Credentials {
  const { settings, profile, home, now, warn } = options;
  const known = new Set<string>();

  function noteSecrets({ secretId, secretKey, token }: Credentials): void {
    for (const value of [secretId, secretKey, token]) {
      if (value === undefined || known.has(value)) continue;
      known.add(value);
      options.onSecret(value);
    }
  }

  function reader(name: string, parse: Parse) {
    const noted: Parse = (text, writtenMs) => {
      const found = parse(text, writtenMs);
      noteSecrets(found.credentials);
      return found;
    };
    return credentialFile(name, noted, options);
  }

  const tccli = `~/.tccli/${profile}.credential`;
  const ini = '~/.tencentcloud/credentials';
  const readTccli = reader(tccli, (text, writtenMs) => readTccliCredential(text, tccli, profile, writtenMs));
  const readIni = reader(ini, (text) => readIniCredentials(text, ini));
  let hasWarned = false;
  let profileId: string | undefined;

  function fromFiles(): FileCredentials | undefined {
    const ofProfile = readTccli();
    if (ofProfile !== undefined) {
      profileId = ofProfile.credentials.secretId;
      return ofProfile;
    }
    const ofSdks = readIni();
    if (ofSdks !== undefined) warnOfFallback(ofSdks.credentials);
    return ofSdks;
  }

  /** The other file may belong to another account. */
  function warnOfFallback({ secretId }: Credentials): void {
    if (profileId !== undefined && profileId !== secretId) {
      warn(`${tccli} is gone, so the credentials of ${ini} are used, which has another SecretId`);
    } else if (profile !== DEFAULT_PROFILE && !hasWarned) {
      // The name of the profile may be mistyped.
      warn(`there is no ${tccli}, so the credentials of ${ini} are used`);
    }
    hasWarned = true;
    profileId = undefined;
  }

  return () => {
    // Half a pair is a mistake to report, not a reason to use another account's.
    if (settings.secretId !== undefined || settings.secretKey !== undefined) return credentialsFrom(settings);
    if (home === undefined)
      return credentialsFrom(settings, ', and it names no home folder in which to look for files');
    const found = fromFiles();
    if (found === undefined) return credentialsFrom(settings, `, and neither ${tccli} nor ${ini} exists`);
    const { credentials, expiresAtMs } = found;
    if (expiresAtMs !== undefined && expiresAtMs <= now()) {
      throw new ConfigError(
        `the browser login of profile ${profile} (${credentials.source}) expired ${since(now() - expiresAtMs)}: ${credentials.renewal}`,
      );
    }
    return credentials;
  };
}

/**
 * The home folder: HOME, on Windows USERPROFILE, else HOMEDRIVE and HOMEPATH. Undefined when it is not set or not
 * absolute, so that no file is looked for in the current folder.
 */
export function homeFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  if (platform !== 'win32') return [env['HOME']].find((path) => posix.isAbsolute(path ?? ''));
  const { HOMEDRIVE = '', HOMEPATH = '' } = env;
  return [env['USERPROFILE'], HOMEDRIVE + HOMEPATH].find((path) => win32.isAbsolute(path ?? ''));
}

/** How long ago, in the largest of minutes, hours and days of which there are at least two. */
function since(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute ago';
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.floor(hours / 24)} days ago`;
}

/** Larger files are refused; TCCLI's have one or two kilobytes. */
const LIMIT_BYTES = 65_536;

/** The permission bits of everybody but the owner. */
const OTHER_USERS = 0o077;

/** Parses the text of a file, given without a byte order mark, and when it was written. */
type Parse = (text: string, writtenMs: number) => FileCredentials;

/**
 * Gives a function that reads the file `name`, a path from `~` on, when it exists and has changed, and remembers what
 * it holds. Synchronous: it is small, local and seldom read. Warns once of a file that others can read.
 * @throws {ConfigError} from that function when the file exists and cannot be used.
 */
function credentialFile(
  name: string,
  parse: Parse,
  { home = '', platform, warn }: ChainOptions,
): () => FileCredentials | undefined {
  const path = join(home, ...name.split('/').slice(1));
  let remembered: { readonly stamp: string; readonly found: FileCredentials } | undefined;
  let hasWarned = false;

  return () => {
    const stats = ifThere(name, () => statSync(path));
    if (stats === undefined) return undefined;
    if (!stats.isFile()) throw unusable(name, 'it is not a file');
    if (stats.size > LIMIT_BYTES) throw unusable(name, `it is larger than ${LIMIT_BYTES} bytes`);
    // Taken before the text, so that a change in between is seen by the next call. Unlike the time of modification,
    // that of change cannot be set back.
    const stamp = [stats.mtimeMs, stats.ctimeMs, stats.size, stats.dev, stats.ino].join();
    if (remembered?.stamp === stamp) return remembered.found;
    const bytes = ifThere(name, () => readFileSync(path));
    if (bytes === undefined) return undefined;
    // Permission bits mean nothing on Windows.
    if (platform !== 'win32' && !hasWarned && (stats.mode & OTHER_USERS) !== 0) {
      hasWarned = true;
      // No colon after the name, or the log would take what follows for a secret.
      warn(`${name} can be read or changed by other users of this machine; chmod 600 ${name} fixes that`);
    }
    remembered = { stamp, found: parse(textOf(bytes, name), stats.mtimeMs) };
    return remembered.found;
  };
}

/** Decodes by the byte order mark, else as UTF-8. `>` in Windows PowerShell writes UTF-16. */
function textOf(bytes: Buffer, name: string): string {
  const mark = bytes.toString('hex', 0, 2);
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  if (!text.includes('\0')) return text;
  const problem = 'it is UTF-16 without a byte order mark, or not text at all';
  throw unusable(name, `${problem}: save it as UTF-8`);
}

/** Undefined when the file does not exist. Tells only the code of an error, since its message holds the path. */
function ifThere<Result>(name: string, access: () => Result): Result | undefined {
  try {
    return access();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw unusable(name, `it cannot be read${code === undefined ? '' : ` (${code})`}`);
  }
}
