/** The order in which credentials are looked for: the environment, TCCLI's file of a profile, the SDKs' file. */
import { join, posix, win32 } from 'node:path';
import { type CredentialSettings, DEFAULT_PROFILE } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { credentialFile } from './credential-file.ts';
import { type Credentials, credentialsFrom } from './credentials.ts';
import { type FileCredentials, readIniCredentials, readTccliCredential } from './file-credentials.ts';

/** What the chain is told and what it tells. */
export interface ChainOptions {
  readonly settings: CredentialSettings;
  /** A checked name: it becomes part of a path, and is shown. */
  readonly profile: string;
  /** Undefined: no file is looked for. */
  readonly home: string | undefined;
  readonly platform: NodeJS.Platform;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called with every value of a file before it is used, once each. */
  readonly onSecret: (value: string) => void;
  readonly warn: (message: string) => void;
}

/**
 * Gives a function for the credentials of the moment; nothing is read before its first call, and a file
 * that changes, comes or goes counts from the next call on.
 * @throws {ConfigError} from that function when there are none, half of a pair, ones that have expired,
 * or a file that cannot be used: named, without any value. Only a file that is not there is passed over.
 */
export function credentialChain(options: ChainOptions): () => Credentials {
  const { settings, profile, home, platform, now, onSecret, warn } = options;
  const known = new Set<string>();

  function reader(name: string, parse: (text: string, writtenMs: number) => FileCredentials) {
    return credentialFile({
      path: join(home ?? '', ...name.split('/').slice(1)),
      name,
      parse(text, writtenMs) {
        const found = parse(text, writtenMs);
        const { secretId, secretKey, token } = found.credentials;
        for (const value of [secretId, secretKey, token]) {
          if (value === undefined || known.has(value)) continue;
          known.add(value);
          onSecret(value);
        }
        return found;
      },
      hasModes: platform !== 'win32',
      warn,
    });
  }

  const tccli = `~/.tccli/${profile}.credential`;
  const ini = '~/.tencentcloud/credentials';
  const readTccli = reader(tccli, (text, writtenMs) => readTccliCredential(text, tccli, profile, writtenMs));
  const readIni = reader(ini, (text) => readIniCredentials(text, ini));
  let hasWarned = false;
  let idOfProfile: string | undefined;

  function fromFiles(): FileCredentials | undefined {
    const ofProfile = readTccli();
    if (ofProfile !== undefined) {
      idOfProfile = ofProfile.credentials.secretId;
      return ofProfile;
    }
    const ofSdks = readIni();
    if (ofSdks !== undefined) warnOfOther(ofSdks.credentials);
    return ofSdks;
  }

  /** The other file may be of another account. */
  function warnOfOther({ secretId }: Credentials): void {
    if (idOfProfile !== undefined && idOfProfile !== secretId) {
      warn(`${tccli} is gone, so the credentials of ${ini} are used, which has another SecretId`);
    } else if (profile !== DEFAULT_PROFILE && !hasWarned) {
      // A profile that was asked for by name may have been mistyped.
      warn(`there is no ${tccli}, so the credentials of ${ini} are used`);
    }
    hasWarned = true;
    idOfProfile = undefined;
  }

  return () => {
    // Half a pair is a mistake to be told of, and no reason to use another account's.
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
 * The home that the environment names: HOME, and on Windows USERPROFILE, else HOMEDRIVE and HOMEPATH.
 * Undefined when it names none, or none that is absolute: no file is looked for in the folder of the moment.
 */
export function homeFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  if (platform !== 'win32') return [env['HOME']].find((path) => posix.isAbsolute(path ?? ''));
  const { HOMEDRIVE = '', HOMEPATH = '' } = env;
  return [env['USERPROFILE'], HOMEDRIVE + HOMEPATH].find((path) => win32.isAbsolute(path ?? ''));
}

/** A span of ms in whole minutes, hours or days, the largest of which there are at least two. */
function since(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute ago';
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.floor(hours / 24)} days ago`;
}
