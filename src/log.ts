/** Logs to stderr, one line for each event: stdout belongs to the protocol. */
import { LOG_LEVELS, type LogLevel } from './config.ts';

/** Writes one line if `level` passes the threshold. Callers pass words and numbers, never bodies or headers. */
export type Log = (level: LogLevel, message: string) => void;

/** `scrub` removes secrets from every line, whatever a caller passed. */
export function createLog(
  threshold: LogLevel,
  write: (line: string) => void,
  scrub: (text: string) => string,
): Log {
  const most = LOG_LEVELS.indexOf(threshold);
  return (level, message) => {
    if (LOG_LEVELS.indexOf(level) > most) return;
    write(`tcss-mcp-server ${level}: ${scrub(onOneLine(message))}\n`);
  };
}

/** Joins lines with ` | `, and replaces what a terminal would act on or not show with `?`. */
function onOneLine(message: string): string {
  return message
    .split(/[\r\n\u0085\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' | ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');
}
