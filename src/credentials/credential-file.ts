/** One file that may hold a key pair: read when it is there and has changed, else remembered. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { unusable } from './file-credentials.ts';

/** Largest file that is read; those of TCCLI have one or two kilobytes. */
const LIMIT_BYTES = 65_536;

/** Not to wait for a writer, if it is a pipe. Windows has none, and no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Permission bits of others than the owner: any, and those that let them put a file in the place of another. */
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/** What is told of a file, and what it is read with. */
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
 * no such file. Synchronous: it is small, local and seldom read. What is looked at is what is read, even
 * if another takes its place meanwhile. A file that others can read, and a folder that they can change, is
 * warned of once each.
 * @throws {ConfigError} from that function when the file is there and cannot be used.
 */
export function credentialFile<Content>(options: CredentialFileOptions<Content>): () => Content | undefined {
  const { path, name, parse, hasModes, warn } = options;
  let remembered: { readonly stamp: string; readonly content: Content } | undefined;
  const warned = new Set<string>();

  // No colon behind the name, or the log would take what follows for a secret.
  function warnOnce(lax: string, fault: string, mend: string): void {
    if (warned.has(lax)) return;
    warned.add(lax);
    warn(`${lax} can be ${fault} by other users of this machine; ${mend} ${lax} mends that`);
  }

  function warnOfOthers(stats: Stats): void {
    if ((stats.mode & OTHERS) !== 0) warnOnce(name, 'read or changed', 'chmod 600');
    const folder = attempt(name, () => statSync(dirname(path), { throwIfNoEntry: false }))?.mode ?? 0;
    // In a sticky folder, such as /tmp, only its owner can replace a file.
    if ((folder & OTHERS_WRITE) !== 0 && (folder & STICKY) === 0) {
      warnOnce(name.slice(0, name.lastIndexOf('/')), 'changed', 'chmod go-w');
    }
  }

  function read(descriptor: number): Content {
    const stats = attempt(name, () => fstatSync(descriptor));
    if (!stats.isFile()) throw unusable(name, 'it is not a file');
    if (hasModes) warnOfOthers(stats);
    // The stamp is older than the text, so a change between the two is seen by the next call. A time of
    // change cannot be set back, as that of modification can.
    const stamp = [stats.mtimeMs, stats.ctimeMs, stats.size, stats.dev, stats.ino].join();
    if (remembered?.stamp !== stamp) {
      const text = attempt(name, () => textOf(descriptor));
      if (text === undefined) throw unusable(name, `it is larger than ${LIMIT_BYTES} bytes`);
      if (text.includes('\0')) {
        const problem = 'it is UTF-16 without the byte order mark that says so, or no text at all';
        throw unusable(name, `${problem}: save it as UTF-8`);
      }
      remembered = { stamp, content: parse(text.replace(/^\ufeff/, ''), stats.mtimeMs) };
    }
    return remembered.content;
  }

  return () => {
    const descriptor = attempt(name, () => openIfThere(path));
    if (descriptor === undefined) return undefined;
    try {
      return read(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The whole text behind a descriptor; undefined when it is larger than the limit, whatever its size was said to be. */
function textOf(descriptor: number): string | undefined {
  const bytes = Buffer.alloc(LIMIT_BYTES + 1);
  let length = 0;
  for (let got = -1; got !== 0 && length < bytes.length; length += got) {
    got = readSync(descriptor, bytes, length, bytes.length - length, length);
  }
  return length > LIMIT_BYTES ? undefined : decode(bytes.subarray(0, length));
}

/** As its byte order mark says, which stays; UTF-8 without one. `>` of Windows PowerShell writes UTF-16. */
function decode(bytes: Buffer): string {
  const mark = bytes.toString('hex', 0, 2);
  if (mark === 'fffe') return bytes.toString('utf16le');
  if (mark === 'feff')
    return bytes
      .subarray(0, bytes.length - (bytes.length % 2))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}

/** Names the system's code alone: its message holds the path of the home. */
function attempt<Result>(name: string, access: () => Result): Result {
  try {
    return access();
  } catch (error) {
    const code = codeOf(error);
    throw unusable(name, `it cannot be read${code === undefined ? '' : ` (${code})`}`);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
