/** Whether the rows that came are all that one image's scan found, as far as the image's entry tells. */
import { partOfAnswer } from '../errors.ts';
import type { ScanKind } from '../gather/match-images.ts';
import { readScanState } from '../gather/scan-state.ts';
import { plural, statusWord } from '../present/words.ts';
import type { Runtime } from '../run-tool.ts';

/** Of which image and scan, and how many rows came without a filter; undefined when one was given. */
export interface ScanQuestion {
  readonly id: number;
  readonly kind: ScanKind;
  readonly rows: number | undefined;
}

/**
 * Asks once; gives why nothing may be concluded from the rows, in numbers and our own words, or undefined.
 * That the counts of an entry are those of the rows is inferred: fewer rows than counted do not pass.
 * @throws the signal's reason when it aborts.
 */
export async function scanProblem(
  { id, kind, rows }: ScanQuestion,
  { client, redaction }: Runtime,
  signal: AbortSignal,
): Promise<string | undefined> {
  const state = await readScanState(id, { client, redaction, signal }).catch((error) => ({
    failure: partOfAnswer(error, signal),
  }));
  if ('failure' in state) return 'the state of the scan could not be read';
  const { detail } = state;
  const { IsAuthorized: licence, [kind.status]: status, [kind.count]: counted = 0 } = detail;
  if (licence !== 1) {
    const missing = licence === 0 ? 'the image has no scan licence' : 'no scan licence is given';
    return `${missing}, so its rows may be out of date`;
  }
  if (status !== 'SCANNED') return `the scan is not complete (${statusWord(status)})`;
  if (rows !== undefined && counted > rows)
    return `the scan counts ${plural(counted, 'row')}, and ${rows} came`;
  return undefined;
}
