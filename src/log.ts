/** Logs to stderr, one line an event: stdout is the protocol's. */
import { LOG_LEVELS, type LogLevel } from './config.ts';

/** Writes one line when `level` is loud enough. Callers pass words and numbers, never bodies or headers. */
export type Log = (level: LogLevel, message: string) => void;

/** `scrub` takes configured secrets out of every line, whatever a caller passed. */
export function createLog(
  threshold: LogLevel,
  write: (line: string) => void,
  scrub: (text: string) => string,
): Log {
  const loudest = LOG_LEVELS.indexOf(threshold);
  return (level, message) => {
    if (LOG_LEVELS.indexOf(level) > loudest) return;
    write(`tcss-mcp-server ${level}: ${scrub(onOneLine(message))}\n`);
  };
}

/** Lines joined by ` | `, and a `?` for everything that a terminal would act on or not show. */
function onOneLine(message: string): string {
  return message
    .split(/[\r\n\u0085\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' | ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');
}
