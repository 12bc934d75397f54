/** The INI file of Tencent Cloud's SDKs; as in those of Node, Python and Go, the section [default] alone. */
import { type FileCredentials, pairIn, unusable } from './file-credentials.ts';

const SECTION = 'default';
const NAMES = { secretId: 'secret_id', secretKey: 'secret_key', token: 'token' };

/**
 * Reads the text of `~/.tencentcloud/credentials`; `name` is its path as it may be shown.
 * @throws {ConfigError} when it holds nothing that can be used; its text is never quoted.
 */
export function readIniCredentials(text: string, name: string): FileCredentials {
  const fields: Record<string, string> = {};
  let section: string | undefined;
  let isFound = false;
  for (const line of text.split(/\r\n|\r|\n/).map((raw) => raw.trim())) {
    const header = /^\[(.*)\]$/.exec(line);
    if (header !== null) {
      section = header[1]?.trim();
      isFound ||= section === SECTION;
      continue;
    }
    const equals = line.indexOf('=');
    // Comments, too, when they look like a field: their name is none that is asked for.
    if (section !== SECTION || equals < 0) continue;
    fields[line.slice(0, equals).trim().toLowerCase()] = line.slice(equals + 1);
  }
  if (!isFound) throw unusable(name, `it has no section [${SECTION}]`);
  return { credentials: pairIn(name, fields, NAMES) };
}
