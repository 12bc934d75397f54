/** One check of `doctor`, as it is printed, and the words of a failure in it. Pure. */
import { TransportError } from '../errors.ts';
import { describeError } from '../present/tool-error.ts';

/** One thing that was checked. `found` and `fix` are one line each, without secrets and paths. */
export interface Check {
  readonly name: string;
  /** `not_tried`: it depends on something that failed. */
  readonly status: 'ok' | 'warning' | 'failed' | 'not_tried';
  readonly found: string;
  /** What to do, if anything. */
  readonly fix?: string;
}

/** Some checks, and why those that depend on them need not be tried. */
export interface Checked {
  readonly checks: readonly Check[];
  readonly blocked?: string | undefined;
}

/** A check that found nothing wrong. */
export function ok(name: string, found: string): Check {
  return { name, status: 'ok', found };
}

/** A check that found something that may be intended, or does no harm by itself. */
export function warning(name: string, found: string, fix?: string): Check {
  return { name, status: 'warning', found, ...(fix === undefined ? {} : { fix }) };
}

/** A check that found why there can be no answers. */
export function failed(name: string, found: string, fix?: string): Check {
  return { name, status: 'failed', found, ...(fix === undefined ? {} : { fix }) };
}

/** Checks that depend on something that failed. */
export function notTried(names: readonly string[], because: string): Check[] {
  return names.map((name) => ({ name, status: 'not_tried', found: because }));
}

/** One line, without a line break. */
export function lineOf({ name, status, found, fix }: Check): string {
  const remedy = fix === undefined ? '' : ` Fix: ${sentence(fix)}`;
  return `${status.replace('_', ' ').padEnd(10)}${name}: ${sentence(found)}${remedy}`;
}

function sentence(text: string): string {
  return /[.!?"]$/.test(text) ? text : `${text}.`;
}

const NEXT = 'Next: ';

/** Advice that a check leaves out. */
const RETRY = 'Trying again ';

/** A check already asks for as little as possible. */
const AFTER_TIMEOUT =
  'check that no firewall or proxy keeps this server from the endpoint; raise TCSS_TIMEOUT_MS if it is only slow';

/**
 * A failure in the words of a tool's error: what failed, and what to do if the failure says so. `show` makes
 * upstream's words fit to be shown.
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
