/** One check of `doctor`: how it is written down, and how it tells a failure. Pure. */
import { TransportError } from '../errors.ts';
import { describeError } from '../present/tool-error.ts';

/** One thing that was looked at. `found` and `fix` are one line each, and hold no secret and no path. */
export interface Check {
  readonly name: string;
  /** `not_tried`: it hangs on something that failed. */
  readonly status: 'ok' | 'warning' | 'failed' | 'not_tried';
  readonly found: string;
  /** What to do, where there is something. */
  readonly fix?: string;
}

/** Some checks, and, in our own words, why those that hang on them need not be tried. */
export interface Checked {
  readonly checks: readonly Check[];
  readonly blocked?: string | undefined;
}

/** A check that found nothing wrong. */
export function ok(name: string, found: string): Check {
  return { name, status: 'ok', found };
}

/** A check that found what may be meant, or does no harm by itself. */
export function warning(name: string, found: string, fix?: string): Check {
  return { name, status: 'warning', found, ...(fix === undefined ? {} : { fix }) };
}

/** A check that found why answers cannot come. */
export function failed(name: string, found: string, fix?: string): Check {
  return { name, status: 'failed', found, ...(fix === undefined ? {} : { fix }) };
}

/** Checks that hang on something else. */
export function notTried(names: readonly string[], because: string): Check[] {
  return names.map((name) => ({ name, status: 'not_tried', found: because }));
}

/** One line, without its end. */
export function lineOf({ name, status, found, fix }: Check): string {
  const cure = fix === undefined ? '' : ` Fix: ${sentence(fix)}`;
  return `${status.replace('_', ' ').padEnd(10)}${name}: ${sentence(found)}${cure}`;
}

function sentence(text: string): string {
  return /[.!?"]$/.test(text) ? text : `${text}.`;
}

const NEXT = 'Next: ';

/** Whether to try again is not what a check is asked for. */
const RETRY = 'Trying again ';

/** A check asks for as little as can be asked for. */
const AFTER_TIMEOUT =
  'see that a firewall or proxy lets this server reach the endpoint; raise TCSS_TIMEOUT_MS if it is only slow';

/**
 * The words of a tool's error on one line: what failed, and the one thing to do if the failure names one.
 * `show` makes upstream's words fit to be shown.
 */
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
