/** Asks for what an answer can do without. */
import { failureOrThrow, type TcssMcpError } from '../errors.ts';
import type { Deadline } from '../http/time.ts';

/** What came of asking an Action: a value, or why there is none. */
export interface Read<Value> {
  /** The Action's name at the wire. */
  readonly action: string;
  readonly value?: Value | undefined;
  readonly failure?: TcssMcpError | undefined;
}

/** Asks, and gives a failure back. @throws the signal's reason when the client cancels, and unforeseen errors. */
export async function attempt<Value>(
  { name }: { readonly name: string },
  { deadline }: { readonly deadline: Deadline },
  ask: () => Promise<Value>,
): Promise<Read<Value>> {
  try {
    return { action: name, value: await ask() };
  } catch (error) {
    return { action: name, failure: failureOrThrow(error, deadline.signal) };
  }
}
