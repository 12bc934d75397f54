/** A tool's arguments as they are typed: JSON on the command line or on stdin. */
import { ConfigError } from '../errors.ts';

/** Most bytes of stdin that are read: no arguments are longer. */
const LIMIT_BYTES = 1_000_000;

/** What a person can do about arguments that cannot be read. */
const CURE = `give an object such as '{"image":"payments/api:1.4.2"}' in quotes, or - and the JSON on stdin`;

/**
 * Reads `text`, or all of stdin when it is `-`; undefined is a call without arguments.
 * @throws {ConfigError} when that is no JSON object; it is never quoted.
 */
export async function readArguments(
  text: string | undefined,
  stdin: () => AsyncIterable<string | Uint8Array>,
): Promise<Record<string, unknown>> {
  if (text === undefined) return {};
  const read = parse(text === '-' ? await readAll(stdin()) : text);
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
    return read as Record<string, unknown>;
  }
  throw new ConfigError(`the arguments are not a JSON object: ${CURE}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The parser's message quotes the text.
    throw new ConfigError(`the arguments are not JSON: ${CURE}`);
  }
}

async function readAll(stdin: AsyncIterable<string | Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LIMIT_BYTES) throw new ConfigError(`stdin holds more than ${LIMIT_BYTES} bytes of arguments`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
