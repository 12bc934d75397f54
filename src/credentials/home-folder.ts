/** The folder in which a user's credential files lie. */
import { posix, win32 } from 'node:path';

/**
 * The home that the environment names: HOME, and on Windows USERPROFILE, else HOMEDRIVE and HOMEPATH.
 * Undefined when it names none, or none that is absolute: no file is looked for in the folder of the moment.
 */
export function homeFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  if (platform !== 'win32') return [env['HOME']].find(isFolder(posix));
  const { HOMEDRIVE = '', HOMEPATH = '' } = env;
  return [env['USERPROFILE'], HOMEDRIVE + HOMEPATH].find(isFolder(win32));
}

function isFolder({ isAbsolute }: typeof posix) {
  return (path: string | undefined): path is string => path !== undefined && isAbsolute(path);
}
