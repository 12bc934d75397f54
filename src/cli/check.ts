/** One check of `doctor`, and how it is written down. Pure. */

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
