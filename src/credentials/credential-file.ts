/** One file that may hold a key pair: read when it is there and has changed, else remembered. */
import { readFileSync, statSync } from 'node:fs';
import { unusable } from './file-credentials.ts';

/** Largest file that is read; those of TCCLI have one or two kilobytes. */
const LIMIT_BYTES = 65_536;

/** Permission bits of others than the owner. */
const OTHERS = 0o077;

/** Which file, and what is done with it. */
export interface CredentialFileOptions<Content> {
  readonly path: string;
  /** The path as it may be shown. */
  readonly name: string;
  /** Called with the text, without a BOM, and when it was written, each time the file has changed. */
  readonly parse: (text: string, writtenMs: number) => Content;
  /** Whether the permission bits mean anything: not on Windows. */
  readonly hasModes: boolean;
  readonly warn: (message: string) => void;
}

/**
 * Gives a function that looks at the file with each call and gives what it holds; undefined when there is
 * no such file. Synchronous: it is small, local and seldom read. A file that others can read is warned of once.
 * @throws {ConfigError} from that function when the file is there and cannot be used.
 */
export function credentialFile<Content>(options: CredentialFileOptions<Content>): () => Content | undefined {
  const { path, name, parse, hasModes, warn } = options;
  let remembered: { readonly stamp: string; readonly content: Content } | undefined;
  let hasWarned = false;

  return () => {
    const stats = ifThere(name, () => statSync(path));
    if (stats === undefined) return undefined;
    if (!stats.isFile()) throw unusable(name, 'it is not a file');
    if (stats.size > LIMIT_BYTES) throw unusable(name, `it is larger than ${LIMIT_BYTES} bytes`);
    // The stamp is older than the text, so a change between the two is seen by the next call. A time of
    // change cannot be set back, as that of modification can.
    const stamp = [stats.mtimeMs, stats.ctimeMs, stats.size, stats.dev, stats.ino].join();
    if (remembered?.stamp === stamp) return remembered.content;
    const bytes = ifThere(name, () => readFileSync(path));
    if (bytes === undefined) return undefined;
    if (hasModes && !hasWarned && (stats.mode & OTHERS) !== 0) {
      hasWarned = true;
      // No colon behind the name, or the log would take what follows for a secret.
      warn(`${name} can be read or changed by other users of this machine; chmod 600 ${name} mends that`);
    }
    remembered = { stamp, content: parse(textOf(bytes, name), stats.mtimeMs) };
    return remembered.content;
  };
}

/** Decoded as its byte order mark says, else as UTF-8: `>` of Windows PowerShell writes UTF-16. */
function textOf(bytes: Buffer, name: string): string {
  const mark = bytes.toString('hex', 0, 2);
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  if (!text.includes('\0')) return text;
  const problem = 'it is UTF-16 without the byte order mark that says so, or no text at all';
  throw unusable(name, `${problem}: save it as UTF-8`);
}

/** Undefined when there is no such file. Names the system's code alone: its message holds the path of the home. */
function ifThere<Result>(name: string, access: () => Result): Result | undefined {
  try {
    return access();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw unusable(name, `it cannot be read${code === undefined ? '' : ` (${code})`}`);
  }
}
