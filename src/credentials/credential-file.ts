/** One file that may hold a key pair: read when it is there and has changed, else remembered. */
import { readFileSync, type Stats, statSync } from 'node:fs';
import { unusable } from './file-credentials.ts';

/** Largest file that is read; those of TCCLI have one or two kilobytes. */
const LIMIT_BYTES = 65_536;

/** Permission bits of others than the owner. */
const OTHERS = 0o077;

/** What is told of a file, and what it is read with. */
export interface CredentialFileOptions<Content> {
  readonly path: string;
  /** The path as it may be shown. */
  readonly name: string;
  /** Called with the text, without a BOM, each time the file has changed. */
  readonly parse: (text: string) => Content;
  /** Whether the permission bits mean anything: not on Windows. */
  readonly hasModes: boolean;
  readonly warn: (message: string) => void;
}

/**
 * Gives a function that looks at the file with each call, which is one stat, and gives what it holds;
 * undefined when there is no such file. Synchronous: it is small, local and seldom read.
 * A file that others can read is warned of once.
 * @throws {ConfigError} from that function when the file is there and cannot be used.
 */
export function credentialFile<Content>(options: CredentialFileOptions<Content>): () => Content | undefined {
  const { path, name, parse, hasModes, warn } = options;
  let remembered: { readonly stamp: string; readonly content: Content } | undefined;
  let hasWarned = false;

  function read(stats: Stats): Content {
    if (!stats.isFile()) throw unusable(name, 'it is not a file');
    if (stats.size > LIMIT_BYTES) throw unusable(name, `it is larger than ${LIMIT_BYTES} bytes`);
    if (hasModes && !hasWarned && (stats.mode & OTHERS) !== 0) {
      hasWarned = true;
      // No colon behind the name, or the log would take what follows for a secret.
      warn(`${name} can be read or changed by other users of this machine; chmod 600 ${name} mends that`);
    }
    // The stamp is older than the text, so a change between the two is seen by the next call.
    const stamp = [stats.mtimeMs, stats.size, stats.ino].join();
    if (remembered?.stamp !== stamp) {
      const text = attempt(name, () => readFileSync(path, 'utf8'));
      remembered = { stamp, content: parse(text.replace(/^\ufeff/, '')) };
    }
    return remembered.content;
  }

  return () => {
    const stats = attempt(name, () => statSync(path, { throwIfNoEntry: false }));
    return stats === undefined ? undefined : read(stats);
  };
}

/** Names the system's code alone: its message holds the path of the home. */
function attempt<Result>(name: string, access: () => Result): Result {
  try {
    return access();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw unusable(name, `it cannot be read${code}`);
  }
}
