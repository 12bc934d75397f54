/** The INI file of Tencent Cloud's SDKs; as in those of Node, Python and Go, the section [default] alone. */
import { type FileCredentials, pairIn, unusable } from './file-credentials.ts';

const SECTION = 'default';
const NAMES = { secretId: 'secret_id', secretKey: 'secret_key', token: 'token' };

/** A comment: from a mark at the beginning, or behind a blank, to the end of the line. No value has blanks inside. */
const COMMENT = /(?:^|\s)[#;].*$/;

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
      // Whatever stands behind it, it ends the section before; one that is not closed has no name.
      section = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim();
      isFound ||= section === SECTION;
      continue;
    }
    const [, field, value] = /^([^=:]*)[=:](.*)$/.exec(line) ?? [];
    // A comment that looks like a field has a name that is none: it begins with the mark.
    if (section !== SECTION || field === undefined || value === undefined) continue;
    fields[field.trim().toLowerCase()] = value.replace(COMMENT, '');
  }
  if (!isFound) throw unusable(name, `it has no section [${SECTION}]`);
  return { credentials: pairIn(name, fields, NAMES) };
}
