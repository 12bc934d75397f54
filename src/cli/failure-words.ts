/** A failure as a check tells it: the words of a tool's error, on one line. Pure. */
import { TransportError } from '../errors.ts';
import { describeError } from '../present/tool-error.ts';

const NEXT = 'Next: ';

/** Whether to try again is not what a check is asked for. */
const RETRY = 'Trying again ';

/** A check asks for as little as can be asked for. */
const AFTER_TIMEOUT =
  'see that a firewall or proxy lets this server reach the endpoint; raise TCSS_TIMEOUT_MS if it is only slow';

/** What failed, and the one thing to do if the failure names one. `show` makes upstream's words fit to be shown. */
export function failureWords(
  error: unknown,
  show: (text: string) => string,
): { found: string; fix?: string } {
  const lines = describeError(error, show).split('\n');
  const next = lines.find((line) => line.startsWith(NEXT));
  const found = lines.filter((line) => line !== next && !line.startsWith(RETRY)).join(' ');
  const fix = error instanceof TransportError && (error.fault === 'timeout' ? AFTER_TIMEOUT : error.fix);
  if (fix) return { found, fix };
  return next === undefined ? { found } : { found, fix: next.slice(NEXT.length) };
}
